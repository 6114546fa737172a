//! Who approves, and when an approval counts. Fails if the same person signs twice, or a mandate has
//! expired or was recalled.
use crate::support::{Client, on_each_database};
use chrono::{Days, Utc};
use diesel::prelude::*;
use serde_json::json;
use store::ids::MandateId;
use store::schema::mandates;

#[test]
fn the_same_person_does_not_sign_twice_nor_who_placed_the_order() {
    on_each_database(|world| {
        let trade = world.trade();
        let both = trade.market.union.member(&["buyer", "approver"]);
        let proposal = trade.propose(&trade.need("10"));
        let placed = both
            .post("/api/v1/orders", json!({"proposal_id": proposal}))
            .expect(201);
        let submitted = both.order_act(&placed, "submit").expect(200);
        both.order_act(&submitted, "approve")
            .refused(403, "distinct_person_required");

        let [first, second] = &trade.approvers;
        let once = first.order_act(&submitted, "approve").expect(200);
        assert_eq!(once.body["status"], "submitted", "one of two is not enough");
        assert_eq!(once.body["approvals_missing"][0]["persons"], 1);
        first.order_act(&once, "approve").refused(409, "duplicate");
        let refused = both
            .order_act(&once, "confirm")
            .refused(409, "approvals_missing");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(
            detail.contains("1 approver of Sindicato Ceramista"),
            "{detail}"
        );
        let twice = second.order_act(&once, "approve").expect(200);
        assert_eq!(twice.body["status"], "approved");
        second
            .order_act(&twice, "approve")
            .refused(409, "wrong_state");
    });
}

#[test]
fn approving_needs_the_role_and_a_share() {
    on_each_database(|world| {
        let trade = world.trade();
        let submitted = trade.submitted("10");
        let accountant = trade.market.union.member(&["accountant"]);
        accountant
            .order_act(&submitted, "approve")
            .refused(403, "forbidden");
        trade
            .market
            .buyer
            .order_act(&submitted, "approve")
            .refused(403, "forbidden");
        let others = world.union("Another union", "AR").member(&["approver"]);
        others
            .order_act(&submitted, "approve")
            .refused(404, "not_found");
        trade
            .market
            .seller
            .order_act(&submitted, "approve")
            .refused(404, "not_found");
        let approver = &trade.approvers[0];
        approver
            .order_act(&submitted, "confirm")
            .refused(403, "forbidden");
        let path = format!("/api/v1/orders/{}/approve", submitted.id());
        approver.act(&path, "\"1\"").refused(412, "stale");
        approver
            .raw("POST", &path, &[], None)
            .refused(428, "if_match_required");
    });
}

fn mandate_of(person: &Client) -> String {
    let me = person.get("/api/v1/me").expect(200);
    me.body["mandate_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_recalled_mandate_signs_nothing_and_what_it_signed_counts_no_more() {
    on_each_database(|world| {
        let trade = world.trade();
        let [first, second] = &trade.approvers;
        let recall = |person: &Client| {
            let id = mandate_of(person);
            let path = format!("/api/v1/mandates/{id}/recall");
            let reason = json!({"reason": "Decided by the delegates."});
            trade
                .market
                .union
                .admin
                .post_if(&path, "\"1\"", reason)
                .expect(200);
        };
        let approved = trade.approved(&trade.submitted("10"));
        recall(first);
        let seen = trade.order(&approved);
        assert_eq!(seen.body["approvals_missing"][0]["persons"], 1);
        let buyer = &trade.market.buyer;
        buyer
            .order_act(&approved, "confirm")
            .refused(409, "approvals_missing");
        first
            .order_act(&approved, "approve")
            .refused(401, "mandate_ended");

        let withdrawn = buyer.order_act(&approved, "withdraw").expect(200);
        let again = buyer.order_act(&withdrawn, "submit").expect(200);
        let third = trade.market.union.member(&["approver"]);
        let once = second.order_act(&again, "approve").expect(200);
        let twice = third.order_act(&once, "approve").expect(200);
        assert_eq!(
            buyer.order_act(&twice, "confirm").expect(200).body["status"],
            "confirmed"
        );
    });
}

#[test]
fn an_expired_mandate_signs_nothing_and_what_it_signed_counts_no_more() {
    on_each_database(|world| {
        let trade = world.trade();
        let first = &trade.approvers[0];
        let id: MandateId = mandate_of(first).parse::<uuid::Uuid>().unwrap().into();
        let approved = trade.approved(&trade.submitted("10"));
        let today = Utc::now().date_naive();
        diesel::update(mandates::table.find(id))
            .set((
                mandates::starts_on.eq(today - Days::new(30)),
                mandates::expires_on.eq(today - Days::new(1)),
            ))
            .execute(&mut world.conn())
            .unwrap();
        let buyer = &trade.market.buyer;
        buyer
            .order_act(&approved, "confirm")
            .refused(409, "approvals_missing");
        let submitted = trade.submitted("10");
        first
            .order_act(&submitted, "approve")
            .refused(401, "mandate_ended");
    });
}

#[test]
fn any_change_voids_the_approvals() {
    on_each_database(|world| {
        let trade = world.trade();
        let buyer = &trade.market.buyer;
        let approved = trade.approved(&trade.submitted("100"));
        let path = format!("/api/v1/orders/{}", approved.id());
        let less = json!({"lines": [{"position": 1, "quantity": "60"}]});
        buyer
            .put(&path, &approved.etag, less.clone())
            .refused(409, "wrong_state");
        let withdrawn = buyer.order_act(&approved, "withdraw").expect(200);
        assert_eq!(withdrawn.body["approvals"], json!([]));

        let more = json!({"lines": [{"position": 1, "quantity": "101"}]});
        buyer
            .put(&path, &withdrawn.etag, more)
            .refused(400, "invalid_input");
        let none = json!({"lines": []});
        buyer
            .put(&path, &withdrawn.etag, none)
            .refused(400, "invalid_input");
        let other = json!({"lines": [{"position": 7, "quantity": "1"}]});
        buyer
            .put(&path, &withdrawn.etag, other)
            .refused(400, "invalid_input");
        let half = json!({"lines": [{"position": 1, "quantity": "0.5"}]});
        buyer
            .put(&path, &withdrawn.etag, half)
            .refused(422, "quantity_not_offered");

        let changed = buyer.put(&path, &withdrawn.etag, less).expect(200);
        assert_eq!(changed.body["lines"][0]["quantity"], "60");
        assert_eq!(
            changed.body["share"]["total"],
            changed.body["totals"]["total"]
        );
        assert_eq!(trade.reserved(&trade.listing), 60);
        assert!(changed.body["revision"].as_i64() > approved.body["revision"].as_i64());
        let submitted = buyer.order_act(&changed, "submit").expect(200);
        assert_eq!(submitted.body["approvals"], json!([]));
        buyer
            .order_act(&submitted, "confirm")
            .refused(409, "approvals_missing");
        let approved = trade.approved(&submitted);
        buyer.order_act(&approved, "confirm").expect(200);
    });
}
