//! The ranges of single values.

use rust_decimal::Decimal;

use crate::PricingError;
use crate::error::{ErrorCode, Pointer};

/// The first integer of 29 digits: mantissas stay under it.
pub(crate) const DIGITS_LIMIT: u128 = 10_u128.pow(28);

/// Decimal places of a unit price, at the most.
pub(crate) const MAX_UNIT_PRICE_DECIMALS: u32 = 6;

/// A decimal may come from Rust code as well as from JSON, so its digits are counted again here.
fn digits(value: Decimal, field: impl Pointer) -> Result<(), PricingError> {
    if value.mantissa().unsigned_abs() < DIGITS_LIMIT {
        return Ok(());
    }
    Err(PricingError::new(
        ErrorCode::AmountOutOfRange,
        field,
        money::MoneyError::TooManyDigits.to_string(),
    ))
}

fn holds(
    value: Decimal,
    field: impl Pointer,
    in_range: bool,
    message: &str,
) -> Result<(), PricingError> {
    digits(value, field)?;
    if in_range {
        Ok(())
    } else {
        Err(PricingError::invalid(field, message))
    }
}

/// Above zero.
pub(crate) fn positive(value: Decimal, field: impl Pointer) -> Result<(), PricingError> {
    holds(value, field, value.mantissa() > 0, "must be above zero")
}

/// Zero or above.
pub(crate) fn not_negative(value: Decimal, field: impl Pointer) -> Result<(), PricingError> {
    let in_range = value.mantissa() >= 0;
    holds(value, field, in_range, "must not be negative")
}

/// From 0 to 1.
pub(crate) fn rate(value: Decimal, field: impl Pointer) -> Result<(), PricingError> {
    let in_range = value.mantissa() >= 0 && value <= Decimal::ONE;
    holds(value, field, in_range, "must be between 0 and 1")
}

/// Above zero, up to `most`.
pub(crate) fn positive_up_to(
    value: Decimal,
    most: Decimal,
    field: impl Pointer,
    message: &str,
) -> Result<(), PricingError> {
    positive(value, field)?;
    holds(value, field, value <= most, message)
}

/// From 0 to 6, or absent.
pub(crate) fn unit_price_decimals(
    decimals: Option<u32>,
    field: impl Pointer,
) -> Result<(), PricingError> {
    if decimals.is_some_and(|decimals| decimals > MAX_UNIT_PRICE_DECIMALS) {
        return Err(PricingError::invalid(field, "must be between 0 and 6"));
    }
    Ok(())
}
