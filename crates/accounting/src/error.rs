//! What this crate refuses.
use money::{Currency, Money, MoneyError};

/// Why an entry or a document cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountingError {
    /// There is no such account in the chart.
    #[error("{0:?} is not an account of the chart")]
    UnknownAccount(String),
    /// A word outside its closed list.
    #[error("{word:?} is not a known {what}")]
    UnknownWord {
        /// What the word should have named.
        what: &'static str,
        /// The word given.
        word: String,
    },
    /// An entry with fewer than two postings, or a posting of nothing.
    #[error("an entry has at least two postings, none of them of nothing")]
    Empty,
    /// Debits and credits of a currency differ.
    #[error("the debits and credits in {currency} differ by {by}")]
    Unbalanced {
        /// In which currency.
        currency: Currency,
        /// Debits less credits.
        by: Money,
    },
    /// An amount past 64 bits, or two currencies in one sum.
    #[error(transparent)]
    Money(#[from] MoneyError),
}
