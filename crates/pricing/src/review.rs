//! Price reviews: published indices move a price within guards, and wages never fall.

use chrono::NaiveDate;
use money::Currency;
use num_bigint::BigInt;
use num_rational::BigRational;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::check::{not_negative, positive, rate, unit_price_decimals};
use crate::components::{COMPONENT_COUNT, Components};
use crate::error::Pointer;
use crate::wire;
use crate::{ErrorCode, PricingError, natural};

/// Decimal places of the factor.
const FACTOR_PLACES: u32 = 18;
/// Decimal places of the components.
pub(crate) const COMPONENT_PLACES: u32 = 10;
/// The components that stay or rise, never fall: 4 to 8, labour to job reserve.
const PROTECTED: std::ops::RangeInclusive<usize> = 3..=7;

/// A price in force and the indices that move it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "ReviewRequestJson")]
pub struct ReviewRequest {
    /// Currency of the contract.
    #[serde(with = "wire::currency")]
    pub currency: Currency,
    /// Decimal places of a unit price, 0 to 6; absent means the currency's minor digits and two.
    pub unit_price_decimals: Option<u32>,
    /// The unit price at signature, zero or above; the total guard counts from it.
    #[serde(serialize_with = "wire::write")]
    pub initial_unit_price: Decimal,
    /// The components per unit in force, each zero or above.
    pub current: Components<Decimal>,
    /// Since when they are in force.
    pub current_since: NaiveDate,
    /// The day of the review.
    pub as_of: NaiveDate,
    /// The share of the price that no index moves, 0 to 1.
    #[serde(serialize_with = "wire::write")]
    pub fixed: Decimal,
    /// The indices; their weights and `fixed` sum to exactly 1.
    pub indices: Vec<PriceIndex>,
    /// Days that a price stays in force at least.
    pub min_days_between: u32,
    /// The most that one review adds, as a share of the price in force, 0 to 1.
    #[serde(serialize_with = "wire::write")]
    pub max_step_rate: Decimal,
    /// The most that all reviews add, as a share of the initial price, 0 to 1.
    #[serde(serialize_with = "wire::write")]
    pub max_total_rate: Decimal,
}

impl ReviewRequest {
    /// Days between reviews where the request does not say.
    pub const DEFAULT_MIN_DAYS_BETWEEN: u32 = 90;
    /// The step guard where the request does not say: 10 %.
    pub const DEFAULT_MAX_STEP_RATE: Decimal = Decimal::from_parts(10, 0, 0, false, 2);
    /// The total guard where the request does not say: 50 %.
    pub const DEFAULT_MAX_TOTAL_RATE: Decimal = Decimal::from_parts(50, 0, 0, false, 2);
}

/// A published index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceIndex {
    /// What it measures.
    pub name: String,
    /// Its share of the price, 0 to 1.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub weight: Decimal,
    /// Its value when the price in force was set, above zero.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub base: Decimal,
    /// Its value now, above zero.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub now: Decimal,
}

/// A review request as it travels: what is absent has its default.
#[derive(Deserialize)]
#[serde(rename = "ReviewRequest", deny_unknown_fields)]
struct ReviewRequestJson {
    #[serde(with = "wire::currency")]
    currency: Currency,
    unit_price_decimals: Option<u32>,
    #[serde(deserialize_with = "wire::read")]
    initial_unit_price: Decimal,
    current: Components<Decimal>,
    #[serde(deserialize_with = "wire::day")]
    current_since: NaiveDate,
    #[serde(deserialize_with = "wire::day")]
    as_of: NaiveDate,
    #[serde(deserialize_with = "wire::read")]
    fixed: Decimal,
    #[serde(default, deserialize_with = "wire::list")]
    indices: Vec<PriceIndex>,
    min_days_between: Option<u32>,
    #[serde(default, with = "wire::optional")]
    max_step_rate: Option<Decimal>,
    #[serde(default, with = "wire::optional")]
    max_total_rate: Option<Decimal>,
}

impl From<ReviewRequestJson> for ReviewRequest {
    fn from(json: ReviewRequestJson) -> Self {
        Self {
            currency: json.currency,
            unit_price_decimals: json.unit_price_decimals,
            initial_unit_price: json.initial_unit_price,
            current: json.current,
            current_since: json.current_since,
            as_of: json.as_of,
            fixed: json.fixed,
            indices: json.indices,
            min_days_between: json
                .min_days_between
                .unwrap_or(Self::DEFAULT_MIN_DAYS_BETWEEN),
            max_step_rate: json.max_step_rate.unwrap_or(Self::DEFAULT_MAX_STEP_RATE),
            max_total_rate: json.max_total_rate.unwrap_or(Self::DEFAULT_MAX_TOTAL_RATE),
        }
    }
}

/// The price after a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewAnswer {
    /// How the indices moved the price, before guards; 18 decimals.
    #[serde(serialize_with = "wire::write")]
    pub factor: Decimal,
    /// What a unit costs from now on.
    #[serde(serialize_with = "wire::write")]
    pub unit_price: Decimal,
    /// The guard that held the price back; absent where none did.
    pub clipped_by: Option<Guard>,
    /// The components per unit from now on, 10 decimals.
    pub components: Components<Decimal>,
}

/// A limit on how fast a price rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Guard {
    /// The most that one review adds.
    Step,
    /// The most that all reviews add.
    Total,
}

/// Reviews a price.
///
/// # Errors
///
/// In this order: `invalid_input` and `amount_out_of_range` for values outside their ranges,
/// `weights_do_not_sum_to_one`, `too_soon`, and `amount_out_of_range` for a result that cannot be
/// written.
pub fn review(request: &ReviewRequest) -> Result<ReviewAnswer, PricingError> {
    request.check()?;
    let factor = factor(request)?;
    let age_days = request
        .as_of
        .signed_duration_since(request.current_since)
        .num_days();
    if age_days < i64::from(request.min_days_between) {
        return Err(PricingError::new(
            ErrorCode::TooSoon,
            "/as_of",
            format!(
                "the price has been in force for {age_days} days; {} must pass between reviews",
                request.min_days_between
            ),
        ));
    }
    let (components, clipped_by) = revise(request, &factor);
    let unit_price: BigRational = components.iter().sum();
    let decimals = request
        .unit_price_decimals
        .unwrap_or(request.currency.minor_digits() + 2);
    let mut rounded = [Decimal::ZERO; COMPONENT_COUNT];
    for (slot, component) in rounded.iter_mut().zip(&components) {
        *slot = to_decimal(component, COMPONENT_PLACES, "/current")?;
    }
    Ok(ReviewAnswer {
        factor: to_decimal(&factor, FACTOR_PLACES, "/indices")?,
        unit_price: to_decimal(&unit_price, decimals, "/current")?,
        clipped_by,
        components: Components::from_array(rounded),
    })
}

impl ReviewRequest {
    fn check(&self) -> Result<(), PricingError> {
        unit_price_decimals(self.unit_price_decimals, "/unit_price_decimals")?;
        not_negative(self.initial_unit_price, "/initial_unit_price")?;
        let names = Components::<Decimal>::NAMES;
        for (name, component) in names.into_iter().zip(self.current.into_array()) {
            not_negative(component, format!("/current/{name}").as_str())?;
        }
        rate(self.fixed, "/fixed")?;
        for (position, index) in self.indices.iter().enumerate() {
            let field = |name| ("/indices", position, name);
            rate(index.weight, field("/weight"))?;
            positive(index.base, field("/base"))?;
            positive(index.now, field("/now"))?;
        }
        rate(self.max_step_rate, "/max_step_rate")?;
        rate(self.max_total_rate, "/max_total_rate")
    }
}

/// `fixed + Σ weight × now / base`.
fn factor(request: &ReviewRequest) -> Result<BigRational, PricingError> {
    let mut factor = exact(request.fixed);
    let mut sum = factor.clone();
    for index in &request.indices {
        let weight = exact(index.weight);
        sum += &weight;
        factor += weight * exact(index.now) / exact(index.base);
    }
    if sum == exact(Decimal::ONE) {
        return Ok(factor);
    }
    Err(PricingError::new(
        ErrorCode::WeightsDoNotSumToOne,
        "/indices",
        "the fixed part and the weights must be exactly 1 together",
    ))
}

/// The new components, and the guard that held them back.
fn revise(request: &ReviewRequest, factor: &BigRational) -> (Vec<BigRational>, Option<Guard>) {
    let one = exact(Decimal::ONE);
    let never_less = factor.max(&one);
    let current = request.current.into_array().map(exact);
    let proposed: Vec<BigRational> = current
        .iter()
        .enumerate()
        .map(|(position, component)| {
            let protected = PROTECTED.contains(&position);
            component * if protected { never_less } else { factor }
        })
        .collect();
    let before: BigRational = current.iter().sum();
    let after: BigRational = proposed.iter().sum();
    let by_step = &before * (&one + exact(request.max_step_rate));
    let by_total = exact(request.initial_unit_price) * (&one + exact(request.max_total_rate));
    let (ceiling, guard) = if by_step <= by_total {
        (by_step, Guard::Step)
    } else {
        (by_total, Guard::Total)
    };
    let ceiling = ceiling.max(before.clone());
    if after <= ceiling {
        return (proposed, None);
    }
    // The ceiling is not below the price in force, and the proposal is above the ceiling.
    let kept = (ceiling - &before) / (after - &before);
    let clipped = current
        .iter()
        .zip(proposed)
        .map(|(component, proposed)| component + (proposed - component) * &kept)
        .collect();
    (clipped, Some(guard))
}

/// A decimal as a ratio.
pub(crate) fn exact(value: Decimal) -> BigRational {
    let scale = BigInt::from(10).pow(value.scale());
    BigRational::new(BigInt::from(value.mantissa()), scale)
}

/// A ratio that is not negative as a decimal of so many places, half away from zero.
pub(crate) fn to_decimal(
    value: &BigRational,
    places: u32,
    field: impl Pointer,
) -> Result<Decimal, PricingError> {
    let scaled = value * BigInt::from(10).pow(places);
    let digits = u128::try_from(scaled.round().to_integer()).ok();
    natural::decimal(digits, places).ok_or_else(|| PricingError::out_of_range(field))
}
