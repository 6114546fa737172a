//! Laws that hold for every request.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use pricing::{PriceRequest, ReviewRequest, ShareRequest};
use proptest::prelude::*;
use rust_decimal::Decimal;
use support::{Dice, Kind};

/// A request of any kind, decided by a number.
fn requests<T: std::fmt::Debug>(make: fn(&mut Dice, Kind) -> T) -> impl Strategy<Value = T> {
    any::<u64>().prop_map(move |seed| {
        let mut dice = Dice::new(seed);
        let kind = Kind::of(&mut dice);
        make(&mut dice, kind)
    })
}

/// A price request that leads to a price.
fn priced() -> impl Strategy<Value = (PriceRequest, pricing::PriceAnswer)> {
    requests(support::price_request).prop_filter_map("refused", |request| {
        let answer = pricing::price(&request).ok()?;
        Some((request, answer))
    })
}

fn total(amounts: impl IntoIterator<Item = money::Money>) -> i128 {
    amounts
        .into_iter()
        .map(|money| i128::from(money.minor()))
        .sum()
}

/// Any 28 digits, with a point anywhere and any sign.
fn widest() -> impl Strategy<Value = Decimal> {
    let limit = 10_i128.pow(28);
    (-limit + 1..limit, 0_u32..=28)
        .prop_map(|(digits, places)| Decimal::from_i128_with_scale(digits, places))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn components_sum_to_the_line_and_purposes_to_the_premium((_, answer) in priced()) {
        let parts = answer.components.into_array();
        prop_assert_eq!(total(parts), i128::from(answer.line_amount.minor()));
        let purposes = answer.premium_by_purpose.into_array();
        prop_assert_eq!(total(purposes), i128::from(answer.premium_amount.minor()));
        let paid = answer.market_amount.checked_add(answer.premium_amount);
        prop_assert_eq!(paid, Ok(answer.line_amount));
        for part in parts.into_iter().chain(purposes) {
            prop_assert!(part.minor() >= 0);
        }
    }

    #[test]
    fn the_price_is_above_the_market_and_not_under_the_floor((request, answer) in priced()) {
        prop_assert!(answer.unit_price >= answer.market_reference);
        // The reference shows ten decimals; where it has no more, the price is strictly above it.
        let quotes = &answer.trace.quotes_used;
        if quotes.iter().all(|q| q.exchange_rate.is_none() && q.unit_price.scale() < 10) {
            prop_assert!(answer.unit_price > answer.market_reference);
        }
        prop_assert!(answer.trace.unrounded_price > answer.market_reference);
        prop_assert!(answer.trace.unrounded_price >= answer.floor);
        if let Some(minimum) = request.network_minimum {
            prop_assert!(answer.trace.unrounded_price >= minimum);
        }
    }

    #[test]
    fn an_hour_costs_the_same_however_many_units_are_ordered(
        (mut request, answer) in priced(),
        quantity in 1_i64..1_000_000,
    ) {
        request.quantity = quantity.into();
        if let Ok(other) = pricing::price(&request) {
            prop_assert_eq!(other.trace.hourly_cost, answer.trace.hourly_cost);
            if request.cost_sheet.setup_minutes.is_zero() {
                let (a, b) = (other.trace.components_per_unit, answer.trace.components_per_unit);
                prop_assert_eq!(a.labour, b.labour);
                prop_assert_eq!(a.wage_gap, b.wage_gap);
                prop_assert_eq!(a.shorter_week, b.shorter_week);
                prop_assert_eq!(a.democracy, b.democracy);
            }
        }
    }

    #[test]
    fn an_offer_is_taken_exactly_from_the_floor_up((mut request, answer) in priced()) {
        // The floor is rounded to ten decimals: half a unit of the last place may be missing.
        let unit = Decimal::new(1, 10);
        request.offered_unit_price = answer.floor.checked_add(unit);
        prop_assert!(pricing::price(&request).is_ok());
        if let Some(under) = answer.floor.checked_sub(unit).filter(|under| *under > Decimal::ZERO) {
            request.offered_unit_price = Some(under);
            let refusal = pricing::price(&request).unwrap_err();
            prop_assert_eq!(refusal.code().as_str(), "below_floor");
        }
    }

    #[test]
    fn quotes_may_come_in_any_order((mut request, answer) in priced()) {
        // Of one source only, minimum and day the last listed counts: drop such twins.
        let mut seen = std::collections::BTreeSet::new();
        let distinct = request
            .market_quotes
            .iter()
            .all(|q| seen.insert((q.source.clone(), q.min_quantity, q.observed_on)));
        prop_assume!(distinct);
        request.market_quotes.reverse();
        let reversed = pricing::price(&request).unwrap();
        prop_assert_eq!(reversed.unit_price, answer.unit_price);
        prop_assert_eq!(reversed.components, answer.components);
    }

    #[test]
    fn the_co_operative_receives_the_same_whatever_the_shares(
        request in requests(support::share_request),
        abilities in proptest::collection::vec(0_i64..300, 8),
        cap in proptest::option::of(0_i64..100),
    ) {
        let Ok(answer) = pricing::share(&request) else { return Ok(()) };
        let mut other = request.clone();
        for (buyer, ability) in other.buyers.iter_mut().zip(abilities) {
            buyer.ability = Decimal::new(ability, 2);
            buyer.max_premium_rate = cap.map(|percent| Decimal::new(percent, 2));
        }
        let other = pricing::share(&other).unwrap();
        prop_assert_eq!(other.cooperative_receives, answer.cooperative_receives);
        for answer in [&answer, &other] {
            let paid = total(answer.buyers.iter().map(|buyer| buyer.total))
                + total([answer.fund_amount, answer.shortfall]);
            prop_assert_eq!(paid, i128::from(answer.cooperative_receives.minor()));
        }
    }

    #[test]
    fn nobody_pays_over_its_cap_and_the_fund_gives_what_it_has(
        request in requests(support::share_request),
    ) {
        let Ok(answer) = pricing::share(&request) else { return Ok(()) };
        for (buyer, share) in request.buyers.iter().zip(&answer.buyers) {
            prop_assert!(share.extra_amount.minor() >= 0);
            prop_assert!(!buyer.ability.is_zero() || share.extra_amount.minor() == 0);
            if buyer.max_premium_rate == Some(Decimal::ZERO) {
                prop_assert_eq!(share.extra_amount.minor(), 0);
            }
        }
        let fund = money::Money::from_decimal(request.fund_available, request.currency).unwrap();
        prop_assert!(answer.fund_amount.minor() <= fund.minor());
        prop_assert!(answer.shortfall.minor() == 0 || answer.fund_amount == fund);
    }

    #[test]
    fn wages_never_fall_in_a_review(request in requests(support::review_request)) {
        let Ok(answer) = pricing::review(&request) else { return Ok(()) };
        let before = request.current.into_array();
        let after = answer.components.into_array();
        for (before, after) in before.iter().zip(after).skip(3).take(5) {
            // After is rounded to ten decimals.
            prop_assert!(after >= before.round_dp(9) - Decimal::new(1, 9));
            prop_assert!(before.scale() > 10 || after >= *before);
        }
    }

    #[test]
    fn no_figure_of_28_digits_panics(
        mut price in requests(support::price_request),
        mut share in requests(support::share_request),
        mut review in requests(support::review_request),
        figures in proptest::collection::vec(widest(), 4),
        places in proptest::collection::vec(0_usize..12, 4),
    ) {
        for (figure, place) in figures.into_iter().zip(places) {
            put_price(&mut price, place, figure);
            put_share(&mut share, place, figure);
            put_review(&mut review, place, figure);
        }
        let _ = pricing::price(&price);
        let _ = pricing::share(&share);
        let _ = pricing::review(&review);
    }

    #[test]
    fn no_text_panics(text in ".{0,200}") {
        let _ = pricing::price_json(&text);
        let _ = pricing::share_json(&text);
        let _ = pricing::review_json(&text);
    }

    #[test]
    fn no_json_panics(json in json(), request in requests(support::price_request)) {
        let _ = pricing::price_json(&json.to_string());
        let _ = pricing::share_json(&json.to_string());
        let _ = pricing::review_json(&json.to_string());
        // A valid request with one member replaced is refused with a pointer that leads into it.
        let mut value = serde_json::to_value(&request).unwrap();
        let members = value.as_object_mut().unwrap();
        let name = members.keys().nth(json.to_string().len() % members.len()).unwrap().clone();
        members.insert(name.clone(), json);
        if let Err(error) = pricing::price_json(&value.to_string())
            && error.code() == pricing::ErrorCode::InvalidInput
        {
            prop_assert!(error.field().starts_with('/'), "{error:?}");
        }
    }
}

fn put_price(request: &mut PriceRequest, place: usize, figure: Decimal) {
    let field = match place {
        0 => &mut request.quantity,
        1 => &mut request.cost_sheet.materials_per_unit,
        2 => &mut request.cost_sheet.setup_cost,
        3 => &mut request.cost_sheet.standard_minutes_per_unit,
        4 => &mut request.cost_sheet.line_efficiency,
        5 => &mut request.workplace.monthly_pay,
        6 => &mut request.workplace.on_cost_rate,
        7 => &mut request.workplace.weekly_hours,
        8 => &mut request.benchmark.living_wage_monthly,
        9 => &mut request.rule_set.community_rate,
        10 => &mut request.rule_set.payment_days,
        _ => match request.market_quotes.first_mut() {
            Some(quote) => &mut quote.unit_price,
            None => return,
        },
    };
    *field = figure;
}

fn put_share(request: &mut ShareRequest, place: usize, figure: Decimal) {
    let Some(buyer) = request.buyers.first_mut() else {
        return;
    };
    let field = match place % 5 {
        0 => &mut request.market_unit_price,
        1 => &mut request.unit_price,
        2 => &mut request.fund_available,
        3 => &mut buyer.quantity,
        _ => &mut buyer.ability,
    };
    *field = figure;
}

fn put_review(request: &mut ReviewRequest, place: usize, figure: Decimal) {
    let Some(index) = request.indices.first_mut() else {
        return;
    };
    let field = match place % 5 {
        0 => &mut request.initial_unit_price,
        1 => &mut request.current.labour,
        2 => &mut request.current.materials,
        3 => &mut index.now,
        _ => &mut index.base,
    };
    *field = figure;
}

/// Any JSON, with the requests' own words among its names and texts.
fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let word = prop_oneof![
        Just("currency".to_owned()),
        Just("quantity".to_owned()),
        Just("ARS".to_owned()),
        Just("2026-06-30".to_owned()),
        "-?[0-9]{1,40}(\\.[0-9]{1,40})?",
        ".{0,8}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::hash_map(word.clone(), inner, 0..6).prop_map(|members| members
                .into_iter()
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}
