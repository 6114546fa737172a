//! How the stories pool: buyers that trade by the market's rules, a fund, a pool and its parts.
use super::catalogue::Market;
use super::client::{Client, Response};
use super::governance::today;
use super::world::{Org, World};
use chrono::{Days, TimeDelta, Utc};
use serde_json::{Value, json};

/// An organisation that buys, and a person who buys for it.
pub struct Buyer<'w> {
    pub org: Org<'w>,
    pub client: Client,
}

/// A fund in pesos with its two stewards.
pub struct Fund {
    pub path: String,
    pub id: String,
    pub stewards: [Client; 2],
    keeper: String,
}

/// A pool as its opener has it.
pub struct Pool {
    pub path: String,
    pub opener: Client,
}

impl World {
    /// A union or community organisation (by `kind`) that adopted the market's rules.
    pub fn pool_buyer(&self, market: &Market<'_>, kind: &str, name: &str) -> Buyer<'_> {
        let org = match kind {
            "community" => self.community(name, "AR"),
            _ => self.union(name, "AR"),
        };
        self.adopt(&org, &market.rule_set);
        let client = org.member(&["buyer"]);
        Buyer { org, client }
    }

    /// An empty fund of the network.
    pub fn fund(&self, network: &Org<'_>) -> Fund {
        let stewards = [
            network.member(&["fund_steward"]),
            network.member(&["fund_steward"]),
        ];
        let body = json!({"name": "Fondo solidario", "currency": "ARS"});
        let id = stewards[0].post("/api/v1/funds", body).expect(201).id();
        Fund {
            path: format!("/api/v1/funds/{id}"),
            id,
            stewards,
            keeper: network.id.clone(),
        }
    }
}

impl Fund {
    /// Puts so much in, with both signatures.
    pub fn deposit(&self, amount: &str) {
        let body = json!({
            "amount": {"amount": amount, "currency": "ARS"}, "payer_id": self.keeper, "note": "x",
        });
        let [proposer, signer] = &self.stewards;
        let deposit = proposer
            .post(&format!("{}/deposits", self.path), body)
            .expect(201);
        let sign = format!("{}/movements/{}/sign", self.path, deposit.id());
        signer.act(&sign, &deposit.etag).expect(200);
    }

    /// What it can pay.
    pub fn balance(&self) -> String {
        let fund = self.stewards[0].get(&self.path).expect(200);
        fund.body["balance"]["amount"].as_str().unwrap().to_owned()
    }

    /// Kind and status of every movement, the first first.
    pub fn movements(&self) -> Vec<(String, String)> {
        let list = self.stewards[0]
            .get(&format!("{}/movements", self.path))
            .expect(200);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let items = list.body["items"].as_array().unwrap();
        items
            .iter()
            .map(|one| (text(&one["kind"]), text(&one["status"])))
            .collect()
    }
}

/// The body of a pool over a listing, due in 80 days, open for 10.
pub fn pool_body(listing: &str, fund: Option<&Fund>) -> Value {
    json!({
        "title": "Tiles for three halls", "listing_id": listing, "region": "AR-B",
        "due_on": today() + Days::new(80), "closes_at": Utc::now() + TimeDelta::days(10),
        "fund_id": fund.map(|fund| &fund.id),
    })
}

impl Pool {
    /// Opens a pool over the listing.
    pub fn open(opener: &Client, listing: &str, fund: Option<&Fund>) -> Self {
        Self::open_with(opener, pool_body(listing, fund))
    }

    /// Opens a pool by its terms.
    pub fn open_with(opener: &Client, terms: Value) -> Self {
        let opened = opener.post("/api/v1/pools", terms).expect(201);
        Self {
            path: format!("/api/v1/pools/{}", opened.id()),
            opener: opener.clone(),
        }
    }

    /// Opens a pool whose buyers bid, in so many rounds of two days.
    pub fn open_bidding(opener: &Client, listing: &str, rounds: u32) -> Self {
        let mut terms = pool_body(listing, None);
        terms["mode"] = json!("bidding");
        terms["bid_rounds"] = json!(rounds);
        terms["bid_round_days"] = json!(2);
        Self::open_with(opener, terms)
    }

    /// The pool, as its opener reads it.
    pub fn seen(&self) -> Response {
        self.opener.get(&self.path).expect(200)
    }

    /// A member asks for another quantity, with a tolerance.
    pub fn change(&self, buyer: &Buyer<'_>, quantity: &str, tolerance: &str) -> Response {
        let part = json!({"quantity": quantity, "tolerance": tolerance, "max_premium_rate": null});
        let path = format!("{}/members/me", self.path);
        buyer.client.put(&path, &self.member(buyer).etag, part)
    }

    /// A member votes, as of the vote that it reads.
    pub fn vote(&self, buyer: &Buyer<'_>, choice: &str) -> Response {
        let path = format!("{}/votes/me", self.path);
        let present = buyer.client.get(&path).expect(200);
        let vote = json!({"choice": choice});
        buyer.client.put(&path, &present.etag, vote)
    }

    /// What a buyer reads of its own bids.
    pub fn ballot(&self, buyer: &Buyer<'_>) -> Response {
        buyer.client.get(&format!("{}/bids/me", self.path))
    }

    /// A buyer bids by round, as of the bids that it reads.
    pub fn bid(&self, buyer: &Buyer<'_>, bids: &[(u32, &str)]) -> Response {
        let etag = self.ballot(buyer).expect(200).etag;
        let bids: Vec<Value> = bids
            .iter()
            .map(|(round, amount)| {
                json!({"round": round, "amount": {"amount": amount, "currency": "ARS"}})
            })
            .collect();
        let path = format!("{}/bids/me", self.path);
        buyer.client.put(&path, &etag, json!({"bids": bids}))
    }

    /// The opener ends the present round.
    pub fn close_round(&self) -> Response {
        let path = format!("{}/bids/close", self.path);
        self.opener.act(&path, &self.seen().etag)
    }

    /// What a reader has of the pool's order as its own contract.
    pub fn contracts(&self, reader: &Client) -> Vec<Value> {
        let list = reader.get(&format!("{}/contracts", self.path)).expect(200);
        list.body["items"].as_array().unwrap().clone()
    }

    /// Somebody's part, joined at once.
    pub fn join(&self, buyer: &Buyer<'_>, quantity: &str, cap: Option<&str>) -> Response {
        let part = json!({"quantity": quantity, "max_premium_rate": cap});
        buyer.client.post(&format!("{}/members", self.path), part)
    }

    /// Somebody's part with a tolerance, joined and accepted.
    pub fn enter(&self, buyer: &Buyer<'_>, quantity: &str, tolerance: &str) {
        let part = json!({"quantity": quantity, "tolerance": tolerance, "max_premium_rate": null});
        let path = format!("{}/members", self.path);
        buyer.client.post(&path, part).expect(201);
        self.accept(buyer).expect(200);
    }

    /// A membership, as the opener reads it.
    pub fn member(&self, buyer: &Buyer<'_>) -> Response {
        self.opener
            .get(&format!("{}/members/{}", self.path, buyer.org.id))
            .expect(200)
    }

    /// The opener proposes an ability as of what it reads.
    pub fn propose(&self, buyer: &Buyer<'_>, ability: &str) -> Response {
        let path = format!("{}/members/{}/ability", self.path, buyer.org.id);
        self.opener
            .put(&path, &self.member(buyer).etag, json!({"ability": ability}))
    }

    /// The buyer accepts what is proposed now.
    pub fn accept(&self, buyer: &Buyer<'_>) -> Response {
        let path = format!("{}/members/me/accept", self.path);
        buyer.client.act(&path, &self.member(buyer).etag)
    }

    /// Everybody joins with quantity, ability and cap, and accepts.
    pub fn fill(&self, parts: &[(&Buyer<'_>, &str, &str, Option<&str>)]) {
        for (buyer, quantity, ability, cap) in parts {
            self.join(buyer, quantity, *cap).expect(201);
            self.propose(buyer, ability).expect(200);
            self.accept(buyer).expect(200);
        }
    }

    /// What it would pay now, as the opener sees it.
    pub fn standing(&self) -> Value {
        self.opener
            .get(&format!("{}/standing", self.path))
            .expect(200)
            .body
    }

    /// The opener closes it as of what it reads.
    pub fn close(&self) -> Response {
        let present = self.opener.get(&self.path).expect(200);
        self.opener
            .act(&format!("{}/close", self.path), &present.etag)
    }

    /// Closes it; where its order is.
    pub fn order(&self) -> String {
        let closed = self.close().expect(200);
        assert_eq!(closed.body["status"], "ordered");
        format!(
            "/api/v1/orders/{}",
            closed.body["order_id"].as_str().unwrap()
        )
    }
}
