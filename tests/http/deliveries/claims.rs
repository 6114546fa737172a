//! Goods that are not good: the right to make them again comes before a credit note (FU2).
use super::decimal;
use crate::support::deliveries::{Delivery, in_days};
use crate::support::on_each_database;
use chrono::{TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::json;

fn promise(delivery: &Delivery<'_, '_>, claim: &str) {
    let path = format!("/api/v1/claims/{claim}/promise-remake");
    let body = json!({"remake_by": in_days(20)});
    let etag = delivery.claim(claim).etag;
    let promised = delivery.seller().post_if(&path, &etag, body).expect(200);
    assert_eq!(promised.body["status"], "remake_promised");
}

#[test]
fn what_was_rejected_or_short_is_made_again() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let sent = delivery.send(&delivery.stage(0), "100").expect(201);
        delivery.receive(&sent, ["85", "10", "5"]).expect(201);
        let claims = delivery.claims();
        let kinds: Vec<&str> = claims
            .iter()
            .map(|claim| claim["kind"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["rejected", "short"]);
        assert_eq!(claims[0]["quantity"], "10");
        assert_eq!(claims[0]["answer_by"], json!(in_days(10)));
        let rejected = claims[0]["id"].as_str().unwrap();

        let path = format!("/api/v1/claims/{rejected}/promise-remake");
        let etag = delivery.claim(rejected).etag;
        let body = |day| json!({"remake_by": day});
        delivery
            .buyer()
            .post_if(&path, &etag, body(in_days(20)))
            .refused(403, "forbidden");
        delivery
            .seller()
            .post_if(&path, &etag, body(in_days(181)))
            .refused(400, "invalid_input");
        delivery
            .send_again(rejected, "10")
            .refused(409, "wrong_state");
        promise(&delivery, rejected);
        delivery
            .seller()
            .post_if(&path, &etag, body(in_days(20)))
            .refused(412, "stale");

        delivery
            .send_again(rejected, "11")
            .refused(400, "invalid_input");
        let first = delivery.send_again(rejected, "6").expect(201);
        delivery
            .send_again(rejected, "5")
            .refused(400, "invalid_input");
        delivery.receive(&first, ["6", "0", "0"]).expect(201);
        assert_eq!(delivery.claim(rejected).body["open"], "4");
        let second = delivery.send_again(rejected, "4").expect(201);
        delivery.receive(&second, ["4", "0", "0"]).expect(201);
        let remade = delivery.claim(rejected);
        assert_eq!(remade.body["status"], "remade");
        assert_eq!(delivery.progress()["accepted"], "95");
        assert!(delivery.documents("credit_note").is_empty());

        let short = claims[1]["id"].as_str().unwrap();
        promise(&delivery, short);
        let sent = delivery.send_again(short, "5").expect(201);
        delivery.receive(&sent, ["5", "0", "0"]).expect(201);
        assert_eq!(delivery.status(), "delivered");
        assert_eq!(delivery.progress()["claimed"], "0");
    });
}

#[test]
fn what_is_not_made_again_is_credited_and_the_parts_are_the_whole() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("1000");
        let total =
            decimal(&delivery.seller().get(&delivery.path).expect(200).body["totals"]["total"]);
        let sent = delivery.send(&delivery.stage(0), "1000").expect(201);
        delivery.receive(&sent, ["983", "10", "7"]).expect(201);
        let claims = delivery.claims();
        let [rejected, short] = [0, 1].map(|at| claims[at]["id"].as_str().unwrap());

        // Made again, and not good again: the rest is credited.
        promise(&delivery, rejected);
        let again = delivery.send_again(rejected, "10").expect(201);
        delivery.receive(&again, ["4", "6", "0"]).expect(201);
        assert_eq!(delivery.claim(rejected).body["status"], "credited");
        let path = format!("/api/v1/claims/{short}/refuse-remake");
        let refused = delivery
            .seller()
            .act(&path, &delivery.claim(short).etag)
            .expect(200);
        assert_eq!(refused.body["status"], "credited");
        delivery
            .seller()
            .act(&path, &refused.etag)
            .refused(409, "wrong_state");

        assert_eq!(delivery.status(), "delivered");
        let notes = delivery.documents("credit_note");
        assert_eq!(notes.len(), 2);
        assert_eq!(notes[0]["payable"], "0.00", "nothing of it was billed");
        let invoice = delivery.bill();
        assert_eq!(invoice.body["lines"][0]["quantity"], "987");
        let credited: Decimal = notes
            .iter()
            .map(|note| decimal(&note["totals"]["total"]))
            .sum();
        assert_eq!(decimal(&invoice.body["totals"]["total"]) + credited, total);
    });
}

#[test]
fn silence_is_credited_after_the_deadline_and_not_before() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let sent = delivery.send(&delivery.stage(0), "100").expect(201);
        delivery.receive(&sent, ["90", "4", "6"]).expect(201);
        let claims = delivery.claims();
        let [rejected, short] = [0, 1].map(|at| claims[at]["id"].as_str().unwrap());
        promise(&delivery, short);
        world.work_at(Utc::now() + TimeDelta::days(10));
        assert_eq!(delivery.claim(rejected).body["status"], "open");
        world.work_at(Utc::now() + TimeDelta::days(11));
        assert_eq!(delivery.claim(rejected).body["status"], "credited");
        assert_eq!(delivery.claim(short).body["status"], "remake_promised");
        world.work_at(Utc::now() + TimeDelta::days(20));
        assert_eq!(delivery.claim(short).body["status"], "remake_promised");
        world.work_at(Utc::now() + TimeDelta::days(21));
        assert_eq!(delivery.claim(short).body["status"], "credited");
        assert_eq!(delivery.status(), "delivered");
    });
}

#[test]
fn a_defect_found_in_use_is_paid_back_where_it_was_billed() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let sent = delivery.send(&delivery.stage(0), "100").expect(201);
        let receipt = delivery.receive(&sent, ["100", "0", "0"]).expect(201);
        let invoice = delivery.bill();
        let path = format!("/api/v1/receipts/{}/claims", receipt.id());
        let defect = |quantity: &str| json!({"line": 1, "quantity": quantity, "reason": "They crack in frost."});
        delivery
            .buyer()
            .post(&path, defect("101"))
            .refused(400, "invalid_input");
        let claim = delivery.buyer().post(&path, defect("30")).expect(201);
        assert_eq!(claim.body["kind"], "defect");
        delivery
            .buyer()
            .post(&path, defect("71"))
            .refused(400, "invalid_input");
        assert_eq!(delivery.progress()["accepted"], "70");
        let refuse = format!("/api/v1/claims/{}/refuse-remake", claim.id());
        delivery.seller().act(&refuse, &claim.etag).expect(200);
        let note = delivery.documents("credit_note").remove(0);
        assert_eq!(
            note["payable"], note["totals"]["total"],
            "all of it was billed"
        );
        assert_eq!(note["claim_id"], claim.body["id"]);
        let per_unit = decimal(&invoice.body["totals"]["total"]) / Decimal::from(100);
        let credited = decimal(&note["totals"]["total"]);
        assert!((credited - per_unit * Decimal::from(30)).abs() <= "0.03".parse().unwrap());
        let billed = decimal(&delivery.progress()["billed"]);
        assert_eq!(billed, 70.into());
        let bill =
            delivery
                .treasurer
                .raw("POST", &format!("{}/invoices", delivery.path), &[], None);
        bill.refused(409, "nothing_to_bill");

        // The payer says when it has come back.
        let note_path = format!("/api/v1/invoices/{}", note["id"].as_str().unwrap());
        let found = delivery.accountant.get(&note_path).expect(200);
        let amount = note["payable"].as_str().unwrap();
        delivery
            .pay(&delivery.treasurer, &found, amount, "R-1")
            .refused(403, "forbidden");
        delivery
            .pay(&delivery.accountant, &found, amount, "R-1")
            .expect(201);
        assert_eq!(
            delivery.accountant.get(&note_path).expect(200).body["paid"],
            json!(amount)
        );
    });
}
