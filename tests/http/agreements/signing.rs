//! W5, steps 2 to 5: concrete clauses, two sides that sign, a price that is locked, changes that void.
use crate::support::agreements::{Deal, path};
use crate::support::governance::today;
use crate::support::ladders::{adopt, ladder, step};
use crate::support::{Client, Response, on_each_database};
use chrono::Days;
use diesel::prelude::*;
use serde_json::{Value, json};

fn signers(agreement: &Response) -> usize {
    agreement.body["signatures"].as_array().unwrap().len()
}

fn missing(agreement: &Response) -> Vec<(String, u64)> {
    let missing = agreement.body["signatures_missing"].as_array().unwrap();
    let of = |one: &Value| {
        let name = one["organisation"]["name"].as_str().unwrap().to_owned();
        (name, one["persons"].as_u64().unwrap())
    };
    missing.iter().map(of).collect()
}

fn with_clauses(deal: &Deal<'_>) -> Value {
    let mut terms = deal.terms("1000");
    let clause = |kind: &str, target: &str| {
        json!({"kind": kind, "wording": format!("Agreed on {kind}."), "target": target,
            "review_on": today() + Days::new(100)})
    };
    terms["clauses"] = json!([
        clause("jobs_kept", "12"),
        clause("weekly_hours", "40"),
        clause("monthly_pay", "700000"),
        clause("cancellation", "30"),
        clause("review", "180"),
    ]);
    terms
}

#[test]
fn both_sides_sign_concrete_clauses_and_a_price_with_its_whole_explanation() {
    on_each_database(|world| {
        let deal = world.deal();
        let (buyer, seller) = (&deal.trade.market.buyer, &deal.trade.market.seller);
        let draft = deal.draft(with_clauses(&deal));
        assert_eq!(draft.body["status"], "draft");
        assert!(draft.body["reference"].as_str().unwrap().starts_with("FA-"));
        assert_eq!(draft.body["lines"][0]["unit_price"], "15295.5");
        assert_eq!(draft.body["committed"], "15295500.00");
        let at = format!("/api/v1/framework-agreements/{}", draft.id());
        // A draft is on its buyer's desk only.
        seller.get(&at).refused(404, "not_found");
        let offered = buyer.agreement_act(&draft, "offer").expect(200);
        assert_eq!(
            seller.get(&at).expect(200).body["clauses"],
            draft.body["clauses"]
        );
        let union = deal.trade.market.union.name.clone();
        let cooperative = deal.trade.market.cooperative.name.clone();
        assert_eq!(
            missing(&offered),
            [(union.clone(), 2), (cooperative.clone(), 1)]
        );

        let [first, second] = &deal.trade.approvers;
        let once = first.agreement_act(&offered, "sign").expect(200);
        assert_eq!(
            (signers(&once), once.body["status"].as_str()),
            (1, Some("offered"))
        );
        first.agreement_act(&once, "sign").refused(409, "duplicate");
        let by_seller = deal.treasurer.agreement_act(&once, "sign").expect(200);
        assert_eq!(missing(&by_seller), [(union, 1)]);
        let signed = second.agreement_act(&by_seller, "sign").expect(200);
        assert_eq!(signed.body["status"], "in_force");
        assert_eq!(signers(&signed), 3);
        assert!(signed.body["in_force_at"].is_string());
        // Each clause has its number, its unit, its day, and the workplace's own figure.
        let clauses = signed.body["clauses"].as_array().unwrap();
        let facts: Vec<(&str, &str, &str, &Value)> = clauses
            .iter()
            .map(|one| {
                let text = |field: &str| one[field].as_str().unwrap();
                (text("kind"), text("unit"), text("bound"), &one["stated"])
            })
            .collect();
        assert_eq!(facts[1], ("weekly_hours", "HUR", "at_most", &json!("40")));
        assert_eq!(
            facts[2],
            ("monthly_pay", "ARS", "at_least", &json!("700000"))
        );
        assert_eq!((facts[0].0, facts[0].1), ("jobs_kept", "C62"));
        assert!(facts[0].3.is_string(), "the dossier counts its people");
        assert_eq!(facts[3], ("cancellation", "DAY", "at_least", &Value::Null));

        // Buyers see components and premium; the cost sheet is the co-operative's.
        let explained = buyer.get(&path(&signed, "explanation")).expect(200);
        let line = &explained.body["lines"][0];
        assert_eq!(line["price_answer"]["unit_price"], "15295.5000");
        assert!(line["price_answer"]["components"]["wage_gap"].is_string());
        assert_eq!(line["price_request"]["cost_sheet"], Value::Null);
        let own = seller.get(&path(&signed, "explanation")).expect(200);
        assert!(own.body["lines"][0]["price_request"]["cost_sheet"].is_object());
        // The verifier of its network reads what was signed, other unions do not.
        let verifier = deal.trade.market.network.member(&["verifier"]);
        verifier.get(&at).expect(200);
        let other = world.union("Another union", "AR").member(&["buyer"]);
        other.get(&at).refused(404, "not_found");
        let listed = |by: &Client| {
            let page = by
                .get("/api/v1/framework-agreements?status=in_force")
                .expect(200);
            page.body["items"].as_array().unwrap().len()
        };
        assert_eq!((listed(buyer), listed(seller), listed(&other)), (1, 1, 0));

        world.work();
        let mails = world.mails();
        let subject = |words: &str, to: &Client| {
            mails
                .iter()
                .any(|mail| mail.to == to.email() && mail.subject.contains(words))
        };
        assert!(subject("terms from Sindicato Ceramista", seller));
        assert!(subject("is in force", seller) && subject("is in force", buyer));
        let log = buyer.get("/api/v1/audit-log?limit=100");
        let log = match log.status {
            200 => log,
            _ => deal
                .trade
                .market
                .union
                .admin
                .get("/api/v1/audit-log?limit=100")
                .expect(200),
        };
        let acts: Vec<&str> = log.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|entry| entry["act"].as_str())
            .filter(|act| act.starts_with("framework_agreement."))
            .collect();
        assert_eq!(acts.iter().filter(|act| act.ends_with(".sign")).count(), 2);
    });
}

#[test]
fn any_change_after_a_signature_voids_it_and_who_wrote_it_does_not_sign() {
    on_each_database(|world| {
        let deal = world.deal();
        let seller = &deal.trade.market.seller;
        let offered = deal.offered(deal.terms("1000"));
        let [first, second] = &deal.trade.approvers;
        let once = first.agreement_act(&offered, "sign").expect(200);
        // The co-operative asks for more: the rest over the floor stays in its reserve.
        let mut dearer = deal.terms("1000");
        dearer["lines"][0]["offered_unit_price"] = json!("15000");
        let at = format!("/api/v1/framework-agreements/{}", once.id());
        seller
            .put(&at, &offered.etag, dearer.clone())
            .refused(412, "stale");
        let changed = seller.put(&at, &once.etag, dearer).expect(200);
        assert_eq!(
            (signers(&changed), &changed.body["revision"]),
            (0, &json!(2))
        );
        // 15,000 and the community premium of 3 % of the market's 14,850.
        assert_eq!(changed.body["lines"][0]["unit_price"], "15445.5");
        let explained = seller.get(&path(&changed, "explanation")).expect(200);
        assert_eq!(
            explained.body["lines"][0]["price_answer"]["basis"],
            "agreed"
        );
        seller
            .agreement_act(&changed, "sign")
            .refused(403, "distinct_person_required");
        first.agreement_act(&once, "sign").refused(412, "stale");
        let once = first.agreement_act(&changed, "sign").expect(200);
        let twice = second.agreement_act(&once, "sign").expect(200);
        deal.trade
            .market
            .buyer
            .agreement_act(&twice, "sign")
            .refused(403, "forbidden");
        let signed = deal.treasurer.agreement_act(&twice, "sign").expect(200);
        assert_eq!(signed.body["status"], "in_force");
        // What is signed by both does not change any more.
        seller
            .put(&at, &signed.etag, deal.terms("1000"))
            .refused(409, "wrong_state");
        // Without the version that was seen nothing is signed.
        let path = path(&signed, "sign");
        second
            .raw("POST", &path, &[], None)
            .refused(428, "if_match_required");
    });
}

#[test]
fn a_mandate_that_was_recalled_or_has_expired_signs_nothing_and_what_it_signed_counts_no_more() {
    on_each_database(|world| {
        let deal = world.deal();
        let offered = deal.offered(deal.terms("1000"));
        let [first, second] = &deal.trade.approvers;
        let once = first.agreement_act(&offered, "sign").expect(200);
        let me = first.get("/api/v1/me").expect(200);
        let mandate = me.body["mandate_id"].as_str().unwrap();
        let recall = format!("/api/v1/mandates/{mandate}/recall");
        let reason = json!({"reason": "Decided by the delegates."});
        let admin = &deal.trade.market.union.admin;
        admin.post_if(&recall, "\"1\"", reason).expect(200);
        let twice = second.agreement_act(&once, "sign").expect(200);
        let all = deal.treasurer.agreement_act(&twice, "sign").expect(200);
        assert_eq!(all.body["status"], "offered");
        let union = deal.trade.market.union.name.clone();
        assert_eq!(missing(&all), [(union, 1)]);
        first.agreement_act(&all, "sign").expect(401);
        deal.call_off(&all, "10").refused(409, "wrong_state");
        // A third approver makes up for the one who was recalled; an expired mandate counts as little.
        use store::schema::mandates;
        let second_email = second.email().to_owned();
        let member: store::ids::MembershipId = store::schema::memberships::table
            .inner_join(store::schema::people::table)
            .filter(store::schema::people::email.eq(&second_email))
            .select(store::schema::memberships::id)
            .first(&mut world.conn())
            .unwrap();
        let expire = |day: chrono::NaiveDate| {
            diesel::update(mandates::table.filter(mandates::membership_id.eq(member)))
                .set((
                    mandates::starts_on.eq(day - Days::new(30)),
                    mandates::expires_on.eq(day),
                ))
                .execute(&mut world.conn())
                .unwrap();
        };
        expire(today() - Days::new(1));
        let third = deal.trade.market.union.member(&["approver"]);
        let with_third = third.agreement_act(&all, "sign").expect(200);
        assert_eq!(with_third.body["status"], "offered");
        let fourth = deal.trade.market.union.member(&["approver"]);
        let signed = fourth.agreement_act(&with_third, "sign").expect(200);
        assert_eq!(signed.body["status"], "in_force");
    });
}

#[test]
fn the_union_s_approval_rule_on_the_committed_value_says_how_many_sign() {
    on_each_database(|world| {
        let deal = world.deal();
        let one_up_to = |number: u32, amount: &str, inclusive: bool| {
            let steps = json!([
                step(amount, inclusive, &[("approver", 1)]),
                step("unlimited", true, &[("approver", 2)]),
            ]);
            adopt(&deal.trade.market.union, number, &ladder(steps));
        };
        let union = deal.trade.market.union.name.clone();
        let needed = |agreement: &Response| {
            let missing = missing(&deal.seen(agreement));
            missing.iter().find(|one| one.0 == union).unwrap().1
        };
        let offered = deal.offered(deal.terms("1000"));
        // Two from the bound on, then one up to it: on both sides of the bound.
        one_up_to(0, "15295500.00", false);
        assert_eq!(needed(&offered), 2);
        one_up_to(1, "15295500.00", true);
        assert_eq!(needed(&offered), 1);
        let once = deal.trade.approvers[0]
            .agreement_act(&offered, "sign")
            .expect(200);
        let signed = deal.treasurer.agreement_act(&once, "sign").expect(200);
        assert_eq!(signed.body["status"], "in_force");
    });
}

#[test]
fn terms_that_cannot_be_are_refused_where_they_are_written() {
    on_each_database(|world| {
        let deal = world.deal();
        let buyer = &deal.trade.market.buyer;
        let write = |change: &dyn Fn(&mut Value)| {
            let mut terms = deal.terms("1000");
            change(&mut terms);
            buyer.post("/api/v1/framework-agreements", terms)
        };
        let price = |price: &'static str| {
            move |terms: &mut Value| terms["lines"][0]["offered_unit_price"] = json!(price)
        };
        let refused = write(&price("1")).refused(422, "below_floor");
        assert_eq!(refused.pointers(), ["/lines/0/offered_unit_price"]);
        assert!(
            refused.body["detail"]
                .as_str()
                .unwrap()
                .contains("cost floor")
        );
        let refused = write(&price("14849.999999")).refused(422, "not_above_market");
        assert!(refused.body["detail"].as_str().unwrap().contains("14850"));
        // The market reference itself is the price by the rules.
        let exact = write(&price("14850")).expect(201);
        assert_eq!(exact.body["lines"][0]["unit_price"], "15295.5");
        let weights = |terms: &mut Value| {
            terms["indexation"] = json!({"fixed": "0.15",
                "indices": [{"name": "clay", "weight": "0.84", "base": "100"}]});
        };
        let refused = write(&weights).refused(422, "weights_do_not_sum_to_one");
        assert!(refused.body["detail"].as_str().unwrap().contains("0.99"));
        let refused = write(&|terms| terms["lines"][0]["committed_quantity"] = json!("10.5"));
        refused.refused(422, "quantity_not_offered");
        for (field, value) in [
            ("allowance_rate", json!("1.000001")),
            ("allowance_rate", json!("-0.1")),
            ("advance_rate", json!("1.1")),
            ("payment_days", json!(366)),
            ("ends_on", json!(today() - Days::new(1))),
            ("lines", json!([])),
        ] {
            write(&|terms| terms[field] = value.clone()).refused(400, "invalid_input");
        }
        let foreign = |terms: &mut Value| terms["currency"] = json!("ZAR");
        write(&foreign).refused(422, "currency_mismatch");
        let (peer, _) = deal
            .trade
            .another_cooperative("Cerámica Hermana", "700000.00");
        let refused = write(&|terms| terms["cooperative_id"] = json!(peer.id));
        assert_eq!(
            refused.refused(400, "invalid_input").pointers(),
            ["/lines/0/listing_id"]
        );
        deal.trade.approvers[0]
            .post("/api/v1/framework-agreements", deal.terms("10"))
            .refused(403, "forbidden");
    });
}
