//! What is delivered: claims, consultations, artwork.
use super::cast::{Cast, Person};
use super::trial::{Thing, Trial};
use super::way::Way;
use crate::support::deliveries::{Delivery, in_days};
use crate::support::{Client, Response};
use chrono::{TimeDelta, Utc};
use ordering::{
    ArtworkAct, ArtworkState, ClaimAct, ClaimState, ConsultationAct, ConsultationState,
};
use serde_json::json;

/// Claims about tiles that came broken.
pub struct Claims<'c>(pub &'c Cast<'c>);

fn promise(by: &Client, claim: &str, etag: &str) -> Response {
    let body = json!({"remake_by": in_days(20)});
    by.post_if(&format!("{claim}/promise-remake"), etag, body)
}

impl Claims<'_> {
    /// Of ten tiles five are not good.
    fn broken(&self) -> (Delivery<'_, '_>, String) {
        let (_, delivery) = self.0.accepted("10");
        let sent = delivery.send(&delivery.stage(0), "10").expect(201);
        delivery.receive(&sent, ["5", "5", "0"]).expect(201);
        let id = delivery.claims()[0]["id"].as_str().unwrap().to_owned();
        (delivery, id)
    }
}

impl Trial for Claims<'_> {
    type State = ClaimState;
    type Act = ClaimAct;
    const STATES: &'static [ClaimState] = ClaimState::ALL;
    const ACTS: &'static [ClaimAct] = ClaimAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.0.people.iter().collect()
    }
    fn reader(&self) -> &Client {
        self.0.seller()
    }

    fn make(&self, state: ClaimState) -> Thing {
        let (delivery, id) = self.broken();
        let path = format!("/api/v1/claims/{id}");
        let seller = self.0.seller();
        let etag = seller.get(&path).expect(200).etag;
        match state {
            ClaimState::Open => {}
            ClaimState::RemakePromised => {
                promise(seller, &path, &etag).expect(200);
            }
            ClaimState::Remade => {
                promise(seller, &path, &etag).expect(200);
                let again = delivery.send_again(&id, "5").expect(201);
                delivery.receive(&again, ["5", "0", "0"]).expect(201);
            }
            ClaimState::Credited => {
                let refuse = format!("{path}/refuse-remake");
                seller.act(&refuse, &etag).expect(200);
            }
        }
        Thing::at(path)
    }

    fn ways(act: ClaimAct) -> Vec<Way<Self>> {
        let seller = |_| -> &'static [&'static str] { &["cooperative seller"] };
        match act {
            ClaimAct::PromiseRemake => vec![Way::request(seller, |_, by, claim, etag| {
                promise(by, &claim.path, etag)
            })],
            ClaimAct::RefuseRemake => vec![Way::request(seller, |_, by, claim, etag| {
                by.act(&format!("{}/refuse-remake", claim.path), etag)
            })],
            ClaimAct::Remake => vec![Way::consequence("what was made again is received")],
            ClaimAct::Lapse => vec![Way::time(|claims, _| {
                claims.0.world.work_at(Utc::now() + TimeDelta::days(31));
            })],
        }
    }
}

/// Opens a consultation about a purchase order, as its buyer; where it is.
pub fn consult(cast: &Cast<'_>, purchase_order: &str) -> String {
    let body = json!({"reason": "The hall is sold."});
    let path = format!("{purchase_order}/consultations");
    let opened = cast.buyer().post(&path, body).expect(201);
    format!("/api/v1/consultations/{}", opened.id())
}

fn say(by: &Client, talk: &str, etag: &str) -> Response {
    let body = json!({"statement": "Nothing is fired yet.",
        "work_done": {"amount": "0.00", "currency": "ARS"}});
    by.post_if(&format!("{talk}/answer"), etag, body)
}

/// The co-operative answers.
pub fn answer(cast: &Cast<'_>, talk: &str) {
    let etag = cast.seller().get(talk).expect(200).etag;
    say(cast.seller(), talk, &etag).expect(200);
}

/// Consultations about cancelling.
pub struct Consultations<'c>(pub &'c Cast<'c>);

impl Trial for Consultations<'_> {
    type State = ConsultationState;
    type Act = ConsultationAct;
    const STATES: &'static [ConsultationState] = ConsultationState::ALL;
    const ACTS: &'static [ConsultationAct] = ConsultationAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.0.people.iter().collect()
    }
    fn reader(&self) -> &Client {
        self.0.seller()
    }

    fn make(&self, state: ConsultationState) -> Thing {
        let (_, delivery) = self.0.accepted("10");
        let path = consult(self.0, &delivery.path);
        let act = |act: &str| {
            let etag = self.0.buyer().get(&path).expect(200).etag;
            let path = format!("{path}/{act}");
            self.0.buyer().act(&path, &etag).expect(200);
        };
        match state {
            ConsultationState::Open => {}
            ConsultationState::Answered => answer(self.0, &path),
            ConsultationState::Unanswered => {
                self.0.world.work_at(Utc::now() + TimeDelta::days(11));
            }
            ConsultationState::Cancelled => {
                answer(self.0, &path);
                act("cancel");
            }
            ConsultationState::Settled => act("settle"),
        }
        Thing::at(path)
    }

    fn ways(act: ConsultationAct) -> Vec<Way<Self>> {
        let buyer = |_| -> &'static [&'static str] { &["union buyer"] };
        match act {
            ConsultationAct::Answer => vec![Way::request(
                |_| &["cooperative seller", "cooperative treasurer"],
                |_, by, talk, etag| say(by, &talk.path, etag),
            )],
            ConsultationAct::Lapse => vec![Way::time(|talks, _| {
                talks.0.world.work_at(Utc::now() + TimeDelta::days(11));
            })],
            ConsultationAct::Cancel => vec![Way::request(buyer, |_, by, talk, etag| {
                by.act(&format!("{}/cancel", talk.path), etag)
            })],
            ConsultationAct::Settle => vec![Way::request(buyer, |_, by, talk, etag| {
                by.act(&format!("{}/settle", talk.path), etag)
            })],
        }
    }
}

/// Artwork for the tiles of one purchase order.
pub struct Artworks<'c> {
    cast: &'c Cast<'c>,
    purchase_order: String,
}

const PDF: &[u8] = b"%PDF-1.7 a drawing";

fn offer_proof(by: &Client, artwork: &str, etag: &str) -> Response {
    let headers = [("content-type", "application/pdf"), ("if-match", etag)];
    by.post_bytes(&format!("{artwork}/proofs"), &headers, PDF)
}

fn reject(by: &Client, artwork: &str, etag: &str) -> Response {
    let reason = json!({"reason": "The red is too dark."});
    by.post_if(&format!("{artwork}/reject"), etag, reason)
}

impl<'c> Artworks<'c> {
    pub fn new(cast: &'c Cast<'c>) -> Self {
        let (_, delivery) = cast.accepted("10");
        Self {
            cast,
            purchase_order: delivery.path,
        }
    }
}

impl Trial for Artworks<'_> {
    type State = ArtworkState;
    type Act = ArtworkAct;
    const STATES: &'static [ArtworkState] = ArtworkState::ALL;
    const ACTS: &'static [ArtworkAct] = ArtworkAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.cast.people.iter().collect()
    }
    fn reader(&self) -> &Client {
        self.cast.seller()
    }

    fn make(&self, state: ArtworkState) -> Thing {
        let (buyer, seller) = (self.cast.buyer(), self.cast.seller());
        let to = format!("{}/artworks?line=1&title=Print", self.purchase_order);
        let sent = buyer.post_bytes(&to, &[("content-type", "application/pdf")], PDF);
        let sent = sent.expect(201);
        let path = format!("/api/v1/artworks/{}", sent.id());
        let proofed = || offer_proof(seller, &path, &sent.etag).expect(200).etag;
        match state {
            ArtworkState::Sent => {}
            ArtworkState::Proofed => {
                proofed();
            }
            ArtworkState::Approved => {
                buyer
                    .act(&format!("{path}/approve"), &proofed())
                    .expect(200);
            }
            ArtworkState::Rejected => {
                reject(buyer, &path, &proofed()).expect(200);
            }
            ArtworkState::Withdrawn => {
                let withdraw = format!("{path}/withdraw");
                buyer.act(&withdraw, &sent.etag).expect(200);
            }
        }
        Thing::at(path)
    }

    fn ways(act: ArtworkAct) -> Vec<Way<Self>> {
        let buyer = |_| -> &'static [&'static str] { &["union buyer"] };
        match act {
            ArtworkAct::OfferProof => vec![Way::request(
                |_| &["cooperative seller"],
                |_, by, artwork, etag| offer_proof(by, &artwork.path, etag),
            )],
            ArtworkAct::Approve => vec![Way::request(buyer, |_, by, artwork, etag| {
                by.act(&format!("{}/approve", artwork.path), etag)
            })],
            ArtworkAct::Reject => vec![Way::request(buyer, |_, by, artwork, etag| {
                reject(by, &artwork.path, etag)
            })],
            ArtworkAct::Withdraw => vec![Way::request(buyer, |_, by, artwork, etag| {
                by.act(&format!("{}/withdraw", artwork.path), etag)
            })],
        }
    }
}
