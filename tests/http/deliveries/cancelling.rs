//! Cancelling accepted work: the co-operative is heard first, and work done is paid (OR12).
use super::decimal;
use crate::support::deliveries::Delivery;
use crate::support::{Response, on_each_database};
use chrono::{TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::json;

fn open(delivery: &Delivery<'_, '_>) -> Response {
    let body = json!({"reason": "The hall is sold."});
    delivery
        .buyer()
        .post(&format!("{}/consultations", delivery.path), body)
}

fn act(by: &crate::support::Client, talk: &Response, act: &str) -> Response {
    by.act(
        &format!("/api/v1/consultations/{}/{act}", talk.id()),
        &talk.etag,
    )
}

fn answer(delivery: &Delivery<'_, '_>, talk: &Response, work: &str) -> Response {
    let path = format!("/api/v1/consultations/{}/answer", talk.id());
    let body = json!({"statement": "Two hundred are fired.",
        "work_done": {"amount": work, "currency": "ARS"}});
    delivery.seller().post_if(&path, &talk.etag, body)
}

#[test]
fn nothing_accepted_is_cancelled_unheard_and_work_done_is_paid() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("1000");
        delivery.agree_stages(&[(20, "400"), (35, "600")]);
        let agreed = delivery.advance()["agreed"].as_str().unwrap().to_owned();
        delivery.pay_advance(&agreed, "TRF-1").expect(201);
        let sent = delivery.send(&delivery.stage(0), "400").expect(201);

        let talk = open(&delivery).expect(201);
        open(&delivery).refused(409, "duplicate");
        act(delivery.buyer(), &talk, "cancel").refused(409, "wrong_state");
        act(delivery.seller(), &talk, "cancel").refused(403, "forbidden");
        act(&trade.market.network.admin, &talk, "cancel").refused(404, "not_found");
        answer(&delivery, &talk, "15645500.01").refused(409, "over_paid");
        let answered = answer(&delivery, &talk, "3000000.00").expect(200);
        assert_eq!(answered.body["work_done"]["amount"], "3000000.00");
        let refused = act(delivery.buyer(), &answered, "cancel").refused(409, "wrong_state");
        assert!(
            refused.body["detail"]
                .as_str()
                .unwrap()
                .contains("on their way")
        );
        delivery.receive(&sent, ["400", "0", "0"]).expect(201);
        assert_eq!(trade.reserved(&trade.listing), 1000);
        let cancelled = act(delivery.buyer(), &answered, "cancel").expect(200);
        assert_eq!(cancelled.body["status"], "cancelled");
        assert_eq!(delivery.status(), "cancelled");
        assert_eq!(
            trade.reserved(&trade.listing),
            400,
            "what was not made is free again"
        );
        act(delivery.buyer(), &cancelled, "settle").refused(409, "wrong_state");

        let work = delivery.documents("work_done").remove(0);
        assert_eq!(work["totals"]["goods"], "3000000.00");
        assert_eq!(work["totals"]["tax"], "630000.00");
        assert_eq!(
            work["deducted"], work["totals"]["total"],
            "the advance pays it first"
        );
        let invoice = delivery.bill();
        assert_eq!(invoice.body["lines"][0]["quantity"], "400");
        let advance = delivery.advance();
        let netted = decimal(&work["deducted"]) + decimal(&invoice.body["deducted"]);
        assert_eq!(netted, decimal(&advance["netted"]), "it appears once");
        assert_eq!(decimal(&advance["left"]) + netted, decimal(&json!(agreed)));
        let orders = trade.market.buyer.get("/api/v1/orders").expect(200);
        assert_eq!(orders.body["items"][0]["status"], "cancelled");
        delivery
            .send(
                delivery.schedule().body["stages"][1]["id"]
                    .as_str()
                    .unwrap(),
                "1",
            )
            .refused(409, "wrong_state");
    });
}

#[test]
fn a_cooperative_that_does_not_answer_keeps_nobody_waiting() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let talk = open(&delivery).expect(201);
        let path = format!("/api/v1/consultations/{}", talk.id());
        world.work_at(Utc::now() + TimeDelta::days(10));
        assert_eq!(
            delivery.buyer().get(&path).expect(200).body["status"],
            "open"
        );
        world.work_at(Utc::now() + TimeDelta::days(11));
        let lapsed = delivery.buyer().get(&path).expect(200);
        assert_eq!(lapsed.body["status"], "unanswered");
        act(delivery.buyer(), &lapsed, "cancel").expect(200);
        assert!(delivery.documents("work_done").is_empty());
        assert_eq!(trade.reserved(&trade.listing), 0);
    });
}

#[test]
fn what_is_settled_goes_on() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let talk = open(&delivery).expect(201);
        let answered = answer(&delivery, &talk, "0.00").expect(200);
        let settled = act(delivery.buyer(), &answered, "settle").expect(200);
        assert_eq!(settled.body["status"], "settled");
        act(delivery.buyer(), &settled, "cancel").refused(409, "wrong_state");
        delivery.deliver("100");
        assert_eq!(delivery.status(), "delivered");
        let total = decimal(&delivery.bill().body["totals"]["total"]);
        assert!(total > Decimal::ZERO);
        open(&delivery).refused(409, "wrong_state");
    });
}
