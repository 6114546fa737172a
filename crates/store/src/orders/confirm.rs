//! Confirming: the price of the day is locked, and each co-operative gets its purchase order.
use super::lines::{self, LineStatus};
use super::payers::{Payer, Share};
use super::priced::Priced;
use super::reprice::{self, Rise};
use super::rows::{self, Order};
use super::{approvals, demands, fund, journal, purchase_orders, seen};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::OrderId;
use crate::operations::notices;
use chrono::TimeDelta;
use governance::Role;
use money::{Money, apportion};
use ordering::{ORDER, OrderAct};
use serde_json::json;

/// Confirms an approved order. Pricing runs again: an equal or lower price is locked, with its full
/// explanation. Co-operatives have `answer_within` to answer.
///
/// # Errors
/// [`crate::Code::ApprovalsMissing`], saying how many of whom; [`crate::Code::ProposalStale`] where
/// somebody would pay more than was approved; [`crate::Code::Forbidden`],
/// [`crate::Code::NotFound`], [`crate::Code::WrongState`], [`crate::Code::Stale`].
pub fn confirm(
    conn: &mut Conn,
    by: &Actor,
    id: OrderId,
    version: i64,
    answer_within: TimeDelta,
) -> Result<Order> {
    let mut order = seen::own(conn, by, id, version)?;
    let before = journal::entry(&order);
    if order.state == ordering::OrderState::Submitted {
        // Says what is missing, where the machine could only say "submitted".
        approvals::require_all(conn, &order, by.now)?;
    }
    order.state = ORDER.next(order.state, OrderAct::Confirm)?;
    approvals::require_all(conn, &order, by.now)?;
    let held = order.fund_amount;
    let repriced = reprice::reprice(conn, &mut order, by.now, Rise::Refused)?;
    fund::lower(conn, by, &order, held)?;
    order.confirmed_at = Some(by.now);
    send_out(conn, by, &order, &repriced.open, answer_within)?;
    let order = rows::save(conn, order)?;
    demands::resize(conn, &order, &repriced.shares, by.now)?;
    tell_payers(conn, by, &order, &repriced.shares)?;
    journal::record(conn, by, "order.confirm", Some(&before), &order)?;
    Ok(order)
}

/// Issues purchase orders for the open lines; what was released has been replaced then.
///
/// # Errors
/// Those of the database.
pub(super) fn send_out(
    conn: &mut Conn,
    by: &Actor,
    order: &Order,
    open: &[Priced],
    answer_within: TimeDelta,
) -> Result<()> {
    purchase_orders::issue(conn, by, order, open, answer_within)?;
    let released: Vec<i32> = lines::of_order(conn, order)?
        .iter()
        .filter(|line| line.status == LineStatus::Released)
        .map(|line| line.position)
        .collect();
    lines::move_status(conn, order.id, &released, LineStatus::Replaced)
}

/// Tells the buyers of each paying organisation what it pays, and what of it in advance.
///
/// # Errors
/// Those of the database.
pub(super) fn tell_payers(
    conn: &mut Conn,
    by: &Actor,
    order: &Order,
    shares: &[Share],
) -> Result<()> {
    let weights: Vec<u128> = shares
        .iter()
        .map(|share| u128::from(share.total.minor().unsigned_abs()))
        .collect();
    let advances =
        apportion(order.advance.minor(), &weights).ok_or_else(|| corrupt("orders.advance"))?;
    let mut cooperatives = Vec::new();
    for issued in purchase_orders::of_order(conn, order.id)? {
        if issued.is_live() {
            cooperatives.push(journal::name_of(conn, issued.cooperative)?);
        }
    }
    for (share, advance) in shares.iter().zip(advances) {
        if share.payer == Payer::Fund {
            continue;
        }
        let notice = json!({
            "kind": "order_confirmed",
            "order": order.reference,
            "total": journal::amount(share.total),
            "advance": journal::amount(Money::new(advance, order.currency())),
            "cooperatives": cooperatives,
            "url": format!("/orders/{}", order.id),
        });
        notices::tell(conn, share.organisation, Role::Buyer, &notice, by.now)?;
    }
    Ok(())
}
