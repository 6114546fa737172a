//! How values travel as JSON: decimals as strings of the strict form, dates as `YYYY-MM-DD`,
//! currencies as their code, `null` as absence; and how a malformed request is refused.

use std::fmt;

use chrono::NaiveDate;
use money::{Currency, Money, MoneyError, parse_decimal};
use rust_decimal::Decimal;
use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_path_to_error::Segment;

use crate::PricingError;
use crate::error::ErrorCode;

/// Reads a request from JSON text.
///
/// # Errors
///
/// `invalid_input` for malformed JSON, an unknown or missing field, or a value of another form;
/// `amount_out_of_range` for a decimal of over 28 digits. The field is a JSON pointer.
pub fn read_request<T: DeserializeOwned>(json: &str) -> Result<T, PricingError> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let request =
        serde_path_to_error::deserialize(&mut deserializer).map_err(|error| refusal(&error))?;
    deserializer
        .end()
        .map_err(|error| PricingError::invalid("", error.to_string()))?;
    Ok(request)
}

fn refusal(error: &serde_path_to_error::Error<serde_json::Error>) -> PricingError {
    let message = error.inner().to_string();
    let mut field = String::new();
    for segment in error.path() {
        match segment {
            Segment::Seq { index } => push_token(&mut field, &index.to_string()),
            Segment::Map { key } => push_token(&mut field, key),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    // Serde stops at the object that lacks the field; the name stands only in its message.
    let missing = message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split_once('`'));
    if let Some((name, _)) = missing {
        push_token(&mut field, name);
    }
    // Only our own visitor begins a message with these words: what serde quotes from the request
    // comes after words of its own.
    let code = if message.starts_with(&MoneyError::TooManyDigits.to_string()) {
        ErrorCode::AmountOutOfRange
    } else {
        ErrorCode::InvalidInput
    };
    PricingError::new(code, field.as_str(), message)
}

/// Adds a reference token to a JSON pointer (RFC 6901).
fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
}

/// A value that travels as a decimal in a string.
pub trait DecimalText {
    /// The decimal, with the places that are to be printed.
    fn decimal(&self) -> Decimal;
}

impl DecimalText for Decimal {
    fn decimal(&self) -> Decimal {
        *self
    }
}

impl DecimalText for Money {
    fn decimal(&self) -> Decimal {
        self.to_decimal()
    }
}

pub(crate) fn write<T: DecimalText, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&value.decimal())
}

pub(crate) fn read<'de, T: From<Decimal>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Strict::deserialize(deserializer).map(|strict| strict.0.into())
}

/// A decimal that may be absent.
pub(crate) mod optional {
    use super::{Decimal, Deserialize, Deserializer, Serializer, Strict};

    #[expect(clippy::ref_option, reason = "the signature that serde asks for")]
    pub(crate) fn serialize<S: Serializer>(
        value: &Option<Decimal>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.collect_str(value),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Decimal>, D::Error> {
        let strict = Option::<Strict>::deserialize(deserializer)?;
        Ok(strict.map(|strict| strict.0))
    }
}

pub(crate) fn or_zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    Ok(optional::deserialize(deserializer)?.unwrap_or(Decimal::ZERO))
}

pub(crate) fn or_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    Ok(optional::deserialize(deserializer)?.unwrap_or(Decimal::ONE))
}

pub(crate) const fn one() -> Decimal {
    Decimal::ONE
}

/// A list; absent and `null` are the empty list.
pub(crate) fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A decimal of the strict form.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Strict(
    #[serde(serialize_with = "write", deserialize_with = "strict")] pub Decimal,
);

fn strict<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    deserializer.deserialize_str(Text {
        expected: "a decimal in a string",
        read: parse_decimal,
    })
}

/// A currency by its code.
pub(crate) mod currency {
    use super::{Currency, Deserializer, Serializer, Text};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature that serde asks for"
    )]
    pub(crate) fn serialize<S: Serializer>(
        currency: &Currency,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(currency.code())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Currency, D::Error> {
        deserializer.deserialize_str(Text {
            expected: "an ISO 4217 currency code",
            read: Currency::parse,
        })
    }
}

/// A currency that may be absent.
pub(crate) mod optional_currency {
    use super::{Currency, Deserialize, Deserializer, Serialize, Serializer, currency};

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct Code(#[serde(with = "currency")] Currency);

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature that serde asks for"
    )]
    pub(crate) fn serialize<S: Serializer>(
        currency: &Option<Currency>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        currency.map(Code).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Currency>, D::Error> {
        Ok(Option::<Code>::deserialize(deserializer)?.map(|code| code.0))
    }
}

/// A day of the form `YYYY-MM-DD`, and no other that the parser of dates would take.
pub(crate) fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    deserializer.deserialize_str(Text {
        expected: "a date such as \"2026-07-07\"",
        read: parse_day,
    })
}

/// A day that may be absent.
pub(crate) fn optional_day<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<NaiveDate>, D::Error> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Day(#[serde(deserialize_with = "day")] NaiveDate);
    Ok(Option::<Day>::deserialize(deserializer)?.map(|day| day.0))
}

fn parse_day(text: &str) -> Result<NaiveDate, &'static str> {
    text.parse::<NaiveDate>()
        .ok()
        .filter(|day| day.to_string() == text)
        .ok_or("a date is written YYYY-MM-DD")
}

/// Reads a string through a function.
struct Text<T, E> {
    expected: &'static str,
    read: fn(&str) -> Result<T, E>,
}

impl<T, E: fmt::Display> Visitor<'_> for Text<T, E> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<V: serde::de::Error>(self, text: &str) -> Result<T, V> {
        (self.read)(text).map_err(V::custom)
    }
}
