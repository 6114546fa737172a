//! Importing tables: all rows or none, what is wrong named by row and column.
//!
//! A small table is imported by the request that brings it. A large one is kept, read by a worker, and
//! written in one transaction with the end of its job, so that a crash leaves nothing half done and
//! nothing done twice.
mod baseline;
mod catalogue;
mod faults;
mod market_quotes;
mod named;
mod needs;
mod record;

pub use baseline::Row as BaselineRow;
pub use catalogue::Row as CatalogueRow;
pub use faults::{FAULTS_MAX, Faults};
pub use market_quotes::Row as MarketQuoteRow;
pub use named::ProductName;
pub use needs::Row as NeedRow;
pub use record::{
    Import, ImportStatus, NewImport, Pending, add, advance, carry_out, fail, get, list, open,
};

use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Error, Result};
use diesel::Connection;
use diesel::result::Error as DieselError;

/// Rows that a table has at most: bounds the work of one transaction.
pub const ROWS_MAX: usize = 50_000;

/// The tables that are read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// A co-operative's listings, with their capacity.
    Catalogue,
    /// A buyer's needs, a line a row.
    Needs,
    /// Prices seen on the market.
    MarketQuotes,
    /// What a buyer buys today, and from whom.
    Baseline,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Catalogue,
        Self::Needs,
        Self::MarketQuotes,
        Self::Baseline,
    ];

    /// The word in paths, in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::Needs => "needs",
            Self::MarketQuotes => "market-quotes",
            Self::Baseline => "baseline",
        }
    }

    /// The table of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.as_str() == word)
    }
}

/// A table's rows, each valid by itself.
#[derive(Clone, Debug)]
pub enum Rows {
    /// Of a catalogue.
    Catalogue(Vec<CatalogueRow>),
    /// Of needs.
    Needs(Vec<NeedRow>),
    /// Of market quotes.
    MarketQuotes(Vec<MarketQuoteRow>),
    /// Of a baseline.
    Baseline(Vec<BaselineRow>),
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Things written anew.
    pub created: usize,
    /// Things changed.
    pub changed: usize,
    /// Things that were on file as the table says.
    pub unchanged: usize,
}

/// Imports the rows for the actor's organisation, in the caller's transaction.
///
/// # Errors
/// [`Forbidden`](crate::Code::Forbidden), [`NotAdmitted`](crate::Code::NotAdmitted);
/// [`ImportRefused`](crate::Code::ImportRefused) with a pointer `/rows/N/column` for each fault, rows
/// counted from 1.
pub fn apply(conn: &mut Conn, by: &Actor, rows: &Rows) -> Result<Imported> {
    match rows {
        Rows::Catalogue(rows) => catalogue::apply(conn, by, rows),
        Rows::Needs(rows) => needs::apply(conn, by, rows),
        Rows::MarketQuotes(rows) => market_quotes::apply(conn, by, rows),
        Rows::Baseline(rows) => baseline::apply(conn, by, rows),
    }
}

/// What [`apply`] would answer; nothing is written.
///
/// # Errors
/// Those of [`apply`].
pub fn rehearse(conn: &mut Conn, by: &Actor, rows: &Rows) -> Result<Imported> {
    let mut answer = None;
    let ended = conn.transaction::<(), Error, _>(|conn| {
        answer = Some(apply(conn, by, rows));
        Err(DieselError::RollbackTransaction.into())
    });
    match (answer, ended) {
        (Some(answer), _) => answer,
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Ok(Imported::default()),
    }
}
