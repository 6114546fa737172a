//! What of an order comes to nothing: cancelled, not confirmed in time, or a replacement that was not
//! taken up.
use super::reprice::{self, Rise, open_lines};
use super::rows::{self, Order};
use super::{call_offs, capacity, demands, fund, journal, lines, purchase_orders, seen};
use crate::actor::Actor;
use crate::budgets::commitments;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::ids::OrderId;
use crate::sql::Time;
use ordering::{ORDER, OrderAct, OrderState, PURCHASE_ORDER, PurchaseOrderAct, PurchaseOrderState};

/// The buyer calls the order off, which frees its capacity and the fund's share. Once a co-operative
/// has accepted its part this needs a consultation, and is refused.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`].
pub fn cancel(
    conn: &mut Conn,
    by: &Actor,
    id: OrderId,
    version: i64,
    reason: &str,
) -> Result<Order> {
    let order = seen::own(conn, by, id, version)?;
    let before = journal::entry(&order);
    let order = call_off(conn, Some(by), order, reason, by.now)?;
    journal::record(conn, by, "order.cancel", Some(&before), &order)?;
    Ok(order)
}

/// Cancels the order and its purchase orders, and gives back what it holds.
///
/// # Errors
/// [`Code::WrongState`] where a co-operative has accepted its part.
pub(super) fn call_off(
    conn: &mut Conn,
    by: Option<&Actor>,
    mut order: Order,
    reason: &str,
    now: Time,
) -> Result<Order> {
    order.state = ORDER.next(order.state, OrderAct::Cancel)?;
    for mut issued in purchase_orders::of_order(conn, order.id)? {
        match issued.state {
            PurchaseOrderState::Issued => {
                issued.state = PURCHASE_ORDER.next(issued.state, PurchaseOrderAct::Cancel)?;
                purchase_orders::save(conn, issued)?;
            }
            PurchaseOrderState::Accepted
            | PurchaseOrderState::Delivered
            | PurchaseOrderState::Closed => {
                let detail = format!(
                    "{} is {}: cancelling needs a consultation with its co-operative first.",
                    issued.reference, issued.state
                );
                return Err(Refusal::new(Code::WrongState, detail).into());
            }
            PurchaseOrderState::Declined
            | PurchaseOrderState::Expired
            | PurchaseOrderState::Cancelled => {}
        }
    }
    capacity::release(conn, order.id, None)?;
    call_offs::give_back(conn, &order)?;
    fund::give_back(conn, by, &order, now)?;
    order.cancelled_reason = Some(reason.to_owned());
    let order = rows::save(conn, order)?;
    commitments::release(conn, order.id, now)?;
    Ok(order)
}

/// Whether it is between submission and confirmation.
pub(super) fn waits_for_approvals(order: &Order) -> bool {
    matches!(order.state, OrderState::Submitted | OrderState::Approved)
}

/// Whether the order waits for approvals of a replacement while other parts are contracted.
///
/// # Errors
/// Those of the database.
pub(super) fn is_pending_replacement(conn: &mut Conn, order: &Order) -> Result<bool> {
    if !waits_for_approvals(order) {
        return Ok(false);
    }
    let issued = purchase_orders::of_order(conn, order.id)?;
    Ok(issued.iter().any(purchase_orders::PurchaseOrder::is_live))
}

/// Drops the replacement that waits for approvals: its capacity is free, and what was confirmed stands.
///
/// # Errors
/// [`Code::Stale`].
pub(super) fn lapse(conn: &mut Conn, mut order: Order, now: Time) -> Result<Order> {
    order.state = ORDER.next(order.state, OrderAct::Lapse)?;
    let before = lines::of_order(conn, &order)?;
    let dropped: Vec<i32> = open_lines(&before).map(|line| line.position).collect();
    capacity::release(conn, order.id, Some(&dropped))?;
    lines::remove(conn, order.id, &dropped)?;
    order.revision += 1;
    let settled = reprice::settle(conn, &mut order, &before, Vec::new(), Rise::Allowed)?;
    let order = rows::save(conn, order)?;
    demands::resize(conn, &order, &settled.shares, now)?;
    Ok(order)
}
