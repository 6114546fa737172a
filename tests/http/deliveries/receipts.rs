//! Despatch advices and receipts (FU1, FU2), and what those who use the goods say (S18).
use super::decimal;
use crate::support::deliveries::receive;
use crate::support::governance::today;
use crate::support::on_each_database;
use serde_json::json;
use std::sync::Barrier;

#[test]
fn a_branch_records_what_was_accepted_rejected_and_short_once() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("1000");
        delivery.agree_stages(&[(20, "400"), (35, "600")]);
        let stage = delivery.stage(0);
        let refused = delivery.send(&stage, "401").refused(400, "invalid_input");
        assert!(
            refused.body["detail"]
                .as_str()
                .unwrap()
                .contains("waits for 400")
        );
        let sent = delivery.send(&stage, "400").expect(201);
        assert!(sent.body["reference"].as_str().unwrap().starts_with("DA-"));
        assert_eq!(sent.body["parts"][0]["quantity"], "400");
        delivery.send(&stage, "1").refused(400, "invalid_input");

        let (buyer, seller) = (delivery.buyer(), delivery.seller());
        receive(seller, &sent, ["400", "0", "0"]).refused(404, "not_found");
        receive(&trade.market.network.admin, &sent, ["400", "0", "0"]).refused(404, "not_found");
        let refused = delivery
            .receive(&sent, ["380", "15", "4"])
            .refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/lines/1"]);
        let path = format!("/api/v1/despatches/{}/receipts", sent.id());
        let silent = json!({"received_on": today(), "lines": [
            {"line": 1, "accepted": "380", "rejected": "20", "short": "0", "reason": null}]});
        buyer.post(&path, silent).refused(400, "invalid_input");
        let other = json!({"received_on": today(), "lines": [
            {"line": 2, "accepted": "400", "rejected": "0", "short": "0"}]});
        buyer.post(&path, other).refused(400, "invalid_input");
        let receipt = delivery.receive(&sent, ["380", "15", "5"]).expect(201);
        assert_eq!(receipt.body["lines"][0]["accepted"], "380");
        delivery
            .receive(&sent, ["380", "15", "5"])
            .refused(409, "duplicate");

        let figures = delivery.progress();
        assert_eq!(figures["ordered"], "1000");
        assert_eq!(figures["despatched"], "400");
        assert_eq!(figures["accepted"], "380");
        assert_eq!(figures["claimed"], "20");
        let listed = seller.get("/api/v1/receipts").expect(200);
        assert_eq!(listed.body["items"][0]["id"], receipt.body["id"]);
        let listed = buyer.get("/api/v1/despatches").expect(200);
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);
        let one = format!("/api/v1/receipts/{}", receipt.id());
        trade
            .market
            .network
            .admin
            .get(&one)
            .refused(404, "not_found");
        assert_eq!(delivery.status(), "accepted");
    });
}

#[test]
fn those_who_use_the_goods_rate_them_and_the_record_counts() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let sent = delivery.send(&delivery.stage(0), "100").expect(201);
        let receipt = delivery.receive(&sent, ["100", "0", "0"]).expect(201);
        let path = format!("/api/v1/receipts/{}/rating", receipt.id());
        let good = json!({"fitness": 4, "comment": "They hold well."});
        for wrong in [0, 6] {
            let body = json!({"fitness": wrong});
            delivery
                .buyer()
                .put(&path, &receipt.etag, body)
                .refused(400, "invalid_input");
        }
        delivery
            .seller()
            .put(&path, &receipt.etag, good.clone())
            .refused(403, "forbidden");
        // A delegate without any other role.
        let delegate = trade.market.union.member(&["member"]);
        let rated = delegate.put(&path, &receipt.etag, good).expect(200);
        assert_eq!(rated.body["fitness"], 4);
        delegate
            .put(&path, &receipt.etag, json!({"fitness": 5}))
            .refused(412, "stale");
        delegate
            .put(&path, &rated.etag, json!({"fitness": 5}))
            .expect(200);
        let record = format!(
            "/api/v1/organisations/{}/use-ratings",
            trade.market.cooperative.id
        );
        let counts = delivery.seller().get(&record).expect(200);
        let of = |fitness: usize| {
            counts.body["ratings"][fitness - 1]["receipts"]
                .as_i64()
                .unwrap()
        };
        assert_eq!((1..=5).map(of).collect::<Vec<_>>(), [0, 0, 0, 0, 1]);
    });
}

#[test]
fn of_two_despatches_of_the_last_units_one_goes_out() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let stage = delivery.stage(0);
        let gate = Barrier::new(8);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..8)
                .map(|_| {
                    let (seller, path) = (
                        delivery.seller().clone(),
                        format!("{}/despatches", delivery.path),
                    );
                    let body = json!({"stage_id": stage, "despatched_on": today(),
                        "lines": [{"line": 1, "quantity": "60"}]});
                    let gate = &gate;
                    scope.spawn(move || {
                        gate.wait();
                        seller.post(&path, body).status
                    })
                })
                .collect();
            senders
                .into_iter()
                .map(|sender| sender.join().unwrap())
                .collect()
        });
        assert_eq!(
            statuses.iter().filter(|status| **status == 201).count(),
            1,
            "{statuses:?}"
        );
        assert!(statuses.iter().all(|status| [201, 400].contains(status)));
        assert_eq!(decimal(&delivery.progress()["despatched"]), 60.into());
    });
}
