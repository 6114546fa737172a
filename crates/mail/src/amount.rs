//! Amounts as a person reads them.

use serde::{Deserialize, Serialize};

use crate::Language;

/// An exact amount as the API prints it: a decimal text and its ISO 4217 code. Messages only
/// set it in the reader's number form; they never calculate, round or convert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Amount(Written);

/// The JSON form, the same as in the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    amount: String,
    currency: String,
}

/// Why a text is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not digits with at most one point between them and at most one sign before.
    #[error("'{0}' is not a decimal amount such as 1774.44")]
    Malformed(String),
    /// Not three capital letters.
    #[error("'{0}' is not an ISO 4217 currency code")]
    Currency(String),
}

impl Amount {
    /// Reads a decimal such as `1774.44` and a currency code such as `ARS`.
    ///
    /// # Errors
    /// [`AmountError`] when the decimal has anything but digits, one point and a leading `-`, or
    /// the code is not three capital letters.
    pub fn parse(amount: &str, currency: &str) -> Result<Self, AmountError> {
        Self::try_from(Written {
            amount: amount.to_owned(),
            currency: currency.to_owned(),
        })
    }

    /// The amount in a language's number form after its code: `ARS 1.774,44`, `ARS 1,774.44`.
    pub fn in_language(&self, language: Language) -> String {
        let Written { amount, currency } = &self.0;
        let (thousands, decimal) = language.separators();
        format!("{currency} {}", money::grouped(amount, thousands, decimal))
    }
}

fn is_decimal(text: &str) -> bool {
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => are_digits(whole) && are_digits(fraction),
        None => are_digits(unsigned),
    }
}

impl TryFrom<Written> for Amount {
    type Error = AmountError;

    fn try_from(written: Written) -> Result<Self, AmountError> {
        if !is_decimal(&written.amount) {
            return Err(AmountError::Malformed(written.amount));
        }
        let code = written.currency.as_bytes();
        if code.len() != 3 || !code.iter().all(u8::is_ascii_uppercase) {
            return Err(AmountError::Currency(written.currency));
        }
        Ok(Self(written))
    }
}

impl From<Amount> for Written {
    fn from(amount: Amount) -> Self {
        amount.0
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use super::*;

    #[test]
    fn each_language_has_its_number_form() {
        let cases = [
            ("1774.44", "ARS 1.774,44", "ARS 1,774.44"),
            ("14700000.00", "ARS 14.700.000,00", "ARS 14,700,000.00"),
            ("999.5", "ARS 999,5", "ARS 999.5"),
            ("1000", "ARS 1.000", "ARS 1,000"),
            ("0.00", "ARS 0,00", "ARS 0.00"),
            ("-265.44", "ARS -265,44", "ARS -265.44"),
            ("-123456", "ARS -123.456", "ARS -123,456"),
        ];
        for (machine, es_and_pt, en) in cases {
            let amount = Amount::parse(machine, "ARS").unwrap();
            assert_eq!(amount.in_language(Language::Es), es_and_pt);
            assert_eq!(amount.in_language(Language::Pt), es_and_pt);
            assert_eq!(amount.in_language(Language::En), en);
        }
    }

    #[test]
    fn what_is_not_an_exact_decimal_is_refused() {
        for text in ["", "-", "1.", ".5", "1,5", "1e3", "1.2.3", "--1", "+1", "١"] {
            assert_eq!(
                Amount::parse(text, "ARS"),
                Err(AmountError::Malformed(text.to_owned()))
            );
        }
        for code in ["", "ars", "PESO", "A1S"] {
            assert_eq!(
                Amount::parse("1.00", code),
                Err(AmountError::Currency(code.to_owned()))
            );
        }
    }

    #[test]
    fn the_json_form_is_checked_when_it_is_read() {
        let amount = Amount::parse("1774.44", "ARS").unwrap();
        let json = r#"{"amount":"1774.44","currency":"ARS"}"#;
        assert_eq!(serde_json::to_string(&amount).unwrap(), json);
        assert_eq!(serde_json::from_str::<Amount>(json).unwrap(), amount);
        let bad = r#"{"amount":"1e3","currency":"ARS"}"#;
        assert!(serde_json::from_str::<Amount>(bad).is_err());
    }
}
