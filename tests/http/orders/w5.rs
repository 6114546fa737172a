//! W5, approval: total and budget line decide who signs, distinct people do, by mandates in force; any
//! change voids; above the top the membership decides. Fails if the same person signs twice, or by a
//! mandate that has expired or was recalled.
use crate::support::governance::{assembly, today};
use crate::support::ladders::{adopt, ladder, step, submit};
use crate::support::on_each_database;
use chrono::Days;
use serde_json::json;

#[test]
fn from_the_budget_line_to_the_membership() {
    on_each_database(|world| {
        let trade = world.trade();
        let (union, buyer) = (&trade.market.union, &trade.market.buyer);
        let mut steps = ladder(json!([step("301464.00", true, &[("board_member", 2)])]));
        steps[0]["within_budget"] = json!([step(
            "unlimited",
            true,
            &[("officer", 1), ("second_signer", 1)]
        )]);
        adopt(union, 0, &steps);
        let line = json!({
            "name": "Clinic", "currency": "ARS", "amount": "310000.00",
            "starts_on": today(), "ends_on": today() + Days::new(30),
        });
        let line = union.admin.post("/api/v1/budget-lines", line).expect(201);
        let inside = json!({"budget_line_id": line.id()});

        // Inside the line: officer and second signer, two people, neither who placed it.
        let order = submit(buyer, &trade.draft("10"), inside).expect(200);
        let both = union.member(&["officer", "second_signer"]);
        let second = union.member(&["second_signer"]);
        let once = both.order_act(&order, "approve").expect(200);
        both.order_act(&once, "approve").refused(409, "duplicate");
        let approved = second.order_act(&once, "approve").expect(200);
        assert_eq!(approved.body["status"], "approved");

        // A recalled mandate counts no more, nor does it sign.
        let me = second.get("/api/v1/me").expect(200);
        let recall = format!(
            "/api/v1/mandates/{}/recall",
            me.body["mandate_id"].as_str().unwrap()
        );
        let reason = json!({"reason": "Decided by the delegates."});
        union.admin.post_if(&recall, "\"1\"", reason).expect(200);
        let refused = buyer
            .order_act(&approved, "confirm")
            .refused(409, "approvals_missing");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.contains("1 second_signer of Sindicato"), "{detail}");
        second
            .order_act(&approved, "approve")
            .refused(401, "mandate_ended");

        // A change voids all of it; outside the line it is the board's.
        let withdrawn = buyer.order_act(&approved, "withdraw").expect(200);
        let order = buyer.order_act(&withdrawn, "submit").expect(200);
        both.order_act(&order, "approve").refused(403, "forbidden");
        let board = [1, 2].map(|_| union.member(&["board_member"]));
        let once = board[0].order_act(&order, "approve").expect(200);
        let approved = board[1].order_act(&once, "approve").expect(200);
        let confirmed = buyer.order_act(&approved, "confirm").expect(200);
        assert_eq!(confirmed.body["status"], "confirmed");

        // Above the top the membership decides.
        let large = trade.submitted("11");
        board[0]
            .order_act(&large, "approve")
            .refused(403, "forbidden");
        let mut record = assembly("order", "The tiles for the clinic.");
        record["order"] = json!({
            "order_id": large.id(),
            "up_to": {"amount": large.body["totals"]["total"], "currency": "ARS"},
        });
        let record = union.admin.post("/api/v1/assembly-records", record);
        let path = format!("/api/v1/orders/{}/assembly-decision", large.id());
        let decision = json!({"assembly_record_id": record.expect(201).id()});
        let approved = union
            .admin
            .post_if(&path, &large.etag, decision)
            .expect(200);
        let confirmed = buyer.order_act(&approved, "confirm").expect(200);
        assert_eq!(confirmed.body["status"], "confirmed");
    });
}
