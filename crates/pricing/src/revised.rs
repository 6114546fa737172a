//! The explanation of a price after a review: the same ten components and seven purposes, adding up again.

use money::{Micro, Money, amount_of, apportion};
use num_rational::BigRational;
use rust_decimal::Decimal;

use crate::components::{COMPONENT_COUNT, Components, PURPOSE_COUNT, Purposes};
use crate::price::{Basis, CommunityDestination, PriceAnswer};
use crate::review::{COMPONENT_PLACES, ReviewAnswer, exact, to_decimal};
use crate::{ErrorCode, PricingError};

/// Decimal places of the premium rate.
const RATE_PLACES: u32 = 6;
/// How many components are costs: materials to the job reserve.
const COST_COUNT: usize = 8;

/// The price of `quantity` units after `review` moved it. Market reference and floor stay those of the day
/// on which it was agreed; whoever accepts it checks the floor of their own day. `community_destination` is
/// by the pay of the day of the review.
///
/// # Errors
/// `not_above_market` where the price would meet the market reference, `amount_out_of_range`.
pub fn revised(
    price: &PriceAnswer,
    review: &ReviewAnswer,
    quantity: Micro,
    community_destination: CommunityDestination,
) -> Result<PriceAnswer, PricingError> {
    let market = price.market_reference;
    if review.unit_price <= market {
        return Err(PricingError::new(
            ErrorCode::NotAboveMarket,
            "/indices",
            format!(
                "{} a unit is not above the market reference of {market}",
                review.unit_price
            ),
        ));
    }
    let out_of_range = || PricingError::out_of_range("/quantity");
    let currency = price.line_amount.currency();
    let unit_price = Micro::from_decimal(review.unit_price).map_err(|_| out_of_range())?;
    let line = amount_of(quantity, unit_price, currency).map_err(|_| out_of_range())?;
    let premium = line
        .checked_sub(price.market_amount)
        .map_err(|_| out_of_range())?;

    let components = review.components.into_array().map(exact);
    let whole: BigRational = components.iter().sum();
    let purposes = protected(&components, &exact(market));
    let rate = (exact(review.unit_price) - exact(market)) / exact(market);
    let mut trace = price.trace.clone();
    trace.components_per_unit = review.components;
    trace.unrounded_price = to_decimal(&whole, COMPONENT_PLACES, "/current")?;
    Ok(PriceAnswer {
        basis: Basis::Reviewed,
        market_reference: market,
        floor: price.floor,
        unit_price: review.unit_price,
        premium_rate: to_decimal(&rate, RATE_PLACES, "/current")?,
        line_amount: line,
        market_amount: price.market_amount,
        premium_amount: premium,
        components: Components::from_array(divided::<COMPONENT_COUNT>(line, &components)?),
        premium_by_purpose: Purposes::from_array(divided::<PURPOSE_COUNT>(premium, &purposes)?),
        community_destination,
        trace,
    })
}

/// The market price pays the costs in their order; what it does not reach is premium.
fn protected(
    components: &[BigRational; COMPONENT_COUNT],
    market: &BigRational,
) -> [BigRational; PURPOSE_COUNT] {
    let nothing = exact(Decimal::ZERO);
    let [.., community] = components;
    let base: BigRational = components.iter().take(COMPONENT_COUNT - 1).sum();
    let mut market_left = market.clone();
    let mut missing = (&base - market).max(nothing.clone());
    let mut unpaid: [BigRational; COST_COUNT] = Default::default();
    for (premium, cost) in unpaid.iter_mut().zip(components) {
        *premium = (cost - &market_left).max(nothing.clone());
        market_left = (&market_left - cost).max(nothing.clone());
        missing = (&missing - &*premium).max(nothing.clone());
    }
    let [
        materials,
        overhead,
        finance,
        labour,
        gap,
        week,
        democracy,
        jobs,
    ] = unpaid;
    [
        materials + overhead + finance,
        labour + gap,
        week,
        democracy,
        jobs,
        missing,
        community.clone(),
    ]
}

/// `whole` by the weights, by largest remainder.
fn divided<const COUNT: usize>(
    whole: Money,
    weights: &[BigRational; COUNT],
) -> Result<[Money; COUNT], PricingError> {
    let out_of_range = || PricingError::out_of_range("/quantity");
    let mut digits = [0_u128; COUNT];
    for (slot, weight) in digits.iter_mut().zip(weights) {
        let written = to_decimal(weight, COMPONENT_PLACES, "/current")?;
        let scaled = written.mantissa().unsigned_abs();
        // A decimal of fewer places than ten would weigh less than it should.
        let missing = COMPONENT_PLACES.saturating_sub(written.scale());
        *slot = 10_u128
            .checked_pow(missing)
            .and_then(|factor| scaled.checked_mul(factor))
            .ok_or_else(out_of_range)?;
    }
    let parts = apportion(whole.minor(), &digits).ok_or_else(out_of_range)?;
    let parts: [i64; COUNT] = parts.try_into().map_err(|_| out_of_range())?;
    Ok(parts.map(|minor| Money::new(minor, whole.currency())))
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a price that cannot be made fails the test"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{PriceIndex, ReviewRequest, price_json, review};

    fn agreed() -> PriceAnswer {
        price_json(
            r#"{
            "currency": "USD", "quantity": "100", "as_of": "2026-06-01",
            "market_quotes": [
                { "source": "a", "unit_price": "4.20", "observed_on": "2026-05-20" },
                { "source": "b", "unit_price": "4.30", "observed_on": "2026-05-21" },
                { "source": "c", "unit_price": "4.40", "observed_on": "2026-05-22" }
            ],
            "cost_sheet": { "materials_per_unit": "1.90", "overhead_per_unit": "0.40",
                "standard_minutes_per_unit": "13" },
            "workplace": { "monthly_pay": "1040", "weekly_hours": "40" },
            "benchmark": { "living_wage_monthly": "1560", "standard_weekly_hours": "48" },
            "rule_set": { "version": "2026.1", "job_reserve_rate": "0" },
            "agreed_unit_price": "4.90"
        }"#,
        )
        .unwrap()
    }

    fn reviewed(factor: Decimal) -> (ReviewRequest, ReviewAnswer) {
        let price = agreed();
        let request = ReviewRequest {
            currency: price.line_amount.currency(),
            unit_price_decimals: None,
            initial_unit_price: price.unit_price,
            current: price.trace.components_per_unit,
            current_since: "2026-06-01".parse().unwrap(),
            as_of: "2026-12-01".parse().unwrap(),
            fixed: Decimal::ZERO,
            indices: vec![PriceIndex {
                name: "materials".to_owned(),
                weight: Decimal::ONE,
                base: Decimal::ONE,
                now: factor,
            }],
            min_days_between: 90,
            max_step_rate: Decimal::ONE,
            max_total_rate: Decimal::ONE,
        };
        let answer = review(&request).unwrap();
        (request, answer)
    }

    #[test]
    fn what_was_agreed_is_the_base_and_the_rest_of_it_surplus() {
        let price = agreed();
        assert_eq!(price.basis, Basis::Agreed);
        // 3 % of the market reference of 4.30 on top.
        assert_eq!(price.unit_price.to_string(), "5.0290");
        // The floor is 4.25.
        assert_eq!(price.components.surplus.to_string(), "65.00 USD");
    }

    #[test]
    fn a_review_that_moves_nothing_explains_the_same_price() {
        let price = agreed();
        let (_, review) = reviewed(Decimal::ONE);
        let quantity = Micro::new(100_000_000);
        let same = revised(&price, &review, quantity, price.community_destination).unwrap();
        assert_eq!(same.basis, Basis::Reviewed);
        assert_eq!(same.unit_price, price.unit_price);
        assert_eq!(same.components, price.components);
        assert_eq!(same.premium_by_purpose, price.premium_by_purpose);
        assert_eq!(same.premium_rate, price.premium_rate);
    }

    #[test]
    fn a_price_that_falls_to_the_market_is_refused() {
        let (_, review) = reviewed(Decimal::new(5, 1));
        let price = agreed();
        let quantity = Micro::new(100_000_000);
        let refused = revised(&price, &review, quantity, price.community_destination);
        assert_eq!(refused.unwrap_err().code(), ErrorCode::NotAboveMarket);
    }

    proptest! {
        #[test]
        fn the_parts_add_up_to_the_whole(
            factor in 95_000_i64..200_000, units in 1_i64..1_000_000,
        ) {
            let (_, review) = reviewed(Decimal::new(factor, 5));
            let quantity = Micro::new(units * 1_000_000);
            let mut price = agreed();
            let market = Micro::from_decimal(price.market_reference).unwrap();
            price.market_amount = amount_of(quantity, market, price.line_amount.currency()).unwrap();
            let new = revised(&price, &review, quantity, price.community_destination);
            prop_assume!(new.is_ok());
            let new = new.unwrap();
            let sum = |parts: &[Money]| parts.iter().map(|part| part.minor()).sum::<i64>();
            prop_assert_eq!(sum(&new.components.into_array()), new.line_amount.minor());
            prop_assert_eq!(sum(&new.premium_by_purpose.into_array()), new.premium_amount.minor());
            let before = price.trace.components_per_unit.into_array();
            let after = new.trace.components_per_unit.into_array();
            for (before, after) in before.iter().zip(after).skip(3).take(5) {
                prop_assert!(after >= *before, "wages and jobs never fall");
            }
        }
    }
}
