//! Delegated budgets (OR10). Fails if the parts are more than the line, zero is more than zero, a large
//! number stands for no limit, the last money is promised twice, or a giver sees another's orders.
use super::tree::affiliate;
use crate::support::governance::today;
use crate::support::ladders::{adopt, ladder, signers, step, submit};
use crate::support::{Client, Org, Response, on_each_database};
use chrono::Days;
use serde_json::{Value, json};

/// What ten tiles cost with freight and VAT.
const TEN: &str = "301464.00";

fn terms(amount: &str) -> Value {
    json!({
        "name": "Schools 2027", "currency": "ARS", "amount": amount,
        "starts_on": today(), "ends_on": today() + Days::new(300),
    })
}

fn open(org: &Org<'_>, amount: &str) -> Response {
    org.admin
        .post("/api/v1/budget-lines", terms(amount))
        .expect(201)
}

fn present(by: &Client, line: &Response) -> Response {
    let path = format!("/api/v1/budget-lines/{}", line.id());
    by.get(&path).expect(200)
}

fn give(by: &Client, line: &Response, to: &Org<'_>, part: Value) -> Response {
    let path = format!("/api/v1/budget-lines/{}/delegations", line.id());
    let body = json!({"organisation_id": to.id, "part": part});
    by.post_if(&path, &present(by, line).etag, body)
}

#[test]
fn parts_never_come_to_more_than_the_line_and_unlimited_is_a_word() {
    on_each_database(|world| {
        let federation = world.union("Federación", "AR");
        let union = world.union("Sindicato", "AR");
        let branch = world.union("Seccional", "AR");
        affiliate(&union, &federation);
        affiliate(&branch, &union);
        let line = open(&federation, "1000.00");
        assert_eq!(line.body["left"], "1000.00");
        let part = give(&federation.admin, &line, &union, terms("600.00")).expect(201);
        assert_eq!(part.body["organisation_id"], union.id);
        assert_eq!(part.body["part_of"], line.id());
        let over =
            give(&federation.admin, &line, &union, terms("400.01")).refused(409, "over_budget");
        let detail = over.body["detail"].as_str().unwrap();
        assert!(detail.contains("400.00"), "{detail}");
        assert_eq!(over.pointers(), ["/part/amount"]);
        give(&federation.admin, &line, &union, terms("400.00")).expect(201);
        assert_eq!(present(&federation.admin, &line).body["left"], "0.00");
        give(&federation.admin, &line, &union, terms("0.01")).refused(409, "over_budget");
        give(&federation.admin, &line, &union, terms("unlimited")).refused(400, "invalid_input");
        give(&federation.admin, &line, &union, terms("-1.00")).refused(400, "invalid_input");

        // Down the tree, one step at a time, and only one's own lines.
        let of_branch = give(&union.admin, &part, &branch, terms("250.00")).expect(201);
        let path = format!("/api/v1/budget-lines/{}/delegations", line.id());
        let unseen = json!({"organisation_id": branch.id, "part": terms("1.00")});
        union
            .admin
            .post_if(&path, "\"1\"", unseen)
            .refused(404, "not_found");
        give(&federation.admin, &part, &branch, terms("1.00")).refused(403, "forbidden");
        let other = open(&federation, "unlimited");
        give(&federation.admin, &other, &branch, terms("1.00")).refused(422, "not_in_tree");
        let free = give(&federation.admin, &other, &union, terms("unlimited")).expect(201);
        assert_eq!(free.body["left"], "unlimited");
        give(&union.admin, &free, &branch, terms("999999999999.99")).expect(201);

        // Zero is zero: nothing of it can be given on.
        let zero = open(&federation, "0");
        give(&federation.admin, &zero, &union, terms("0.01")).refused(409, "over_budget");
        let mut wrong = terms("1.00");
        wrong["currency"] = json!("USD");
        wrong["ends_on"] = json!(today() + Days::new(301));
        let wrong = give(&federation.admin, &other, &union, wrong).refused(400, "invalid_input");
        assert_eq!(wrong.pointers(), ["/part/currency", "/part/ends_on"]);

        // Figures are seen upwards, by nobody else.
        assert_eq!(
            present(&federation.admin, &of_branch).body["left"],
            "250.00"
        );
        let path = format!("/api/v1/budget-lines/{}", line.id());
        union.admin.get(&path).refused(404, "not_found");
        let parts = format!("/api/v1/budget-lines?part_of={}", line.id());
        let parts = federation.admin.get(&parts).expect(200);
        assert_eq!(parts.body["items"].as_array().unwrap().len(), 2);
        let own = branch.admin.get("/api/v1/budget-lines").expect(200);
        assert_eq!(own.body["items"].as_array().unwrap().len(), 2);
        world.work();
        let told = world.mails();
        assert!(
            told.iter()
                .any(|mail| mail.subject.contains("gives you a budget"))
        );
        assert!(
            told.iter()
                .any(|mail| mail.subject.contains("without limit"))
        );
    });
}

#[test]
fn what_is_free_goes_back_when_a_line_is_closed_or_the_tree_parts() {
    on_each_database(|world| {
        let federation = world.union("Federación", "AR");
        let union = world.union("Sindicato", "AR");
        let branch = world.union("Seccional", "AR");
        let (affiliation, etag) = affiliate(&union, &federation);
        affiliate(&branch, &union);
        let line = open(&federation, "1000.00");
        let part = give(&federation.admin, &line, &union, terms("600.00")).expect(201);
        let of_branch = give(&union.admin, &part, &branch, terms("250.00")).expect(201);
        let close = |by: &Client, line: &Response| {
            let path = format!("/api/v1/budget-lines/{}/close", line.id());
            by.act(&path, &present(by, line).etag)
        };
        close(&federation.admin, &of_branch).refused(403, "forbidden");
        close(&union.admin, &of_branch).expect(200);
        assert_eq!(present(&union.admin, &part).body["left"], "600.00");
        close(&branch.admin, &of_branch).refused(409, "wrong_state");
        let again = give(&union.admin, &part, &branch, terms("100.00")).expect(201);

        let end = format!("{affiliation}/end");
        union.admin.act(&end, &etag).expect(200);
        assert_eq!(present(&union.admin, &part).body["status"], "closed");
        assert_eq!(present(&branch.admin, &again).body["status"], "closed");
        let line = present(&federation.admin, &line);
        assert_eq!(line.body["delegated"], "0.00");
        assert_eq!(line.body["left"], "1000.00");
    });
}

#[test]
fn an_order_inside_a_line_takes_the_lighter_steps_and_promises_what_it_costs() {
    on_each_database(|world| {
        let trade = world.trade();
        let union = &trade.market.union;
        let buyer = &trade.market.buyer;
        let federation = world.union("Federación", "AR");
        affiliate(union, &federation);
        let mut steps = ladder(json!([step("unlimited", true, &[("board_member", 2)])]));
        steps[0]["within_budget"] = json!([step(
            "unlimited",
            true,
            &[("officer", 1), ("second_signer", 1)]
        )]);
        adopt(union, 0, &steps);
        let above = open(&federation, "500000.00");
        let line = give(&federation.admin, &above, union, terms("301464.00")).expect(201);
        let inside = json!({"budget_line_id": line.id()});

        let order = submit(buyer, &trade.draft("10"), inside.clone()).expect(200);
        assert_eq!(order.body["asked"]["path"], "within_budget");
        assert_eq!(order.body["asked"]["budget_line_id"], line.id());
        assert_eq!(
            order.body["asked"]["signers"],
            signers(&[("officer", 1), ("second_signer", 1)])
        );
        let taken = present(&federation.admin, &line);
        assert_eq!(taken.body["committed"], TEN);
        assert_eq!(taken.body["left"], "0.00");
        let orders = format!("/api/v1/budget-lines/{}/commitments", line.id());
        federation.admin.get(&orders).refused(404, "not_found");
        let listed = union.admin.get(&orders).expect(200);
        assert_eq!(listed.body["items"][0]["order_id"], order.id());

        // The line has nothing left: another order goes outside it, to the full ladder.
        let second = trade.draft("10");
        let over = submit(buyer, &second, inside.clone()).refused(409, "over_budget");
        let detail = over.body["detail"].as_str().unwrap();
        assert!(detail.contains("0.00"), "{detail}");
        assert_eq!(over.pointers(), ["/budget_line_id"]);
        let outside = buyer.order_act(&second, "submit").expect(200);
        assert_eq!(
            outside.body["asked"]["signers"],
            signers(&[("board_member", 2)])
        );
        submit(
            buyer,
            &trade.draft("10"),
            json!({"budget_line_id": above.id()}),
        )
        .refused(404, "not_found");

        // Withdrawn, it is free; submitted again, promised again; cancelled, free for good.
        let withdrawn = buyer.order_act(&order, "withdraw").expect(200);
        assert_eq!(present(&union.admin, &line).body["left"], TEN);
        let again = submit(buyer, &withdrawn, inside).expect(200);
        for office in ["officer", "second_signer"] {
            let present = trade.order(&again);
            let person = union.member(&[office]);
            person.order_act(&present, "approve").expect(200);
        }
        let approved = trade.order(&again);
        assert_eq!(approved.body["status"], "approved");
        let confirmed = buyer.order_act(&approved, "confirm").expect(200);
        let cancel = format!("/api/v1/orders/{}/cancel", confirmed.id());
        let reason = json!({"reason": "The school is closed."});
        buyer.post_if(&cancel, &confirmed.etag, reason).expect(200);
        assert_eq!(present(&union.admin, &line).body["committed"], "0.00");
        let listed = union.admin.get(&orders).expect(200);
        assert_eq!(listed.body["items"][0]["status"], "released");
    });
}

#[test]
fn what_was_delivered_is_spent_and_the_rest_is_free_again() {
    on_each_database(|world| {
        let trade = world.trade();
        let union = &trade.market.union;
        let mut steps = ladder(json!([step("unlimited", true, &[("board_member", 2)])]));
        steps[0]["within_budget"] = json!([step("unlimited", true, &[("approver", 1)])]);
        adopt(union, 0, &steps);
        let line = open(union, "1000000.00");
        let approved = || {
            let inside = json!({"budget_line_id": line.id()});
            let order = submit(&trade.market.buyer, &trade.draft("10"), inside).expect(200);
            let approved = trade.approvers[0].order_act(&order, "approve").expect(200);
            let confirm = trade.market.buyer.order_act(&approved, "confirm");
            confirm.expect(200);
            trade.delivery()
        };
        let whole = approved();
        whole.deliver("10");
        assert_eq!(whole.status(), "delivered");
        let now = present(&union.admin, &line);
        assert_eq!([&now.body["committed"], &now.body["spent"]], ["0.00", TEN]);

        // Of the next, six arrive; the rest is cancelled after the co-operative was heard.
        let part = approved();
        part.deliver("6");
        let talk = json!({"reason": "The hall is sold."});
        let path = format!("{}/consultations", part.path);
        let talk = trade.market.buyer.post(&path, talk).expect(201);
        let one = format!("/api/v1/consultations/{}", talk.id());
        let said = json!({"statement": "None is begun.",
            "work_done": {"amount": "0.00", "currency": "ARS"}});
        let answered = part
            .seller()
            .post_if(&format!("{one}/answer"), &talk.etag, said)
            .expect(200);
        trade
            .market
            .buyer
            .act(&format!("{one}/cancel"), &answered.etag)
            .expect(200);
        let six = part.bill().body["totals"]["total"].clone();
        let decimal =
            |value: &Value| -> rust_decimal::Decimal { value.as_str().unwrap().parse().unwrap() };
        let now = present(&union.admin, &line);
        assert_eq!(now.body["committed"], "0.00");
        assert_eq!(
            decimal(&now.body["spent"]),
            decimal(&json!(TEN)) + decimal(&six)
        );
    });
}

#[test]
fn of_two_orders_for_the_last_money_one_wins() {
    on_each_database(|world| {
        let trade = world.trade();
        let buyer = &trade.market.buyer;
        let line = open(&trade.market.union, "400000.00");
        let drafts = [trade.draft("10"), trade.draft("10")];
        let inside = json!({"budget_line_id": line.id()});
        let mut answers: Vec<(u16, Value)> = std::thread::scope(|scope| {
            let threads = drafts.each_ref().map(|draft| {
                let inside = inside.clone();
                scope.spawn(move || {
                    let answer = submit(buyer, draft, inside);
                    (answer.status, answer.body["code"].clone())
                })
            });
            threads.into_iter().map(|one| one.join().unwrap()).collect()
        });
        answers.sort_by_key(|(status, _)| *status);
        assert_eq!(answers[0].0, 200);
        assert_eq!(answers[1], (409, json!("over_budget")));
        assert_eq!(
            present(&trade.market.union.admin, &line).body["committed"],
            TEN
        );
    });
}

#[test]
fn a_line_is_for_its_days_and_its_currency() {
    on_each_database(|world| {
        let trade = world.trade();
        let union = &trade.market.union;
        let mut later = terms("unlimited");
        later["starts_on"] = json!(today() + Days::new(1));
        let mut foreign = terms("unlimited");
        foreign["currency"] = json!("USD");
        for wrong in [later, foreign] {
            let line = union.admin.post("/api/v1/budget-lines", wrong).expect(201);
            let inside = json!({"budget_line_id": line.id()});
            submit(&trade.market.buyer, &trade.draft("10"), inside)
                .refused(422, "budget_line_not_open");
        }
        let mut backwards = terms("1.00");
        backwards["ends_on"] = json!(today() - Days::new(1));
        let refused = union.admin.post("/api/v1/budget-lines", backwards);
        assert_eq!(
            refused.refused(400, "invalid_input").pointers(),
            ["/ends_on"]
        );
        trade
            .market
            .buyer
            .post("/api/v1/budget-lines", terms("1.00"))
            .refused(403, "forbidden");
    });
}
