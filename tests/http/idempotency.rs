//! One key, one act: whatever is sent again, and whenever.
use crate::support::{on_each_database, on_each_database_mut};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Barrier;

const CLIENTS: usize = 50;

#[test]
fn the_same_order_from_fifty_clients_at_once_is_one_order() {
    on_each_database_mut(|world| {
        let (body, buyer, first) = {
            let trade = world.trade();
            let body = json!({"proposal_id": trade.propose(&trade.need("10"))});
            let buyer = trade.market.buyer.with_key("order-of-the-congress");
            let gate = Barrier::new(CLIENTS);
            let answers: Vec<_> = std::thread::scope(|scope| {
                let clients: Vec<_> = (0..CLIENTS)
                    .map(|_| {
                        let (buyer, body, gate) = (buyer.clone(), body.clone(), &gate);
                        scope.spawn(move || {
                            gate.wait();
                            buyer.post("/api/v1/orders", body)
                        })
                    })
                    .collect();
                clients
                    .into_iter()
                    .map(|client| client.join().unwrap())
                    .collect()
            });
            let mut ids = BTreeSet::new();
            for answer in answers {
                if answer.status == 201 {
                    ids.insert(answer.id());
                } else {
                    answer.refused(409, "idempotency_key_in_flight");
                }
            }
            assert_eq!(ids.len(), 1, "all who were answered hold the same order");
            let page = trade
                .market
                .buyer
                .get("/api/v1/orders?limit=100")
                .expect(200);
            assert_eq!(page.body["items"].as_array().unwrap().len(), 1);
            assert_eq!(trade.reserved(&trade.listing), 10);
            (body, buyer, ids.pop_first().unwrap())
        };

        world.restart();
        let email = buyer.email().to_owned();
        let buyer = world
            .client()
            .log_in(&email, crate::support::world::PASSWORD);
        let again = buyer
            .with_key("order-of-the-congress")
            .post("/api/v1/orders", body)
            .expect(201);
        assert_eq!(again.id(), first, "after a restart too");
        let page = buyer.get("/api/v1/orders?limit=100").expect(200);
        assert_eq!(page.body["items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_key_of_another_request_is_refused_and_a_refused_act_may_be_repeated() {
    on_each_database(|world| {
        let trade = world.trade();
        let keyed = trade.market.buyer.with_key("k");
        let first = json!({"proposal_id": trade.propose(&trade.need("10"))});
        let second = json!({"proposal_id": trade.propose(&trade.need("20"))});
        let unknown = json!({"proposal_id": uuid::Uuid::now_v7()});
        keyed
            .post("/api/v1/orders", unknown)
            .refused(404, "not_found");
        let order = keyed.post("/api/v1/orders", first.clone()).expect(201);
        keyed
            .post("/api/v1/orders", second)
            .refused(422, "idempotency_key_reused");
        assert_eq!(
            keyed.post("/api/v1/orders", first).expect(201).id(),
            order.id()
        );
    });
}
