//! What can be wrong with an amount.

use crate::Currency;

/// Why an amount, a number or a currency was refused. Every message is a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not an ISO 4217 code in capitals, or the code of something that has no minor unit (gold).
    #[error("`{0}` is not the ISO 4217 code of a currency with a minor unit")]
    UnknownCurrency(String),
    /// Not of the form `-?[0-9]+(\.[0-9]+)?`.
    #[error("a decimal is written as digits with an optional point, such as \"14700.00\"")]
    NotADecimal,
    /// More significant digits or decimal places than are kept exactly.
    #[error("a decimal has at most 28 significant digits and 28 decimal places")]
    TooManyDigits,
    /// An exact conversion would have had to round.
    #[error("at most {places} decimal places can be kept exactly here")]
    NotExact {
        /// The decimal places that there are.
        places: u32,
    },
    /// The result does not fit 64 bits of its smallest unit.
    #[error("the amount does not fit 64 bits")]
    OutOfRange,
    /// Two amounts of different currencies were added or subtracted.
    #[error("an amount in {left} and one in {right} cannot be added or subtracted")]
    CurrencyMismatch {
        /// The currency of the amount that was asked.
        left: Currency,
        /// The currency of the other amount.
        right: Currency,
    },
}
