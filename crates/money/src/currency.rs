//! Currencies of ISO 4217.

use std::fmt;
use std::str::FromStr;

use crate::MoneyError;

/// A currency of ISO 4217 that has a minor unit. Ordered by its code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Reads a three-letter code in capitals.
    ///
    /// # Errors
    ///
    /// [`MoneyError::UnknownCurrency`] for any other text, and for the codes without a minor unit
    /// (precious metals, test codes).
    ///
    /// ```
    /// # use money::Currency;
    /// assert_eq!(Currency::parse("TND")?.minor_digits(), 3);
    /// assert!(Currency::parse("tnd").is_err());
    /// assert!(Currency::parse("XAU").is_err());
    /// # Ok::<(), money::MoneyError>(())
    /// ```
    pub fn parse(code: &str) -> Result<Self, MoneyError> {
        iso_currency::Currency::from_code(code)
            .filter(|currency| currency.exponent().is_some())
            .map(Self)
            .ok_or_else(|| MoneyError::UnknownCurrency(code.chars().take(16).collect()))
    }

    /// The three-letter code, in capitals.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimal places of the minor unit: 2 for ARS, 0 for JPY, 3 for TND; 4 at the most.
    pub fn minor_digits(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        Self::parse(code)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn minor_digits_are_those_of_iso_4217() {
        for (code, digits) in [
            ("ARS", 2),
            ("BRL", 2),
            ("USD", 2),
            ("JPY", 0),
            ("CLP", 0),
            ("TND", 3),
            ("CLF", 4),
        ] {
            assert_eq!(Currency::parse(code).unwrap().minor_digits(), digits);
        }
    }

    #[test]
    fn only_codes_of_currencies_in_capitals_are_read() {
        for text in ["", "ars", "AR", "ARSS", "XXX", "XAU", "$", "пес"] {
            assert_eq!(
                text.parse::<Currency>(),
                Err(MoneyError::UnknownCurrency(text.into()))
            );
        }
    }

    #[test]
    fn order_is_that_of_the_codes() {
        let mut currencies = ["XCG", "USD", "ARS", "BGN"].map(|c| Currency::parse(c).unwrap());
        currencies.sort();
        assert_eq!(currencies.map(Currency::code), ["ARS", "BGN", "USD", "XCG"]);
        assert_eq!(format!("{:>5}", currencies[0]), "  ARS");
    }
}
