//! What is offered and needed: listings, needs, the rounds that match them.
use super::cast::{Cast, Person};
use super::trial::{Thing, Trial};
use super::way::Way;
use crate::support::Client;
use crate::support::catalogue::ListingSpec;
use crate::support::governance::today;
use chrono::Days;
use ordering::{ListingAct, ListingState, NeedAct, NeedState, RoundAct, RoundState};
use serde_json::{Value, json};

/// Listings of the co-operative.
pub struct Listings<'c>(pub &'c Cast<'c>);

impl Trial for Listings<'_> {
    type State = ListingState;
    type Act = ListingAct;
    const STATES: &'static [ListingState] = ListingState::ALL;
    const ACTS: &'static [ListingAct] = ListingAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.0.people.iter().collect()
    }
    fn reader(&self) -> &Client {
        self.0.seller()
    }

    fn make(&self, state: ListingState) -> Thing {
        let seller = self.0.seller();
        let spec = ListingSpec::of(&self.0.deal.trade.market.product);
        let (id, mut etag) = self.0.world.draft_listing(seller, &spec);
        let path = format!("/api/v1/listings/{id}");
        let acts: &[&str] = match state {
            ListingState::Draft => &[],
            ListingState::Open => &["open"],
            ListingState::Paused => &["open", "pause"],
            ListingState::Closed => &["open", "close"],
        };
        for act in acts {
            etag = seller.act(&format!("{path}/{act}"), &etag).expect(200).etag;
        }
        Thing::at(path)
    }

    fn ways(act: ListingAct) -> Vec<Way<Self>> {
        let seller = |_| -> &'static [&'static str] { &["cooperative seller"] };
        let send: fn(&Self, &Client, &Thing, &str) -> _ = match act {
            ListingAct::Open => |_, by, at, etag| by.act(&format!("{}/open", at.path), etag),
            ListingAct::Pause => |_, by, at, etag| by.act(&format!("{}/pause", at.path), etag),
            ListingAct::Close => |_, by, at, etag| by.act(&format!("{}/close", at.path), etag),
        };
        vec![Way::request(seller, send)]
    }
}

/// Needs of the union.
pub struct Needs<'c>(pub &'c Cast<'c>);

impl Needs<'_> {
    /// The body of a need of this product.
    fn body(product: &str) -> Value {
        json!({"title": "Tiles", "currency": "ARS", "lines": [{
            "product_id": product, "quantity": "10", "region": "AR-B",
            "due_on": today() + Days::new(80)}]})
    }

    fn act(&self, need: &Thing, act: &str) {
        let etag = self.reader().get(&need.path).expect(200).etag;
        let act = format!("{}/{act}", need.path);
        self.reader().act(&act, &etag).expect(200);
    }

    fn propose(&self, need: &Thing) -> String {
        let path = format!("{}/proposals", need.path);
        self.reader().act(&path, "").expect(201).id()
    }
}

impl Trial for Needs<'_> {
    type State = NeedState;
    type Act = NeedAct;
    const STATES: &'static [NeedState] = NeedState::ALL;
    const ACTS: &'static [NeedAct] = NeedAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.0.people.iter().collect()
    }
    fn reader(&self) -> &Client {
        self.0.buyer()
    }

    fn make(&self, state: NeedState) -> Thing {
        let product = match state {
            NeedState::Unmet => {
                let name = format!("Tile {}", uuid::Uuid::now_v7());
                self.0.product(&name)
            }
            _ => self.0.deal.trade.market.product.clone(),
        };
        let written = self.reader().post("/api/v1/needs", Self::body(&product));
        let written = written.expect(201);
        let mut need = Thing::at(format!("/api/v1/needs/{}", written.id())).with(product);
        if state != NeedState::Draft {
            self.act(&need, "publish");
        }
        if matches!(
            state,
            NeedState::Proposed | NeedState::Ordered | NeedState::Unmet | NeedState::Closed
        ) {
            let proposal = self.propose(&need);
            need = need.with(format!("/api/v1/proposals/{proposal}"));
            if state == NeedState::Ordered {
                let order = self.0.deal.trade.order_by(&proposal).expect(201);
                need = need.with(format!("/api/v1/orders/{}", order.id()));
            }
        }
        if state == NeedState::Closed {
            self.act(&need, "close");
        }
        need
    }

    fn ways(act: NeedAct) -> Vec<Way<Self>> {
        let buyer = |_| -> &'static [&'static str] { &["union buyer"] };
        match act {
            NeedAct::Publish => vec![Way::request(buyer, |_, by, need, etag| {
                by.act(&format!("{}/publish", need.path), etag)
            })],
            NeedAct::Withdraw => vec![Way::request(buyer, |_, by, need, etag| {
                by.act(&format!("{}/withdraw", need.path), etag)
            })],
            NeedAct::Close => vec![Way::request(buyer, |_, by, need, etag| {
                by.act(&format!("{}/close", need.path), etag)
            })],
            NeedAct::Propose => vec![
                Way::request(buyer, |_, by, need, _| {
                    by.raw("POST", &format!("{}/proposals", need.path), &[], None)
                })
                .once(can_be_made),
            ],
            NeedAct::Order => vec![
                Way::request(buyer, |_, by, need, _| {
                    let proposal = need.also[1].rsplit('/').next();
                    by.post("/api/v1/orders", json!({"proposal_id": proposal}))
                })
                .about(|need| &need.also[1])
                .from(&[NeedState::Proposed])
                .given(&[
                    NeedState::Proposed,
                    NeedState::Ordered,
                    NeedState::Closed,
                ]),
                Way::request(buyer, |_, by, need, _| {
                    let talk = need.also.last().unwrap();
                    let etag = by.get(talk).etag;
                    let etag = if etag.is_empty() { "\"1\"" } else { &etag };
                    by.act(&format!("{talk}/accept"), etag)
                })
                .about(|need| need.also.last().unwrap())
                .on(Needs::quoted)
                .given(&[
                    NeedState::Published,
                    NeedState::Proposed,
                    NeedState::Unmet,
                ]),
            ],
            NeedAct::MarkUnmet => vec![Way::consequence(
                "the request is that of a proposal, and nobody makes it",
            )],
        }
    }
}

/// Somebody makes what nobody made, and what was ordered is on order no more.
fn can_be_made(needs: &Needs<'_>, need: &Thing, _: &str) {
    let buyer = needs.reader();
    match buyer.get(&need.path).expect(200).body["status"].as_str() {
        Some("unmet") => {
            let spec = ListingSpec::of(&need.also[0]);
            needs.0.world.open_listing(needs.0.seller(), &spec);
        }
        Some("ordered") => {
            let order = buyer.get(&need.also[2]).expect(200);
            let path = format!("{}/cancel", need.also[2]);
            let reason = json!({"reason": "It is not wanted."});
            buyer.post_if(&path, &order.etag, reason).expect(200);
        }
        _ => {}
    }
}

impl Needs<'_> {
    /// A need in this state that a co-operative has quoted for.
    fn quoted(&self, state: NeedState) -> Thing {
        let need = self.make(state);
        let market = &self.0.deal.trade.market;
        let listing = match state {
            NeedState::Unmet => {
                let spec = ListingSpec::of(&need.also[0]);
                self.0.world.open_listing(self.0.seller(), &spec)
            }
            _ => self.0.deal.trade.listing.clone(),
        };
        let id = need.path.rsplit('/').next().unwrap();
        let body = super::quotations::request_of_need(id, &market.cooperative.id);
        let talk = super::quotations::ask(self.0, body);
        super::quotations::quote(self.0, &talk[1], &listing);
        need.with(talk[1].clone())
    }
}

/// Rounds that the network convenes.
pub struct Rounds<'c>(pub &'c Cast<'c>);

impl Trial for Rounds<'_> {
    type State = RoundState;
    type Act = RoundAct;
    const STATES: &'static [RoundState] = RoundState::ALL;
    const ACTS: &'static [RoundAct] = RoundAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.0.people.iter().collect()
    }
    fn reader(&self) -> &Client {
        &self.0.deal.trade.market.network.admin
    }

    fn make(&self, state: RoundState) -> Thing {
        let (trade, admin) = (&self.0.deal.trade, self.reader());
        let body = json!({"title": "First half", "currency": "ARS",
            "rule_set_id": trade.market.rule_set});
        let round = admin.post("/api/v1/rounds", body).expect(201);
        let path = format!("/api/v1/rounds/{}", round.id());
        let entry = json!({"need_id": trade.need("10")});
        let entered = self.0.buyer().post(&format!("{path}/needs"), entry);
        entered.expect(201);
        let act = |act: &str, status| {
            let etag = admin.get(&path).expect(200).etag;
            admin.act(&format!("{path}/{act}"), &etag).expect(status);
        };
        match state {
            RoundState::Open => {}
            RoundState::Planning => act("plan", 202),
            RoundState::Planned => {
                act("plan", 202);
                self.0.world.work();
            }
            RoundState::Cancelled => act("cancel", 200),
        }
        Thing::at(path)
    }

    fn ways(act: RoundAct) -> Vec<Way<Self>> {
        let admin = |_| -> &'static [&'static str] { &["network admin"] };
        match act {
            RoundAct::Plan => vec![Way::request(admin, |_, by, round, etag| {
                by.act(&format!("{}/plan", round.path), etag)
            })],
            RoundAct::Cancel => vec![Way::request(admin, |_, by, round, etag| {
                by.act(&format!("{}/cancel", round.path), etag)
            })],
            RoundAct::Finish => vec![Way::time(|rounds, _| {
                rounds.0.world.work();
            })],
            RoundAct::Fail => vec![Way::consequence(
                "the server gives a job up; `rounds` has the story",
            )],
        }
    }
}
