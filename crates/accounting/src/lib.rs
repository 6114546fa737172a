//! The books: a double-entry journal, and the documents and files that accounting programs exchange.
//!
//! The crate is pure: no clock, no database, no network; dates and ids are arguments. What holds here:
//!
//! - an entry balances in each currency when it is made, and is never changed: what was wrong is reversed;
//! - goods, freight, tax, each purpose of the premium, advances, subsidies and grants have accounts of their own;
//! - the same entries give the same file, byte for byte.

mod account;
mod error;
mod journal;
pub mod ledger;
pub mod payees;
pub mod payments;
pub mod postings;
pub mod premium;
pub mod settlement;
pub mod statements;
mod text;
pub mod three_way;
pub mod ubl;

pub use account::{Account, AccountType, Purpose};
pub use error::AccountingError;
pub use journal::{Entry, EntryKind, Posting, Postings};
