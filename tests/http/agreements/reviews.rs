//! Price reviews: by the agreed indices, within the guards, for later call-offs only.
use crate::support::agreements::{Deal, path};
use crate::support::catalogue::workplace;
use crate::support::governance::days_ago;
use crate::support::{Client, Response, on_each_database};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// The published vector: its factor is 1.0400847256…
fn indexed(deal: &Deal<'_>) -> Value {
    let mut terms = deal.terms("1000");
    terms["indexation"] = json!({
        "fixed": "0.15",
        "indices": [
            {"name": "labour", "weight": "0.15", "base": "495.97"},
            {"name": "materials", "weight": "0.40", "base": "103.45"},
            {"name": "equipment", "weight": "0.30", "base": "107.74"},
        ],
    });
    terms
}

fn body(values: [&str; 3]) -> Value {
    let [labour, materials, equipment] = values;
    json!({"reason": "materials", "note": "Clay rose.", "indices": [
        {"name": "labour", "now": labour}, {"name": "materials", "now": materials},
        {"name": "equipment", "now": equipment},
    ]})
}

const RISEN: [&str; 3] = ["514.53", "108.21", "113.51"];

fn propose(deal: &Deal<'_>, by: &Client, agreement: &Response, values: [&str; 3]) -> Response {
    let now = deal.seen(agreement);
    by.post_if(&path(agreement, "price-reviews"), &now.etag, body(values))
}

fn decide(by: &Client, agreement: &Response, review: &Response, act: &str) -> Response {
    let part = format!("price-reviews/{}/{act}", review.id());
    by.act(&path(agreement, &part), &review.etag)
}

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn a_review_holds_for_later_call_offs_and_earlier_orders_keep_their_price() {
    on_each_database(|world| {
        let deal = world.deal();
        let seller = &deal.trade.market.seller;
        let approver = &deal.trade.approvers[0];
        let agreement = deal.in_force(indexed(&deal));
        let before = deal.call_off(&agreement, "100").expect(201);
        // 90 days must pass, and 89 are not enough.
        let soon = propose(&deal, seller, &agreement, RISEN).refused(422, "too_soon");
        assert!(soon.body["detail"].as_str().unwrap().contains("90"));
        deal.priced_on(&agreement, days_ago(89));
        propose(&deal, seller, &agreement, RISEN).refused(422, "too_soon");
        deal.priced_on(&agreement, days_ago(90));
        let asked = propose(&deal, seller, &agreement, RISEN).expect(201);
        assert_eq!(asked.body["status"], "proposed");
        let line = &asked.body["lines"][0];
        assert_eq!(line["answer"]["factor"], "1.040084725602991933");
        assert_eq!(line["clipped_by"], Value::Null);
        let after = decimal(&line["unit_price_after"]);
        // The simulation says the same beforehand.
        let simulated = approver
            .post("/api/v1/simulations/review", line["request"].clone())
            .expect(200);
        assert_eq!(decimal(&simulated.body["unit_price"]), after);
        assert_eq!(
            after,
            (decimal(&json!("15295.5")) * decimal(&json!("1.040084725602991933"))).round_dp(4)
        );
        // One waits at a time; nothing changes until the other side takes it.
        propose(&deal, seller, &agreement, RISEN).refused(409, "duplicate");
        decide(seller, &agreement, &asked, "accept").refused(403, "forbidden");
        decide(&deal.trade.market.buyer, &agreement, &asked, "accept").refused(403, "forbidden");
        let between = deal.call_off(&agreement, "100").expect(201);
        assert_eq!(between.body["lines"][0]["unit_price"], "15295.5");
        let accepted = decide(approver, &agreement, &asked, "accept").expect(200);
        assert_eq!(accepted.body["status"], "accepted");

        let later = deal.call_off(&agreement, "100").expect(201);
        assert_eq!(decimal(&later.body["lines"][0]["unit_price"]), after);
        for order in [&before, &between] {
            let kept = deal.trade.order(order);
            assert_eq!(kept.body["lines"][0]["unit_price"], "15295.5");
        }
        let at = format!("/api/v1/orders/{}/explanation", later.id());
        let explained = deal.trade.market.buyer.get(&at).expect(200);
        let line = &explained.body["lines"][0];
        assert_eq!(line["price_answer"]["basis"], "reviewed");
        assert_eq!(
            line["price_request"]["reviews"].as_array().unwrap().len(),
            1
        );
        let parts = line["price_answer"]["components"].as_object().unwrap();
        let sum: Decimal = parts.values().map(decimal).sum();
        assert_eq!(sum, decimal(&line["price_answer"]["line_amount"]));
        // The purchase order at the new price is one that the co-operative can accept.
        let page = seller.get("/api/v1/purchase-orders?limit=100").expect(200);
        let last = page.body["items"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone();
        let at = format!("/api/v1/purchase-orders/{}", last["id"].as_str().unwrap());
        seller.accept(&seller.get(&at).expect(200)).expect(200);

        // The history, and the bases of the next review; it waits for its own 90 days.
        let seen = deal.seen(&agreement);
        assert_eq!(seen.body["indexation"]["indices"][1]["base"], "108.21");
        assert_eq!(seen.body["lines"][0]["initial_unit_price"], "15295.5");
        propose(&deal, seller, &agreement, RISEN).refused(422, "too_soon");
        let history = seller.get(&path(&agreement, "price-reviews")).expect(200);
        assert_eq!(history.body["items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_guard_holds_a_leap_back_and_says_which() {
    on_each_database(|world| {
        let deal = world.deal();
        let (seller, approver) = (&deal.trade.market.seller, &deal.trade.approvers[0]);
        let agreement = deal.in_force(indexed(&deal));
        let mut price = decimal(&json!("15295.5"));
        let initial = price;
        // Doubled indices: 10 % each time, until 50 % in all.
        let mut clipped = Vec::new();
        let mut values = [
            decimal(&json!("1000")),
            decimal(&json!("300")),
            decimal(&json!("300")),
        ];
        for _ in 0..6 {
            deal.priced_on(&agreement, days_ago(90));
            let texts = values.map(|value| value.to_string());
            let now = [texts[0].as_str(), texts[1].as_str(), texts[2].as_str()];
            let asked = propose(&deal, seller, &agreement, now).expect(201);
            let line = &asked.body["lines"][0];
            assert_eq!(decimal(&line["unit_price_before"]), price);
            price = decimal(&line["unit_price_after"]);
            clipped.push(line["clipped_by"].clone());
            decide(approver, &agreement, &asked, "accept").expect(200);
            values = values.map(|value| value * decimal(&json!("2")));
        }
        assert_eq!(clipped[..4], vec![json!("step"); 4][..]);
        assert_eq!(clipped[4..], vec![json!("total"); 2][..]);
        assert!(price <= initial * decimal(&json!("1.5")) + decimal(&json!("0.001")));
    });
}

#[test]
fn wages_never_fall_and_a_price_does_not_fall_to_the_market() {
    on_each_database(|world| {
        let deal = world.deal();
        let (seller, approver) = (&deal.trade.market.seller, &deal.trade.approvers[0]);
        let agreement = deal.in_force(indexed(&deal));
        deal.priced_on(&agreement, days_ago(90));
        let refused = propose(&deal, approver, &agreement, ["300", "60", "60"]);
        refused.refused(422, "not_above_market");
        // What was refused left nothing behind.
        let history = seller.get(&path(&agreement, "price-reviews")).expect(200);
        assert_eq!(history.body["items"], json!([]));
        let asked = propose(&deal, approver, &agreement, ["495.97", "102.5", "107"]).expect(201);
        let line = &asked.body["lines"][0];
        assert!(decimal(&line["unit_price_after"]) < decimal(&json!("15295.5")));
        for part in [
            "labour",
            "wage_gap",
            "shorter_week",
            "democracy",
            "job_reserve",
        ] {
            assert_eq!(
                decimal(&line["answer"]["components"][part]),
                decimal(&line["request"]["current"][part]),
                "{part}"
            );
        }
        // The side that asked takes it back; the other could have refused it.
        decide(seller, &agreement, &asked, "withdraw").refused(403, "forbidden");
        let back = decide(approver, &agreement, &asked, "withdraw").expect(200);
        assert_eq!(back.body["status"], "withdrawn");
        decide(seller, &agreement, &back, "accept").refused(409, "wrong_state");
        let again = propose(&deal, approver, &agreement, ["495.97", "102.5", "107"]).expect(201);
        let refused = decide(seller, &agreement, &again, "refuse").expect(200);
        assert_eq!(refused.body["status"], "refused");
        let order = deal.call_off(&agreement, "10").expect(201);
        assert_eq!(order.body["lines"][0]["unit_price"], "15295.5");
    });
}

#[test]
fn above_the_cap_on_pay_the_community_premium_goes_to_the_common_fund() {
    on_each_database(|world| {
        let deal = world.deal();
        let seller = &deal.trade.market.seller;
        let mut terms = indexed(&deal);
        // Enough that twice the living wage is covered.
        terms["lines"][0]["offered_unit_price"] = json!("40000");
        let agreement = deal.in_force(terms);
        let mut better = workplace(&deal.trade.market.benchmark);
        better["monthly_pay"]["amount"] = json!("1800000.00");
        seller.put("/api/v1/workplace", "\"1\"", better).expect(200);
        deal.priced_on(&agreement, days_ago(90));
        let asked = propose(&deal, seller, &agreement, RISEN).expect(201);
        assert_eq!(
            asked.body["lines"][0]["community_destination"],
            "common_fund"
        );
        decide(&deal.trade.approvers[0], &agreement, &asked, "accept").expect(200);
        let explained = seller.get(&path(&agreement, "explanation")).expect(200);
        let answer = &explained.body["lines"][0]["price_answer"];
        assert_eq!(answer["community_destination"], "common_fund");
    });
}

#[test]
fn a_review_takes_each_index_once_and_an_agreement_without_indices_none() {
    on_each_database(|world| {
        let deal = world.deal();
        let seller = &deal.trade.market.seller;
        let agreement = deal.in_force(indexed(&deal));
        deal.priced_on(&agreement, days_ago(90));
        let ask = |change: &dyn Fn(&mut Value)| {
            let mut wrong = body(RISEN);
            change(&mut wrong);
            let now = deal.seen(&agreement);
            seller.post_if(&path(&agreement, "price-reviews"), &now.etag, wrong)
        };
        ask(&|body| body["indices"][0]["name"] = json!("oil")).refused(400, "invalid_input");
        ask(&|body| body["indices"] = json!([])).refused(400, "invalid_input");
        ask(&|body| body["indices"][0]["now"] = json!("0")).refused(400, "invalid_input");
        ask(&|body| body["reason"] = json!("greed")).refused(400, "invalid_input");
        let stale = seller.post_if(&path(&agreement, "price-reviews"), "\"1\"", body(RISEN));
        stale.refused(412, "stale");
        let fixed = deal.in_force(deal.terms("100"));
        propose(&deal, seller, &fixed, RISEN).refused(409, "wrong_state");
        let verifier = deal.trade.market.network.member(&["verifier"]);
        propose(&deal, &verifier, &agreement, RISEN).refused(403, "forbidden");
    });
}
