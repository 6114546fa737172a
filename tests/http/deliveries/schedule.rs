//! The schedule: proposed by one side, agreed by the other (FU1).
use crate::support::deliveries::in_days;
use crate::support::on_each_database;
use serde_json::json;

#[test]
fn an_accepted_purchase_order_has_one_stage_until_both_sides_agree_on_others() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("1000");
        let branch = &trade.market.union.id;
        let first = delivery.schedule();
        let stages = first.body["stages"].as_array().unwrap();
        assert_eq!(stages.len(), 1);
        assert_eq!(stages[0]["due_on"], json!(in_days(80)));
        assert_eq!(stages[0]["parts"][0]["quantity"], "1000");
        assert_eq!(stages[0]["parts"][0]["branch_id"], json!(branch));
        assert!(first.body["proposal"].is_null());

        let path = format!("{}/schedule", delivery.path);
        let part = |quantity: &str| json!({"line": 1, "branch_id": branch, "quantity": quantity});
        let two = |one: &str, other: &str| {
            json!({"stages": [
                {"due_on": in_days(20), "parts": [part(one)]},
                {"due_on": in_days(35), "parts": [part(other)]},
            ]})
        };
        let (seller, buyer) = (delivery.seller(), delivery.buyer());
        // What does not add up to what is still to be sent is refused, with the figure.
        let refused = seller
            .put(&path, &first.etag, two("500", "499"))
            .refused(400, "invalid_input");
        let said = refused.body["errors"][0]["detail"].as_str().unwrap();
        assert!(said.contains("1000 are to be sent, not 999"), "{said}");
        let stranger = json!({"stages": [{"due_on": in_days(9), "parts": [
            {"line": 1, "branch_id": trade.market.network.id, "quantity": "1000"}]}]});
        seller
            .put(&path, &first.etag, stranger)
            .refused(400, "invalid_input");
        let twice =
            json!({"stages": [{"due_on": in_days(9), "parts": [part("400"), part("600")]}]});
        let refused = seller
            .put(&path, &first.etag, twice)
            .refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/stages/0/parts/1"]);

        let proposed = seller
            .put(&path, &first.etag, two("400", "600"))
            .expect(200);
        assert_eq!(
            proposed.body["stages"].as_array().unwrap().len(),
            1,
            "nothing holds yet"
        );
        let agree = format!("{path}/agree");
        seller
            .act(&agree, &proposed.etag)
            .refused(403, "distinct_person_required");
        buyer.act(&agree, &first.etag).refused(412, "stale");
        trade
            .market
            .union
            .member(&["accountant"])
            .act(&agree, &proposed.etag)
            .refused(403, "forbidden");
        trade
            .market
            .network
            .admin
            .act(&agree, &proposed.etag)
            .refused(404, "not_found");
        let agreed = buyer.act(&agree, &proposed.etag).expect(200);
        let stages = agreed.body["stages"].as_array().unwrap();
        assert_eq!(stages.len(), 2);
        assert_eq!(stages[1]["parts"][0]["quantity"], "600");
        assert!(agreed.body["proposal"].is_null());
        buyer.act(&agree, &agreed.etag).refused(409, "wrong_state");
    });
}

#[test]
fn what_was_sent_stays_when_the_rest_is_planned_anew() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("1000");
        delivery.agree_stages(&[(20, "400"), (35, "600")]);
        let before = delivery.schedule().etag;
        delivery.send(&delivery.stage(0), "150").expect(201);
        assert_ne!(
            delivery.schedule().etag,
            before,
            "what was sent stands in the schedule, so its tag is another"
        );
        delivery.agree_stages(&[(25, "50"), (50, "800")]);
        let schedule = delivery.schedule();
        let stages = schedule.body["stages"].as_array().unwrap();
        let figures: Vec<(i64, &str, &str)> = stages
            .iter()
            .map(|stage| {
                let part = &stage["parts"][0];
                (
                    stage["position"].as_i64().unwrap(),
                    part["quantity"].as_str().unwrap(),
                    part["despatched"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            figures,
            [(2, "150", "150"), (4, "50", "0"), (5, "800", "0")]
        );
    });
}

#[test]
fn a_late_stage_opens_a_talk_and_no_penalty() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("1000");
        delivery.agree_stages(&[(10, "400"), (60, "600")]);
        let order_before = delivery.seller().get(&delivery.path).expect(200).body["totals"].clone();
        world.work_at(chrono::Utc::now() + chrono::TimeDelta::days(10));
        let path = format!("{}/consultations", delivery.path);
        assert_eq!(
            delivery.buyer().get(&path).expect(200).body["items"],
            json!([])
        );
        world.work_at(chrono::Utc::now() + chrono::TimeDelta::days(11));
        world.work_at(chrono::Utc::now() + chrono::TimeDelta::days(12));
        let talks = delivery.buyer().get(&path).expect(200);
        let talks = talks.body["items"].as_array().unwrap();
        assert_eq!(talks.len(), 1, "once a stage");
        assert_eq!(talks[0]["kind"], "late_delivery");
        let told = |person: &crate::support::Client| {
            let mails = world.mails();
            mails
                .iter()
                .filter(|mail| mail.to == person.email() && mail.text.contains("/consultations/"))
                .count()
        };
        assert_eq!([told(delivery.buyer()), told(delivery.seller())], [1, 1]);
        let now = delivery.seller().get(&delivery.path).expect(200);
        assert_eq!(now.body["totals"], order_before, "nothing is taken off");
        let one = format!("/api/v1/consultations/{}", talks[0]["id"].as_str().unwrap());
        let talk = delivery.buyer().get(&one).expect(200);
        delivery
            .buyer()
            .act(&format!("{one}/cancel"), &talk.etag)
            .refused(409, "wrong_state");
        let settled = delivery
            .buyer()
            .act(&format!("{one}/settle"), &talk.etag)
            .expect(200);
        assert_eq!(settled.body["status"], "settled");
    });
}
