//! Complaints of the union about the co-operative, which the network's inspectors decide.
use super::cast::{Cast, Person};
use super::trial::{Thing, Trial};
use super::way::Way;
use crate::support::{Client, Response};
use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use ordering::{ComplaintAct, ComplaintState};
use serde_json::json;
use store::ids::ComplaintId;
use store::schema::complaints;
use store::sql::Time;

/// Complaints about purchase orders.
pub struct Complaints<'c>(pub &'c Cast<'c>);

fn answer(by: &Client, complaint: &str, etag: &str) -> Response {
    let text = json!({"text": "The kiln failed; we make them anew."});
    by.post_if(&format!("{complaint}/answer"), etag, text)
}

fn decide(by: &Client, complaint: &str, etag: &str) -> Response {
    let outcome = json!({"finding": "upheld", "text": "They are made anew."});
    by.post_if(&format!("{complaint}/decide"), etag, outcome)
}

impl Complaints<'_> {
    /// The time to answer the complaint passes.
    fn lapse(&self, complaint: &str) {
        let id = complaint.rsplit('/').next().unwrap();
        let id: ComplaintId = id.parse::<uuid::Uuid>().unwrap().into();
        let (filed, due) = (
            Utc::now() - TimeDelta::days(20),
            Utc::now() - TimeDelta::minutes(1),
        );
        diesel::update(complaints::table.find(id))
            .set((
                complaints::filed_at.eq(Time::from(filed)),
                complaints::statement_due_at.eq(Time::from(due)),
            ))
            .execute(&mut self.0.world.conn())
            .unwrap();
        self.0.world.work();
    }
}

impl Trial for Complaints<'_> {
    type State = ComplaintState;
    type Act = ComplaintAct;
    const STATES: &'static [ComplaintState] = ComplaintState::ALL;
    const ACTS: &'static [ComplaintAct] = ComplaintAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.0.people.iter().collect()
    }
    fn reader(&self) -> &Client {
        self.0.seller()
    }

    fn make(&self, state: ComplaintState) -> Thing {
        let (buyer, seller) = (self.0.buyer(), self.0.seller());
        let [_, issued] = self.0.issued("10");
        let body = json!({"object": "purchase_order", "object_id": issued.rsplit('/').next(),
            "network_id": self.0.deal.trade.market.network.id, "grounds": "Without glaze."});
        let filed = buyer.post("/api/v1/complaints", body).expect(201);
        let path = format!("/api/v1/complaints/{}", filed.id());
        match state {
            ComplaintState::Filed => {}
            ComplaintState::Unanswered => self.lapse(&path),
            ComplaintState::Answered => {
                answer(seller, &path, &filed.etag).expect(200);
            }
            ComplaintState::Decided => {
                let answered = answer(seller, &path, &filed.etag).expect(200);
                let inspector = self.0.person("network inspector");
                decide(inspector, &path, &answered.etag).expect(200);
            }
            ComplaintState::Withdrawn => {
                let withdraw = format!("{path}/withdraw");
                buyer.act(&withdraw, &filed.etag).expect(200);
            }
        }
        Thing::at(path)
    }

    fn ways(act: ComplaintAct) -> Vec<Way<Self>> {
        match act {
            ComplaintAct::Answer => vec![Way::request(
                |_| {
                    &[
                        "cooperative admin",
                        "cooperative seller",
                        "cooperative buyer",
                    ]
                },
                |_, by, complaint, etag| answer(by, &complaint.path, etag),
            )],
            ComplaintAct::Lapse => vec![Way::time(|complaints: &Self, complaint| {
                complaints.lapse(&complaint.path);
            })],
            ComplaintAct::Decide => vec![Way::request(
                |_| &["network inspector"],
                |_, by, complaint, etag| decide(by, &complaint.path, etag),
            )],
            ComplaintAct::Withdraw => vec![Way::request(
                |_| &["union admin", "union buyer"],
                |_, by, complaint, etag| by.act(&format!("{}/withdraw", complaint.path), etag),
            )],
        }
    }
}
