//! The journal as files for people's programs: hledger and ledger, beancount, a table, GnuCash, OFX.
//!
//! Entries are written one by one as they come, so that a file of any length is made in bounded memory. The same
//! entries with the same chart give the same file. What people typed (names, references) is made harmless for the
//! format; amounts have a point and all the places of their currency.
//!
//! | [`Format`] | for | what is particular |
//! | --- | --- | --- |
//! | `Hledger` | hledger, ledger | accounts, commodities and tags are declared; passes `hledger check --strict` |
//! | `Beancount` | beancount, fava | links to documents and orders, a balance assertion of each account at the end |
//! | `Csv` | spreadsheets, anything else | a row for each posting; [`CSV_RULES`] lets hledger read it |
//! | `GnuCash` | GnuCash's import of transactions | the columns of its own export (up to 4.x), several splits each |
mod beancount;
mod chart;
mod hledger;
mod ofx;
mod table;

use crate::journal::Entry;
use chart::Paths;
use chrono::{Datelike, NaiveDate};
use money::Currency;
use std::collections::BTreeSet;
use std::io::{self, Write};

pub use chart::Chart;
pub use ofx::{BankAccount, OfxWriter};
pub use table::{CSV_RULES, gnucash_accounts};

/// Accounts are open from 1970 on, and a balance is asserted on the day after the last, in four digits.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9998;

/// In which form the journal is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text for hledger and ledger: `.journal`.
    Hledger,
    /// Plain text for beancount: `.beancount`.
    Beancount,
    /// A table with a row for each posting: `.csv`.
    Csv,
    /// A table for GnuCash, whose accounts [`gnucash_accounts`] writes: `.csv`.
    GnuCash,
}

/// Why a file was not written to its end.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The bytes could not be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// An entry came twice, or after one of a later month or a higher number.
    #[error(
        "entry {number} of {date} came too late: entries come month by month, by number, each once"
    )]
    OutOfOrder {
        /// Its number.
        number: i64,
        /// Its day.
        date: NaiveDate,
    },
    /// A day that some program cannot read, or one outside the period of the statement.
    #[error("entry {number} of {date} does not lie in the years or the period of the file")]
    Date {
        /// Its number.
        number: i64,
        /// Its day.
        date: NaiveDate,
    },
}

/// Writes entries, one by one, in one format.
pub struct LedgerWriter<W: Write> {
    format: Format,
    paths: Paths,
    chart: Chart,
    order: Order,
    currencies: BTreeSet<Currency>,
    balances: beancount::Balances,
    /// The bytes of one entry.
    buffer: Vec<u8>,
    out: W,
}

impl<W: Write> LedgerWriter<W> {
    /// Writes what stands at the head of the file: whose book it is, and its accounts. The writer is written to once
    /// for each entry: a file wants a `BufWriter`.
    ///
    /// # Errors
    /// [`LedgerError::Io`].
    pub fn new(
        format: Format,
        organisation: &str,
        chart: &Chart,
        out: W,
    ) -> Result<Self, LedgerError> {
        let mut writer = Self {
            format,
            paths: Paths::new(chart, format),
            chart: chart.clone(),
            order: Order::default(),
            currencies: BTreeSet::new(),
            balances: beancount::Balances::default(),
            buffer: Vec::new(),
            out,
        };
        match format {
            Format::Hledger => hledger::head(&mut writer.buffer, organisation, &writer.paths)?,
            Format::Beancount => beancount::head(&mut writer.buffer, organisation, &writer.paths)?,
            Format::Csv | Format::GnuCash => table::head(&mut writer.buffer, format)?,
        }
        writer.flush_entry()?;
        Ok(writer)
    }

    /// Writes one entry. They come month by month, and by number within each.
    ///
    /// # Errors
    /// [`LedgerError`]; after one the file is not to be used.
    pub fn write(&mut self, entry: &Entry) -> Result<(), LedgerError> {
        self.order.next(entry)?;
        let out = &mut self.buffer;
        match self.format {
            Format::Hledger => hledger::entry(out, &mut self.currencies, &self.paths, entry)?,
            Format::Beancount => {
                self.balances.add(entry);
                beancount::entry(out, &self.paths, entry)?;
            }
            Format::Csv => table::csv_rows(out, &self.paths, &self.chart, entry)?,
            Format::GnuCash => table::gnucash_rows(out, &self.paths, entry)?,
        }
        self.flush_entry()
    }

    /// Writes what stands at the end, flushes, and gives the writer back.
    ///
    /// # Errors
    /// [`LedgerError::Io`].
    pub fn finish(mut self) -> Result<W, LedgerError> {
        if self.format == Format::Beancount {
            self.balances.foot(&mut self.buffer, &self.paths)?;
        }
        self.flush_entry()?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn flush_entry(&mut self) -> Result<(), LedgerError> {
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

/// Writes all these entries and what belongs around them.
///
/// # Errors
/// [`LedgerError`].
pub fn write_ledger<W: Write>(
    format: Format,
    organisation: &str,
    chart: &Chart,
    entries: impl IntoIterator<Item = Entry>,
    out: W,
) -> Result<W, LedgerError> {
    let mut writer = LedgerWriter::new(format, organisation, chart, out)?;
    for entry in entries {
        writer.write(&entry)?;
    }
    writer.finish()
}

/// Holds that numbers rise within each month, which is how a doubled entry is found without remembering them all.
#[derive(Default)]
struct Order(Option<(i32, u32, i64)>);

impl Order {
    fn next(&mut self, entry: &Entry) -> Result<(), LedgerError> {
        let (number, date) = (entry.number, entry.date);
        let place = Some((date.year(), date.month(), number));
        if place <= self.0 {
            return Err(LedgerError::OutOfOrder { number, date });
        }
        if !YEARS.contains(&date.year()) {
            return Err(LedgerError::Date { number, date });
        }
        self.0 = place;
        Ok(())
    }
}
