//! Rows, queries, transactions and the outbox on SQLite and PostgreSQL: the only SQL.
//!
//! * [`db`]: opening, migrating, reading, writing; the only place that knows which database it is.
//! * [`sql`] and [`ids`]: the SQL types that the two databases store differently, and typed ids.
//! * [`schema`]: the tables, once.
//! * [`error`]: every refusal with its stable code.
//! * one module a topic: queries are free functions on `&mut Conn`, beside their rows. A function
//!   that changes something loads, decides with a pure crate, and saves; the caller's closure is
//!   the transaction.
//!
//! What is absent: HTTP, the clock (an [`actor::Actor`] carries the time), and effects outside the
//! database (they go through the outbox).

pub mod actor;
pub mod agreements;
pub mod bank;
pub mod baseline;
pub mod books;
pub mod budgets;
pub mod catalogue;
pub mod checks;
pub mod complaints;
mod conn;
pub mod db;
mod digest;
pub mod error;
pub mod exports;
pub mod fulfilment;
pub mod governance;
pub mod identity;
pub mod ids;
pub mod imports;
pub mod needs;
pub mod operations;
pub mod orders;
mod page;
pub mod pools;
pub mod premium;
pub mod quotations;
pub mod received;
pub mod reports;
pub mod rounds;
pub mod schema;
pub mod sql;

pub use actor::Actor;
pub use db::{Conn, Db};
pub use error::{Code, Error, Refusal};
