//! What this crate refuses, each with a stable code and a sentence that a person can act on.
//!
//! Two refusals stand apart because they carry more: [`Refused`](crate::Refused), of a state machine, and
//! [`ShortLine`](crate::ShortLine), of a reservation.

use money::{Currency, Micro, Money, MoneyError};

use crate::ladder::Office;

/// Every other refusal of this crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderingError {
    /// A word outside its closed list (400).
    #[error("{word:?} is not a known {what}")]
    UnknownWord {
        /// What the word should have named.
        what: &'static str,
        /// The word given.
        word: String,
    },
    /// A field that cannot be what it says (400).
    #[error("{field}: {reason}")]
    Invalid {
        /// The field's name.
        field: &'static str,
        /// Why, as a sentence.
        reason: &'static str,
    },
    /// An amount past 64 bits, or two currencies in one sum (422).
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// No tax rates are on file for the country (422).
    #[error("value-added tax of the country {0:?} is not supported")]
    CountryNotSupported(String),
    /// The country has no such rate (422).
    #[error("{country} has no value-added tax of the rate {rate}")]
    VatRateNotAllowed {
        /// ISO 3166 code.
        country: &'static str,
        /// The rate asked for, as a fraction of one.
        rate: Micro,
    },
    /// The payers' goods are not the order's (422).
    #[error("the payers' goods come to {payers}, and the order's to {order}")]
    GoodsDoNotAddUp {
        /// What the buyers and the fund pay for goods.
        payers: Money,
        /// What the order's goods cost.
        order: Money,
    },
    /// An order is approved by somebody else than who placed it (403).
    #[error("whoever placed an order cannot approve it")]
    ApproverPlacedOrder,
    /// The approval ladder has no steps in this currency (422).
    #[error("the approval ladder has no steps in {0}")]
    NoSteps(Currency),
    /// The amount is above what an emergency holds (422).
    #[error("{amount} is above what the ladder's emergency steps hold, {}", or_none(.most))]
    AboveEmergency {
        /// What was asked.
        amount: Money,
        /// Where the steps end; `None` where there are none.
        most: Option<Money>,
    },
    /// Nobody of the person's offices is lacking (403).
    #[error("nobody of your offices is asked for; lacking is {}", offices(.0))]
    NotAsked(Vec<Office>),
    /// A budget line has too little left (409).
    #[error("the budget line has {left} left, and {asked} is asked")]
    OverBudget {
        /// What is left.
        left: Money,
        /// What was asked.
        asked: Money,
    },
    /// A person approves a revision once (409).
    #[error("this person has approved this revision of the order already")]
    AlreadyApproved,
}

impl OrderingError {
    /// The stable `snake_case` code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Money(MoneyError::OutOfRange) => "amount_out_of_range",
            Self::Money(MoneyError::CurrencyMismatch { .. }) => "currency_mismatch",
            Self::UnknownWord { .. } | Self::Invalid { .. } | Self::Money(_) => "invalid_input",
            Self::CountryNotSupported(_) => "country_not_supported",
            Self::VatRateNotAllowed { .. } => "vat_rate_not_allowed",
            Self::GoodsDoNotAddUp { .. } => "goods_do_not_add_up",
            Self::NoSteps(_) => "no_ladder_steps",
            Self::AboveEmergency { .. } => "above_emergency",
            Self::NotAsked(_) => "not_asked",
            Self::OverBudget { .. } => "over_budget",
            Self::ApproverPlacedOrder => "approver_placed_order",
            Self::AlreadyApproved => "already_approved",
        }
    }
}

fn or_none(most: &Option<Money>) -> String {
    most.map_or_else(
        || "and there are none".to_owned(),
        |most| format!("up to {most}"),
    )
}

fn offices(offices: &[Office]) -> String {
    let words: Vec<&str> = offices.iter().map(|office| office.as_str()).collect();
    if words.is_empty() {
        "nobody".to_owned()
    } else {
        words.join(", ")
    }
}

/// Refuses `field` with `reason` unless `holds`.
pub(crate) fn require(
    holds: bool,
    field: &'static str,
    reason: &'static str,
) -> Result<(), OrderingError> {
    if holds {
        Ok(())
    } else {
        Err(OrderingError::Invalid { field, reason })
    }
}
