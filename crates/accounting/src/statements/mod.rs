//! Bank statements as they come: camt.053, OFX and tables, read leniently and refused in doubt.
//!
//! Banks' files are seldom valid by their own schemas, so none is asked to be. What concerns money is not guessed: a
//! file of which an amount, a sign, a currency or a date cannot be told is refused with a sentence and the place, and
//! so is one that breaks off. Everything else that looks odd is a warning. Nothing outside a file is ever read, and
//! no entity is expanded but the five of XML and numbered characters.
mod amount;
mod camt;
mod camt_details;
mod day;
mod decode;
mod identity;
mod ofx;
mod table;
mod tree;

use chrono::NaiveDate;
use money::{Currency, Money};

pub use amount::DecimalMark;
pub use camt::read_camt;
pub use day::DateOrder;
pub use ofx::read_ofx;
pub use table::{AmountColumns, Column, TableMapping, read_table};

/// Bytes of a file that are read: a statement of some 20,000 entries in camt.053.
pub const MOST_BYTES: usize = 32 << 20;
/// Entries of a file.
pub const MOST_ENTRIES: usize = 100_000;
/// Elements inside one another.
const MOST_DEPTH: usize = 64;
/// Warnings that are kept of a file.
const MOST_WARNINGS: usize = 1_000;
/// Characters of a text that are kept.
const MOST_TEXT: usize = 2_000;

/// Why a file was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// The file is larger than is read.
    #[error("the file is larger than {} MiB", MOST_BYTES >> 20)]
    TooLarge,
    /// The file has more entries than are read.
    #[error("the file has more than {MOST_ENTRIES} entries")]
    TooManyEntries,
    /// Money could not be taken from it safely.
    #[error("{place}: {why}")]
    Refused {
        /// Where: an entry, a row, a line.
        place: String,
        /// A sentence that says what is wrong there.
        why: String,
    },
}

impl StatementError {
    fn at(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Refused {
            place: place.into(),
            why: why.into(),
        }
    }
}

/// What looked odd and was taken all the same, or was left out without losing money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where: an entry, a row, or the file.
    pub place: String,
    /// What was found and what was done.
    pub detail: String,
}

/// Warnings as they come up, the first thousand of them.
#[derive(Default)]
struct Warnings(Vec<Warning>);

impl Warnings {
    fn add(&mut self, place: impl Into<String>, detail: impl Into<String>) {
        if self.0.len() < MOST_WARNINGS {
            self.0.push(Warning {
                place: place.into(),
                detail: detail.into(),
            });
        }
    }
}

/// What a bank says about one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The account's number without spaces, where the file names it.
    pub account: Option<String>,
    /// The account's currency, which is that of every entry.
    pub currency: Currency,
    /// What was booked or is to be, in the order of the file.
    pub entries: Vec<StatementEntry>,
    /// What looked odd.
    pub warnings: Vec<Warning>,
}

/// Whether the money has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Booking {
    /// It has.
    Booked,
    /// The bank may still change it: shown, never matched.
    Pending,
}

/// One movement of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementEntry {
    /// 32 hexadecimal digits of what the entry says, the bank's reference included: the same movement in a file that is
    /// imported again has the same id. Movements without a reference that say the same are counted.
    pub id: String,
    /// The bank's own reference, where it gives one.
    pub bank_reference: Option<String>,
    /// The day it was booked, or has its value where no other day is said.
    pub date: NaiveDate,
    /// How much: above zero came in, below zero went out, never zero.
    pub amount: Money,
    /// Whether it has moved.
    pub booking: Booking,
    /// Whether it takes an earlier movement back.
    pub reversal: bool,
    /// The end-to-end id that came with the payment.
    pub end_to_end: Option<String>,
    /// References that stand in fields of their own.
    pub references: Vec<String>,
    /// What else was written with it, on one line, at most 2,000 characters.
    pub text: String,
    /// Who is on the other side.
    pub counterparty: Counterparty,
}

/// The other side of a movement, as far as the bank says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counterparty {
    /// Its name.
    pub name: Option<String>,
    /// Its account's number without spaces.
    pub account: Option<String>,
    /// Its number at the tax authority.
    pub tax_id: Option<String>,
}

/// The kinds of files that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// ISO 20022 camt.053.
    Camt,
    /// OFX 1 or 2.
    Ofx,
    /// A table, which is read by a [`TableMapping`].
    Table,
}

/// What the file looks like, by its beginning.
pub fn recognise(bytes: &[u8]) -> FileKind {
    let head = bytes.get(..4096).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_uppercase();
    if head.contains("<OFX") || head.contains("OFXHEADER") {
        FileKind::Ofx
    } else if head
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('<')
    {
        FileKind::Camt
    } else {
        FileKind::Table
    }
}

/// The text on one line, cut at 2,000 characters; nothing where it is empty.
fn tidy(text: &str) -> Option<String> {
    let line = crate::text::one_line(text);
    let cut = crate::text::at_most(&line, MOST_TEXT);
    (!cut.is_empty()).then(|| cut.to_owned())
}

/// An account's number as it is compared: without spaces, in capitals.
fn account_number(text: &str) -> Option<String> {
    let solid: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    tidy(&solid.to_uppercase())
}
