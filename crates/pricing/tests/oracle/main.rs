//! Random requests, ties and 28-digit figures among them, against formulas written independently
//! over rationals. `MINGA_ORACLE_CASES` sets how many.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod rational;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use pricing::{
    Basis, CommunityDestination, ErrorCode, Guard, PriceAnswer, PricingError, ReviewAnswer,
    ShareAnswer,
};
use rational::{Figures, Outcome};
use rust_decimal::Decimal;
use support::{Dice, Kind};

/// Enough to meet every refusal and every basis many times, in some ten seconds.
const DEFAULT_CASES: u64 = 100_000;

fn digits(value: Decimal, places: u32) -> i128 {
    assert_eq!(value.scale(), places, "{value}");
    value.mantissa()
}

fn price_figures(answer: &PriceAnswer, decimals: u32) -> Figures {
    let trace = &answer.trace;
    let mut figures = vec![
        digits(answer.market_reference, 10),
        digits(answer.floor, 10),
        digits(answer.unit_price, decimals),
        digits(answer.premium_rate, 6),
    ];
    let amounts = [
        answer.line_amount,
        answer.market_amount,
        answer.premium_amount,
    ];
    figures.extend(amounts.map(|money| i128::from(money.minor())));
    figures.extend(
        answer
            .components
            .into_array()
            .map(|money| i128::from(money.minor())),
    );
    let purposes = answer.premium_by_purpose.into_array();
    figures.extend(purposes.map(|money| i128::from(money.minor())));
    let hourly = trace.hourly_cost;
    let traced = [
        trace.hours_per_unit,
        hourly.current_pay_standard_week,
        hourly.fair_pay_standard_week,
        hourly.fair_pay_agreed_week,
    ];
    let per_unit = trace.components_per_unit.into_array();
    for value in traced
        .into_iter()
        .chain(per_unit)
        .chain([trace.unrounded_price])
    {
        figures.extend([value.mantissa(), value.scale().into()]);
    }
    figures.push(match answer.basis {
        Basis::Market => 0,
        Basis::CostFloor => 1,
        Basis::NetworkMinimum => 2,
        Basis::Agreed => 3,
        Basis::Reviewed => 4,
    });
    figures.push(match answer.community_destination {
        CommunityDestination::CooperativePlan => 0,
        CommunityDestination::CommonFund => 1,
    });
    figures
}

fn share_figures(answer: &ShareAnswer, decimals: u32) -> Figures {
    let mut figures = Vec::new();
    for buyer in &answer.buyers {
        let amounts = [buyer.market_amount, buyer.extra_amount, buyer.total];
        figures.extend(amounts.map(|money| i128::from(money.minor())));
        figures.push(digits(buyer.unit_price_paid, decimals));
        figures.push(buyer.capped.into());
    }
    let ends = [
        answer.fund_amount,
        answer.shortfall,
        answer.cooperative_receives,
    ];
    figures.extend(ends.map(|money| i128::from(money.minor())));
    figures
}

fn review_figures(answer: &ReviewAnswer, decimals: u32) -> Figures {
    let mut figures = vec![
        digits(answer.factor, 18),
        digits(answer.unit_price, decimals),
    ];
    figures.extend(answer.components.into_array().map(|part| digits(part, 10)));
    figures.push(match answer.clipped_by {
        None => 0,
        Some(Guard::Step) => 1,
        Some(Guard::Total) => 2,
    });
    figures
}

fn outcome(result: Result<Figures, PricingError>) -> Outcome {
    result.map_err(|error| {
        assert_ne!(
            error.code(),
            ErrorCode::InvalidInput,
            "{}: {error}",
            error.field()
        );
        error.code().as_str()
    })
}

/// One case: what it is, as a word for the count.
fn compare(case: u64) -> &'static str {
    let dice = &mut Dice::new(case);
    let kind = Kind::of(dice);
    let (given, expected, request): (_, _, Box<dyn std::fmt::Debug>) = match case % 10 {
        0 => {
            let request = support::share_request(dice, kind);
            let decimals = request.unit_price_decimals;
            let decimals = decimals.unwrap_or(request.currency.minor_digits() + 2);
            let given = pricing::share(&request).map(|answer| share_figures(&answer, decimals));
            (given, rational::share(&request), Box::new(request))
        }
        1 => {
            let request = support::review_request(dice, kind);
            let decimals = request.unit_price_decimals;
            let decimals = decimals.unwrap_or(request.currency.minor_digits() + 2);
            let given = pricing::review(&request).map(|answer| review_figures(&answer, decimals));
            (given, rational::review(&request), Box::new(request))
        }
        _ => {
            let request = support::price_request(dice, kind);
            let decimals = request.rule_set.unit_price_decimals;
            let decimals = decimals.unwrap_or(request.currency.minor_digits() + 2);
            let given = pricing::price(&request).map(|answer| price_figures(&answer, decimals));
            (given, rational::price(&request), Box::new(request))
        }
    };
    let refusal = given.as_ref().err().cloned();
    let given = outcome(given);
    assert_eq!(
        given, expected,
        "case {case}, {kind:?}, {refusal:?}: {request:#?}"
    );
    match (case % 10, given) {
        (_, Err(code)) => code,
        (0, Ok(_)) => "share",
        (1, Ok(_)) => "review",
        _ => "price",
    }
}

#[test]
fn random_requests_agree_with_rational_arithmetic() {
    let cases =
        std::env::var("MINGA_ORACLE_CASES").map_or(DEFAULT_CASES, |cases| cases.parse().unwrap());
    let next = AtomicU64::new(0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut met: BTreeMap<&'static str, u64> = BTreeMap::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| {
                    let mut met: BTreeMap<&'static str, u64> = BTreeMap::new();
                    loop {
                        let case = next.fetch_add(1, Ordering::Relaxed);
                        if case >= cases {
                            return met;
                        }
                        *met.entry(compare(case)).or_default() += 1;
                    }
                })
            })
            .collect();
        for worker in workers {
            for (word, count) in worker.join().unwrap() {
                *met.entry(word).or_default() += count;
            }
        }
    });
    println!("{cases} requests: {met:?}");
    for word in [
        "price",
        "share",
        "review",
        "missing_exchange_rate",
        "insufficient_market_evidence",
        "no_productive_hours",
        "below_floor",
        "not_above_market",
        "amount_out_of_range",
        "weights_do_not_sum_to_one",
        "too_soon",
    ] {
        assert!(met.contains_key(word), "no case ended in {word}: {met:?}");
    }
}
