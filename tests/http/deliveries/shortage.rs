//! A short delivery of a pool is shared by the rule that was chosen before anybody joined (OR4, W7).
use super::decimal;
use crate::pools::{Scene, scene};
use crate::support::deliveries::receive;
use crate::support::governance::today;
use crate::support::pools::{Pool, pool_body};
use crate::support::{Response, on_each_database};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// A pool of 100, 200 and 100 by a rule, ordered, approved, confirmed and accepted; the purchase order's path.
fn accepted(scene: &Scene<'_>, rule: &str, weights: [&str; 3]) -> String {
    let mut body = pool_body(&scene.listing, None);
    body["shortage_rule"] = json!(rule);
    let pool = Pool::open_with(&scene.buyers[0].client, body);
    for ((buyer, quantity), weight) in scene.buyers.iter().zip(["100", "200", "100"]).zip(weights) {
        pool.join(buyer, quantity, None).expect(201);
        let path = format!("{}/members/{}/ability", pool.path, buyer.org.id);
        let terms = json!({"ability": "1", "need_weight": weight});
        pool.opener
            .put(&path, &pool.member(buyer).etag, terms)
            .expect(200);
        pool.accept(buyer).expect(200);
    }
    let order = pool.order();
    let opener = &scene.buyers[0].client;
    let mut approvers = Vec::new();
    for buyer in &scene.buyers {
        approvers.extend([
            buyer.org.member(&["approver"]),
            buyer.org.member(&["approver"]),
        ]);
    }
    for approver in &approvers {
        let present = approver.get(&order).expect(200);
        approver
            .act(&format!("{order}/approve"), &present.etag)
            .expect(200);
    }
    let present = opener.get(&order).expect(200);
    opener
        .act(&format!("{order}/confirm"), &present.etag)
        .expect(200);
    let seller = &scene.market.seller;
    let accepted = seller.accept(&seller.purchase_order("issued")).expect(200);
    format!("/api/v1/purchase-orders/{}", accepted.id())
}

fn send(scene: &Scene<'_>, path: &str, quantity: &str) -> Response {
    let seller = &scene.market.seller;
    let schedule = seller.get(&format!("{path}/schedule")).expect(200);
    let body = json!({"stage_id": schedule.body["stages"][0]["id"], "despatched_on": today(),
        "lines": [{"line": 1, "quantity": quantity}]});
    seller.post(&format!("{path}/despatches"), body)
}

/// What each buyer gets, in the order in which they joined.
fn parts(scene: &Scene<'_>, sent: &Response) -> Vec<i64> {
    let parts = sent.body["parts"].as_array().unwrap();
    let of = |id: &str| {
        let part = parts.iter().find(|part| part["branch_id"] == id);
        part.map_or(0, |part| {
            part["quantity"].as_str().unwrap().parse().unwrap()
        })
    };
    scene.buyers.iter().map(|buyer| of(&buyer.org.id)).collect()
}

#[test]
fn each_rule_shares_what_came_and_the_rest_follows() {
    on_each_database(|world| {
        for (rule, weights, expected) in [
            ("proportional", ["1", "1", "1"], [50, 100, 50]),
            ("need_weighted", ["1", "1", "4"], [34, 66, 100]),
            ("by_time", ["1", "1", "1"], [100, 100, 0]),
        ] {
            let scene = scene(world);
            let path = accepted(&scene, rule, weights);
            let sent = send(&scene, &path, "200").expect(201);
            let got = parts(&scene, &sent);
            assert_eq!(got.iter().sum::<i64>(), 200);
            // Of equal claims the odd piece goes by the organisations' ids, so one may be off.
            for (got, wanted) in got.iter().zip(expected) {
                assert!((got - wanted).abs() <= 1, "{rule}: {got} for {wanted}");
            }
            // Each member sees and receives its own, and no other's.
            for (buyer, own) in scene.buyers.iter().zip(&got) {
                let page = buyer.client.get("/api/v1/despatches").expect(200);
                let items = page.body["items"].as_array().unwrap();
                if *own == 0 {
                    assert!(items.is_empty());
                    continue;
                }
                assert_eq!(items[0]["parts"].as_array().unwrap().len(), 1);
                assert_eq!(items[0]["parts"][0]["branch_id"], json!(buyer.org.id));
                receive(&buyer.client, &sent, [&own.to_string(), "0", "0"]).expect(201);
            }
            let rest = send(&scene, &path, "200").expect(201);
            let rest = parts(&scene, &rest);
            let all: Vec<i64> = got.iter().zip(&rest).map(|(a, b)| a + b).collect();
            assert_eq!(all, [100, 200, 100], "{rule}");
        }
    });
}

#[test]
fn a_pools_members_are_billed_for_what_each_received_and_it_is_the_whole() {
    on_each_database(|world| {
        let scene = scene(world);
        let path = accepted(&scene, "proportional", ["1", "1", "1"]);
        let treasurer = scene.market.cooperative.member(&["treasurer"]);
        let whole = treasurer.get(&path).expect(200).body["totals"].clone();
        let net = |totals: &Value| decimal(&totals["goods"]) + decimal(&totals["freight"]);
        let (mut tax, mut documents) = (Decimal::ZERO, 0);
        let mut billed = Decimal::ZERO;
        for quantity in ["130", "270"] {
            let sent = send(&scene, &path, quantity).expect(201);
            for (buyer, own) in scene.buyers.iter().zip(parts(&scene, &sent)) {
                receive(&buyer.client, &sent, [&own.to_string(), "0", "0"]).expect(201);
            }
            let made = treasurer
                .raw("POST", &format!("{path}/invoices"), &[], None)
                .expect(201);
            let invoices = made.body["invoices"].as_array().unwrap();
            assert_eq!(invoices.len(), 3, "one for each");
            for one in invoices {
                billed += net(&one["totals"]);
                tax += decimal(&one["totals"]["tax"]);
                documents += 1;
            }
        }
        assert_eq!(billed, net(&whole));
        // Tax is rounded on each document: half a cent of each at most.
        assert!((tax - decimal(&whole["tax"])).abs() <= Decimal::new(5 * documents, 3));
        let accountant = scene.buyers[1].org.member(&["accountant"]);
        let own = accountant.get("/api/v1/invoices").expect(200);
        let own = own.body["items"].as_array().unwrap();
        assert_eq!(own.len(), 2);
        assert!(
            own.iter()
                .all(|one| one["payer_id"] == json!(scene.buyers[1].org.id))
        );
    });
}

#[test]
fn one_member_alone_is_not_served_ahead_of_the_rule() {
    on_each_database(|world| {
        let scene = scene(world);
        let path = accepted(&scene, "need_weighted", ["1", "1", "1"]);
        let seller = &scene.market.seller;
        let schedule = seller.get(&format!("{path}/schedule")).expect(200);
        let body = json!({"stage_id": schedule.body["stages"][0]["id"], "despatched_on": today(),
            "branch_id": scene.buyers[0].org.id, "lines": [{"line": 1, "quantity": "100"}]});
        let refused = seller
            .post(&format!("{path}/despatches"), body)
            .refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/branch_id"]);
    });
}
