//! Journal entries: balanced in each currency when they are made, never changed afterwards.
use crate::account::Account;
use crate::error::AccountingError;
use chrono::NaiveDate;
use money::{Currency, Money};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What an entry records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryKind {
    /// An invoice was issued or received.
    Invoice,
    /// A credit note was issued or received.
    CreditNote,
    /// Work done for a purchase order that was cancelled was billed.
    WorkDone,
    /// An advance was paid.
    Advance,
    /// An invoice or a credit note was paid.
    Payment,
    /// An advance was paid back.
    Refund,
    /// Money was put into a fund.
    Grant,
    /// A fund lent a buyer its advance.
    FundAdvance,
    /// A buyer paid a fund back.
    FundRepayment,
    /// An earlier entry was taken back.
    Reversal,
}

impl EntryKind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Invoice,
        Self::CreditNote,
        Self::WorkDone,
        Self::Advance,
        Self::Payment,
        Self::Refund,
        Self::Grant,
        Self::FundAdvance,
        Self::FundRepayment,
        Self::Reversal,
    ];

    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
            Self::WorkDone => "work_done",
            Self::Advance => "advance",
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::Grant => "grant",
            Self::FundAdvance => "fund_advance",
            Self::FundRepayment => "fund_repayment",
            Self::Reversal => "reversal",
        }
    }

    /// The kind of this word.
    ///
    /// # Errors
    /// [`AccountingError::UnknownWord`].
    pub fn parse(word: &str) -> Result<Self, AccountingError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| AccountingError::UnknownWord {
                what: "kind of entry",
                word: word.to_owned(),
            })
    }
}

/// One line of an entry: above zero a debit, below zero a credit, never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// On which account.
    pub account: Account,
    /// How much, debits above zero.
    pub amount: Money,
}

/// The postings of one entry: at least two, none of nothing, and zero in sum in each currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postings(Vec<Posting>);

impl Postings {
    /// Adds up what was posted to the same account in the same currency, leaves out what comes to nothing,
    /// and checks that the rest balances. In the order of the chart.
    ///
    /// # Errors
    /// [`AccountingError::Unbalanced`], [`AccountingError::Empty`] where fewer than two postings remain,
    /// [`AccountingError::Money`] past 64 bits.
    pub fn new(parts: impl IntoIterator<Item = Posting>) -> Result<Self, AccountingError> {
        let mut sums: BTreeMap<(Account, Currency), Money> = BTreeMap::new();
        for part in parts {
            let key = (part.account, part.amount.currency());
            let sum = sums.entry(key).or_insert(Money::zero(key.1));
            *sum = sum.checked_add(part.amount)?;
        }
        let mut balances: BTreeMap<Currency, Money> = BTreeMap::new();
        for (&(_, currency), &amount) in &sums {
            let balance = balances.entry(currency).or_insert(Money::zero(currency));
            *balance = balance.checked_add(amount)?;
        }
        if let Some((&currency, &by)) = balances.iter().find(|(_, sum)| sum.minor() != 0) {
            return Err(AccountingError::Unbalanced { currency, by });
        }
        let postings: Vec<Posting> = sums
            .into_iter()
            .filter(|(_, amount)| amount.minor() != 0)
            .map(|((account, _), amount)| Posting { account, amount })
            .collect();
        if postings.len() < 2 {
            return Err(AccountingError::Empty);
        }
        Ok(Self(postings))
    }

    /// The postings, in the order of the chart.
    pub fn as_slice(&self) -> &[Posting] {
        &self.0
    }

    /// The same with debits and credits exchanged: what takes an entry back.
    ///
    /// # Errors
    /// [`AccountingError::Money`] past 64 bits.
    pub fn reversed(&self) -> Result<Self, AccountingError> {
        let mut parts = Vec::with_capacity(self.0.len());
        for posting in &self.0 {
            let zero = Money::zero(posting.amount.currency());
            parts.push(Posting {
                account: posting.account,
                amount: zero.checked_sub(posting.amount)?,
            });
        }
        Ok(Self(parts))
    }
}

/// An entry of one organisation's book, as programs outside are given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id, for ever: an export that is made again names the same.
    pub id: Uuid,
    /// Its place in its month of its organisation's book, from 1 on, without gaps.
    pub number: i64,
    /// The day that it belongs to.
    pub date: NaiveDate,
    /// What it records.
    pub kind: EntryKind,
    /// The document's reference (`INV-2026-000001`), or the bank's of a payment. At most 140 characters, any script.
    pub document: String,
    /// The reference of the purchase order that it belongs to, where there is one (`PO-2026-000001`).
    pub purchase_order: Option<String>,
    /// The name of the other side, as it was then. Any script.
    pub counterparty: String,
    /// The entry that this one takes back.
    pub reverses: Option<Uuid>,
    /// What was posted.
    pub postings: Postings,
}
