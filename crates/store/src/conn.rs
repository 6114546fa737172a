//! The connection that is one of two, in a module of its own because diesel writes most of it.
use diesel::prelude::*;

/// A connection to whichever database is in use. Queries are written against this type.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL, shared by many replicas.
    Postgres(PgConnection),
    /// SQLite, embedded.
    Sqlite(SqliteConnection),
}
/// The backend of [`Conn`].
pub type AnyBackend = <Conn as Connection>::Backend;

/// Runs `$body` with `$conn` bound to the concrete connection: for the few things that
/// `MultiConnection` cannot say (batch insert, `on_conflict`, locking clauses).
#[macro_export]
macro_rules! on_each {
    ($conn:ident => $body:expr) => {
        match $conn {
            $crate::db::Conn::Postgres($conn) => $body,
            $crate::db::Conn::Sqlite($conn) => $body,
        }
    };
}
