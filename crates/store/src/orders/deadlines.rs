//! Deadlines that pass: purchase orders without an answer, orders that nobody confirmed.
use super::purchase_orders;
use super::rows::{self, Order};
use super::{answers, journal, lapse};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::sql::Time;
use diesel::prelude::*;

/// At most this many of each kind in one transaction: others write in between.
const AT_ONCE: i64 = 20;

/// Lets pass what is due at `now`: capacity is free again, nobody is penalised, buyers are told. Returns
/// how much was due; call it until that is nothing. What fails on its own is logged and left for the
/// next time.
///
/// # Errors
/// Those of the database.
pub fn expire_due(conn: &mut Conn, now: Time) -> Result<usize> {
    let mut done = 0;
    for issued in purchase_orders::overdue(conn, now, AT_ONCE)? {
        let id = issued.id.uuid();
        done += alone(conn, id, |conn| answers::expire(conn, issued.clone(), now))?;
    }
    for order in rows::overdue(conn, now, AT_ONCE)? {
        let id = order.id.uuid();
        done += alone(conn, id, |conn| expire_order(conn, order.clone(), now))?;
    }
    Ok(done)
}

/// Runs one of them in a savepoint of its own: one that a rule refuses (somebody acted at this very
/// moment) does not keep the others.
pub(crate) fn alone(
    conn: &mut Conn,
    id: uuid::Uuid,
    work: impl FnOnce(&mut Conn) -> Result<()>,
) -> Result<usize> {
    match conn.transaction(work) {
        Ok(()) => Ok(1),
        Err(Error::Refused(refusal)) => {
            let code = refusal.code.as_str();
            tracing::warn!(%id, code, detail = refusal.detail, "a deadline could not pass");
            Ok(0)
        }
        Err(error) => Err(error),
    }
}

/// An order that was not confirmed in time is cancelled; of one that is contracted in part, only the
/// replacement that waits.
fn expire_order(conn: &mut Conn, order: Order, now: Time) -> Result<()> {
    let before = journal::entry(&order);
    let order = if lapse::is_pending_replacement(conn, &order)? {
        lapse::lapse(conn, order, now)?
    } else {
        lapse::call_off(conn, None, order, "It was not confirmed in time.", now)?
    };
    journal::record_by_server(conn, now, "order.expire", &before, &order)
}
