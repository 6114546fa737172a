//! The two kinds of numbers say the same, and the fast one decides what people order.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../../tests/support/mod.rs"]
mod support;

use super::*;
use support::{Dice, Kind};

/// What each kind of numbers says of the requests up to `count`: how many of a kind the fast one
/// decided, of how many.
fn decided_by_256_bits(kind: Kind, count: u64) -> (u32, u32) {
    let (mut fast, mut all) = (0, 0);
    for seed in 0..count {
        let request = support::price_request(&mut Dice::new(seed), kind);
        let Ok(evidence) = Evidence::of(&request) else {
            continue;
        };
        all += 1;
        let exact = price_of_any_width(&request, &evidence);
        match price_in::<U256>(&request, &evidence) {
            Ok(answer) => assert_eq!(Ok(answer), exact),
            Err(Stop::Refused(error)) => assert_eq!(Err(error), exact),
            Err(Stop::TooWide) => continue,
        }
        fast += 1;
    }
    (fast, all)
}

#[test]
fn ordinary_prices_fit_256_bits() {
    for kind in [Kind::Ordinary, Kind::Ties] {
        let (fast, all) = decided_by_256_bits(kind, 5_000);
        println!("{kind:?}: 256 bits decide {fast} of {all}");
        assert!(all > 2_000 && fast == all, "{kind:?}: {fast} of {all}");
    }
}

#[test]
fn wide_prices_agree_where_both_kinds_decide() {
    let (fast, all) = decided_by_256_bits(Kind::Wide, 5_000);
    println!("256 bits decide {fast} of {all}");
    assert!(0 < fast && fast < all, "{fast} of {all}");
}

#[test]
fn products_past_256_bits_are_noticed() {
    let one = U256::of(1);
    let widest = U256::MAX;
    assert_eq!(widest.times_small(2), Err(TooWide));
    assert_eq!(widest.times_small(u128::MAX), Err(TooWide));
    assert_eq!(widest.times(&widest), Err(TooWide));
    assert_eq!(widest.plus(&one), Err(TooWide));
    assert_eq!(widest.times(&one), Ok(widest));
    assert_eq!(one.shifted(77).unwrap(), U256::of(10).pow(U256::of(77)));
    assert_eq!(one.shifted(78), Err(TooWide));
    assert_eq!(one.divided(&U256::ZERO), Err(TooWide));
}

#[test]
fn halves_round_up_and_the_rest_to_the_nearest() {
    for (numerator, places, rounded) in [(5, 1, 1), (49, 2, 0), (15, 1, 2), (149, 2, 1), (2, 0, 2)]
    {
        let ratio = Ratio {
            numerator: U256::of(numerator) * U256::of(3),
            denominator: U256::of(3),
            places,
        };
        assert_eq!(
            ratio.rounded(0),
            Ok(U256::of(rounded)),
            "{numerator}e-{places}"
        );
    }
}
