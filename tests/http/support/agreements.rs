//! How the stories come by a framework agreement: terms for one listing, offered, signed by both sides.
use super::client::{Client, Response};
use super::governance::today;
use super::orders::Trade;
use super::world::World;
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use serde_json::{Value, json};
use store::ids::AgreementId;
use store::schema::framework_agreements;

/// A trade with a treasurer who signs for the co-operative.
pub struct Deal<'w> {
    pub trade: Trade<'w>,
    pub treasurer: Client,
}

impl World {
    /// Tiles of one co-operative, so many in each of the next three periods, and all who are needed to sign.
    pub fn deal_with(&self, capacity: &'static str) -> Deal<'_> {
        let trade = self.trade_with(capacity);
        let treasurer = trade.market.cooperative.member(&["treasurer"]);
        Deal { trade, treasurer }
    }

    /// The same with 5,000 tiles a period.
    pub fn deal(&self) -> Deal<'_> {
        self.deal_with("5000")
    }
}

/// The last part of a path as an id.
pub fn agreement_id(text: &str) -> AgreementId {
    text.parse::<uuid::Uuid>().unwrap().into()
}

impl Deal<'_> {
    /// The body of an agreement on so many tiles for the next 200 days, a tenth more allowed.
    pub fn terms(&self, committed: &str) -> Value {
        json!({
            "title": "Tiles for the clinics", "cooperative_id": self.trade.market.cooperative.id,
            "currency": "ARS", "starts_on": today(), "ends_on": today() + Days::new(200),
            "allowance_rate": "0.1", "advance_rate": "0.3", "payment_days": 20, "indexation": null,
            "lines": [{"listing_id": self.trade.listing, "committed_quantity": committed,
                "offered_unit_price": null}],
            "clauses": [],
        })
    }

    /// A draft of these terms.
    pub fn draft(&self, terms: Value) -> Response {
        let buyer = &self.trade.market.buyer;
        buyer
            .post("/api/v1/framework-agreements", terms)
            .expect(201)
    }

    /// The same, offered.
    pub fn offered(&self, terms: Value) -> Response {
        let draft = self.draft(terms);
        self.trade
            .market
            .buyer
            .agreement_act(&draft, "offer")
            .expect(200)
    }

    /// The same, signed by both approvers and the treasurer.
    pub fn in_force(&self, terms: Value) -> Response {
        let offered = self.offered(terms);
        let [first, second] = &self.trade.approvers;
        let once = first.agreement_act(&offered, "sign").expect(200);
        let twice = second.agreement_act(&once, "sign").expect(200);
        assert_eq!(twice.body["status"], "offered");
        let signed = self.treasurer.agreement_act(&twice, "sign").expect(200);
        assert_eq!(signed.body["status"], "in_force");
        signed
    }

    /// Asks for so many tiles under the agreement, in 80 days.
    pub fn call_off(&self, agreement: &Response, quantity: &str) -> Response {
        let buyer = &self.trade.market.buyer;
        buyer.post(&path(agreement, "call-offs"), tiles(quantity))
    }

    /// The agreement as the buyer sees it now.
    pub fn seen(&self, agreement: &Response) -> Response {
        let path = format!("/api/v1/framework-agreements/{}", agreement.id());
        self.trade.market.buyer.get(&path).expect(200)
    }

    /// What was called off of its first line, and what is left.
    pub fn called_off(&self, agreement: &Response) -> (String, String) {
        let line = self.seen(agreement).body["lines"][0].clone();
        let text = |field: &str| line[field].as_str().unwrap().to_owned();
        (text("called_off_quantity"), text("left_quantity"))
    }

    /// Moves a day of the agreement, as if time had passed.
    pub fn with_term(&self, agreement: &Response, from: NaiveDate, to: NaiveDate) {
        let row = framework_agreements::table.find(agreement_id(&agreement.id()));
        diesel::update(row)
            .set((
                framework_agreements::starts_on.eq(from),
                framework_agreements::ends_on.eq(to),
            ))
            .execute(&mut self.trade.world.conn())
            .unwrap();
    }

    /// As if its prices were in force since that day.
    pub fn priced_on(&self, agreement: &Response, day: NaiveDate) {
        let row = framework_agreements::table.find(agreement_id(&agreement.id()));
        diesel::update(row)
            .set(framework_agreements::priced_on.eq(day))
            .execute(&mut self.trade.world.conn())
            .unwrap();
    }
}

/// The body of a call-off of so many tiles of the first line.
pub fn tiles(quantity: &str) -> Value {
    let due_on = today() + Days::new(80);
    json!({"lines": [{"line": 1, "quantity": quantity, "region": "AR-B", "due_on": due_on}]})
}

/// A path under an agreement.
pub fn path(agreement: &Response, part: &str) -> String {
    format!("/api/v1/framework-agreements/{}/{part}", agreement.id())
}

impl Client {
    /// An act on an agreement that was read before.
    pub fn agreement_act(&self, agreement: &Response, act: &str) -> Response {
        self.act(&path(agreement, act), &agreement.etag)
    }
}
