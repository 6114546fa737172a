//! Values as they travel: decimals as strings, codes in capitals.
use crate::http::Fields;
use chrono::{Datelike, NaiveDate};
use money::{Currency, Micro, Money, parse_decimal};
use ordering::Bound;
use rust_decimal::Decimal;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// The least that is above zero where millionths are kept.
pub const LEAST: Micro = Micro::new(1);
/// The most that can be kept in millionths.
pub const MOST: Micro = Micro::new(i64::MAX);
/// No quantity is larger: a number past it is a slip of the keyboard.
pub const QUANTITY_MAX: Micro = Micro::new(1_000_000_000_000_000);

/// Letters of a decimal's text at most: more digits than any figure here can have.
const DECIMAL_LENGTH_MAX: usize = 40;

/// A decimal number as a string of digits with an optional point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, pattern = r"^-?[0-9]+(\.[0-9]+)?$", example = "12.50", max_length = 40)]
pub struct DecimalText(pub String);

impl<'de> Deserialize<'de> for DecimalText {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let text = String::deserialize(reader)?;
        if text.len() > DECIMAL_LENGTH_MAX {
            let detail = format!("a decimal has at most {DECIMAL_LENGTH_MAX} characters");
            return Err(D::Error::custom(detail));
        }
        Ok(Self(text))
    }
}

impl DecimalText {
    /// The number, where it is one.
    pub fn read(&self, fields: &mut Fields, pointer: impl Into<String>) -> Option<Decimal> {
        fields.take(pointer, parse_decimal(&self.0))
    }

    /// The number to the millionth: a quantity, a unit price, a rate, hours or minutes.
    pub fn micro(&self, fields: &mut Fields, pointer: impl Into<String>) -> Option<Micro> {
        let value = parse_decimal(&self.0).and_then(Micro::from_decimal);
        fields.take(pointer, value)
    }

    /// The number to the millionth, within `from..=to`.
    pub fn micro_within(
        &self,
        fields: &mut Fields,
        pointer: impl Into<String>,
        (from, to): (Micro, Micro),
    ) -> Option<Micro> {
        let pointer = pointer.into();
        let value = self.micro(fields, pointer.clone())?;
        if (from..=to).contains(&value) {
            return Some(value);
        }
        fields.refuse(pointer, format!("This is a number from {from} to {to}."));
        None
    }

    /// An amount of `currency`, to its minor unit.
    pub fn money(
        &self,
        fields: &mut Fields,
        pointer: impl Into<String>,
        currency: Currency,
    ) -> Option<Money> {
        let value = parse_decimal(&self.0).and_then(|value| Money::from_decimal(value, currency));
        fields.take(pointer, value)
    }
}

impl From<Micro> for DecimalText {
    fn from(value: Micro) -> Self {
        Self(value.to_decimal().to_string())
    }
}
impl From<Decimal> for DecimalText {
    /// With the places that it is kept with.
    fn from(value: Decimal) -> Self {
        Self(value.to_string())
    }
}
impl From<Money> for DecimalText {
    /// With all minor digits: `14700.00`.
    fn from(value: Money) -> Self {
        Self(value.to_decimal().to_string())
    }
}

/// An amount to the minor unit, or the word `unlimited`: never a large number, never null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, pattern = r"^(unlimited|[0-9]+(\.[0-9]+)?)$", example = "50000.00", max_length = 40)]
pub struct LimitText(String);

impl<'de> Deserialize<'de> for LimitText {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        Ok(Self(DecimalText::deserialize(reader)?.0))
    }
}

impl LimitText {
    /// The word for no limit.
    const UNLIMITED: &str = "unlimited";

    /// The bound, in `currency`.
    pub fn read(
        &self,
        fields: &mut Fields,
        pointer: impl Into<String>,
        currency: Currency,
    ) -> Option<Bound> {
        if self.0 == Self::UNLIMITED {
            return Some(Bound::Unlimited);
        }
        let amount = DecimalText(self.0.clone()).money(fields, pointer, currency)?;
        Some(Bound::Amount(amount))
    }
}

impl From<Bound> for LimitText {
    fn from(bound: Bound) -> Self {
        match bound {
            Bound::Unlimited => Self(Self::UNLIMITED.to_owned()),
            Bound::Amount(amount) => Self(DecimalText::from(amount).0),
        }
    }
}

/// An amount with its currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoneyText {
    /// The amount, to the minor unit at most.
    pub amount: DecimalText,
    /// ISO 4217.
    #[schema(example = "ARS", pattern = "^[A-Z]{3}$")]
    pub currency: String,
}

impl MoneyText {
    /// The amount in its currency.
    pub fn read(&self, fields: &mut Fields, pointer: &str) -> Option<Money> {
        let currency = currency(fields, format!("{pointer}/currency"), &self.currency)?;
        self.amount
            .money(fields, format!("{pointer}/amount"), currency)
    }
}

impl From<Money> for MoneyText {
    fn from(value: Money) -> Self {
        Self {
            amount: value.into(),
            currency: value.currency().code().to_owned(),
        }
    }
}

/// Reads an ISO 4217 code.
pub fn currency(fields: &mut Fields, pointer: impl Into<String>, code: &str) -> Option<Currency> {
    fields.take(pointer, Currency::parse(code))
}

/// Reads an ISO 3166 alpha-2 code.
pub fn country(fields: &mut Fields, pointer: impl Into<String>, code: &str) -> Option<String> {
    let good = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if good {
        return Some(code.to_owned());
    }
    fields.refuse(pointer, "A country is two capital letters, as AR or ZA.");
    None
}

/// Reads an ISO 3166-2 code: a country, a hyphen, one to three letters or digits.
pub fn region(fields: &mut Fields, pointer: impl Into<String>, code: &str) -> Option<String> {
    let good = code.split_once('-').is_some_and(|(country, part)| {
        country.len() == 2
            && country.bytes().all(|byte| byte.is_ascii_uppercase())
            && (1..=3).contains(&part.len())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    });
    if good {
        return Some(code.to_owned());
    }
    fields.refuse(pointer, "A region is an ISO 3166-2 code, as AR-B or ZA-GP.");
    None
}

/// A day that both databases and people can read: from 1900 to 2199.
pub fn day(fields: &mut Fields, pointer: impl Into<String>, day: NaiveDate) -> Option<NaiveDate> {
    if (1900..2200).contains(&day.year()) {
        return Some(day);
    }
    fields.refuse(pointer, "A day is from 1900 to 2199.");
    None
}

/// Reads a link to a page that anybody can open: http or https, at most 2,000 characters.
pub fn link(fields: &mut Fields, pointer: impl Into<String>, text: &str) -> Option<String> {
    let text = text.trim();
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let good = text.len() <= 2_000
        && host.is_some_and(|host| host.starts_with(|first: char| first.is_alphanumeric()))
        && !text
            .chars()
            .any(|letter| letter.is_whitespace() || letter.is_control());
    if good {
        return Some(text.to_owned());
    }
    fields.refuse(
        pointer,
        "This is not a link that starts with https:// or http://.",
    );
    None
}

/// Reads an e-mail address and folds it to lower case, so that one person has one account.
pub fn email(fields: &mut Fields, pointer: impl Into<String>, text: &str) -> Option<String> {
    let folded = text.trim().to_lowercase();
    let good = folded.len() <= 254
        && folded.is_ascii()
        && !folded
            .bytes()
            .any(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control())
        && matches!(folded.split_once('@'), Some((local, domain))
            if !local.is_empty() && domain.contains('.') && !domain.starts_with('.')
                && !domain.ends_with('.') && !domain.contains('@'));
    if good {
        return Some(folded);
    }
    fields.refuse(pointer, "This is not an e-mail address.");
    None
}
