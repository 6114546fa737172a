//! The worked cases: every request gives the answer that stands beside it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Deserialize)]
struct Case {
    name: String,
    op: String,
    request: Value,
    expect: Value,
}

/// An answer or a refusal as the worked cases write them.
fn answer<T: Serialize>(result: Result<T, pricing::PricingError>) -> Value {
    match result {
        Ok(answer) => {
            let mut answer = serde_json::to_value(answer).unwrap();
            answer.as_object_mut().unwrap().remove("trace");
            answer
        }
        Err(error) => serde_json::json!({ "error": error.code().as_str() }),
    }
}

#[test]
fn every_worked_case_has_the_answer_beside_it() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("data/golden.json")).unwrap();
    assert_eq!(cases.len(), 36);
    for case in cases {
        let request = case.request.to_string();
        let given = match case.op.as_str() {
            "price" => answer(pricing::price_json(&request)),
            "share" => answer(pricing::share_json(&request)),
            "review" => answer(pricing::review_json(&request)),
            other => unreachable!("{other} is no operation"),
        };
        assert_eq!(given, case.expect, "{}", case.name);
    }
}

#[test]
fn requests_say_the_same_after_a_round_trip() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("data/golden.json")).unwrap();
    for case in cases {
        let request = case.request.to_string();
        match case.op.as_str() {
            "price" => round_trip::<pricing::PriceRequest>(&request),
            "share" => round_trip::<pricing::ShareRequest>(&request),
            "review" => round_trip::<pricing::ReviewRequest>(&request),
            other => unreachable!("{other} is no operation"),
        }
    }
}

fn round_trip<T>(json: &str)
where
    T: serde::de::DeserializeOwned + Serialize + PartialEq + std::fmt::Debug,
{
    let request: T = pricing::read_request(json).expect("a worked case is well formed");
    let again = serde_json::to_string(&request).unwrap();
    assert_eq!(pricing::read_request::<T>(&again).unwrap(), request);
}
