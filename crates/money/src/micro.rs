//! Millionths: how unit prices, quantities, rates, hours and minutes are kept.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::{MoneyError, parse_decimal};

/// Decimal places of a [`Micro`].
const PLACES: u32 = 6;

/// A number of millionths: a unit price, a quantity, a rate, hours or minutes.
///
/// It is exact and 64 bits wide, from -9223372036854.775808 to 9223372036854.775807.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Micro(i64);

impl Micro {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// A whole one: a million millionths.
    pub const ONE: Self = Self(1_000_000);

    /// So many millionths.
    pub const fn new(millionths: i64) -> Self {
        Self(millionths)
    }

    /// The number of millionths.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The same value, if it is a whole number of millionths.
    ///
    /// # Errors
    ///
    /// [`MoneyError::NotExact`] for more than six decimal places (zeros at the end do not count),
    /// [`MoneyError::OutOfRange`] past 64 bits.
    pub fn from_decimal(value: Decimal) -> Result<Self, MoneyError> {
        to_scaled(value, PLACES).map(Self)
    }

    /// The same value as a decimal, without zeros at the end.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, PLACES).normalize()
    }

    /// The sum.
    ///
    /// # Errors
    ///
    /// [`MoneyError::OutOfRange`] past 64 bits.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        let sum = self.0.checked_add(other.0);
        sum.map(Self).ok_or(MoneyError::OutOfRange)
    }

    /// The difference.
    ///
    /// # Errors
    ///
    /// [`MoneyError::OutOfRange`] past 64 bits.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        let difference = self.0.checked_sub(other.0);
        difference.map(Self).ok_or(MoneyError::OutOfRange)
    }
}

impl fmt::Display for Micro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_decimal().fmt(f)
    }
}

impl FromStr for Micro {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::from_decimal(parse_decimal(text)?)
    }
}

/// `value` as a whole number of units of `10^-places`, exactly.
pub(crate) fn to_scaled(value: Decimal, places: u32) -> Result<i64, MoneyError> {
    let value = value.normalize();
    let missing = places
        .checked_sub(value.scale())
        .ok_or(MoneyError::NotExact { places })?;
    10_i128
        .checked_pow(missing)
        .and_then(|factor| value.mantissa().checked_mul(factor))
        .and_then(|scaled| i64::try_from(scaled).ok())
        .ok_or(MoneyError::OutOfRange)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_and_prints_exactly() {
        for (text, millionths, printed) in [
            ("4.90", 4_900_000, "4.9"),
            ("-0.000001", -1, "-0.000001"),
            ("1.0000000", 1_000_000, "1"),
            ("0", 0, "0"),
            ("9223372036854.775807", i64::MAX, "9223372036854.775807"),
        ] {
            let micro: Micro = text.parse().unwrap();
            assert_eq!(
                (micro.get(), micro.to_string().as_str()),
                (millionths, printed)
            );
        }
    }

    #[test]
    fn refuses_what_it_would_have_to_round_or_wrap() {
        let seventh = "0.0000001".parse::<Micro>();
        assert_eq!(seventh, Err(MoneyError::NotExact { places: 6 }));
        for text in ["9223372036854.775808", "9999999999999999999999999999"] {
            assert_eq!(text.parse::<Micro>(), Err(MoneyError::OutOfRange));
        }
        let most = Micro::new(i64::MAX);
        assert_eq!(most.checked_add(Micro::new(1)), Err(MoneyError::OutOfRange));
        assert_eq!(
            Micro::new(i64::MIN).checked_sub(Micro::ONE),
            Err(MoneyError::OutOfRange)
        );
        assert_eq!(Micro::ONE.checked_sub(Micro::ONE), Ok(Micro::ZERO));
    }

    proptest! {
        #[test]
        fn text_and_decimal_give_every_value_back(millionths: i64) {
            let micro = Micro::new(millionths);
            prop_assert_eq!(micro.to_string().parse::<Micro>(), Ok(micro));
            prop_assert_eq!(Micro::from_decimal(micro.to_decimal()), Ok(micro));
        }
    }
}
