//! What is refused: the code, and where it points.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use pricing::PricingError;
use serde_json::{Value, json};

fn price_request() -> Value {
    json!({
        "currency": "USD", "quantity": "100", "as_of": "2026-06-30",
        "market_quotes": [
            { "source": "a", "unit_price": "4.10", "observed_on": "2026-06-01" },
            { "source": "b", "unit_price": "4.30", "observed_on": "2026-06-01" },
            { "source": "c", "unit_price": "4.60", "observed_on": "2026-06-01" },
        ],
        "exchange_rates": [
            { "from": "EUR", "to": "USD", "rate": "1.1", "on": "2026-06-01", "source": "bank" },
        ],
        "cost_sheet": {
            "materials_per_unit": "1.90", "overhead_per_unit": "0.40",
            "standard_minutes_per_unit": "13",
        },
        "workplace": { "monthly_pay": "1040", "weekly_hours": "40" },
        "benchmark": { "living_wage_monthly": "1560", "standard_weekly_hours": "48" },
        "rule_set": { "version": "2026.1" },
    })
}

fn share_request() -> Value {
    json!({
        "currency": "USD", "market_unit_price": "4.30", "unit_price": "4.90",
        "fund_available": "10.00",
        "buyers": [
            { "id": "federation", "quantity": "2000", "ability": "1.2" },
            { "id": "union", "quantity": "800", "ability": "0.75", "max_premium_rate": "0.1" },
        ],
    })
}

fn review_request() -> Value {
    json!({
        "currency": "USD", "initial_unit_price": "10", "current_since": "2026-01-01",
        "as_of": "2026-06-01", "fixed": "0.4",
        "indices": [{ "name": "labour", "weight": "0.6", "base": "100", "now": "104" }],
        "current": {
            "materials": "10", "overhead": "0", "finance": "0", "labour": "0", "wage_gap": "0",
            "shorter_week": "0", "democracy": "0", "job_reserve": "0", "surplus": "0",
            "community": "0",
        },
    })
}

/// The request with the member at `pointer` set, made where it is missing.
fn with(mut request: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match request.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.insert(name.to_owned(), value);
        }
        list => *list.pointer_mut(&format!("/{name}")).unwrap() = value,
    }
    request
}

fn without(mut request: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let members = request
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap();
    members.remove(name).unwrap();
    request
}

fn price(request: &Value) -> Result<pricing::PriceAnswer, PricingError> {
    pricing::price_json(&request.to_string())
}

fn check<T: std::fmt::Debug>(result: Result<T, PricingError>, code: &str, field: &str) {
    let error = result.unwrap_err();
    assert_eq!(
        (error.code().as_str(), error.field()),
        (code, field),
        "{error}"
    );
    let wire = serde_json::to_value(&error).unwrap();
    assert_eq!(
        wire,
        json!({ "code": code, "field": field, "message": error.message() })
    );
    assert!(!error.message().is_empty());
}

#[test]
fn values_of_a_price_outside_their_ranges_are_refused_where_they_stand() {
    for (field, bad) in [
        ("/quantity", "0"),
        ("/quantity", "-1"),
        ("/quantity", "1e3"),
        ("/quantity", "1,5"),
        ("/market_quotes/1/unit_price", "0"),
        ("/market_quotes/1/min_quantity", "-0.1"),
        ("/exchange_rates/0/rate", "0"),
        ("/cost_sheet/materials_per_unit", "-0.01"),
        ("/cost_sheet/overhead_per_unit", "-0.01"),
        ("/cost_sheet/setup_cost", "-0.01"),
        ("/cost_sheet/standard_minutes_per_unit", "-1"),
        ("/cost_sheet/setup_minutes", "-1"),
        ("/cost_sheet/line_efficiency", "0"),
        ("/cost_sheet/line_efficiency", "1.0001"),
        ("/workplace/monthly_pay", "0"),
        ("/workplace/on_cost_rate", "-0.1"),
        ("/workplace/weekly_hours", "0"),
        ("/workplace/weekly_hours", "48.5"),
        ("/workplace/assembly_hours_per_month", "-1"),
        ("/benchmark/living_wage_monthly", "0"),
        ("/benchmark/standard_weekly_hours", "48.01"),
        ("/network_minimum", "-1"),
        ("/offered_unit_price", "0"),
        ("/rule_set/pay_cap_multiple", "0"),
        ("/rule_set/job_reserve_rate", "1.01"),
        ("/rule_set/community_rate", "0"),
        ("/rule_set/monthly_finance_rate", "-0.01"),
        ("/rule_set/payment_days", "-1"),
        ("/rule_set/advance_rate", "1.5"),
        ("/currency", "usd"),
        ("/as_of", "2026-6-30"),
        ("/as_of", "2026-02-30"),
        ("/benchmark/date", "yesterday"),
    ] {
        check(
            price(&with(price_request(), field, json!(bad))),
            "invalid_input",
            field,
        );
    }
}

#[test]
fn a_number_never_stands_for_a_decimal_nor_a_string_for_an_integer() {
    for (field, bad) in [
        ("/quantity", json!(100)),
        ("/quantity", json!(100.5)),
        ("/rule_set/payment_days", json!(30)),
        ("/rule_set/min_quotes", json!("3")),
        ("/rule_set/min_quotes", json!(0)),
        ("/rule_set/min_quotes", json!(-1)),
        ("/rule_set/quote_max_age_days", json!(1.5)),
        ("/rule_set/unit_price_decimals", json!(7)),
    ] {
        check(
            price(&with(price_request(), field, bad)),
            "invalid_input",
            field,
        );
    }
}

#[test]
fn unknown_missing_and_malformed_are_refused() {
    for field in ["/colour", "/rule_set/colour", "/market_quotes/0/colour"] {
        check(
            price(&with(price_request(), field, json!("red"))),
            "invalid_input",
            field,
        );
    }
    for field in [
        "/quantity",
        "/rule_set/version",
        "/workplace/monthly_pay",
        "/rule_set",
    ] {
        check(
            price(&without(price_request(), field)),
            "invalid_input",
            field,
        );
    }
    check(pricing::price_json("{"), "invalid_input", "");
    let twice = format!("{} {{}}", price_request());
    check(pricing::price_json(&twice), "invalid_input", "");
}

#[test]
fn null_means_absent() {
    let plain = price(&price_request()).unwrap();
    for field in [
        "/network_minimum",
        "/offered_unit_price",
        "/cost_sheet/setup_cost",
        "/cost_sheet/line_efficiency",
        "/workplace/on_cost_rate",
        "/market_quotes/0/currency",
        "/market_quotes/0/min_quantity",
        "/rule_set/min_quotes",
        "/rule_set/community_rate",
        "/rule_set/unit_price_decimals",
        "/exchange_rates",
        "/benchmark/source",
    ] {
        let nulled = with(price_request(), field, Value::Null);
        assert_eq!(price(&nulled).as_ref(), Ok(&plain), "{field}");
    }
    check(
        price(&with(price_request(), "/quantity", Value::Null)),
        "invalid_input",
        "/quantity",
    );
}

#[test]
fn the_first_check_of_the_page_answers() {
    // All at once: no rate, too few quotes, no productive hours, an offer under the floor.
    let mut request = with(price_request(), "/market_quotes/0/currency", json!("BRL"));
    request = with(request, "/rule_set/min_quotes", json!(9));
    request = with(request, "/workplace/assembly_hours_per_month", json!("200"));
    request = with(request, "/offered_unit_price", json!("0.01"));
    check(price(&request), "missing_exchange_rate", "/exchange_rates");
    request = without(request, "/market_quotes/0/currency");
    check(
        price(&request),
        "insufficient_market_evidence",
        "/market_quotes",
    );
    request = without(request, "/rule_set/min_quotes");
    let hours = "/workplace/assembly_hours_per_month";
    check(price(&request), "no_productive_hours", hours);
    request = without(request, hours);
    check(price(&request), "below_floor", "/offered_unit_price");
}

#[test]
fn limits_are_allowed_and_one_step_further_is_not() {
    // An age equal to the limit still counts.
    let aged = |day| with(price_request(), "/market_quotes/0/observed_on", json!(day));
    assert!(price(&aged("2026-04-01")).is_ok());
    check(
        price(&aged("2026-03-31")),
        "insufficient_market_evidence",
        "/market_quotes",
    );
    check(
        price(&aged("2026-07-01")),
        "insufficient_market_evidence",
        "/market_quotes",
    );
    // 39 hours × 52 / 12 = 169 hours a month.
    let week = with(price_request(), "/workplace/weekly_hours", json!("39"));
    let assembly = "/workplace/assembly_hours_per_month";
    assert!(price(&with(week.clone(), assembly, json!("168.999"))).is_ok());
    check(
        price(&with(week, assembly, json!("169"))),
        "no_productive_hours",
        assembly,
    );
    // 13 minutes cost 1.95 in labour, and 5 % of it are kept for jobs: 4.3475 a unit.
    let offer = |offered| with(price_request(), "/offered_unit_price", json!(offered));
    assert!(price(&offer("4.3475")).is_ok());
    check(
        price(&offer("4.347499999999")),
        "below_floor",
        "/offered_unit_price",
    );
}

#[test]
fn a_price_that_rounding_takes_back_to_the_market_is_refused() {
    let mut request = with(
        price_request(),
        "/cost_sheet/standard_minutes_per_unit",
        json!("0"),
    );
    request = with(request, "/rule_set/community_rate", json!("0.01"));
    assert_eq!(price(&request).unwrap().unit_price.to_string(), "4.3430");
    request = with(request, "/rule_set/unit_price_decimals", json!(1));
    check(
        price(&request),
        "not_above_market",
        "/rule_set/unit_price_decimals",
    );
}

#[test]
fn what_cannot_be_written_is_out_of_range() {
    let code = "amount_out_of_range";
    let long = json!("12345678901234567890123456789");
    check(
        price(&with(price_request(), "/quantity", long.clone())),
        code,
        "/quantity",
    );
    let field = "/market_quotes/2/unit_price";
    check(
        price(&with(price_request(), field, long.clone())),
        code,
        field,
    );
    let vast = json!("9999999999999999999999999999");
    check(
        price(&with(price_request(), "/quantity", vast.clone())),
        code,
        "/quantity",
    );
    let field = "/cost_sheet/materials_per_unit";
    check(
        price(&with(price_request(), field, vast)),
        code,
        "/cost_sheet",
    );
    let request = with(
        share_request(),
        "/unit_price",
        json!("99999999999999999999"),
    );
    check(
        pricing::share_json(&request.to_string()),
        code,
        "/unit_price",
    );
    let request = with(
        review_request(),
        "/current/materials",
        json!("99999999999999999999"),
    );
    check(pricing::review_json(&request.to_string()), code, "/current");
}

#[test]
fn a_refusal_of_a_name_cannot_be_mistaken_for_one_of_digits() {
    let name = "/a decimal has at most 28 significant digits and 28 decimal places";
    check(
        price(&with(price_request(), name, json!("1"))),
        "invalid_input",
        name,
    );
}

#[test]
fn pools_are_refused_where_they_are_wrong() {
    for (field, bad) in [
        ("/market_unit_price", json!("-1")),
        ("/unit_price", json!("4.29")),
        ("/fund_available", json!("-1")),
        ("/fund_available", json!("10.005")),
        ("/unit_price_decimals", json!(7)),
        ("/buyers", json!([])),
        ("/buyers/1/id", json!("federation")),
        ("/buyers/1/quantity", json!("0")),
        ("/buyers/1/ability", json!("-1")),
        ("/buyers/1/max_premium_rate", json!("1.1")),
    ] {
        let request = with(share_request(), field, bad).to_string();
        check(pricing::share_json(&request), "invalid_input", field);
    }
    let equal = with(share_request(), "/unit_price", json!("4.30"));
    let answer = pricing::share_json(&equal.to_string()).unwrap();
    assert_eq!(answer.cooperative_receives.to_string(), "12040.00 USD");
}

#[test]
fn reviews_are_refused_where_they_are_wrong() {
    for (field, bad, code) in [
        ("/initial_unit_price", json!("-1"), "invalid_input"),
        ("/current/labour", json!("-1"), "invalid_input"),
        ("/current/labour", json!(1), "invalid_input"),
        ("/current/colour", json!("1"), "invalid_input"),
        ("/fixed", json!("1.1"), "invalid_input"),
        ("/indices/0/weight", json!("-0.1"), "invalid_input"),
        ("/indices/0/base", json!("0"), "invalid_input"),
        ("/indices/0/now", json!("0"), "invalid_input"),
        ("/max_step_rate", json!("2"), "invalid_input"),
        ("/max_total_rate", json!("-1"), "invalid_input"),
        ("/min_days_between", json!("90"), "invalid_input"),
        ("/as_of", json!("2026-03-31"), "too_soon"),
        ("/as_of", json!("2025-03-31"), "too_soon"),
    ] {
        let request = with(review_request(), field, bad).to_string();
        check(pricing::review_json(&request), code, field);
    }
    let request = with(
        review_request(),
        "/fixed",
        json!("0.4000000000000000000000000001"),
    );
    let code = "weights_do_not_sum_to_one";
    check(pricing::review_json(&request.to_string()), code, "/indices");
    let in_time = with(review_request(), "/as_of", json!("2026-04-01")).to_string();
    assert_eq!(
        pricing::review_json(&in_time)
            .unwrap()
            .unit_price
            .to_string(),
        "10.2400"
    );
}
