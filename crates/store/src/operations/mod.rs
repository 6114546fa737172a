//! What runs beside the trade: the audit log, events, the outbox, jobs, idempotency keys, document numbers.
pub mod audit;
pub mod counters;
pub mod events;
pub mod idempotency;
pub mod jobs;
pub mod notices;
pub mod outbox;
pub mod seals;
pub mod webhooks;

use crate::db::Conn;
use crate::error::Result;

/// Asks the database for nothing: whether it answers.
///
/// # Errors
/// Those of the database.
pub fn ping(conn: &mut Conn) -> Result<()> {
    use diesel::prelude::*;
    diesel::sql_query("SELECT 1").execute(conn)?;
    Ok(())
}
