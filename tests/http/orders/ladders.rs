//! Approval ladders (OR8): what an amount asks for, as the organisation's assembly adopted it. Fails if a
//! bound falls to the wrong step, a person signs for two offices, or an old ladder goes on after a new one.
use crate::support::governance::assembly;
use crate::support::ladders::{adopt, by_law, ladder, signers, step, submit, text_of};
use crate::support::orders::Trade;
use crate::support::{Client, on_each_database};
use serde_json::{Value, json};

/// What ten tiles cost with freight and VAT.
const TEN: &str = "301464.00";

#[test]
fn a_by_law_is_judged_on_both_sides_of_every_bound() {
    on_each_database(|world| {
        let union = world.union("Sindicato", "AR");
        let demand = |path: &str, amount: &str| {
            let case = json!({"path": path, "total": {"amount": amount, "currency": "ARS"}});
            let body = json!({"ladders": by_law(), "cases": [case]});
            union
                .admin
                .post("/api/v1/simulations/approval-ladder", body)
        };
        let president = signers(&[("president", 1)]);
        let board = signers(&[("board_member", 3)]);
        for (amount, asked, assembly) in [
            ("99.99", &president, false),
            ("100.00", &board, false),
            ("500.00", &board, false),
            ("500.01", &json!([]), true),
        ] {
            let answer = demand("full", amount).expect(200);
            assert_eq!(&answer.body["demands"][0]["signers"], asked, "{amount}");
            assert_eq!(answer.body["demands"][0]["assembly_record"], assembly);
        }
        let both = signers(&[("president", 1), ("board_member", 3)]);
        for amount in ["500.01", "1000.00"] {
            let answer = demand("emergency", amount).expect(200);
            assert_eq!(answer.body["demands"][0]["signers"], both, "{amount}");
        }
        let above = demand("emergency", "1000.01").refused(422, "above_emergency");
        assert_eq!(above.pointers(), ["/cases/0/total"]);
        let detail = above.body["detail"].as_str().unwrap();
        assert!(detail.contains("1000.00"), "{detail}");
        let body = json!({"ladders": by_law(), "cases": [
            {"path": "full", "total": {"amount": "1.00", "currency": "USD"}},
        ]});
        union
            .admin
            .post("/api/v1/simulations/approval-ladder", body)
            .refused(422, "no_ladder_steps");
    });
}

#[test]
fn a_ladder_is_adopted_by_the_assemblys_vote_on_this_very_text() {
    on_each_database(|world| {
        let union = world.union("Sindicato", "AR");
        let path = format!("/api/v1/organisations/{}/approval-ladder", union.id);
        union.admin.get(&path).refused(404, "not_found");
        let put = |by: &Client, etag: &str, ladders: &Value, record: &str| {
            let body = json!({"ladders": ladders, "assembly_record_id": record});
            by.put(&path, etag, body)
        };
        let law = by_law();
        let other = union.carried("approval_ladder", "Some other text.");
        let refused = put(&union.admin, "\"0\"", &law, &other).refused(422, "other_text");
        assert_eq!(refused.pointers(), ["/assembly_record_id"]);
        let mut few = assembly("approval_ladder", &text_of(&union.admin, &law));
        for (field, count) in [("present", 10), ("votes_for", 10)] {
            few[field] = json!(count);
        }
        for field in ["votes_against", "abstentions"] {
            few[field] = json!(0);
        }
        few["title"] = json!("Too few came");
        few["text"] = json!(format!("{} ", text_of(&union.admin, &law)));
        let few = union
            .admin
            .post("/api/v1/assembly-records", few)
            .expect(201);
        let refused =
            put(&union.admin, "\"0\"", &law, &few.id()).refused(422, "assembly_not_valid");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.contains("10 of 52"), "{detail}");
        let of_rules = union.carried("other", "Something else again.");
        put(&union.admin, "\"0\"", &law, &of_rules).refused(422, "assembly_not_valid");

        let record = union.carried("approval_ladder", &text_of(&union.admin, &law));
        let buyer = union.member(&["buyer", "president"]);
        put(&buyer, "\"0\"", &law, &record).refused(403, "forbidden");
        let stranger = world.union("Otro", "AR");
        put(&stranger.admin, "\"0\"", &law, &record).refused(404, "not_found");
        put(&union.admin, "\"1\"", &law, &record).refused(412, "stale");
        let adopted = put(&union.admin, "\"0\"", &law, &record).expect(200);
        assert_eq!(adopted.body["number"], 1);
        assert_eq!(adopted.body["ladders"], law);
        assert_eq!(buyer.get(&path).expect(200).body, adopted.body);
        stranger.admin.get(&path).refused(404, "not_found");

        let gap = ladder(json!([
            step("100.00", true, &[("president", 1)]),
            step("100.00", true, &[("president", 0)]),
            step("unlimited", false, &[]),
        ]));
        let refused = put(&union.admin, "\"1\"", &gap, &record).refused(400, "invalid_input");
        assert_eq!(
            refused.pointers(),
            [
                "/ladders/0/full/1/up_to",
                "/ladders/0/full/1/signers/0/persons",
                "/ladders/0/full/2/inclusive",
                "/ladders/0/full/2/signers",
            ]
        );
    });
}

#[test]
fn an_order_of_the_bound_belongs_to_the_step_that_says_so() {
    on_each_database(|world| {
        let trade = world.trade();
        let union = &trade.market.union;
        let president = union.member(&["president"]);
        for (number, inclusive, status) in [(0, true, "approved"), (1, false, "submitted")] {
            let steps = json!([
                step(TEN, inclusive, &[("president", 1)]),
                step("unlimited", true, &[("president", 1), ("board_member", 1)]),
            ]);
            adopt(union, number, &ladder(steps));
            let submitted = trade.submitted("10");
            assert_eq!(submitted.body["totals"]["total"], TEN);
            assert_eq!(submitted.body["asked"]["path"], "full");
            // Without an office that is asked for nobody signs, whatever it was before.
            trade.approvers[0]
                .order_act(&submitted, "approve")
                .refused(403, "forbidden");
            let signed = president.order_act(&submitted, "approve").expect(200);
            assert_eq!(signed.body["status"], status, "inclusive: {inclusive}");
        }
    });
}

#[test]
fn who_holds_two_offices_signs_once() {
    on_each_database(|world| {
        let trade = world.trade();
        let union = &trade.market.union;
        let steps = json!([step(
            "unlimited",
            true,
            &[("president", 1), ("board_member", 1)]
        )]);
        adopt(union, 0, &ladder(steps));
        let both = union.member(&["president", "board_member"]);
        let president = union.member(&["president"]);
        let submitted = trade.submitted("10");
        let once = both.order_act(&submitted, "approve").expect(200);
        assert_eq!(once.body["status"], "submitted");
        assert_eq!(once.body["approvals_missing"][0]["persons"], 1);
        both.order_act(&once, "approve").refused(409, "duplicate");
        // The other president completes it: the first signature counts for the board then.
        let twice = president.order_act(&once, "approve").expect(200);
        assert_eq!(twice.body["status"], "approved");

        world.work();
        let asked = world.mails();
        let letters = asked
            .iter()
            .filter(|mail| mail.to == both.email() && mail.subject.contains("approval"));
        assert_eq!(letters.count(), 1, "one letter for two offices");
    });
}

#[test]
fn a_new_ladder_voids_what_was_approved_by_the_old_one() {
    on_each_database(|world| {
        let trade = world.trade();
        let union = &trade.market.union;
        let waiting = trade.submitted("10");
        let approved = trade.approved(&trade.submitted("10"));
        let steps = json!([step("unlimited", true, &[("approver", 1)])]);
        adopt(union, 0, &ladder(steps));
        trade.approvers[0]
            .order_act(&waiting, "approve")
            .refused(409, "ladder_changed");
        let buyer = &trade.market.buyer;
        let refused = buyer
            .order_act(&approved, "confirm")
            .refused(409, "ladder_changed");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.contains("submit it again"), "{detail}");
        let seen = trade.order(&approved);
        assert_eq!(seen.body["approvals_missing"][0]["ladder_changed"], true);

        let withdrawn = buyer.order_act(&approved, "withdraw").expect(200);
        let again = buyer.order_act(&withdrawn, "submit").expect(200);
        let signed = trade.approvers[0].order_act(&again, "approve").expect(200);
        assert_eq!(signed.body["status"], "approved", "by the new ladder");
        buyer.order_act(&signed, "confirm").expect(200);
    });
}

/// President under 1,000.00 and board above; in an emergency the president up to `bound`.
fn with_emergency(bound: &str) -> Value {
    let mut ladders = ladder(json!([
        step("1000.00", false, &[("president", 1)]),
        step("unlimited", true, &[("board_member", 2)]),
    ]));
    ladders[0]["emergency"] = json!([step(bound, true, &[("president", 1)])]);
    ladders
}

#[test]
fn an_emergency_has_its_reason_its_bound_and_everybodys_ear() {
    on_each_database(|world| {
        let trade = world.trade();
        let union = &trade.market.union;
        let reason = json!({"emergency": {"reason": "The flood took the roof."}});
        let draft = trade.draft("10");
        submit(&trade.market.buyer, &draft, reason.clone()).refused(422, "above_emergency");
        adopt(union, 0, &with_emergency("301463.99"));
        let above = submit(&trade.market.buyer, &draft, reason.clone());
        let above = above.refused(422, "above_emergency");
        assert_eq!(above.pointers(), ["/emergency"]);
        adopt(union, 1, &with_emergency(TEN));
        let blank = json!({"emergency": {"reason": " "}});
        let blank = submit(&trade.market.buyer, &draft, blank).refused(400, "invalid_input");
        assert_eq!(blank.pointers(), ["/emergency/reason"]);

        let submitted = submit(&trade.market.buyer, &draft, reason).expect(200);
        assert_eq!(submitted.body["asked"]["path"], "emergency");
        assert_eq!(
            submitted.body["emergency_reason"],
            "The flood took the roof."
        );
        let bare = union.member(&["member"]);
        world.work();
        let mails = world.mails();
        for person in [&bare, &union.admin] {
            let told = |to: &str| {
                mails
                    .iter()
                    .any(|mail| mail.to == to && mail.subject.contains("Emergency"))
            };
            let joined_later = person.email() == bare.email();
            assert_eq!(told(person.email()), !joined_later, "{}", person.email());
        }
        let log = format!("/api/v1/audit-log?object_id={}", submitted.id());
        let log = union.admin.get(&log).expect(200);
        let entries = log.body["items"].as_array().unwrap();
        assert!(entries.iter().any(|entry| entry["act"] == "order.emergency"
            && entry["after"]["reason"] == "The flood took the roof."));
        let president = union.member(&["president"]);
        let approved = president.order_act(&submitted, "approve").expect(200);
        assert_eq!(approved.body["status"], "approved");
        // Taken back and asked for again without an emergency, it is the board's.
        let withdrawn = trade
            .market
            .buyer
            .order_act(&approved, "withdraw")
            .expect(200);
        let again = trade
            .market
            .buyer
            .order_act(&withdrawn, "submit")
            .expect(200);
        assert_eq!(again.body["emergency_reason"], json!(null));
        assert_eq!(
            again.body["asked"]["signers"],
            signers(&[("board_member", 2)])
        );
    });
}

/// An assembly's record on an order: `present` of 52 came, all in favour.
fn vote(trade: &Trade<'_>, order: &str, up_to: &str, present: u32) -> String {
    let mut record = assembly("order", &format!("Order {order} up to {up_to}: {present}."));
    record["present"] = json!(present);
    record["votes_for"] = json!(present);
    record["votes_against"] = json!(0);
    record["abstentions"] = json!(0);
    record["order"] = json!({
        "order_id": order, "up_to": {"amount": up_to, "currency": "ARS"},
    });
    let admin = &trade.market.union.admin;
    admin
        .post("/api/v1/assembly-records", record)
        .expect(201)
        .id()
}

#[test]
fn above_the_top_the_membership_decides_once_after_the_submission_about_this_order() {
    on_each_database(|world| {
        let trade = world.trade();
        let union = &trade.market.union;
        let (buyer, admin) = (&trade.market.buyer, &union.admin);
        adopt(
            union,
            0,
            &ladder(json!([step("301463.99", true, &[("president", 1)])])),
        );
        let draft = trade.draft("10");
        let early = vote(&trade, &draft.id(), TEN, 40);
        let submitted = buyer.order_act(&draft, "submit").expect(200);
        assert_eq!(submitted.body["asked"]["assembly_record"], true);
        assert_eq!(submitted.body["approvals_missing"][0]["persons"], 0);
        let refused = buyer
            .order_act(&submitted, "confirm")
            .refused(409, "approvals_missing");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.contains("the assembly's decision"), "{detail}");
        union
            .member(&["president"])
            .order_act(&submitted, "approve")
            .refused(403, "forbidden");

        let path = format!("/api/v1/orders/{}/assembly-decision", submitted.id());
        let lodge = |by: &Client, etag: &str, record: &str| {
            by.post_if(&path, etag, json!({"assembly_record_id": record}))
        };
        let refuse = |record: &str, word: &str| {
            let refused = lodge(admin, &submitted.etag, record).refused(422, "assembly_not_valid");
            let detail = refused.body["detail"].as_str().unwrap();
            assert!(detail.contains(word), "{word}: {detail}");
        };
        refuse(&early, "before the order was submitted");
        refuse(&vote(&trade, &submitted.id(), "301463.99", 41), "301463.99");
        refuse(&vote(&trade, &submitted.id(), TEN, 25), "25 of 52");
        let another = trade.submitted("10");
        refuse(
            &vote(&trade, &another.id(), TEN, 42),
            "did not decide about",
        );
        refuse(
            &union.carried("other", "All power to the board."),
            "not about order",
        );

        let record = vote(&trade, &submitted.id(), TEN, 43);
        lodge(buyer, &submitted.etag, &record).refused(403, "forbidden");
        lodge(admin, "\"1\"", &record).refused(412, "stale");
        let approved = lodge(admin, &submitted.etag, &record).expect(200);
        assert_eq!(approved.body["status"], "approved");
        // A change voids the decision, and the record is used up.
        let withdrawn = buyer.order_act(&approved, "withdraw").expect(200);
        let again = buyer.order_act(&withdrawn, "submit").expect(200);
        lodge(admin, &again.etag, &record).refused(422, "assembly_not_valid");
        let anew = vote(&trade, &submitted.id(), TEN, 44);
        let approved = lodge(admin, &again.etag, &anew).expect(200);
        buyer.order_act(&approved, "confirm").expect(200);

        // Where no assembly is asked, there is nothing to lodge.
        let unnamed = assembly("order", "An order without its name.");
        admin
            .post("/api/v1/assembly-records", unnamed)
            .refused(400, "invalid_input");
    });
}
