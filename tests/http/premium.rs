//! Stories of the premium: what an assembly planned, what was spent of it, what came of it, and who reads that.
use crate::checks::check;
use crate::support::deliveries::Delivery;
use crate::support::governance::{assembly, days_ago, today};
use crate::support::orders::Trade;
use crate::support::{Client, Org, Response, on_each_database};
use chrono::Days;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Barrier;

const PLANS: &str = "/api/v1/premium-plans";
const SPENDINGS: &str = "/api/v1/premium-spendings";
const REPORT: &str = "/api/v1/reports/premium";

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

/// What a co-operative's book says was received, by purpose.
fn received(keeper: &Client) -> BTreeMap<String, Decimal> {
    let found = keeper.get("/api/v1/trial-balance").expect(200);
    let accounts = found.body["accounts"].as_array().unwrap().iter();
    accounts
        .filter_map(|one| {
            let key = one["account"].as_str().unwrap();
            let purpose = key.strip_prefix("premium_received_")?;
            Some((purpose.to_owned(), -decimal(&one["closing"])))
        })
        .filter(|(_, amount)| !amount.is_zero())
        .collect()
}

/// The purpose for which most was received, and how much.
pub fn most(keeper: &Client) -> (String, Decimal) {
    let all = received(keeper).into_iter();
    all.max_by_key(|(_, amount)| *amount).unwrap()
}

/// The body of a plan from today on, of lines of purpose and amount.
fn plan(record: &str, lines: &[(&str, Decimal)]) -> Value {
    let lines = lines.iter().map(|(purpose, amount)| {
        json!({"purpose": purpose, "description": "The clinic", "amount": amount.to_string()})
    });
    json!({
        "assembly_record_id": record, "starts_on": today(), "ends_on": today() + Days::new(90),
        "currency": "ARS", "lines": lines.collect::<Vec<_>>(),
    })
}

/// A plan that the co-operative's assembly carried.
pub fn planned(cooperative: &Org<'_>, keeper: &Client, lines: &[(&str, Decimal)]) -> Response {
    let text = format!("Plan {}", uuid::Uuid::now_v7());
    let record = cooperative.carried("premium_plan", &text);
    keeper.post(PLANS, plan(&record, lines)).expect(201)
}

fn spending(amount: Decimal) -> Value {
    json!({
        "amount": {"amount": amount.to_string(), "currency": "ARS"}, "spent_on": today(),
        "description": "The dentist's fee",
    })
}

/// Spends of a line of a plan.
pub fn spend(keeper: &Client, plan: &Response, line: u32, amount: Decimal) -> Response {
    let path = format!("{PLANS}/{}/lines/{line}/spendings", plan.id());
    keeper.post(&path, spending(amount))
}

/// A plan and something spent of it, by whoever keeps the books of a co-operative that has invoiced. Returns both.
pub fn some(cooperative: &Org<'_>, keeper: &Client) -> [String; 2] {
    let (purpose, amount) = most(keeper);
    let plan = planned(cooperative, keeper, &[(&purpose, amount)]);
    let spent = spend(keeper, &plan, 1, Decimal::ONE).expect(201);
    [plan.id(), spent.id()]
}

/// 100 tiles that were delivered and invoiced.
fn invoiced<'t, 'w>(trade: &'t Trade<'w>) -> Delivery<'t, 'w> {
    let delivery = trade.accepted("100");
    delivery.deliver("100");
    delivery.bill();
    delivery
}

fn said(answer: &Response, words: &str) {
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(detail.contains(words), "{detail}");
}

#[test]
fn a_plan_is_what_the_own_assembly_carried_and_nothing_else() {
    on_each_database(|world| {
        let market = world.market();
        let cooperative = &market.cooperative;
        let keeper = cooperative.member(&["treasurer"]);
        let hundred = Decimal::from(100);
        let lines = [("community", hundred), ("wages", hundred)];
        let record = cooperative.carried("premium_plan", "A dentist, two days a week.");

        let other = world.verified_cooperative(&market.network, "Textil Sin Patrón", "AR");
        let of_other = other.carried("premium_plan", "A nursery.");
        let refused = keeper.post(PLANS, plan(&of_other, &lines));
        let refused = refused.refused(404, "not_found");
        assert_eq!(refused.pointers(), ["/assembly_record_id"]);
        let about_other = cooperative.carried("other", "We paint the hall.");
        let refused = keeper.post(PLANS, plan(&about_other, &lines));
        refused.refused(422, "assembly_not_valid");
        let mut lost = assembly("premium_plan", "Fireworks.");
        (lost["votes_for"], lost["votes_against"]) = (json!(3), json!(35));
        let lost = cooperative
            .secretary()
            .post("/api/v1/assembly-records", lost);
        let refused = keeper.post(PLANS, plan(&lost.expect(201).id(), &lines));
        refused.refused(422, "assembly_not_valid");

        let whole = plan(&record, &lines);
        let without = |field: &str, value: Value| {
            let mut body = whole.clone();
            body[field] = value;
            keeper.post(PLANS, body).refused(400, "invalid_input")
        };
        assert_eq!(without("lines", json!([])).pointers(), ["/lines"]);
        let early = without("ends_on", json!(days_ago(1)));
        assert_eq!(early.pointers(), ["/ends_on"]);
        let wrong = json!([{"purpose": "bonuses", "description": " ", "amount": "0"}]);
        let pointers = [
            "/lines/0/purpose",
            "/lines/0/description",
            "/lines/0/amount",
        ];
        assert_eq!(without("lines", wrong).pointers(), pointers);

        for stranger in [&market.seller, &market.union.member(&["accountant"])] {
            stranger
                .post(PLANS, whole.clone())
                .refused(403, "forbidden");
        }
        let made = keeper.post(PLANS, whole.clone()).expect(201);
        let refused = keeper.post(PLANS, whole).refused(409, "duplicate");
        assert_eq!(refused.pointers(), ["/assembly_record_id"]);
        let path = format!("{PLANS}/{}", made.id());
        assert_eq!(keeper.get(&path).expect(200).body, made.body);
        assert_eq!(made.body["lines"][1]["left"], "100.00");
        let list = keeper.get(PLANS).expect(200);
        assert_eq!(list.body["items"], json!([made.body]));
        other
            .member(&["treasurer"])
            .get(&path)
            .refused(404, "not_found");
        market
            .union
            .member(&["accountant"])
            .get(&path)
            .refused(404, "not_found");
        market.seller.get(&path).refused(403, "forbidden");
    });
}

#[test]
fn no_more_is_spent_than_the_assembly_planned_and_buyers_paid() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = invoiced(&trade);
        let (keeper, cooperative) = (&delivery.treasurer, &trade.market.cooperative);
        let books = keeper.get("/api/v1/trial-balance").expect(200).body;
        let (purpose, all) = most(keeper);
        let half = (all / Decimal::from(2)).trunc();
        let cent = Decimal::new(1, 2);
        let lines = [(purpose.as_str(), half), (purpose.as_str(), all + all)];
        let plan = planned(cooperative, keeper, &lines);

        let refused = spend(keeper, &plan, 1, half + cent).refused(409, "over_plan_line");
        said(&refused, &format!("{half}.00 ARS of this line is left"));
        assert_eq!(refused.pointers(), ["/amount/amount"]);
        let first = spend(keeper, &plan, 1, half).expect(201);
        let refused = spend(keeper, &plan, 2, all - half + cent).refused(409, "premium_too_low");
        said(&refused, &format!("{} ARS is left", all - half));

        let path = |line: u32| format!("{PLANS}/{}/lines/{line}/spendings", plan.id());
        let but = |field: &str, value: Value| {
            let mut body = spending(Decimal::ONE);
            body[field] = value;
            keeper.post(&path(2), body)
        };
        let rand = json!({"amount": "1.00", "currency": "ZAR"});
        but("amount", rand).refused(422, "currency_mismatch");
        for day in [days_ago(1), today() + Days::new(1)] {
            let refused = but("spent_on", json!(day)).refused(400, "invalid_input");
            assert_eq!(refused.pointers(), ["/spent_on"]);
        }
        spend(keeper, &plan, 3, Decimal::ONE).refused(404, "not_found");
        for stranger in [delivery.seller(), &delivery.accountant] {
            spend(stranger, &plan, 2, Decimal::ONE).refused(403, "forbidden");
        }
        let other = world.verified_cooperative(&trade.market.network, "Textil Sin Patrón", "AR");
        let other = other.member(&["treasurer"]);
        spend(&other, &plan, 2, Decimal::ONE).refused(404, "not_found");

        let one = format!("{SPENDINGS}/{}", first.id());
        let why = json!({"reason": "It was recorded twice."});
        let reverse = |by: &Client| by.post(&format!("{one}/reverse"), why.clone());
        reverse(&other).refused(404, "not_found");
        reverse(&delivery.accountant).refused(403, "forbidden");
        let reversed = reverse(keeper).expect(200);
        assert_eq!(reversed.body["reversed_because"], why["reason"]);
        assert_eq!(keeper.get(&one).expect(200).body, reversed.body);
        reverse(keeper).refused(409, "wrong_state");
        other.get(&one).refused(404, "not_found");

        // What was taken back can be spent, to the last cent.
        let second = spend(keeper, &plan, 2, all).expect(201);
        spend(keeper, &plan, 1, cent).refused(409, "premium_too_low");
        let of_plan = format!("{SPENDINGS}?plan_id={}", plan.id());
        for path in [SPENDINGS, &of_plan] {
            let list = keeper.get(path).expect(200);
            assert_eq!(list.body["items"], json!([reversed.body, second.body]));
        }
        let now = keeper.get(&format!("{PLANS}/{}", plan.id())).expect(200);
        assert_eq!(now.body["lines"][0]["spent"], "0.00");
        assert_eq!(decimal(&now.body["lines"][1]["spent"]), all);
        let unchanged = keeper.get("/api/v1/trial-balance").expect(200).body;
        assert_eq!(unchanged, books, "nothing is posted");
        assert_eq!(check(world), (0, Vec::new()));
    });
}

#[test]
fn of_two_who_spend_the_same_money_one_is_refused() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = invoiced(&trade);
        let (keeper, cooperative) = (&delivery.treasurer, &trade.market.cooperative);
        let (purpose, all) = most(keeper);
        let most_of_it = (all * Decimal::new(6, 1)).trunc();
        let both = |plan: &Response, lines: [u32; 2], amount: Decimal| -> Vec<Response> {
            let gate = Barrier::new(2);
            std::thread::scope(|scope| {
                let threads = lines.map(|line| {
                    let (keeper, gate) = (keeper.clone(), &gate);
                    scope.spawn(move || {
                        gate.wait();
                        spend(&keeper, plan, line, amount)
                    })
                });
                threads.map(|thread| thread.join().unwrap()).into()
            })
        };
        let one_wins = |answers: Vec<Response>, code: &str| {
            let (won, lost): (Vec<_>, Vec<_>) =
                answers.into_iter().partition(|answer| answer.status == 201);
            assert_eq!((won.len(), lost.len()), (1, 1), "{lost:?}");
            for lost in lost {
                lost.refused(409, code);
            }
        };
        let ten = Decimal::TEN;
        let lines = [
            (purpose.as_str(), all),
            (purpose.as_str(), all),
            (purpose.as_str(), ten),
        ];
        let plan = planned(cooperative, keeper, &lines);
        one_wins(both(&plan, [3, 3], Decimal::from(6)), "over_plan_line");
        one_wins(both(&plan, [1, 2], most_of_it), "premium_too_low");
        assert_eq!(check(world), (0, Vec::new()));
    });
}

#[test]
fn the_report_says_what_came_of_it_and_to_buyers_nothing_of_what_others_pay() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = invoiced(&trade);
        let (keeper, cooperative) = (&delivery.treasurer, &trade.market.cooperative);
        let (purpose, all) = most(keeper);
        let plan = planned(cooperative, keeper, &[(&purpose, all)]);
        spend(keeper, &plan, 1, Decimal::TEN).expect(201);

        let path = format!("{PLANS}/{}/lines/1/result", plan.id());
        let result = json!({"result": "412 people were treated."});
        let now = keeper.get(&format!("{PLANS}/{}", plan.id())).expect(200);
        delivery
            .seller()
            .put(&path, &now.etag, result.clone())
            .refused(403, "forbidden");
        let told = keeper.put(&path, &now.etag, result.clone()).expect(200);
        assert_eq!(told.body["lines"][0]["result"], result["result"]);
        keeper
            .put(&path, &now.etag, result.clone())
            .refused(412, "stale");
        let corrected = json!({"result": "413 people were treated."});
        let told = keeper.put(&path, &told.etag, corrected).expect(200);
        let nowhere = format!("{PLANS}/{}/lines/2/result", plan.id());
        keeper
            .put(&nowhere, &told.etag, result)
            .refused(404, "not_found");

        // Every member of the co-operative reads all of it.
        let own = delivery.seller().get(REPORT).expect(200).body;
        assert_eq!(own["plans"], json!([told.body]));
        let received = received(keeper);
        let rows = own["rows"].as_array().unwrap();
        assert_eq!(rows.len(), received.len());
        for row in rows {
            let of = row["purpose"].as_str().unwrap();
            let planned = of == purpose;
            assert_eq!(decimal(&row["received"]), received[of]);
            let expected = if planned { all } else { Decimal::ZERO };
            assert_eq!(decimal(&row["planned"]), expected);
            let spent = if planned { Decimal::TEN } else { Decimal::ZERO };
            assert_eq!(decimal(&row["spent"]), spent);
            assert_eq!(decimal(&row["balance"]), received[of] - spent);
        }
        let later = keeper
            .get(&format!("{REPORT}?from=2150-01"))
            .expect(200)
            .body;
        assert_eq!(later["plans"], json!([]));
        let rows = later["rows"].as_array().unwrap().iter();
        let row = rows
            .clone()
            .find(|row| row["purpose"] == purpose.as_str())
            .unwrap();
        assert_eq!(
            (&row["received"], &row["spent"]),
            (&json!("0.00"), &json!("0.00"))
        );
        assert_eq!(decimal(&row["balance"]), all - Decimal::TEN);
        let before = keeper.get(&format!("{REPORT}?to=2000-12")).expect(200).body;
        assert_eq!(
            (&before["rows"], &before["plans"]),
            (&json!([]), &json!([]))
        );

        // Who pays an order reads what became of it; nobody else does.
        let of_it = format!("{REPORT}?cooperative_id={}", cooperative.id);
        let seen = delivery.buyer().get(&of_it).expect(200).body;
        assert_eq!(seen["plans"], own["plans"]);
        let row = json!({"currency": "ARS", "purpose": purpose, "received": null,
            "planned": own["plans"][0]["lines"][0]["planned"], "spent": "10.00", "balance": null});
        assert_eq!(seen["rows"], json!([row]));
        let refused = delivery.buyer().get(REPORT).refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["?cooperative_id"]);
        let stranger = world.union("Sindicato Papelero", "AR").admin;
        stranger.get(&of_it).refused(404, "not_found");
        let other = world.verified_cooperative(&trade.market.network, "Textil Sin Patrón", "AR");
        other.admin.get(&of_it).refused(404, "not_found");
        let nothing = other.admin.get(REPORT).expect(200).body;
        assert_eq!(
            (&nothing["rows"], &nothing["plans"]),
            (&json!([]), &json!([]))
        );
    });
}

#[test]
fn a_machine_records_what_is_spent_and_no_plan() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = invoiced(&trade);
        let (keeper, cooperative) = (&delivery.treasurer, &trade.market.cooperative);
        let (purpose, all) = most(keeper);
        let plan = planned(cooperative, keeper, &[(&purpose, all)]);
        let machine = |scopes: &[&str]| cooperative.machine(world, scopes, &["treasurer"]).client;
        let reads = machine(&["accounting:read"]);
        for path in [PLANS, SPENDINGS, REPORT] {
            reads.get(path).expect(200);
        }
        spend(&reads, &plan, 1, Decimal::ONE).refused(403, "insufficient_scope");
        let writes = machine(&["accounting:read", "accounting:write"]);
        let spent = spend(&writes, &plan, 1, Decimal::ONE).expect(201);
        let reverse = format!("{SPENDINGS}/{}/reverse", spent.id());
        writes
            .post(&reverse, json!({"reason": "Another day."}))
            .expect(200);
        let record = cooperative.carried("premium_plan", "A nursery.");
        let lines = json!([{"purpose": "wages", "description": "Wages", "amount": "1"}]);
        let body = json!({"assembly_record_id": record, "starts_on": today(), "ends_on": today(),
            "currency": "ARS", "lines": lines});
        assert_eq!(writes.post(PLANS, body).status, 403);
    });
}
