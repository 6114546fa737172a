//! What is quoted: requests to co-operatives, and the talk with each.
use super::cast::{Cast, Person};
use super::trial::{Thing, Trial};
use super::way::Way;
use crate::support::governance::today;
use crate::support::{Client, Response};
use chrono::{Days, TimeDelta, Utc};
use ordering::{QuotationAct, QuotationRequestAct, QuotationRequestState, QuotationState};
use serde_json::{Value, json};

/// The body of a request about a need.
pub fn request_of_need(need: &str, cooperative: &str) -> Value {
    json!({"title": "Tiles", "need_id": need, "cooperatives": [cooperative],
        "note": "", "answer_by": Utc::now() + TimeDelta::days(10)})
}

fn request_of_lines(cast: &Cast<'_>) -> Value {
    let market = &cast.deal.trade.market;
    json!({"title": "Tiles", "currency": "ARS", "cooperatives": [market.cooperative.id],
        "note": "", "answer_by": Utc::now() + TimeDelta::days(10),
        "lines": [{"product_id": market.product, "specification": "", "quantity": "10", "region": "AR-B",
            "due_on": today() + Days::new(80)}]})
}

/// Asks the co-operative; the paths of the request and of the talk about it.
pub fn ask(cast: &Cast<'_>, body: Value) -> [String; 2] {
    let sent = cast.buyer().post("/api/v1/requests-for-quotation", body);
    let id = sent.expect(201).id();
    let comparison = format!("/api/v1/requests-for-quotation/{id}/comparison");
    let comparison = cast.buyer().get(&comparison).expect(200);
    let talk = comparison.body["quotations"][0]["quotation_id"].as_str();
    let talk = talk.unwrap_or_else(|| panic!("{:#}", comparison.body));
    [
        format!("/api/v1/requests-for-quotation/{id}"),
        format!("/api/v1/quotations/{talk}"),
    ]
}

fn offer(listing: &str) -> Value {
    json!({"lines": [{"line": 1, "listing_id": listing, "quantity": "10", "offered_unit_price": null}],
        "valid_until": today() + Days::new(20), "advance_rate": null, "payment_days": null,
        "note": "Ready in three weeks."})
}

/// The co-operative quotes.
pub fn quote(cast: &Cast<'_>, talk: &str, listing: &str) {
    let etag = cast.seller().get(talk).expect(200).etag;
    let path = format!("{talk}/quote");
    cast.seller()
        .post_if(&path, &etag, offer(listing))
        .expect(200);
}

fn note() -> Value {
    json!({"note": "Thank you."})
}

fn counter(by: &Client, talk: &str, etag: &str) -> Response {
    let body = json!({"lines": [], "advance_rate": "0.3", "note": "Less in advance?"});
    by.post_if(&format!("{talk}/counter"), etag, body)
}

/// A talk of this state, by what is done to it: its path, with that of its request.
fn talk_in(cast: &Cast<'_>, state: QuotationState) -> Thing {
    use QuotationState as State;
    let [request, talk] = ask(cast, request_of_lines(cast));
    let (buyer, seller) = (cast.buyer(), cast.seller());
    if !matches!(state, State::Asked | State::Expired) {
        quote(cast, &talk, &cast.deal.trade.listing);
    }
    let etag = seller.get(&talk).expect(200).etag;
    match state {
        State::Asked | State::Quoted => {}
        State::Countered => {
            counter(buyer, &talk, &etag).expect(200);
        }
        State::Accepted => {
            buyer.act(&format!("{talk}/accept"), &etag).expect(201);
        }
        State::Declined => {
            let path = format!("{talk}/decline");
            seller.post_if(&path, &etag, note()).expect(200);
        }
        State::Withdrawn => {
            let path = format!("{talk}/withdraw");
            seller.post_if(&path, &etag, note()).expect(200);
        }
        State::Expired => {
            cast.world.work_at(Utc::now() + TimeDelta::days(11));
        }
    }
    Thing::at(talk).with(request)
}

/// Requests of the union.
pub struct Requests<'c>(pub &'c Cast<'c>);

impl Trial for Requests<'_> {
    type State = QuotationRequestState;
    type Act = QuotationRequestAct;
    const STATES: &'static [QuotationRequestState] = QuotationRequestState::ALL;
    const ACTS: &'static [QuotationRequestAct] = QuotationRequestAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.0.people.iter().collect()
    }
    fn reader(&self) -> &Client {
        self.0.buyer()
    }

    fn make(&self, state: QuotationRequestState) -> Thing {
        use QuotationRequestState as State;
        let talk = talk_in(
            self.0,
            match state {
                State::Open | State::Withdrawn => QuotationState::Quoted,
                State::Ordered => QuotationState::Accepted,
                State::Expired => QuotationState::Declined,
            },
        );
        let path = talk.also[0].clone();
        if state == State::Withdrawn {
            let etag = self.0.buyer().get(&path).expect(200).etag;
            let withdraw = format!("{path}/withdraw");
            self.0.buyer().act(&withdraw, &etag).expect(200);
        }
        Thing::at(path).with(talk.path)
    }

    fn ways(act: QuotationRequestAct) -> Vec<Way<Self>> {
        let buyer = |_| -> &'static [&'static str] { &["union buyer"] };
        match act {
            QuotationRequestAct::Order => vec![
                Way::request(buyer, |requests: &Self, by, request, _| {
                    let talk = &request.also[0];
                    let etag = requests.0.seller().get(talk).etag;
                    let etag = if etag.is_empty() { "\"1\"" } else { &etag };
                    by.act(&format!("{talk}/accept"), etag)
                })
                .about(|request| &request.also[0]),
            ],
            QuotationRequestAct::Withdraw => vec![Way::request(buyer, |_, by, request, etag| {
                by.act(&format!("{}/withdraw", request.path), etag)
            })],
            QuotationRequestAct::Expire => vec![Way::time(|requests, _| {
                requests.0.world.work_at(Utc::now() + TimeDelta::days(30));
            })],
        }
    }
}

/// Talks between the union and the co-operative.
pub struct Talks<'c>(pub &'c Cast<'c>);

impl Trial for Talks<'_> {
    type State = QuotationState;
    type Act = QuotationAct;
    const STATES: &'static [QuotationState] = QuotationState::ALL;
    const ACTS: &'static [QuotationAct] = QuotationAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.0.people.iter().collect()
    }
    fn reader(&self) -> &Client {
        self.0.seller()
    }
    fn make(&self, state: QuotationState) -> Thing {
        talk_in(self.0, state)
    }

    fn ways(act: QuotationAct) -> Vec<Way<Self>> {
        use QuotationState as State;
        let buyer = |_| -> &'static [&'static str] { &["union buyer"] };
        let seller =
            |_| -> &'static [&'static str] { &["cooperative seller", "cooperative treasurer"] };
        match act {
            QuotationAct::Quote => vec![Way::request(seller, |talks, by, talk, etag| {
                let body = offer(&talks.0.deal.trade.listing);
                by.post_if(&format!("{}/quote", talk.path), etag, body)
            })],
            QuotationAct::Counter => vec![Way::request(buyer, |_, by, talk, etag| {
                counter(by, &talk.path, etag)
            })],
            QuotationAct::Accept => vec![Way::request(buyer, |_, by, talk, etag| {
                by.act(&format!("{}/accept", talk.path), etag)
            })],
            QuotationAct::Decline => vec![Way::request(
                |_| &["union buyer", "cooperative seller", "cooperative treasurer"],
                |_, by, talk, etag| by.post_if(&format!("{}/decline", talk.path), etag, note()),
            )],
            QuotationAct::Withdraw => vec![
                // Before it has quoted, the co-operative has nothing to take back: it declines.
                Way::request(seller, |_, by, talk, etag| {
                    by.post_if(&format!("{}/withdraw", talk.path), etag, note())
                })
                .from(&[State::Quoted, State::Countered]),
                // The buyer takes the request back, and every talk about it ends.
                Way::request(buyer, |talks: &Self, by, talk, _| {
                    let request = &talk.also[0];
                    let etag = talks.0.buyer().get(request).etag;
                    let etag = if etag.is_empty() { "\"1\"" } else { &etag };
                    by.act(&format!("{request}/withdraw"), etag)
                })
                .about(|talk| &talk.also[0]),
            ],
            QuotationAct::Expire => vec![Way::time(|talks, _| {
                talks.0.world.work_at(Utc::now() + TimeDelta::days(30));
            })],
        }
    }
}
