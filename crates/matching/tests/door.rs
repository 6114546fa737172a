//! What a request may say, and how a refusal reads.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::indexing_slicing, reason = "the round has what the tests read")]

use matching::{ErrorCode, MatchingError, Request, check, plan, plan_json};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A round of one line, one factory and one offer, with every field.
fn round() -> Value {
    json!({
        "lines": [{"id": "L", "buyer": "U", "product": "P", "quantity": 10, "priority": 2,
            "region": "R", "due": 1, "max_unit_price": 200, "budget": 2000, "max_suppliers": 3}],
        "suppliers": [{"id": "F", "need": 10, "capacity": 30, "verified": true}],
        "offers": [{"id": "A", "supplier": "F", "product": "P", "capacity": [6, 6], "minimum": 2,
            "lot": 2, "lead": 0, "unit_price": 100, "breaks": [[8, 90]], "freight": {"R": 5},
            "transit": {"R": 0}, "work": 1}],
        "rules": {"tiers": 10, "holding": 1, "seed": 7}
    })
}

fn with(pointer: &str, value: Value) -> String {
    let mut round = round();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match round.pointer_mut(parent).unwrap() {
        Value::Object(map) => {
            map.insert(key.replace("~1", "/").replace("~0", "~"), value);
        }
        Value::Array(items) => {
            let at: usize = key.parse().unwrap();
            items.splice(at..items.len().min(at + 1), [value]);
        }
        other => unreachable!("{other} holds nothing"),
    }
    round.to_string()
}

fn refused(text: &str) -> MatchingError {
    plan_json(text).unwrap_err()
}

#[test]
fn an_array_is_no_object() {
    for (pointer, array) in [
        ("/rules", json!([])),
        ("/rules", json!([10, 0, 0])),
        ("/suppliers/0", json!(["F", 10, 30, true])),
    ] {
        let error = refused(&with(pointer, array));
        assert_eq!(
            (error.code, error.field.as_str()),
            (ErrorCode::InvalidInput, pointer)
        );
    }
    assert_eq!(refused("[[], [], []]").code, ErrorCode::InvalidInput);
}

#[test]
fn fields_with_a_default_may_be_absent_or_null() {
    let mut short = round();
    let mut null = round();
    for (pointer, fields) in [
        (
            "/lines/0",
            &["priority", "max_unit_price", "budget", "max_suppliers"][..],
        ),
        ("/suppliers/0", &["capacity", "verified"]),
        (
            "/offers/0",
            &["minimum", "lot", "lead", "breaks", "transit", "work"],
        ),
        ("/rules", &["tiers", "holding", "seed"]),
    ] {
        for field in fields {
            short
                .pointer_mut(pointer)
                .unwrap()
                .as_object_mut()
                .unwrap()
                .remove(*field);
            *null.pointer_mut(&format!("{pointer}/{field}")).unwrap() = Value::Null;
        }
    }
    let without_rules = with("/rules", Value::Null);
    let read = Request::from_json(&short.to_string()).unwrap();
    assert_eq!(read, Request::from_json(&null.to_string()).unwrap());
    assert_eq!(
        read.rules,
        Request::from_json(&without_rules).unwrap().rules
    );
    assert_eq!(
        (read.rules.tiers, read.rules.holding, read.rules.seed),
        (10, 0, 0)
    );
    let [line, offer] = [json!(read.lines), json!(read.offers)];
    assert_eq!(
        (&line[0]["priority"], &line[0]["budget"]),
        (&json!(1), &Value::Null)
    );
    assert_eq!(
        (&offer[0]["lot"], &offer[0]["work"]),
        (&json!(1), &json!(1))
    );
    assert!(
        read.suppliers
            .iter()
            .all(|one| one.verified && one.capacity.is_none())
    );
}

#[test]
fn a_malformed_request_is_refused_where_it_is_malformed() {
    for (text, field) in [
        (with("/lines/0/colour", json!("red")), "/lines/0/colour"),
        (with("/rules/a~1b", json!(1)), "/rules/a~1b"),
        (with("/lines/0/quantity", json!("10")), "/lines/0/quantity"),
        (with("/lines/0/quantity", json!(1.5)), "/lines/0/quantity"),
        (
            with("/lines/0/quantity", json!(9_223_372_036_854_775_808_u64)),
            "/lines/0/quantity",
        ),
        (with("/offers/0/breaks/0", json!([8])), "/offers/0/breaks/0"),
        (
            with("/offers/0/breaks/0", json!([8, "x"])),
            "/offers/0/breaks/0/1",
        ),
        (
            with("/offers/0/freight/R", json!(true)),
            "/offers/0/freight/R",
        ),
        (with("/suppliers", Value::Null), "/suppliers"),
        (
            round()
                .to_string()
                .replace("\"lot\":2,", "\"lot\":2,\"lot\":3,"),
            "/offers/0",
        ),
        (
            round()
                .to_string()
                .replace("{\"R\":5}", "{\"R\":5,\"R\":6}"),
            "/offers/0/freight",
        ),
        ("{".to_owned(), ""),
        (format!("{} x", round()), ""),
    ] {
        let error = refused(&text);
        assert_eq!(
            (error.code, error.field.as_str()),
            (ErrorCode::InvalidInput, field),
            "{text}"
        );
    }
}

#[test]
fn a_missing_field_is_named() {
    let mut text = round();
    text.pointer_mut("/lines/0")
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove("quantity");
    let error = refused(&text.to_string());
    assert_eq!(
        (error.code, error.field.as_str()),
        (ErrorCode::InvalidInput, "/lines/0")
    );
    assert!(error.message.contains("quantity"), "{error}");
}

#[test]
fn numbers_below_their_least_value_are_refused() {
    for (field, value) in [
        ("/lines/0/quantity", 0),
        ("/lines/0/priority", 0),
        ("/lines/0/due", -1),
        ("/lines/0/max_unit_price", -1),
        ("/lines/0/budget", -1),
        ("/lines/0/max_suppliers", -1),
        ("/suppliers/0/need", 0),
        ("/suppliers/0/capacity", -1),
        ("/offers/0/capacity/1", -1),
        ("/offers/0/minimum", -1),
        ("/offers/0/lot", 0),
        ("/offers/0/lead", -1),
        ("/offers/0/unit_price", -1),
        ("/offers/0/breaks/0/0", -1),
        ("/offers/0/breaks/0/1", -1),
        ("/offers/0/freight/R", -1),
        ("/offers/0/freight/a~1b", -1),
        ("/offers/0/transit/R", -1),
        ("/offers/0/work", 0),
        ("/rules/tiers", 0),
        ("/rules/tiers", 1001),
        ("/rules/holding", -1),
        ("/rules/seed", -1),
    ] {
        let error = refused(&with(field, json!(value)));
        assert_eq!(
            (error.code, error.field.as_str()),
            (ErrorCode::OutOfRange, field),
            "{error}"
        );
    }
}

#[test]
fn ids_stand_once_and_references_lead_somewhere() {
    for array in ["lines", "suppliers", "offers"] {
        let again = round()[array][0].clone();
        let error = refused(&with(&format!("/{array}/1"), again));
        assert_eq!(error.code, ErrorCode::DuplicateId);
        assert_eq!(error.field, format!("/{array}/1/id"));
    }
    let error = refused(&with("/offers/0/supplier", json!("G")));
    assert_eq!(
        (error.code, error.field.as_str()),
        (ErrorCode::DanglingReference, "/offers/0/supplier")
    );
}

#[test]
fn what_might_overflow_is_refused() {
    let most = i64::MAX;
    for (pointer, value, field) in [
        ("/lines/0/quantity", json!(most), "/lines/0/quantity"),
        ("/lines/0/priority", json!(most / 5), "/lines/0/quantity"),
        ("/lines/0/priority", json!(most / 11), "/lines/0/priority"),
        ("/offers/0/unit_price", json!(most / 2), "/lines/0/quantity"),
        ("/offers/0/freight/R", json!(most), "/lines/0/due"),
        ("/offers/0/work", json!(most / 50), "/lines/0/quantity"),
        ("/offers/0/capacity", json!([most, 1]), "/offers/0/capacity"),
        ("/rules/holding", json!(most), "/lines/0/due"),
    ] {
        let error = refused(&with(pointer, value.clone()));
        assert_eq!(
            (error.code, error.field.as_str()),
            (ErrorCode::Overflow, field),
            "{pointer} {value}"
        );
    }
}

#[test]
fn a_refusal_serialises_to_code_field_and_message() {
    let error = refused(&with("/lines/0/quantity", json!(0)));
    let expected = json!({"code": "out_of_range", "field": "/lines/0/quantity", "message": "0 is less than 1"});
    assert_eq!(serde_json::to_value(&error).unwrap(), expected);
}

#[test]
fn an_empty_round_has_an_empty_plan() {
    let request = Request::default();
    let plan = plan(&request).unwrap();
    assert_eq!(plan.objective, matching::Objective::default());
    assert_eq!(check(&request, &plan), Ok(()));
}

/// Values at the edges of what a field can hold.
fn edge() -> impl Strategy<Value = i64> {
    let edges = [
        0,
        1,
        2,
        3,
        10,
        1 << 20,
        1 << 31,
        1 << 40,
        1 << 53,
        i64::MAX / 3,
        i64::MAX - 1,
        i64::MAX,
    ];
    prop_oneof![
        Just(-1),
        proptest::sample::select(edges.to_vec()),
        0_i64..1000,
        0..i64::MAX
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Debug builds panic on overflow: whatever numbers stand where, there is a plan that holds or a
    /// refusal.
    #[test]
    fn extreme_numbers_are_planned_or_refused(
        changes in proptest::collection::vec((0..NUMBERS.len(), edge()), 1..4)
    ) {
        let mut round = round();
        // A second line and offer, so that there is something to choose.
        for (array, name) in [("lines", "M"), ("offers", "B")] {
            let mut again = round[array][0].clone();
            again["id"] = json!(name);
            round[array].as_array_mut().unwrap().push(again);
        }
        for (at, value) in changes {
            *round.pointer_mut(NUMBERS.get(at).unwrap()).unwrap() = json!(value);
        }
        let request = Request::from_json(&round.to_string()).unwrap();
        if let Ok(plan) = plan(&request) {
            prop_assert_eq!(check(&request, &plan), Ok(()));
        }
    }
}

const NUMBERS: [&str; 21] = [
    "/lines/0/quantity",
    "/lines/0/priority",
    "/lines/0/due",
    "/lines/0/max_unit_price",
    "/lines/0/budget",
    "/lines/0/max_suppliers",
    "/lines/1/quantity",
    "/suppliers/0/need",
    "/suppliers/0/capacity",
    "/offers/0/capacity/1",
    "/offers/0/minimum",
    "/offers/0/lot",
    "/offers/0/lead",
    "/offers/0/unit_price",
    "/offers/0/breaks/0/0",
    "/offers/0/breaks/0/1",
    "/offers/0/freight/R",
    "/offers/0/transit/R",
    "/offers/0/work",
    "/rules/holding",
    "/rules/seed",
];
