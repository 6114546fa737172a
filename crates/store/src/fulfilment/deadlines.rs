//! Deadlines of deliveries: claims without an answer are credited, consultations go on, late stages open a talk.
use super::trade::Trade;
use super::{claims, closing, consultations};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{PurchaseOrderId, StageId};
use crate::schema::{delivery_stages, purchase_orders, stage_parts};
use crate::sql::Time;
use diesel::dsl::exists;
use diesel::prelude::*;
use ordering::{ClaimAct, PurchaseOrderState};

/// At most this many of each kind in one transaction: others write in between.
const AT_ONCE: i64 = 20;

/// Lets pass what is due at `now`. Returns how much was; call it until that is nothing.
///
/// # Errors
/// Those of the database.
pub fn pass(conn: &mut Conn, now: Time) -> Result<usize> {
    let mut done = 0;
    for claim in claims::overdue(conn, now.date(), AT_ONCE)? {
        done += alone(conn, |conn| {
            let trade = Trade::of_server(conn, claim.purchase_order)?;
            let claim = claims::of(conn, claim.id)?;
            claims::credit_rest(conn, &trade, claim, ClaimAct::Lapse, None, now)?;
            closing::settle(conn, &trade, now)
        })?;
    }
    for found in consultations::overdue(conn, now.date(), AT_ONCE)? {
        done += alone(conn, |conn| consultations::lapse(conn, found, now))?;
    }
    for (stage, purchase_order) in late(conn, now)? {
        done += alone(conn, |conn| {
            let trade = Trade::of_server(conn, purchase_order)?;
            diesel::update(delivery_stages::table.find(stage))
                .set(delivery_stages::late_since.eq(Some(now)))
                .execute(conn)?;
            consultations::open_late(conn, &trade, stage, now)
        })?;
    }
    Ok(done)
}

/// Runs one of them in a savepoint of its own: what a rule refuses at this moment does not keep the others.
fn alone(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<()>) -> Result<usize> {
    match conn.transaction(work) {
        Ok(()) => Ok(1),
        Err(Error::Refused(refusal)) => {
            let code = refusal.code.as_str();
            tracing::warn!(code, detail = refusal.detail, "a deadline could not pass");
            Ok(0)
        }
        Err(error) => Err(error),
    }
}

/// Stages in production whose day is past and of which something has not been sent.
fn late(conn: &mut Conn, now: Time) -> Result<Vec<(StageId, PurchaseOrderId)>> {
    let unsent = stage_parts::table
        .filter(stage_parts::stage_id.eq(delivery_stages::id))
        .filter(stage_parts::despatched_micro.lt(stage_parts::quantity_micro));
    Ok(delivery_stages::table
        .inner_join(purchase_orders::table)
        .filter(delivery_stages::late_since.is_null())
        .filter(delivery_stages::due_on.lt(now.date()))
        .filter(purchase_orders::status.eq(PurchaseOrderState::Accepted.as_str()))
        .filter(exists(unsent))
        .order(delivery_stages::id)
        .limit(AT_ONCE)
        .select((delivery_stages::id, delivery_stages::purchase_order_id))
        .load(conn)?)
}
