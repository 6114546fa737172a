//! What is agreed: framework agreements and the reviews of their prices.
use super::cast::{Cast, Person};
use super::trial::{Thing, Trial};
use super::way::{Send, Way};
use crate::support::agreements::{agreement_id, tiles};
use crate::support::governance::{days_ago, today};
use crate::support::{Client, Response};
use chrono::Days;
use diesel::prelude::*;
use ordering::{AgreementAct, AgreementState, ReviewAct, ReviewState};
use serde_json::{Value, json};
use store::schema::agreement_clauses;

/// Terms with an index to review by and a clause to measure.
fn terms(cast: &Cast<'_>) -> Value {
    let mut terms = cast.deal.terms("100");
    terms["indexation"] = json!({"fixed": "0.5",
        "indices": [{"name": "labour", "weight": "0.5", "base": "100"}]});
    terms["clauses"] = json!([{"kind": "weekly_hours", "wording": "Forty hours a week.",
        "target": "40", "review_on": today() + Days::new(50)}]);
    terms
}

/// An agreement in force whose prices are old enough to be reviewed, and whose clause is due.
fn in_force(cast: &Cast<'_>) -> Response {
    let agreement = cast.deal.in_force(terms(cast));
    due(cast, &agreement);
    agreement
}

fn due(cast: &Cast<'_>, agreement: &Response) {
    cast.deal.priced_on(agreement, days_ago(100));
    let of_it = agreement_clauses::agreement_id.eq(agreement_id(&agreement.id()));
    diesel::update(agreement_clauses::table.filter(of_it))
        .set(agreement_clauses::review_on.eq(days_ago(10)))
        .execute(&mut cast.world.conn())
        .unwrap();
}

fn at(agreement: &Response) -> Thing {
    Thing::at(format!("/api/v1/framework-agreements/{}", agreement.id()))
}

/// The term of the agreement is over.
fn end_term(cast: &Cast<'_>, agreement: &Response) {
    cast.deal.with_term(agreement, days_ago(20), days_ago(1));
    cast.world.work();
}

fn propose(by: &Client, agreement: &str, etag: &str) -> Response {
    let body = json!({"reason": "wages", "note": "The new wage.", "indices": [{"name": "labour", "now": "104"}]});
    by.post_if(&format!("{agreement}/price-reviews"), etag, body)
}

/// Agreements of the two.
pub struct Agreements<'c>(pub &'c Cast<'c>);

impl Trial for Agreements<'_> {
    type State = AgreementState;
    type Act = AgreementAct;
    const STATES: &'static [AgreementState] = AgreementState::ALL;
    const ACTS: &'static [AgreementAct] = AgreementAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.0.people.iter().collect()
    }
    fn reader(&self) -> &Client {
        self.0.buyer()
    }

    fn make(&self, state: AgreementState) -> Thing {
        let cast = self.0;
        let agreement = match state {
            AgreementState::Draft => cast.deal.draft(terms(cast)),
            AgreementState::Offered => cast.deal.offered(terms(cast)),
            AgreementState::InForce => in_force(cast),
            AgreementState::Expired => {
                let agreement = in_force(cast);
                end_term(cast, &agreement);
                agreement
            }
            AgreementState::Ended => {
                let path = at(&in_force(cast)).path;
                let etag = cast.buyer().get(&path).expect(200).etag;
                let reason = json!({"reason": "The halls are full."});
                let ended = cast.buyer().post_if(&format!("{path}/end"), &etag, reason);
                ended.expect(200)
            }
        };
        at(&agreement)
    }

    fn ways(act: AgreementAct) -> Vec<Way<Self>> {
        let buyer = |_| -> &'static [&'static str] { &["union buyer"] };
        // A draft is on its buyer's desk.
        let both = |state| -> &'static [&'static str] {
            match state {
                AgreementState::Draft => &["union buyer"],
                _ => &["union buyer", "cooperative seller", "cooperative treasurer"],
            }
        };
        let signers = |state| -> &'static [&'static str] {
            match state {
                AgreementState::Draft => &["union approver"],
                _ => &[
                    "union approver",
                    "cooperative seller",
                    "cooperative treasurer",
                ],
            }
        };
        match act {
            AgreementAct::Change => vec![Way::request(both, |all, by, agreement, etag| {
                by.put(&agreement.path, etag, terms(all.0))
            })],
            AgreementAct::Offer => vec![Way::request(buyer, |_, by, agreement, etag| {
                by.act(&format!("{}/offer", agreement.path), etag)
            })],
            AgreementAct::Withdraw => vec![Way::request(buyer, |_, by, agreement, etag| {
                by.act(&format!("{}/withdraw", agreement.path), etag)
            })],
            AgreementAct::Sign => vec![
                Way::request(signers, |_, by, agreement, etag| {
                    by.act(&format!("{}/sign", agreement.path), etag)
                })
                .once(others_have_signed),
            ],
            AgreementAct::CallOff => vec![Way::request(buyer, |_, by, agreement, _| {
                by.post(&format!("{}/call-offs", agreement.path), tiles("1"))
            })],
            AgreementAct::Review => vec![Way::request(signers, |_, by, agreement, etag| {
                propose(by, &agreement.path, etag)
            })],
            AgreementAct::Check => vec![Way::request(measurers, |_, by, agreement, _| {
                let body =
                    json!({"measured": "40", "measured_on": days_ago(1), "note": "Payroll."});
                by.post(&format!("{}/clauses/1/checks", agreement.path), body)
            })],
            AgreementAct::Expire => vec![Way::time(|all, agreement| {
                let agreement = all.reader().get(&agreement.path).expect(200);
                end_term(all.0, &agreement);
            })],
            AgreementAct::End => vec![Way::request(both, |_, by, agreement, etag| {
                let reason = json!({"reason": "The halls are full."});
                by.post_if(&format!("{}/end", agreement.path), etag, reason)
            })],
        }
    }
}

/// Both sides, and the network's people who see how the work is done.
fn measurers(state: AgreementState) -> &'static [&'static str] {
    match state {
        AgreementState::Draft => &["union buyer"],
        AgreementState::Offered => &["union buyer", "cooperative seller", "cooperative treasurer"],
        _ => &[
            "union buyer",
            "cooperative seller",
            "cooperative treasurer",
            "network verifier",
            "network inspector",
        ],
    }
}

/// All have signed who are asked to, but one.
fn others_have_signed(all: &Agreements<'_>, agreement: &Thing, but: &str) {
    let deal = &all.0.deal;
    let [first, second] = &deal.trade.approvers;
    let mut signers = vec![first];
    signers.push(if but.starts_with("union") {
        &deal.treasurer
    } else {
        second
    });
    for signer in signers {
        let etag = all.reader().get(&agreement.path).expect(200).etag;
        let sign = format!("{}/sign", agreement.path);
        signer.act(&sign, &etag).expect(200);
    }
}

/// Reviews that the co-operative asks for, and some that the union does.
pub struct Reviews<'c>(pub &'c Cast<'c>);

impl Reviews<'_> {
    /// A review that somebody of a side asked for.
    fn asked(&self, by: &Client) -> Thing {
        let agreement = at(&in_force(self.0)).path;
        let etag = by.get(&agreement).expect(200).etag;
        let asked = propose(by, &agreement, &etag).expect(201);
        Thing::at(format!("{agreement}/price-reviews/{}", asked.id()))
    }

    fn asked_by_the_union(&self, _: ReviewState) -> Thing {
        self.asked(&self.0.deal.trade.approvers[0])
    }
}

const OF_UNION: &[&str] = &["union approver"];
const OF_COOPERATIVE: &[&str] = &["cooperative seller", "cooperative treasurer"];

impl Trial for Reviews<'_> {
    type State = ReviewState;
    type Act = ReviewAct;
    const STATES: &'static [ReviewState] = ReviewState::ALL;
    const ACTS: &'static [ReviewAct] = ReviewAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.0.people.iter().collect()
    }
    fn reader(&self) -> &Client {
        self.0.seller()
    }

    fn make(&self, state: ReviewState) -> Thing {
        let (seller, approver) = (self.0.seller(), &self.0.deal.trade.approvers[0]);
        let review = self.asked(seller);
        let done = match state {
            ReviewState::Proposed => None,
            ReviewState::Accepted => Some((approver, "accept")),
            ReviewState::Refused => Some((approver, "refuse")),
            ReviewState::Withdrawn => Some((seller, "withdraw")),
        };
        if let Some((by, act)) = done {
            let etag = by.get(&review.path).expect(200).etag;
            let act = format!("{}/{act}", review.path);
            by.act(&act, &etag).expect(200);
        }
        review
    }

    fn ways(act: ReviewAct) -> Vec<Way<Self>> {
        let send: Send<Self> = match act {
            ReviewAct::Accept => |_, by, at, etag| by.act(&format!("{}/accept", at.path), etag),
            ReviewAct::Refuse => |_, by, at, etag| by.act(&format!("{}/refuse", at.path), etag),
            ReviewAct::Withdraw => |_, by, at, etag| by.act(&format!("{}/withdraw", at.path), etag),
        };
        let asked_by_the_union = |of: fn(ReviewState) -> &'static [&'static str]| {
            let way = Way::request(of, send).on(Reviews::asked_by_the_union);
            way.given(&[ReviewState::Proposed])
        };
        match act {
            ReviewAct::Accept | ReviewAct::Refuse => vec![
                Way::request(|_| OF_UNION, send),
                asked_by_the_union(|_| OF_COOPERATIVE),
            ],
            ReviewAct::Withdraw => vec![
                Way::request(|_| OF_COOPERATIVE, send),
                asked_by_the_union(|_| OF_UNION),
            ],
        }
    }
}
