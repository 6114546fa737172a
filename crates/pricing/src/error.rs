//! Refusals: a stable code, the field, a sentence.

use std::fmt;

use serde::{Serialize, Serializer};

/// Why a request was refused; its text never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// Malformed JSON, an unknown field, or a value outside its stated range.
    InvalidInput,
    /// Fewer applicable quotes than the rule set asks for.
    InsufficientMarketEvidence,
    /// A quote in another currency has no rate that is recent enough.
    MissingExchangeRate,
    /// Assembly hours take up the whole working month.
    NoProductiveHours,
    /// The unit price, once rounded, is not above the market reference.
    NotAboveMarket,
    /// The offered unit price is under the cost floor.
    BelowFloor,
    /// An input or a result of over 28 significant digits, or an amount past 64 bits.
    AmountOutOfRange,
    /// The fixed part and the weights of a review are not exactly one together.
    WeightsDoNotSumToOne,
    /// The price was reviewed too recently.
    TooSoon,
}

impl ErrorCode {
    /// The code as it travels, in `snake_case`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::InsufficientMarketEvidence => "insufficient_market_evidence",
            Self::MissingExchangeRate => "missing_exchange_rate",
            Self::NoProductiveHours => "no_productive_hours",
            Self::NotAboveMarket => "not_above_market",
            Self::BelowFloor => "below_floor",
            Self::AmountOutOfRange => "amount_out_of_range",
            Self::WeightsDoNotSumToOne => "weights_do_not_sum_to_one",
            Self::TooSoon => "too_soon",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A refusal. As JSON: `{"code", "field", "message"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct PricingError {
    code: ErrorCode,
    field: String,
    message: String,
}

impl PricingError {
    pub(crate) fn new(code: ErrorCode, field: impl Pointer, message: impl Into<String>) -> Self {
        Self {
            code,
            field: field.pointer(),
            message: message.into(),
        }
    }

    pub(crate) fn invalid(field: impl Pointer, message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidInput, field, message)
    }

    /// A result that cannot be written: over 28 digits, or past 64 bits of minor units.
    pub(crate) fn out_of_range(field: impl Pointer) -> Self {
        Self::new(
            ErrorCode::AmountOutOfRange,
            field,
            "the figures lead to a result over 28 digits or an amount over 64 bits",
        )
    }

    /// What kind of refusal it is.
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// The offending field as a JSON pointer into the request; empty for the request as a whole.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// A sentence for people.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Where in the request something stands; turned into text only when it is refused.
pub(crate) trait Pointer: Copy {
    fn pointer(self) -> String;
}

impl Pointer for &str {
    fn pointer(self) -> String {
        self.to_owned()
    }
}

/// A field of the n-th element of a list: the list, the position, the field.
impl Pointer for (&str, usize, &str) {
    fn pointer(self) -> String {
        let (list, position, field) = self;
        format!("{list}/{position}{field}")
    }
}
