//! How the stories come by an order: a union with two approvers, an open listing, a need, its proposal.
use super::catalogue::{ListingSpec, Market, workplace};
use super::client::{Client, Response};
use super::governance::today;
use super::world::{Org, World};
use chrono::Days;
use diesel::prelude::*;
use serde_json::{Value, json};
use store::ids::ListingId;
use store::schema::capacity_periods;

/// A market with an open listing and a union that has two approvers.
pub struct Trade<'w> {
    pub world: &'w World,
    pub market: Market<'w>,
    pub listing: String,
    pub approvers: [Client; 2],
}

impl World {
    /// Tiles of one co-operative, 5,000 in each of the next three periods.
    pub fn trade(&self) -> Trade<'_> {
        self.trade_with("5000")
    }

    /// Two co-operatives at one price, 60 tiles each in each period: of 200 both make a part. The second
    /// is the seller of the other.
    pub fn shared_trade(&self) -> (Trade<'_>, Client) {
        let trade = self.trade_with("60");
        let (_, peer) = trade.another_cooperative("Cerámica Hermana", "700000.00");
        let of_peer = ListingSpec::of(&trade.market.product).capacity("60");
        self.open_listing(&peer, &of_peer);
        (trade, peer)
    }

    /// The same with so many tiles in each period.
    pub fn trade_with(&self, capacity: &'static str) -> Trade<'_> {
        let market = self.market();
        let spec = ListingSpec::of(&market.product).capacity(capacity);
        let listing = self.open_listing(&market.seller, &spec);
        let approver = || market.union.member(&["approver"]);
        Trade {
            world: self,
            listing,
            approvers: [approver(), approver()],
            market,
        }
    }
}

impl<'w> Trade<'w> {
    /// A published need for so many tiles. Returns its id.
    pub fn need(&self, quantity: &str) -> String {
        self.need_of(json!([{
            "product_id": self.market.product, "specification": "Glazed, white", "quantity": quantity,
            "region": "AR-B", "due_on": today() + Days::new(80),
        }]))
    }

    /// A published need with these lines. Returns its id.
    pub fn need_of(&self, lines: Value) -> String {
        let buyer = &self.market.buyer;
        let body =
            json!({"title": "Tiles for the union's clinic", "currency": "ARS", "lines": lines});
        let written = buyer.post("/api/v1/needs", body).expect(201);
        let path = format!("/api/v1/needs/{}/publish", written.id());
        buyer.act(&path, &written.etag).expect(200).id()
    }

    /// A new proposal for the need. Returns its id.
    pub fn propose(&self, need: &str) -> String {
        let path = format!("/api/v1/needs/{need}/proposals");
        let made = self.market.buyer.raw("POST", &path, &[], None);
        made.expect(201).id()
    }

    /// Asks for an order by a proposal.
    pub fn order_by(&self, proposal: &str) -> Response {
        let body = json!({"proposal_id": proposal});
        self.market.buyer.post("/api/v1/orders", body)
    }

    /// A draft for so many tiles.
    pub fn draft(&self, quantity: &str) -> Response {
        let proposal = self.propose(&self.need(quantity));
        self.order_by(&proposal).expect(201)
    }

    /// A submitted order for so many tiles.
    pub fn submitted(&self, quantity: &str) -> Response {
        let draft = self.draft(quantity);
        self.market.buyer.order_act(&draft, "submit").expect(200)
    }

    /// The order after both approvers approved it.
    pub fn approved(&self, submitted: &Response) -> Response {
        let [first, second] = &self.approvers;
        let once = first.order_act(submitted, "approve").expect(200);
        let twice = second.order_act(&once, "approve").expect(200);
        assert_eq!(twice.body["status"], "approved");
        twice
    }

    /// A confirmed order for so many tiles.
    pub fn confirmed(&self, quantity: &str) -> Response {
        let approved = self.approved(&self.submitted(quantity));
        self.market
            .buyer
            .order_act(&approved, "confirm")
            .expect(200)
    }

    /// The open proposal of the need: what the buyer is told of when a co-operative declined.
    pub fn offered(&self, need: &str) -> Response {
        let path = format!("/api/v1/needs/{need}/proposals?limit=100");
        let page = self.market.buyer.get(&path).expect(200);
        let items = page.body["items"].as_array().unwrap();
        let open = items.iter().find(|one| one["status"] == "open");
        let open = open.expect("a proposal that can be ordered");
        let path = format!("/api/v1/proposals/{}", open["id"].as_str().unwrap());
        self.market.buyer.get(&path).expect(200)
    }

    /// Asks to put a proposal in the place of what was declined.
    pub fn rematch(&self, order: &Response, proposal: &Response) -> Response {
        let path = format!("/api/v1/orders/{}/rematch", order.id());
        let body = json!({"proposal_id": proposal.id()});
        self.market.buyer.post_if(&path, &order.etag, body)
    }

    /// The order as it is now, as its buyer sees it.
    pub fn order(&self, order: &Response) -> Response {
        let path = format!("/api/v1/orders/{}", order.id());
        self.market.buyer.get(&path).expect(200)
    }

    /// What is reserved of a listing, in whole units.
    pub fn reserved(&self, listing: &str) -> i64 {
        let listing: ListingId = listing.parse::<uuid::Uuid>().unwrap().into();
        let rows: Vec<i64> = capacity_periods::table
            .filter(capacity_periods::listing_id.eq(listing))
            .select(capacity_periods::reserved_micro)
            .load(&mut self.world.conn())
            .unwrap();
        rows.iter().sum::<i64>() / 1_000_000
    }

    /// Another verified co-operative under the same rules, with its seller.
    pub fn another_cooperative(&self, name: &str, monthly_pay: &str) -> (Org<'w>, Client) {
        let cooperative = self
            .world
            .verified_cooperative(&self.market.network, name, "AR");
        self.world.adopt(&cooperative, &self.market.rule_set);
        let seller = cooperative.member(&["seller"]);
        let mut described = workplace(&self.market.benchmark);
        described["monthly_pay"]["amount"] = json!(monthly_pay);
        self.world.describe_workplace(&seller, described);
        (cooperative, seller)
    }
}

impl Client {
    /// An act on an order, or a purchase order, that was read before.
    pub fn order_act(&self, order: &Response, act: &str) -> Response {
        self.act(&format!("/api/v1/orders/{}/{act}", order.id()), &order.etag)
    }

    /// The only purchase order that this person's organisation sees of that status.
    #[track_caller]
    pub fn purchase_order(&self, status: &str) -> Response {
        let path = format!("/api/v1/purchase-orders?status={status}");
        let page = self.get(&path).expect(200);
        let items = page.body["items"].as_array().unwrap();
        assert_eq!(
            items.len(),
            1,
            "one purchase order is {status}: {:#}",
            page.body
        );
        let id = items[0]["id"].as_str().unwrap();
        self.get(&format!("/api/v1/purchase-orders/{id}"))
            .expect(200)
    }

    /// Takes a purchase order.
    pub fn accept(&self, issued: &Response) -> Response {
        let path = format!("/api/v1/purchase-orders/{}/accept", issued.id());
        self.act(&path, &issued.etag)
    }

    /// Does not take it.
    pub fn decline(&self, issued: &Response) -> Response {
        let path = format!("/api/v1/purchase-orders/{}/decline", issued.id());
        self.post_if(
            &path,
            &issued.etag,
            json!({"reason": "The kiln is being repaired."}),
        )
    }

    /// The e-mail address of this person.
    pub fn email(&self) -> &str {
        let (email, _) = self.login.as_ref().expect("the client has an account");
        email
    }
}
