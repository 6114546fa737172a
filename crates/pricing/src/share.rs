//! Sharing a pool's extra by ability to pay: each buyer owes the market part by quantity, and what
//! the solidarity price adds by quantity and ability, up to the buyer's cap. The co-operative
//! receives the same whatever the shares are.

use std::collections::BTreeSet;

use money::{Currency, Money, MoneyError};
use num_bigint::BigUint;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::check::{not_negative, positive, rate, unit_price_decimals};
use crate::natural::{Figure, Natural, Ratio, Stop, TooWide, apportion};
use crate::wire;
use crate::{ErrorCode, PricingError};

/// A pool, its price and its buyers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareRequest {
    /// Currency of the contract.
    #[serde(with = "wire::currency")]
    pub currency: Currency,
    /// The market reference M, money per unit, zero or above.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub market_unit_price: Decimal,
    /// The solidarity price S, money per unit, M or above.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub unit_price: Decimal,
    /// What the solidarity fund can pay: a whole number of minor units, zero or above.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub fund_available: Decimal,
    /// Decimal places of a unit price, 0 to 6; absent means the currency's minor digits and two.
    #[serde(default)]
    pub unit_price_decimals: Option<u32>,
    /// Who buys, at least one.
    #[serde(default, deserialize_with = "wire::list")]
    pub buyers: Vec<PoolBuyer>,
}

/// A buyer of a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolBuyer {
    /// Distinct within the pool.
    pub id: String,
    /// Units, above zero.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub quantity: Decimal,
    /// Ability to pay, zero or above; only the proportions count.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub ability: Decimal,
    /// The most that the buyer pays over the market, 0 to 1 of its market part; absent is no cap.
    #[serde(default, with = "wire::optional")]
    pub max_premium_rate: Option<Decimal>,
}

/// Who pays what. `Σ total + fund_amount + shortfall = cooperative_receives`, always.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShareAnswer {
    /// The buyers, in the order given.
    pub buyers: Vec<BuyerShare>,
    /// What the solidarity fund pays.
    #[serde(serialize_with = "wire::write")]
    pub fund_amount: Money,
    /// What nobody pays; a pool with a shortfall cannot be confirmed.
    #[serde(serialize_with = "wire::write")]
    pub shortfall: Money,
    /// Unit price × all units.
    #[serde(serialize_with = "wire::write")]
    pub cooperative_receives: Money,
}

/// What one buyer pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BuyerShare {
    /// The buyer.
    pub id: String,
    /// Its part at the market price.
    #[serde(serialize_with = "wire::write")]
    pub market_amount: Money,
    /// Its part of the extra.
    #[serde(serialize_with = "wire::write")]
    pub extra_amount: Money,
    /// Both together.
    #[serde(serialize_with = "wire::write")]
    pub total: Money,
    /// `total / quantity`.
    #[serde(serialize_with = "wire::write")]
    pub unit_price_paid: Decimal,
    /// Whether the cap stopped a larger share.
    pub capped: bool,
}

/// Shares a pool among its buyers.
///
/// # Errors
///
/// `invalid_input` for values outside their ranges, and `amount_out_of_range` for inputs or results
/// that cannot be written.
pub fn share(request: &ShareRequest) -> Result<ShareAnswer, PricingError> {
    let fund_available = request.check()?;
    divide(request, fund_available).map_err(Stop::refusal)
}

impl ShareRequest {
    /// Checks every range; what the fund can pay, in minor units.
    fn check(&self) -> Result<i64, PricingError> {
        not_negative(self.market_unit_price, "/market_unit_price")?;
        not_negative(self.unit_price, "/unit_price")?;
        not_negative(self.fund_available, "/fund_available")?;
        unit_price_decimals(self.unit_price_decimals, "/unit_price_decimals")?;
        for (position, buyer) in self.buyers.iter().enumerate() {
            let field = |name| ("/buyers", position, name);
            positive(buyer.quantity, field("/quantity"))?;
            not_negative(buyer.ability, field("/ability"))?;
            if let Some(cap) = buyer.max_premium_rate {
                rate(cap, field("/max_premium_rate"))?;
            }
        }
        if self.unit_price < self.market_unit_price {
            let message = "must not be under the market price";
            return Err(PricingError::invalid("/unit_price", message));
        }
        if self.buyers.is_empty() {
            let message = "a pool has at least one buyer";
            return Err(PricingError::invalid("/buyers", message));
        }
        let mut ids = BTreeSet::new();
        for (position, buyer) in self.buyers.iter().enumerate() {
            if !ids.insert(buyer.id.as_str()) {
                let message = "another buyer of the pool has the same id";
                return Err(PricingError::invalid(("/buyers", position, "/id"), message));
            }
        }
        Money::from_decimal(self.fund_available, self.currency)
            .map(Money::minor)
            .map_err(|error| {
                let code = match error {
                    MoneyError::OutOfRange => ErrorCode::AmountOutOfRange,
                    _ => ErrorCode::InvalidInput,
                };
                PricingError::new(code, "/fund_available", error.to_string())
            })
    }
}

fn divide(request: &ShareRequest, fund_available: i64) -> Result<ShareAnswer, Stop> {
    let currency = request.currency;
    let places = request
        .buyers
        .iter()
        .map(|buyer| buyer.quantity.scale())
        .max()
        .unwrap_or(0);
    let mut quantities = Vec::with_capacity(request.buyers.len());
    for buyer in &request.buyers {
        quantities.push(Figure::of(buyer.quantity).at::<BigUint>(places)?);
    }
    let pooled: BigUint = quantities.iter().sum();
    let worth = |unit_price: Decimal, field| {
        let unit_price = Figure::of(unit_price);
        Ratio {
            numerator: pooled.times_small(unit_price.digits)?,
            denominator: BigUint::of(1),
            places: i64::from(unit_price.places + places),
        }
        .minor_units(currency.minor_digits(), field)
    };
    let receives = worth(request.unit_price, "/unit_price")?;
    let market = worth(request.market_unit_price, "/market_unit_price")?;
    let market_parts = apportion(market, &quantities, &pooled)?;
    let extra = fill(request, &quantities, receives - market)?;

    let mut buyers = Vec::with_capacity(request.buyers.len());
    for (position, ((buyer, market), part)) in request
        .buyers
        .iter()
        .zip(market_parts)
        .zip(extra.parts)
        .enumerate()
    {
        let total = market + part.amount;
        buyers.push(BuyerShare {
            id: buyer.id.clone(),
            market_amount: Money::new(market, currency),
            extra_amount: Money::new(part.amount, currency),
            total: Money::new(total, currency),
            unit_price_paid: unit_price_paid(request, position, buyer, total)?,
            capped: part.capped,
        });
    }
    let fund = extra.left.min(fund_available);
    Ok(ShareAnswer {
        buyers,
        fund_amount: Money::new(fund, currency),
        shortfall: Money::new(extra.left - fund, currency),
        cooperative_receives: Money::new(receives, currency),
    })
}

fn unit_price_paid(
    request: &ShareRequest,
    position: usize,
    buyer: &PoolBuyer,
    total: i64,
) -> Result<Decimal, Stop> {
    let default = request.currency.minor_digits() + 2;
    let quantity = Figure::of(buyer.quantity);
    let total = u128::try_from(total).map_err(|_| TooWide)?;
    Ratio {
        numerator: BigUint::of(total),
        denominator: BigUint::of(quantity.digits),
        places: i64::from(request.currency.minor_digits()) - i64::from(quantity.places),
    }
    .decimal(
        request.unit_price_decimals.unwrap_or(default),
        ("/buyers", position, "/quantity"),
    )
}

/// A buyer's part of the extra, in minor units.
#[derive(Clone, Copy, Default)]
struct Part {
    amount: i64,
    capped: bool,
}

/// The extra, shared.
struct Extra {
    parts: Vec<Part>,
    /// What caps and zero weights leave.
    left: i64,
}

/// A buyer that takes part in the extra.
struct Claim {
    position: usize,
    weight: BigUint,
    /// In minor units; absent where even the whole extra is within the cap.
    cap: Option<i64>,
}

/// Shares the extra in proportion to the weights, nobody over its cap.
///
/// Who is over its cap pays the cap, and the rest is shared again. Each time a cap is reached the
/// share of a unit of weight grows, so the caps are reached in the order of cap / weight and one
/// pass over the claims in that order finds them all.
fn fill(request: &ShareRequest, quantities: &[BigUint], extra: i64) -> Result<Extra, TooWide> {
    let mut claims = claims(request, quantities, extra)?;
    claims.sort_by(|a, b| match (a.cap, b.cap) {
        (Some(cap_a), Some(cap_b)) => (units(cap_a) * &b.weight).cmp(&(units(cap_b) * &a.weight)),
        (a, b) => a.is_none().cmp(&b.is_none()),
    });
    let mut parts = vec![Part::default(); request.buyers.len()];
    let mut left = extra;
    let mut weights: BigUint = claims.iter().map(|claim| &claim.weight).sum();
    let mut uncapped = claims.as_slice();
    while let Some((claim, others)) = uncapped.split_first() {
        let Some(cap) = claim.cap else { break };
        if &claim.weight * units(left) <= units(cap) * &weights {
            break;
        }
        let part = parts.get_mut(claim.position).ok_or(TooWide)?;
        *part = Part {
            amount: cap,
            capped: true,
        };
        left -= cap;
        weights -= &claim.weight;
        uncapped = others;
    }
    if uncapped.is_empty() {
        return Ok(Extra { parts, left });
    }
    // Ties go to the earlier buyer, so the claims return to the order of the request.
    let mut uncapped: Vec<(usize, BigUint)> = uncapped
        .iter()
        .map(|claim| (claim.position, claim.weight.clone()))
        .collect();
    uncapped.sort_unstable_by_key(|(position, _)| *position);
    let (positions, shares): (Vec<usize>, Vec<BigUint>) = uncapped.into_iter().unzip();
    for (position, amount) in positions
        .into_iter()
        .zip(apportion(left, &shares, &weights)?)
    {
        parts.get_mut(position).ok_or(TooWide)?.amount = amount;
    }
    Ok(Extra { parts, left: 0 })
}

/// The buyers with a weight above zero, each with its cap.
fn claims(
    request: &ShareRequest,
    quantities: &[BigUint],
    extra: i64,
) -> Result<Vec<Claim>, TooWide> {
    let places = request
        .buyers
        .iter()
        .map(|buyer| buyer.ability.scale())
        .max()
        .unwrap_or(0);
    let mut claims = Vec::with_capacity(request.buyers.len());
    for (position, (buyer, quantity)) in request.buyers.iter().zip(quantities).enumerate() {
        if buyer.ability.is_zero() {
            continue;
        }
        let cap = match buyer.max_premium_rate {
            Some(rate) => Some(cap(request, buyer, rate)?),
            None => None,
        };
        claims.push(Claim {
            position,
            weight: Figure::of(buyer.ability).at::<BigUint>(places)? * quantity,
            cap: cap
                .and_then(|cap| i64::try_from(cap).ok())
                .filter(|cap| *cap < extra),
        });
    }
    Ok(claims)
}

/// `floor(max_premium_rate × M × q)` in minor units.
fn cap(request: &ShareRequest, buyer: &PoolBuyer, rate: Decimal) -> Result<BigUint, TooWide> {
    let factors = [rate, request.market_unit_price, buyer.quantity].map(Figure::of);
    let mut amount = BigUint::of(1).shifted(request.currency.minor_digits())?;
    let mut divisor = BigUint::of(1);
    for factor in factors {
        amount *= factor.digits;
        divisor = divisor.shifted(factor.places)?;
    }
    Ok(amount / divisor)
}

/// An amount that is not negative, as a natural number.
fn units(minor: i64) -> BigUint {
    BigUint::from(minor.unsigned_abs())
}
