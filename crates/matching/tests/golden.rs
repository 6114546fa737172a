//! Sixteen cases small enough to check by hand and twenty random rounds, each with its known optimum.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use matching::{Allocation, Code, Objective, Plan, Rejection, Request, Status, check, plan};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::Path;

fn read<T: DeserializeOwned>(name: &str) -> Vec<T> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

#[derive(Deserialize)]
struct Case {
    name: String,
    request: Request,
    objective: Objective,
    optimal_solutions: u32,
    allocations: Vec<Made>,
    rejected: Vec<Rejection>,
    closed: Vec<Closed>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Made {
    line: String,
    offer: String,
    quantity: i64,
    unit_price: i64,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Closed {
    offer: String,
    code: Code,
}

#[derive(Deserialize)]
struct Round {
    name: String,
    request: Request,
    objective: (i64, i64, i64),
}

/// Feasible, as good as it claims, not better than can be, and its bound does not cut the optimum off.
fn holds(name: &str, request: &Request, optimum: Objective) -> Plan {
    let plan = plan(request).unwrap();
    assert_eq!(check(request, &plan), Ok(()), "{name}");
    assert!(
        plan.objective >= optimum,
        "{name}: {:?} is better than can be",
        plan.objective
    );
    match plan.status {
        Status::Optimal => assert_eq!(plan.objective, optimum, "{name} claims to be optimal"),
        Status::Bounded => assert!(plan.bound.unwrap() <= optimum, "{name}: {:?}", plan.bound),
    }
    plan
}

fn closed(plan: &Plan) -> Vec<Closed> {
    let offers = plan.offers.iter();
    offers
        .filter_map(|one| {
            Some(Closed {
                offer: one.offer.clone(),
                code: one.closed?,
            })
        })
        .collect()
}

fn made(allocations: &[Allocation]) -> Vec<Made> {
    let made = allocations.iter().map(|one| Made {
        line: one.line.clone(),
        offer: one.offer.clone(),
        quantity: one.quantity,
        unit_price: one.unit_price,
    });
    made.collect()
}

#[test]
fn the_worked_cases_hold() {
    let cases: Vec<Case> = read("cases.json");
    assert_eq!(cases.len(), 16);
    for mut case in cases {
        let plan = holds(&case.name, &case.request, case.objective);
        assert_eq!(plan.rejected, case.rejected, "{}", case.name);
        assert_eq!(plan.status, Status::Optimal, "{}", case.name);
        assert_eq!(closed(&plan), case.closed, "{}", case.name);
        if case.optimal_solutions == 1 {
            case.allocations.sort();
            assert_eq!(made(&plan.allocations), case.allocations, "{}", case.name);
        }
    }
}

/// Line, offer, code and difference of cost.
type Reason<'a> = (&'a str, &'a str, Code, Option<i64>);

#[test]
fn the_reasons_are_those_a_person_would_give() {
    let cases: Vec<Case> = read("cases.json");
    let expected: [(&str, &[Reason]); 7] = [
        (
            "01",
            &[
                ("L1", "A", Code::FullerThanOthers, Some(-10)),
                ("L1", "B", Code::FullerThanOthers, Some(10)),
            ],
        ),
        (
            "05",
            &[
                ("L1", "A", Code::Capacity, Some(-55)),
                ("L1", "B", Code::NeedMet, None),
                ("L2", "A", Code::NeedMet, None),
            ],
        ),
        (
            "09",
            &[
                ("L1", "A", Code::FullerThanOthers, Some(10)),
                ("L1", "B", Code::MinimumNotReached, Some(-10)),
            ],
        ),
        (
            "11",
            &[
                ("L1", "A", Code::Capacity, Some(20)),
                ("L1", "B", Code::MaxSuppliers, Some(-20)),
            ],
        ),
        (
            "14",
            &[
                ("L1", "A", Code::Capacity, Some(-70)),
                ("L1", "B", Code::Budget, None),
            ],
        ),
        (
            "15",
            &[
                ("LP", "FP", Code::NeedMet, None),
                ("LQ", "FQ", Code::FullerThanOthers, Some(-10)),
                ("LQ", "GQ", Code::NeedMet, Some(10)),
            ],
        ),
        (
            "16",
            &[
                ("LN", "A", Code::NeedMet, Some(-19)),
                ("LN", "B", Code::DearerAtEqualNeed, Some(19)),
                ("LS", "A", Code::DearerAtEqualNeed, Some(19)),
                ("LS", "B", Code::NeedMet, Some(-19)),
            ],
        ),
    ];
    for (number, reasons) in expected {
        let case = cases
            .iter()
            .find(|case| case.name.starts_with(number))
            .unwrap();
        let plan = plan(&case.request).unwrap();
        let why = plan.why.iter().map(|one| {
            (
                one.line.as_str(),
                one.offer.as_str(),
                one.code,
                one.cost_difference,
            )
        });
        assert_eq!(why.collect::<Vec<_>>(), reasons, "{number}");
    }
}

#[test]
fn what_stays_unmet_says_why() {
    let cases: Vec<Case> = read("cases.json");
    let case = cases
        .iter()
        .find(|case| case.name.starts_with("08"))
        .unwrap();
    let plan = plan(&case.request).unwrap();
    let unmet = plan.unmet.first().unwrap();
    assert_eq!(unmet.quantity, 3);
    assert_eq!(unmet.codes, [Code::MinimumNotReached, Code::Capacity]);
}

#[test]
fn the_random_rounds_hold() {
    let rounds: Vec<Round> = read("rounds.json");
    assert_eq!(rounds.len(), 20);
    for round in rounds {
        let (unmet_weighted, fairness, landed_cost) = round.objective;
        let optimum = Objective {
            unmet_weighted,
            fairness,
            landed_cost,
        };
        let plan = holds(&round.name, &round.request, optimum);
        assert_eq!(plan.status, Status::Optimal, "{}", round.name);
    }
}
