//! The premium: spent on what an assembly planned, and of what was received for the purpose.
use money::{Money, MoneyError};

/// Why an amount cannot be spent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpendingError {
    /// Nothing, or less than nothing.
    #[error("what is spent is above zero")]
    Nothing,
    /// More than the assembly planned.
    #[error("{left} of this line is left to spend")]
    BeyondLine {
        /// Planned less spent.
        left: Money,
    },
    /// More than was received.
    #[error("{left} is left of the premium received for this purpose")]
    BeyondReceived {
        /// Received less spent; below zero where credit notes took back what was spent.
        left: Money,
    },
    /// An amount past 64 bits, or two currencies in one sum.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// A line of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanLine {
    /// What the assembly planned.
    pub planned: Money,
    /// What was spent of it.
    pub spent: Money,
}

/// The premium for one purpose in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Premium {
    /// What was received, as the books say.
    pub received: Money,
    /// What was spent of it, by whatever line.
    pub spent: Money,
}

impl PlanLine {
    /// What is left to spend.
    ///
    /// # Errors
    /// Two currencies, or an amount past 64 bits.
    pub fn left(self) -> Result<Money, MoneyError> {
        self.planned.checked_sub(self.spent)
    }
}

impl Premium {
    /// What is left of what was received.
    ///
    /// # Errors
    /// Two currencies, or an amount past 64 bits.
    pub fn balance(self) -> Result<Money, MoneyError> {
        self.received.checked_sub(self.spent)
    }
}

/// Spends `amount` of a line and of the premium for its purpose; returns both as they are then.
///
/// # Errors
/// [`SpendingError`], with what is left.
pub fn spend(
    amount: Money,
    line: PlanLine,
    premium: Premium,
) -> Result<(PlanLine, Premium), SpendingError> {
    if amount.minor() <= 0 {
        return Err(SpendingError::Nothing);
    }
    let left = line.left()?;
    if left.checked_sub(amount)?.minor() < 0 {
        return Err(SpendingError::BeyondLine { left });
    }
    let left = premium.balance()?;
    if left.checked_sub(amount)?.minor() < 0 {
        return Err(SpendingError::BeyondReceived { left });
    }
    let line = PlanLine {
        spent: line.spent.checked_add(amount)?,
        ..line
    };
    let premium = Premium {
        spent: premium.spent.checked_add(amount)?,
        ..premium
    };
    Ok((line, premium))
}
