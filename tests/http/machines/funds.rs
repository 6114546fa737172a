//! Advances that the network's fund pays for the union.
use super::cast::{Cast, Person};
use super::trial::{Thing, Trial};
use super::way::Way;
use crate::support::Client;
use crate::support::deliveries::payment;
use crate::support::pools::Fund;
use ordering::{FundAdvanceAct, FundAdvanceState};
use serde_json::json;

/// Advances on one purchase order.
pub struct Advances<'c> {
    cast: &'c Cast<'c>,
    fund: Fund,
    purchase_order: String,
    third: Client,
}

impl<'c> Advances<'c> {
    pub fn new(cast: &'c Cast<'c>) -> Self {
        let network = &cast.deal.trade.market.network;
        let fund = cast.world.fund(network);
        fund.deposit("1000.00");
        let (_, delivery) = cast.accepted("10");
        Self {
            cast,
            purchase_order: delivery.id().to_owned(),
            fund,
            third: network.member(&["fund_steward"]),
        }
    }

    fn act(&self, by: &Client, path: &str, act: &str) {
        let etag = by.get(path).expect(200).etag;
        by.act(&format!("{path}/{act}"), &etag).expect(200);
    }
}

fn repay(by: &Client, path: &str, etag: &str) -> crate::support::Response {
    by.post_if(&format!("{path}/repayments"), etag, payment("1.00", "R-1"))
}

impl Trial for Advances<'_> {
    type State = FundAdvanceState;
    type Act = FundAdvanceAct;
    const STATES: &'static [FundAdvanceState] = FundAdvanceState::ALL;
    const ACTS: &'static [FundAdvanceAct] = FundAdvanceAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.cast.people.iter().collect()
    }
    fn reader(&self) -> &Client {
        &self.fund.stewards[0]
    }

    fn make(&self, state: FundAdvanceState) -> Thing {
        let [proposer, second] = &self.fund.stewards;
        let union = &self.cast.deal.trade.market.union.id;
        let body = json!({"purchase_order_id": self.purchase_order, "payer_id": union,
            "amount": {"amount": "1.00", "currency": "ARS"}, "used_for": "cooperative"});
        let advances = format!("{}/advances", self.fund.path);
        let proposed = proposer.post(&advances, body).expect(201);
        let path = format!("{advances}/{}", proposed.id());
        if matches!(state, FundAdvanceState::Released | FundAdvanceState::Repaid) {
            self.act(second, &path, "approve");
            self.act(&self.third, &path, "approve");
        }
        match state {
            FundAdvanceState::Repaid => {
                let etag = proposer.get(&path).expect(200).etag;
                repay(proposer, &path, &etag).expect(200);
            }
            FundAdvanceState::Cancelled => self.act(proposer, &path, "cancel"),
            _ => {}
        }
        Thing::at(path)
    }

    fn ways(act: FundAdvanceAct) -> Vec<Way<Self>> {
        let steward = |_| -> &'static [&'static str] { &["network fund_steward"] };
        match act {
            FundAdvanceAct::Release => vec![
                Way::request(steward, |_, by, advance, etag| {
                    by.act(&format!("{}/approve", advance.path), etag)
                })
                .once(|advances, advance, _| {
                    advances.act(&advances.third, &advance.path, "approve");
                }),
            ],
            FundAdvanceAct::Repay => vec![Way::request(steward, |_, by, advance, etag| {
                repay(by, &advance.path, etag)
            })],
            FundAdvanceAct::Cancel => vec![Way::request(steward, |_, by, advance, etag| {
                by.act(&format!("{}/cancel", advance.path), etag)
            })],
        }
    }
}
