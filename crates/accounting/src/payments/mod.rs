//! Payment runs: who is paid how much for what, as the files that banks take.
//!
//! A run is made once, with a message id that is its own for ever: a bank that is given the same file twice knows
//! the second. Names are written in the characters that banks take ([`latin`]), and [`PaymentFile::altered`] says
//! which were changed. References are never changed: what a bank would not take is refused, because the answer in
//! the bank's statement is found by them.
mod account;
mod bank_csv;
mod latin;
mod pain001;

use chrono::{DateTime, NaiveDate, Utc};
use money::{Currency, Money};
use std::collections::BTreeSet;

pub use account::{AccountId, Cbu, DomesticAccount, Iban};
pub use bank_csv::bank_csv;
pub use latin::latin;
pub use pain001::pain001;

/// Characters of a name in a payment file: more are cut by banks.
const NAME: usize = 70;
/// Transfers in one file. Banks draw the line earlier or later; nobody signs more.
const MOST_TRANSFERS: usize = 10_000;

/// Why a payment run cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// A reference that some bank would change or refuse.
    #[error(
        "{0:?} is not a reference that banks take: 1 to 35 letters, digits and /-?:().,'+ without spaces"
    )]
    Reference(String),
    /// The id of a run has at most 32 characters, because each currency's part puts its code in front.
    #[error("the id of a payment run has at most 32 characters")]
    MessageId,
    /// An account number that cannot be right.
    #[error("{text:?} is not a valid {what}")]
    Account {
        /// What it should have been.
        what: &'static str,
        /// What it was.
        text: String,
    },
    /// No letter of a name can be written in the characters that banks take.
    #[error("the name {0:?} cannot be written in the characters that banks take")]
    Name(String),
    /// Nothing, or less, is not paid.
    #[error("a transfer of {0} is not one")]
    Amount(Money),
    /// A run pays somebody, and a file has an end.
    #[error("a payment run has 1 to {MOST_TRANSFERS} transfers, not {0}")]
    Count(usize),
    /// The same end-to-end id twice would be the same invoice twice.
    #[error("{0} would be paid twice")]
    Twice(String),
    /// The sum has more digits than the format.
    #[error("the sum of the run has more digits than a payment file can say")]
    TooLarge,
}

/// A reference that every bank passes on as it is: 1 to 35 of the characters that banks take, without spaces.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference(String);

impl Reference {
    /// Takes an invoice number, or any other reference, as it is.
    ///
    /// # Errors
    /// [`PaymentError::Reference`].
    pub fn parse(text: &str) -> Result<Self, PaymentError> {
        if latin::is_reference(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PaymentError::Reference(text.chars().take(50).collect()))
        }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Somebody with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    name: String,
    /// The number under which the tax authority knows it, where it is known.
    tax_id: Option<Reference>,
    account: AccountId,
}

impl Party {
    /// Somebody of this name, who has a tax id or none, with this account.
    ///
    /// # Errors
    /// [`PaymentError::Name`] where no letter of the name can be written, [`PaymentError::Reference`] for a tax id
    /// that banks do not take.
    pub fn new(name: &str, tax_id: Option<&str>, account: AccountId) -> Result<Self, PaymentError> {
        if !latin(name, NAME).contains(|c: char| c.is_ascii_alphanumeric()) {
            return Err(PaymentError::Name(name.chars().take(140).collect()));
        }
        Ok(Self {
            name: name.to_owned(),
            tax_id: tax_id.map(Reference::parse).transpose()?,
            account,
        })
    }
}

/// One payment: above zero, to one account, for one reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The number of the invoice, as it comes back in the bank's statements.
    pub end_to_end: Reference,
    /// How much.
    pub amount: Money,
    /// Who is paid.
    pub creditor: Party,
    /// What the creditor finds in its own statement.
    pub reference: Reference,
}

/// Transfers that go to the bank together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRun {
    message_id: Reference,
    created: DateTime<Utc>,
    debtor: Party,
    execution: NaiveDate,
    transfers: Vec<Transfer>,
}

impl PaymentRun {
    /// A run with an id of its own for ever, made at this moment, out of the debtor's account on the day of execution.
    ///
    /// # Errors
    /// [`PaymentError`]: an id past 32 characters, no transfer or more than 10,000, an amount of nothing, an
    /// end-to-end id twice, a sum that the format cannot say.
    pub fn new(
        message_id: Reference,
        created: DateTime<Utc>,
        debtor: Party,
        execution: NaiveDate,
        transfers: Vec<Transfer>,
    ) -> Result<Self, PaymentError> {
        if message_id.0.len() > 32 {
            return Err(PaymentError::MessageId);
        }
        if !(1..=MOST_TRANSFERS).contains(&transfers.len()) {
            return Err(PaymentError::Count(transfers.len()));
        }
        let mut seen = BTreeSet::new();
        for transfer in &transfers {
            if transfer.amount.minor() <= 0 {
                return Err(PaymentError::Amount(transfer.amount));
            }
            if !seen.insert(&transfer.end_to_end) {
                return Err(PaymentError::Twice(transfer.end_to_end.0.clone()));
            }
        }
        let run = Self {
            message_id,
            created,
            debtor,
            execution,
            transfers,
        };
        pain001::control_sum(&run.transfers.iter().collect::<Vec<_>>())?;
        Ok(run)
    }

    /// The transfers, as they were given.
    pub fn transfers(&self) -> &[Transfer] {
        &self.transfers
    }

    /// The transfers of each currency, in the order of the codes.
    fn by_currency(&self) -> Vec<(Currency, Vec<&Transfer>)> {
        let currencies: BTreeSet<Currency> =
            self.transfers.iter().map(|t| t.amount.currency()).collect();
        let of = |currency| {
            let all = self.transfers.iter();
            all.filter(|t| t.amount.currency() == currency).collect()
        };
        currencies.into_iter().map(|c| (c, of(c))).collect()
    }

    fn parties(&self) -> impl Iterator<Item = &Party> {
        std::iter::once(&self.debtor).chain(self.transfers.iter().map(|t| &t.creditor))
    }
}

/// A file for a bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentFile {
    /// Its bytes: the same run gives the same.
    pub bytes: Vec<u8>,
    /// The names that had to be written in other characters or cut, with what was written.
    pub altered: Vec<(String, String)>,
}

impl PaymentFile {
    fn new(bytes: Vec<u8>, run: &PaymentRun) -> Self {
        let altered: BTreeSet<(String, String)> = run
            .parties()
            .map(|party| (party.name.clone(), latin(&party.name, NAME)))
            .filter(|(name, written)| name != written)
            .collect();
        Self {
            bytes,
            altered: altered.into_iter().collect(),
        }
    }
}
