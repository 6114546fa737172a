//! What each document and each payment posts, in the book of either side.
//!
//! A debit is above zero. Every function returns balanced postings or says why it cannot.
use crate::account::{Account, Purpose};
use crate::error::AccountingError;
use crate::journal::{Posting, Postings};
use money::{Money, MoneyError, apportion};

/// In whose book an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The co-operative that sells.
    Seller,
    /// The organisation that buys.
    Buyer,
    /// A solidarity fund that pays what buyers cannot.
    Fund,
}

/// A line of a document, as the books take it.
#[derive(Clone, Copy, Debug)]
pub struct LineAmounts {
    /// The goods at the market price.
    pub market: Money,
    /// What the goods cost above that, by purpose, in the order of [`Purpose::ALL`].
    pub premium: [Money; 7],
    /// Carriage.
    pub freight: Money,
    /// Tax on all of it.
    pub tax: Money,
}

/// Divides what goods cost above the market by the purposes of the price, in the proportion of `weights`
/// (minor units of the price's purposes, in the order of [`Purpose::ALL`]), so that the parts are the whole.
/// Without weights all of it is for the reserve.
///
/// # Errors
/// [`AccountingError::Money`] past 64 bits.
pub fn by_purpose(premium: Money, weights: [i64; 7]) -> Result<[Money; 7], AccountingError> {
    let mut weights = weights.map(|weight| u128::from(weight.max(0).unsigned_abs()));
    if weights.iter().all(|weight| *weight == 0) {
        weights = Purpose::ALL.map(|purpose| u128::from(purpose == Purpose::Reserve));
    }
    let parts = apportion(premium.minor(), &weights).ok_or(MoneyError::OutOfRange)?;
    let mut parts = parts.into_iter();
    let divided =
        [(); 7].map(|()| Money::new(parts.next().unwrap_or_default(), premium.currency()));
    Ok(divided)
}

/// An invoice: what is payable is owed, what the advance covers is netted.
///
/// # Errors
/// [`AccountingError::Unbalanced`] where the lines are not what is payable and netted together.
pub fn invoice(
    side: Side,
    lines: &[LineAmounts],
    payable: Money,
    netted: Money,
) -> Result<Postings, AccountingError> {
    let mut parts = amounts(side, lines)?;
    let (owed, advance) = match side {
        Side::Seller => (Account::Receivables, Account::AdvancesReceived),
        Side::Buyer | Side::Fund => (Account::Payables, Account::AdvancesPaid),
    };
    parts.push(sided(side, owed, payable, true)?);
    parts.push(sided(side, advance, netted, true)?);
    Postings::new(parts)
}

/// A credit note: what was invoiced and is not delivered is owed back.
///
/// # Errors
/// [`AccountingError::Unbalanced`] where the lines are not what is payable.
pub fn credit_note(
    side: Side,
    lines: &[LineAmounts],
    payable: Money,
) -> Result<Postings, AccountingError> {
    let mut parts = Vec::new();
    for part in amounts(side, lines)? {
        parts.push(Posting {
            account: part.account,
            amount: negated(part.amount)?,
        });
    }
    let owed = match side {
        Side::Seller => Account::Payables,
        Side::Buyer | Side::Fund => Account::Receivables,
    };
    parts.push(sided(side, owed, payable, false)?);
    Postings::new(parts)
}

/// Work billed when a purchase order was cancelled.
///
/// # Errors
/// [`AccountingError::Unbalanced`] where the parts are not the whole.
pub fn work_done(
    side: Side,
    work: Money,
    tax: Money,
    payable: Money,
    netted: Money,
) -> Result<Postings, AccountingError> {
    let (account, taxed, owed, advance) = match side {
        Side::Seller => (
            Account::WorkSold,
            Account::TaxPayable,
            Account::Receivables,
            Account::AdvancesReceived,
        ),
        Side::Buyer => (
            Account::WorkBought,
            Account::TaxRecoverable,
            Account::Payables,
            Account::AdvancesPaid,
        ),
        Side::Fund => (
            Account::SubsidyPaid,
            Account::TaxRecoverable,
            Account::Payables,
            Account::AdvancesPaid,
        ),
    };
    Postings::new([
        sided(side, account, work, false)?,
        sided(side, taxed, tax, false)?,
        sided(side, owed, payable, true)?,
        sided(side, advance, netted, true)?,
    ])
}

/// Money that moved between the two sides, and the account that it settles in this book.
///
/// # Errors
/// [`AccountingError::Empty`] for nothing.
pub fn moved(to_bank: bool, account: Account, amount: Money) -> Result<Postings, AccountingError> {
    let (bank, other) = if to_bank {
        (amount, negated(amount)?)
    } else {
        (negated(amount)?, amount)
    };
    Postings::new([
        Posting {
            account: Account::Bank,
            amount: bank,
        },
        Posting {
            account,
            amount: other,
        },
    ])
}

/// A fund lent a buyer its advance: the buyer owes the fund what the co-operative received.
///
/// # Errors
/// [`AccountingError::Empty`] for nothing.
pub fn advance_lent_to_us(amount: Money) -> Result<Postings, AccountingError> {
    Postings::new([
        Posting {
            account: Account::AdvancesPaid,
            amount,
        },
        Posting {
            account: Account::FundAdvancesOwed,
            amount: negated(amount)?,
        },
    ])
}

/// The lines of a document on the accounts of one side: debits for who buys, credits for who sells.
fn amounts(side: Side, lines: &[LineAmounts]) -> Result<Vec<Posting>, AccountingError> {
    let mut parts = Vec::new();
    for line in lines {
        let (goods, freight, tax) = match side {
            Side::Seller => (
                Account::GoodsSold,
                Account::FreightSold,
                Account::TaxPayable,
            ),
            Side::Buyer => (
                Account::GoodsBought,
                Account::FreightBought,
                Account::TaxRecoverable,
            ),
            Side::Fund => (
                Account::SubsidyPaid,
                Account::SubsidyPaid,
                Account::TaxRecoverable,
            ),
        };
        parts.push(sided(side, goods, line.market, false)?);
        for (purpose, part) in Purpose::ALL.into_iter().zip(line.premium) {
            let account = match side {
                Side::Seller => Account::PremiumReceived(purpose),
                Side::Buyer => Account::PremiumPaid(purpose),
                Side::Fund => Account::SubsidyPaid,
            };
            parts.push(sided(side, account, part, false)?);
        }
        parts.push(sided(side, freight, line.freight, false)?);
        parts.push(sided(side, tax, line.tax, false)?);
    }
    Ok(parts)
}

/// A posting of the document's own side (`counter`: of the other), debits above zero.
fn sided(
    side: Side,
    account: Account,
    amount: Money,
    counter: bool,
) -> Result<Posting, AccountingError> {
    let debit = (side == Side::Seller) == counter;
    let amount = if debit { amount } else { negated(amount)? };
    Ok(Posting { account, amount })
}

fn negated(amount: Money) -> Result<Money, AccountingError> {
    Ok(Money::zero(amount.currency()).checked_sub(amount)?)
}
