//! Material that the buyer supplies: valued apart, and accounted for to the last unit (FU3).
use crate::support::governance::today;
use crate::support::{Client, Response, on_each_database};
use serde_json::json;

fn moved(by: &Client, material: &Response, kind: &str, quantity: &str) -> Response {
    let body = json!({"kind": kind, "quantity": quantity, "on": today(), "note": "Remito 7"});
    by.post_if(
        &format!("/api/v1/materials/{}/movements", material.id()),
        &material.etag,
        body,
    )
}

#[test]
fn what_was_supplied_is_consumed_wasted_or_returned() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let total = delivery.seller().get(&delivery.path).expect(200).body["totals"].clone();
        let path = format!("{}/materials", delivery.path);
        let clay = json!({"name": "White clay", "unit": "KGM", "unit_value": "3.20"});
        delivery
            .seller()
            .post(&path, clay.clone())
            .refused(403, "forbidden");
        let unknown = json!({"name": "White clay", "unit": "BUCKET", "unit_value": "3.20"});
        delivery
            .buyer()
            .post(&path, unknown)
            .refused(400, "invalid_input");
        let clay = delivery.buyer().post(&path, clay).expect(201);
        assert_eq!(clay.body["balance"], "0");

        moved(delivery.seller(), &clay, "supplied", "500").refused(403, "forbidden");
        let there = moved(delivery.buyer(), &clay, "supplied", "500").expect(201);
        moved(delivery.buyer(), &there, "consumed", "1").refused(403, "forbidden");
        let refused = moved(delivery.seller(), &there, "consumed", "500.000001")
            .refused(409, "material_short");
        assert!(refused.body["detail"].as_str().unwrap().contains("500 KGM"));
        let used = moved(delivery.seller(), &there, "consumed", "430").expect(201);
        moved(delivery.seller(), &there, "consumed", "1").refused(412, "stale");
        let lost = moved(delivery.seller(), &used, "wasted", "20").expect(201);
        assert_eq!(lost.body["balance"], "50");
        let now = delivery.seller().get(&delivery.path).expect(200);
        assert_eq!(
            now.body["totals"], total,
            "its value is no part of the price"
        );

        // A purchase order is not closed while material of the buyer's is out.
        delivery.deliver("100");
        let invoice = delivery.bill();
        let amount = invoice.body["payable"].as_str().unwrap();
        delivery
            .pay(&delivery.treasurer, &invoice, amount, "INV-1")
            .expect(201);
        assert_eq!(delivery.status(), "delivered");
        moved(delivery.buyer(), &lost, "supplied", "1").refused(409, "wrong_state");
        let back = moved(delivery.buyer(), &lost, "returned", "50").expect(201);
        assert_eq!(back.body["balance"], "0");
        assert_eq!(delivery.status(), "closed");
        let moves = delivery
            .seller()
            .get(&format!("/api/v1/materials/{}/movements", clay.id()))
            .expect(200);
        let kinds: Vec<&str> = moves.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["kind"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["supplied", "consumed", "wasted", "returned"]);
        trade
            .market
            .network
            .admin
            .get(&format!("/api/v1/materials/{}", clay.id()))
            .refused(404, "not_found");
    });
}
