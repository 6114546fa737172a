//! The cost floor by itself: the one that the price keeps to, whatever the market says.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use pricing::{ErrorCode, PriceRequest, price, read_request};
use serde_json::Value;

fn requests() -> Vec<PriceRequest> {
    let cases: Vec<Value> = serde_json::from_str(include_str!("data/golden.json")).unwrap();
    cases
        .iter()
        .filter(|case| case["op"] == "price")
        .filter_map(|case| read_request(&case["request"].to_string()).ok())
        .collect()
}

#[test]
fn the_floor_of_a_request_is_the_floor_of_its_price() {
    let mut compared = 0;
    for request in requests() {
        if let Ok(answer) = price(&request) {
            assert_eq!(request.floor(), Ok(answer.floor));
            compared += 1;
        }
    }
    assert_eq!(compared, 10, "the worked cases that have a price");
}

#[test]
fn a_floor_needs_no_market() {
    for mut request in requests() {
        let with_market = request.floor();
        request.market_quotes.clear();
        request.exchange_rates.clear();
        assert_eq!(request.floor(), with_market);
    }
}

#[test]
fn the_floor_refuses_an_offer_under_it_and_takes_one_that_equals_it() {
    let request = requests()
        .into_iter()
        .find(|request| price(request).is_ok())
        .unwrap();
    let mut offer = PriceRequest {
        offered_unit_price: None,
        ..request
    };
    let floor = offer.floor().unwrap();
    offer.offered_unit_price = Some(floor - rust_decimal::Decimal::new(1, 6));
    let refused = offer.floor().unwrap_err();
    assert_eq!(refused.code(), ErrorCode::BelowFloor);
    assert_eq!(refused.field(), "/offered_unit_price");
    offer.offered_unit_price = Some(floor + rust_decimal::Decimal::new(1, 6));
    assert_eq!(offer.floor(), Ok(floor));
}
