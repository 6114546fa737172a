//! Clauses that are measured: reminders on their day, figures that both sides or a verifier stand behind.
use crate::support::agreements::{Deal, agreement_id, path};
use crate::support::governance::{days_ago, today};
use crate::support::{Client, Response, on_each_database};
use chrono::Days;
use diesel::prelude::*;
use serde_json::json;
use store::schema::agreement_clauses;

/// An agreement with a clause on jobs and one on hours, both due ten days ago.
fn due(deal: &Deal<'_>) -> Response {
    let mut terms = deal.terms("100");
    let review_on = today() + Days::new(50);
    terms["clauses"] = json!([
        {"kind": "jobs_kept", "wording": "Twelve jobs are kept.", "target": "12", "review_on": review_on},
        {"kind": "weekly_hours", "wording": "Forty hours a week.", "target": "40", "review_on": review_on},
    ]);
    let agreement = deal.in_force(terms);
    let early = figure(&deal.trade.market.seller, &agreement, 1, "12", 0);
    let early = early.refused(422, "too_soon");
    assert!(
        early.body["detail"]
            .as_str()
            .unwrap()
            .contains(&review_on.to_string())
    );
    let clauses = agreement_clauses::table
        .filter(agreement_clauses::agreement_id.eq(agreement_id(&agreement.id())));
    diesel::update(clauses)
        .set(agreement_clauses::review_on.eq(days_ago(10)))
        .execute(&mut deal.trade.world.conn())
        .unwrap();
    agreement
}

fn figure(by: &Client, agreement: &Response, clause: u32, measured: &str, days: u64) -> Response {
    let body = json!({"measured": measured, "measured_on": days_ago(days), "note": "Payroll."});
    by.post(&path(agreement, &format!("clauses/{clause}/checks")), body)
}

#[test]
fn both_sides_and_the_verifiers_are_reminded_once_on_the_day() {
    on_each_database(|world| {
        let deal = world.deal();
        let verifier = deal.trade.market.network.member(&["verifier"]);
        due(&deal);
        world.work();
        world.work();
        let mails = world.mails();
        for reader in [
            &deal.trade.market.buyer,
            &deal.trade.market.seller,
            &verifier,
        ] {
            let reminders = mails
                .iter()
                .filter(|mail| mail.to == reader.email() && mail.subject.contains("measured"));
            assert_eq!(reminders.count(), 2, "one for each clause");
        }
    });
}

#[test]
fn a_verifier_settles_a_figure_and_a_side_only_with_the_other() {
    on_each_database(|world| {
        let deal = world.deal();
        let verifier = deal.trade.market.network.member(&["verifier"]);
        let (buyer, seller) = (&deal.trade.market.buyer, &deal.trade.market.seller);
        let agreement = due(&deal);
        // Meeting the number keeps the promise, one less does not.
        let kept = figure(&verifier, &agreement, 1, "12", 10).expect(201);
        assert_eq!(
            (&kept.body["kept"], &kept.body["settled"]),
            (&json!(true), &json!(true))
        );
        let lost = figure(&verifier, &agreement, 1, "11", 5).expect(201);
        assert_eq!(lost.body["kept"], false);
        let long = figure(seller, &agreement, 2, "40.000001", 1).expect(201);
        assert_eq!(
            (&long.body["kept"], &long.body["settled"]),
            (&json!(false), &json!(false))
        );
        let confirm = format!("{}/confirm", long.headers["location"].to_str().unwrap());
        seller.act(&confirm, &long.etag).refused(403, "forbidden");
        verifier.act(&confirm, &long.etag).refused(403, "forbidden");
        buyer.act(&confirm, "\"7\"").refused(412, "stale");
        let settled = buyer.act(&confirm, &long.etag).expect(200);
        assert_eq!(settled.body["settled"], true);
        buyer
            .act(&confirm, &settled.etag)
            .refused(409, "wrong_state");
        let of_verifier = format!("{}/confirm", kept.headers["location"].to_str().unwrap());
        buyer
            .act(&of_verifier, &kept.etag)
            .refused(409, "wrong_state");

        figure(seller, &agreement, 1, "11.5", 1).refused(400, "invalid_input");
        figure(seller, &agreement, 3, "11", 1).refused(404, "not_found");
        figure(seller, &agreement, 1, "12", 11).refused(422, "too_soon");
        let other = world.union("Another union", "AR").member(&["buyer"]);
        figure(&other, &agreement, 1, "12", 1).refused(404, "not_found");
        let stranger = world.network("Another network", "AR").member(&["verifier"]);
        figure(&stranger, &agreement, 1, "12", 1).refused(404, "not_found");

        let listed = buyer.get(&path(&agreement, "clauses/1/checks")).expect(200);
        let kept: Vec<bool> = listed.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["kept"].as_bool().unwrap())
            .collect();
        assert_eq!(kept, [true, false]);
        let one = settled.body["id"].as_str().unwrap();
        let at = path(&agreement, &format!("clauses/2/checks/{one}"));
        assert_eq!(seller.get(&at).expect(200).body, settled.body);
    });
}
