//! How the stories deliver: an accepted purchase order, what is sent, what is received, what is billed.
use super::client::{Client, Response};
use super::governance::today;
use super::orders::Trade;
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

/// An accepted purchase order with everybody who acts on it.
pub struct Delivery<'t, 'w> {
    pub trade: &'t Trade<'w>,
    pub path: String,
    pub treasurer: Client,
    pub accountant: Client,
}

impl<'w> Trade<'w> {
    /// An accepted purchase order for so many tiles.
    pub fn accepted(&self, quantity: &str) -> Delivery<'_, 'w> {
        self.confirmed(quantity);
        self.delivery()
    }

    /// The purchase order that was issued, accepted.
    pub fn delivery(&self) -> Delivery<'_, 'w> {
        let seller = &self.market.seller;
        let accepted = seller.accept(&seller.purchase_order("issued")).expect(200);
        Delivery {
            trade: self,
            path: format!("/api/v1/purchase-orders/{}", accepted.id()),
            treasurer: self.market.cooperative.member(&["treasurer"]),
            accountant: self.market.union.member(&["accountant"]),
        }
    }
}

impl Delivery<'_, '_> {
    pub fn seller(&self) -> &Client {
        &self.trade.market.seller
    }
    pub fn buyer(&self) -> &Client {
        &self.trade.market.buyer
    }
    pub fn id(&self) -> &str {
        self.path.rsplit('/').next().unwrap()
    }

    /// The purchase order's status now.
    pub fn status(&self) -> String {
        let now = self.seller().get(&self.path).expect(200);
        now.body["status"].as_str().unwrap().to_owned()
    }

    /// The schedule as it is now.
    pub fn schedule(&self) -> Response {
        self.seller()
            .get(&format!("{}/schedule", self.path))
            .expect(200)
    }

    /// The co-operative proposes stages of line 1 to the buyer, each so many days from now; the buyer agrees.
    pub fn agree_stages(&self, stages: &[(u64, &str)]) {
        let branch = &self.trade.market.union.id;
        let stages: Vec<Value> = stages
            .iter()
            .map(|(days, quantity)| {
                let part = json!({"line": 1, "branch_id": branch, "quantity": quantity});
                json!({"due_on": today() + Days::new(*days), "parts": [part]})
            })
            .collect();
        let path = format!("{}/schedule", self.path);
        let body = json!({"stages": stages});
        let proposed = self
            .seller()
            .put(&path, &self.schedule().etag, body)
            .expect(200);
        self.buyer()
            .act(&format!("{path}/agree"), &proposed.etag)
            .expect(200);
    }

    /// The id of a stage by its place in the schedule.
    pub fn stage(&self, at: usize) -> String {
        self.schedule().body["stages"][at]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Asks to send so much of line 1 of a stage.
    pub fn send(&self, stage: &str, quantity: &str) -> Response {
        let body = json!({
            "stage_id": stage, "despatched_on": today(),
            "lines": [{"line": 1, "quantity": quantity}],
        });
        self.seller()
            .post(&format!("{}/despatches", self.path), body)
    }

    /// Asks to send what was made again for a claim.
    pub fn send_again(&self, claim: &str, quantity: &str) -> Response {
        let body = json!({
            "claim_id": claim, "despatched_on": today(),
            "lines": [{"line": 1, "quantity": quantity}],
        });
        self.seller()
            .post(&format!("{}/despatches", self.path), body)
    }

    /// Asks to record what came of line 1 of a despatch.
    pub fn receive(&self, despatch: &Response, came: [&str; 3]) -> Response {
        receive(self.buyer(), despatch, came)
    }

    /// Sends so much of the first stage and receives it as it should be.
    pub fn deliver(&self, quantity: &str) {
        let sent = self.send(&self.stage(0), quantity).expect(201);
        self.receive(&sent, [quantity, "0", "0"]).expect(201);
    }

    /// The claims about its goods, oldest first.
    pub fn claims(&self) -> Vec<Value> {
        let path = format!("{}/claims", self.path);
        let page = self.buyer().get(&path).expect(200);
        page.body["items"].as_array().unwrap().clone()
    }

    /// One claim as it is now.
    pub fn claim(&self, id: &str) -> Response {
        self.buyer()
            .get(&format!("/api/v1/claims/{id}"))
            .expect(200)
    }

    /// Bills what was accepted: the only invoice.
    pub fn bill(&self) -> Response {
        let made = self
            .treasurer
            .raw("POST", &format!("{}/invoices", self.path), &[], None);
        let made = made.expect(201);
        assert_eq!(made.body["invoices"].as_array().unwrap().len(), 1);
        let id = made.body["invoices"][0]["id"].as_str().unwrap();
        self.treasurer
            .get(&format!("/api/v1/invoices/{id}"))
            .expect(200)
    }

    /// Records that an invoice was paid, or a credit note paid back.
    pub fn pay(&self, by: &Client, document: &Response, amount: &str, reference: &str) -> Response {
        let path = format!("/api/v1/invoices/{}/payments", document.id());
        by.post_if(&path, &document.etag, payment(amount, reference))
    }

    /// Records that the buyer's advance came in.
    pub fn pay_advance(&self, amount: &str, reference: &str) -> Response {
        let mut body = payment(amount, reference);
        body["payer_id"] = json!(self.trade.market.union.id);
        body["account"] = json!("buyer");
        self.treasurer
            .post(&format!("{}/advance-payments", self.path), body)
    }

    /// The buyer's advance account.
    pub fn advance(&self) -> Value {
        let found = self
            .buyer()
            .get(&format!("{}/advance", self.path))
            .expect(200);
        found.body["accounts"][0].clone()
    }

    /// The figures of line 1.
    pub fn progress(&self) -> Value {
        let found = self
            .buyer()
            .get(&format!("{}/progress", self.path))
            .expect(200);
        found.body["lines"][0].clone()
    }

    /// Documents of a kind, as the buyer sees them.
    pub fn documents(&self, kind: &str) -> Vec<Value> {
        let path = format!("/api/v1/invoices?purchase_order_id={}&limit=100", self.id());
        let page = self.accountant.get(&path).expect(200);
        let items = page.body["items"].as_array().unwrap();
        items
            .iter()
            .filter(|one| one["kind"] == kind)
            .cloned()
            .collect()
    }
}

/// Records what came of line 1 of a despatch: accepted, rejected, short.
pub fn receive(
    by: &Client,
    despatch: &Response,
    [accepted, rejected, short]: [&str; 3],
) -> Response {
    let reason = (rejected != "0").then_some("The glaze is cracked.");
    let body = json!({"received_on": today(), "lines": [{
        "line": 1, "accepted": accepted, "rejected": rejected, "short": short, "reason": reason,
    }]});
    by.post(
        &format!("/api/v1/despatches/{}/receipts", despatch.id()),
        body,
    )
}

/// The body of a payment of today.
pub fn payment(amount: &str, reference: &str) -> Value {
    json!({
        "amount": {"amount": amount, "currency": "ARS"}, "paid_on": today(),
        "bank_reference": reference,
    })
}

/// The day so many days from now.
pub fn in_days(days: u64) -> NaiveDate {
    today() + Days::new(days)
}

/// States the CBU to which an organisation is paid, and from which it pays.
pub fn state_account(keeper: &Client, cbu: &str) {
    let path = "/api/v1/billing-details";
    let mut details = keeper.get(path).expect(200);
    details.body["account"] = json!({"kind": "cbu", "number": cbu, "branch": null});
    keeper.put(path, &details.etag, details.body).expect(200);
}
