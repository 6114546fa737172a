//! What people can do in a sequence, each as one request at the end of what it needs.
use crate::support::agreements::Deal;
use crate::support::catalogue::ListingSpec;
use crate::support::deliveries::{in_days, payment};
use crate::support::governance::today;
use crate::support::pools::{Buyer, Pool, pool_body};
use crate::support::{Client, Response};
use crate::{authorisations, premium};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// What the plan of the premium is for.
pub const PURPOSES: [&str; 5] = ["wages", "hours", "jobs", "democracy", "community"];

/// Everybody who acts.
pub struct Scene<'d> {
    pub deal: &'d Deal<'d>,
    pub accountant: Client,
    pub other: Buyer<'d>,
    /// What the co-operative's assembly planned to do with the premium, a line for each purpose.
    pub plan: Response,
}

#[derive(Clone, Copy, Debug)]
pub enum Act {
    Order,
    Change,
    /// Whatever an order waits for.
    Forward,
    Submit,
    Approve,
    Withdraw,
    Confirm,
    Cancel,
    CallOff,
    Pool,
    Join,
    ChangePart,
    ClosePool,
    Accept,
    Decline,
    Schedule,
    Deliver,
    Receive,
    PromiseRemake,
    RefuseRemake,
    SendAgain,
    Bill,
    Pay,
    PayAdvance,
    RefundAdvance,
    Reverse,
    Consult,
    Answer,
    Settle,
    CallOffPurchaseOrder,
    Spend,
    TakeBack,
    Authorise,
}

impl Arbitrary for Act {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;
    fn arbitrary_with((): ()) -> Self::Strategy {
        use Act::*;
        prop_oneof![
            5 => prop::sample::select(vec![Order, CallOff, Pool, Join, Join, ChangePart, ClosePool]),
            9 => Just(Forward),
            3 => prop::sample::select(vec![Change, Submit, Approve, Withdraw, Confirm, Cancel, Accept, Decline]),
            6 => prop::sample::select(vec![Deliver, Receive, Receive, Schedule]),
            4 => prop::sample::select(vec![PromiseRemake, RefuseRemake, SendAgain, Bill, Bill, Pay]),
            3 => prop::sample::select(vec![PayAdvance, PayAdvance, RefundAdvance, Reverse]),
            2 => prop::sample::select(vec![Spend, Spend, TakeBack, Authorise]),
            1 => prop::sample::select(vec![Consult, Answer, Settle, CallOffPurchaseOrder]),
        ]
        .boxed()
    }
}

/// One listing, and what was made of it.
pub struct Trading<'s> {
    scene: &'s Scene<'s>,
    listing: String,
    product: String,
    agreement: Response,
    orders: Vec<String>,
    pools: Vec<Pool>,
    /// Despatches that were not received, and how much is in each.
    sent: Vec<(String, u32)>,
    payments: u32,
}

type Look<'a> = &'a mut dyn FnMut();

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn pick<T: Clone>(of: &[T], which: usize) -> Option<T> {
    of.get(which.checked_rem(of.len())?).cloned()
}

impl<'s> Trading<'s> {
    /// A listing of its own product, 60 units in each of three periods, and an agreement on 100 of them.
    pub fn begin(scene: &'s Scene<'s>) -> Self {
        let deal = scene.deal;
        let (world, market) = (deal.trade.world, &deal.trade.market);
        let product = world.product(&market.network.admin, "Glazed tile of a sequence");
        world.quotes(
            &market.network.admin,
            &product,
            "ARS",
            &["14600", "14850", "15900"],
        );
        let spec = ListingSpec::of(&product).capacity("60");
        let listing = world.open_listing(&market.seller, &spec);
        let mut terms = deal.terms("100");
        terms["lines"][0]["listing_id"] = json!(listing);
        Self {
            scene,
            agreement: deal.in_force(terms),
            listing,
            product,
            orders: Vec::new(),
            pools: Vec::new(),
            sent: Vec::new(),
            payments: 0,
        }
    }

    /// Takes the listing out of the way of the next sequence.
    pub fn end(&self) {
        let path = format!("/api/v1/listings/{}", self.listing);
        let seller = self.seller();
        let etag = seller.get(&path).expect(200).etag;
        seller.act(&format!("{path}/close"), &etag).expect(200);
    }

    fn buyer(&self) -> &'s Client {
        &self.scene.deal.trade.market.buyer
    }
    fn seller(&self) -> &'s Client {
        &self.scene.deal.trade.market.seller
    }

    /// Sends the act, or nothing where it has nothing to be tried on. `look` is called just before the request that counts.
    pub fn carry_out(
        &mut self,
        act: Act,
        which: usize,
        amount: u32,
        look: Look<'_>,
    ) -> Option<Response> {
        // A sequence begins with something that the other acts can be tried on.
        let act = match act {
            Act::Pool | Act::CallOff => act,
            _ if self.orders.is_empty() && self.pools.is_empty() => Act::Order,
            _ => act,
        };
        match act {
            Act::Order => self.order(amount, look),
            Act::CallOff => {
                look();
                let called = self
                    .scene
                    .deal
                    .call_off(&self.agreement, &amount.to_string());
                self.keep(&called);
                Some(called)
            }
            Act::Pool | Act::Join | Act::ChangePart | Act::ClosePool => {
                self.pool(act, which, amount, look)
            }
            Act::Forward
            | Act::Change
            | Act::Submit
            | Act::Approve
            | Act::Withdraw
            | Act::Confirm
            | Act::Cancel => self.on_order(act, which, amount, look),
            Act::Receive => self.receive(which, amount, look),
            Act::Spend | Act::TakeBack => self.premium(act, which, amount, look),
            _ => self.on_purchase_order(act, which, amount, look),
        }
    }

    fn keep(&mut self, placed: &Response) {
        if placed.status == 201 {
            self.orders.push(placed.id());
        }
    }

    fn order(&mut self, amount: u32, look: Look<'_>) -> Option<Response> {
        let trade = &self.scene.deal.trade;
        let need = trade.need_of(json!([{
            "product_id": self.product, "specification": "Glazed", "quantity": amount.to_string(),
            "region": "AR-B", "due_on": in_days(80),
        }]));
        let path = format!("/api/v1/needs/{need}/proposals");
        look();
        let proposed = self.buyer().raw("POST", &path, &[], None);
        if proposed.status != 201 {
            return Some(proposed);
        }
        look();
        let placed = trade.order_by(&proposed.id());
        self.keep(&placed);
        Some(placed)
    }

    fn pool(&mut self, act: Act, which: usize, amount: u32, look: Look<'_>) -> Option<Response> {
        let buyer = self.buyer();
        let who = if which.is_multiple_of(2) {
            buyer
        } else {
            &self.scene.other.client
        };
        if let Act::Pool = act {
            look();
            let opened = buyer.post("/api/v1/pools", pool_body(&self.listing, None));
            if opened.status == 201 {
                let path = format!("/api/v1/pools/{}", opened.id());
                let opener = buyer.clone();
                self.pools.push(Pool { path, opener });
            }
            return Some(opened);
        }
        let at = which.checked_rem(self.pools.len())?;
        let path = self.pools[at].path.clone();
        let part = json!({"quantity": amount.to_string(), "tolerance": (amount % 7).to_string(),
            "max_premium_rate": null});
        let member = |who: &Client| {
            let me = who.get("/api/v1/me").expect(200);
            who.get(&format!(
                "{path}/members/{}",
                text(&me.body["organisation_id"])
            ))
        };
        match act {
            Act::Join => {
                look();
                let joined = who.post(&format!("{path}/members"), part);
                if joined.status == 201 {
                    let etag = member(who).etag;
                    who.act(&format!("{path}/members/me/accept"), &etag);
                }
                Some(joined)
            }
            Act::ChangePart => {
                let etag = member(who).etag;
                look();
                Some(who.put(&format!("{path}/members/me"), &etag, part))
            }
            _ => {
                for who in [buyer, &self.scene.other.client] {
                    let part = member(who);
                    if part.status == 200 {
                        who.act(&format!("{path}/members/me/accept"), &part.etag);
                    }
                }
                let etag = buyer.get(&path).etag;
                look();
                let closed = buyer.act(&format!("{path}/close"), &etag);
                if let Some(order) = closed.body["order_id"].as_str() {
                    self.orders.push(order.to_owned());
                }
                Some(closed)
            }
        }
    }

    fn on_order(
        &mut self,
        act: Act,
        which: usize,
        amount: u32,
        look: Look<'_>,
    ) -> Option<Response> {
        let id = pick(&self.orders, which)?;
        let path = format!("/api/v1/orders/{id}");
        let seen = self.buyer().get(&path).expect(200);
        let approver = &self.scene.deal.trade.approvers[which / 7 % 2];
        let buyer = self.buyer();
        let step = |who: &Client, act: &str, look: Look<'_>| {
            look();
            Some(who.act(&format!("{path}/{act}"), &seen.etag))
        };
        match act {
            Act::Change => {
                let kept =
                    json!({"lines": [{"position": 1, "quantity": (amount % 60 + 1).to_string()}]});
                look();
                Some(buyer.put(&path, &seen.etag, kept))
            }
            Act::Cancel => {
                look();
                let body = json!({"reason": "The congress was moved."});
                Some(buyer.post_if(&format!("{path}/cancel"), &seen.etag, body))
            }
            Act::Submit => step(buyer, "submit", look),
            Act::Approve => step(approver, "approve", look),
            Act::Withdraw => step(buyer, "withdraw", look),
            Act::Confirm => step(buyer, "confirm", look),
            _ => match seen.body["status"].as_str().unwrap() {
                "draft" => step(buyer, "submit", look),
                "submitted" => {
                    let missing = seen.body["approvals"].as_array().map_or(0, Vec::len);
                    let own = &self.scene.deal.trade.approvers[missing % 2];
                    step(own, "approve", look)
                }
                "approved" => step(buyer, "confirm", look),
                _ => self.on_purchase_order(Act::Accept, which, amount, look),
            },
        }
    }

    /// A purchase order of the trade, as its co-operative sees it.
    fn issued(&self, which: usize) -> Option<Response> {
        let order = pick(&self.orders, which)?;
        let order = self
            .buyer()
            .get(&format!("/api/v1/orders/{order}"))
            .expect(200);
        let issued = order.body["purchase_orders"].as_array().unwrap();
        let id = text(&issued.last()?["id"]);
        Some(
            self.seller()
                .get(&format!("/api/v1/purchase-orders/{id}"))
                .expect(200),
        )
    }

    fn on_purchase_order(
        &mut self,
        act: Act,
        which: usize,
        amount: u32,
        look: Look<'_>,
    ) -> Option<Response> {
        let issued = self.issued(which)?;
        let path = format!("/api/v1/purchase-orders/{}", issued.id());
        let (buyer, seller) = (self.buyer(), self.seller());
        let treasurer = &self.scene.deal.treasurer;
        match act {
            Act::Accept => {
                look();
                Some(seller.accept(&issued))
            }
            Act::Decline => {
                look();
                Some(seller.decline(&issued))
            }
            Act::Schedule => self.schedule(&path, amount, look),
            Act::Deliver => {
                let stages = seller.get(&format!("{path}/schedule"));
                let stages = stages.body["stages"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default();
                let stage = pick(&stages, which / 3)?;
                self.send(
                    &path,
                    json!({"stage_id": stage["id"]}),
                    amount % 40 + 1,
                    look,
                )
            }
            Act::SendAgain => {
                let claim = self.claim(&path, which)?;
                self.send(
                    &path,
                    json!({"claim_id": claim.id()}),
                    amount % 10 + 1,
                    look,
                )
            }
            Act::PromiseRemake | Act::RefuseRemake => {
                let claim = self.claim(&path, which)?;
                let at = format!("/api/v1/claims/{}", claim.id());
                look();
                Some(if let Act::PromiseRemake = act {
                    let body = json!({"remake_by": in_days(20)});
                    seller.post_if(&format!("{at}/promise-remake"), &claim.etag, body)
                } else {
                    seller.act(&format!("{at}/refuse-remake"), &claim.etag)
                })
            }
            Act::Bill => {
                look();
                Some(treasurer.raw("POST", &format!("{path}/invoices"), &[], None))
            }
            Act::Authorise => {
                let invoice = self.invoice(&issued, which)?;
                self.payments += 1;
                look();
                Some(authorisations::record(treasurer, &invoice, self.payments))
            }
            Act::Pay => {
                let invoice = self.invoice(&issued, which)?;
                let mut body = self.payment(amount, None);
                if which.is_multiple_of(2) {
                    let decimal = |field: &str| text(&invoice.body[field]).parse::<Decimal>();
                    let open = decimal("payable").unwrap() - decimal("paid").unwrap();
                    body["amount"]["amount"] = json!(open.to_string());
                }
                look();
                let pay = format!("/api/v1/invoices/{}/payments", invoice.id());
                // Whoever was paid records it.
                let by = if invoice.body["kind"] == "credit_note" {
                    &self.scene.accountant
                } else {
                    treasurer
                };
                Some(by.post_if(&pay, &invoice.etag, body))
            }
            Act::PayAdvance | Act::RefundAdvance => {
                let (by, to, payer) = if let Act::PayAdvance = act {
                    let payer = self.scene.deal.trade.market.union.id.clone();
                    (treasurer, "advance-payments", Some(payer))
                } else {
                    (&self.scene.accountant, "advance-refunds", None)
                };
                let body = self.payment(amount, payer);
                look();
                Some(by.post(&format!("{path}/{to}"), body))
            }
            Act::Reverse => {
                let known = treasurer.get(&format!("{path}/payments?limit=100"));
                let known = known.expect(200).body["items"].as_array().unwrap().clone();
                let payment = pick(&known, which)?;
                let reverse = format!("/api/v1/payments/{}/reverse", text(&payment["id"]));
                let by = if payment["kind"] == "refund" {
                    &self.scene.accountant
                } else {
                    treasurer
                };
                let body = json!({"reversed_on": in_days(0), "reason": "The bank returned it."});
                look();
                Some(by.post(&reverse, body))
            }
            Act::Consult => {
                look();
                Some(buyer.post(
                    &format!("{path}/consultations"),
                    json!({"reason": "The hall is sold."}),
                ))
            }
            _ => self.consultation(act, &path, amount, look),
        }
    }

    /// One of the invoices and credit notes of a purchase order.
    fn invoice(&self, issued: &Response, which: usize) -> Option<Response> {
        let treasurer = &self.scene.deal.treasurer;
        let list = format!(
            "/api/v1/invoices?purchase_order_id={}&limit=100",
            issued.id()
        );
        let found = treasurer.get(&list).expect(200);
        let one = pick(found.body["items"].as_array().unwrap(), which)?;
        let path = format!("/api/v1/invoices/{}", text(&one["id"]));
        Some(treasurer.get(&path).expect(200))
    }

    /// Spends of the co-operative's plan, or takes back what was spent.
    fn premium(&self, act: Act, which: usize, amount: u32, look: Look<'_>) -> Option<Response> {
        let (treasurer, plan) = (&self.scene.deal.treasurer, &self.scene.plan);
        if let Act::Spend = act {
            let line = u32::try_from(which % PURPOSES.len()).unwrap() + 1;
            look();
            let amount = Decimal::from(u64::from(amount) * 200);
            return Some(premium::spend(treasurer, plan, line, amount));
        }
        let list = treasurer
            .get("/api/v1/premium-spendings?limit=100")
            .expect(200);
        let one = pick(list.body["items"].as_array().unwrap(), which)?;
        let path = format!("/api/v1/premium-spendings/{}/reverse", text(&one["id"]));
        look();
        Some(treasurer.post(&path, json!({"reason": "It was recorded twice."})))
    }

    fn payment(&mut self, amount: u32, payer: Option<String>) -> Value {
        self.payments += 1;
        let amount = u64::from(amount) * 2_000;
        let mut body = payment(
            &format!("{amount}.00"),
            &format!("transfer {}", self.payments),
        );
        if let Some(payer) = payer {
            body["payer_id"] = json!(payer);
            body["account"] = json!("buyer");
        }
        body
    }

    /// Proposes two stages of everything, and agrees.
    fn schedule(&mut self, path: &str, amount: u32, look: Look<'_>) -> Option<Response> {
        let (buyer, seller) = (self.buyer(), self.seller());
        let present = seller.get(&format!("{path}/schedule"));
        let parts = present.body["stages"][0]["parts"].as_array()?;
        let part = parts.first()?.clone();
        let whole: u32 = part["quantity"].as_str()?.parse().ok()?;
        let first = amount % whole + 1;
        let stages: Vec<Value> = [(20, first), (50, whole.saturating_sub(first))]
            .iter()
            .filter(|(_, quantity)| *quantity > 0)
            .map(|(days, quantity)| {
                let part = json!({"line": 1, "branch_id": part["branch_id"], "quantity": quantity.to_string()});
                json!({"due_on": in_days(*days), "parts": [part]})
            })
            .collect();
        look();
        let proposed = seller.put(
            &format!("{path}/schedule"),
            &present.etag,
            json!({"stages": stages}),
        );
        if proposed.status != 200 {
            return Some(proposed);
        }
        look();
        Some(buyer.act(&format!("{path}/schedule/agree"), &proposed.etag))
    }

    fn send(&mut self, path: &str, of: Value, quantity: u32, look: Look<'_>) -> Option<Response> {
        let mut body = of;
        body["despatched_on"] = json!(today());
        body["lines"] = json!([{"line": 1, "quantity": quantity.to_string()}]);
        look();
        let sent = self.seller().post(&format!("{path}/despatches"), body);
        if sent.status == 201 {
            self.sent.push((sent.id(), quantity));
        }
        Some(sent)
    }

    fn receive(&mut self, which: usize, amount: u32, look: Look<'_>) -> Option<Response> {
        let at = which.checked_rem(self.sent.len())?;
        let (id, quantity) = self.sent[at].clone();
        let rejected = if amount.is_multiple_of(3) {
            amount % (quantity + 1)
        } else {
            0
        };
        let short = if amount.is_multiple_of(5) {
            (quantity - rejected).min(amount % 4)
        } else {
            0
        };
        let accepted = quantity - rejected - short;
        let reason = (rejected > 0).then_some("The glaze is cracked.");
        let body = json!({"received_on": today(), "lines": [{
            "line": 1, "accepted": accepted.to_string(), "rejected": rejected.to_string(),
            "short": short.to_string(), "reason": reason,
        }]});
        let path = format!("/api/v1/despatches/{id}/receipts");
        look();
        let received = self.buyer().post(&path, body);
        if received.status == 201 {
            self.sent.remove(at);
        }
        Some(received)
    }

    fn claim(&self, path: &str, which: usize) -> Option<Response> {
        let claims = self.seller().get(&format!("{path}/claims?limit=100"));
        let items = claims.body["items"].as_array().cloned().unwrap_or_default();
        let id = text(&pick(&items, which / 5)?["id"]);
        Some(
            self.seller()
                .get(&format!("/api/v1/claims/{id}"))
                .expect(200),
        )
    }

    fn consultation(&self, act: Act, path: &str, amount: u32, look: Look<'_>) -> Option<Response> {
        let (buyer, seller) = (self.buyer(), self.seller());
        let talks = buyer.get(&format!("{path}/consultations"));
        let items = talks.body["items"].as_array().cloned().unwrap_or_default();
        let at = format!("/api/v1/consultations/{}", text(&items.last()?["id"]));
        let etag = buyer.get(&at).expect(200).etag;
        look();
        Some(match act {
            Act::Answer => {
                let work_done = json!({"amount": format!("{}.00", u64::from(amount) * 1_000), "currency": "ARS"});
                let body = json!({"statement": "Some are glazed.", "work_done": work_done});
                seller.post_if(&format!("{at}/answer"), &etag, body)
            }
            Act::Settle => buyer.act(&format!("{at}/settle"), &etag),
            _ => buyer.act(&format!("{at}/cancel"), &etag),
        })
    }
}
