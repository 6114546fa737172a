//! A co-operative's answer to a purchase order, or the lack of one.
use super::lines::{self, LineStatus};
use super::purchase_orders::{self, PurchaseOrder};
use super::reprice::{self, Rise};
use super::rows::{self, Order, Origin};
use super::{capacity, floor, journal, lapse};
use crate::actor::Actor;
use crate::books::details;
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result};
use crate::fulfilment;
use crate::ids::{OrderId, ProposalId, PurchaseOrderId};
use crate::needs::{proposals, propose};
use crate::operations::audit::{self, Act};
use crate::operations::notices;
use crate::schema::orders;
use crate::sql::Time;
use diesel::prelude::*;
use governance::Role;
use ordering::{PURCHASE_ORDER, PurchaseOrderAct};
use serde_json::{Value, json};

/// The co-operative takes the purchase order: it makes what it says.
///
/// # Errors
/// [`Code::BelowFloor`] where the locked price is under what the work costs today,
/// [`Code::VariantsMissing`] where a line's sizes and colours are not stated,
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::Stale`], [`Code::WrongState`], also after the
/// deadline.
pub fn accept(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
    version: i64,
) -> Result<PurchaseOrder> {
    let mut issued = to_answer(conn, by, id, version, PurchaseOrderAct::Accept)?;
    let before = entry(&issued);
    floor::require(conn, &issued, by.now.date())?;
    details::require_seller(conn, issued.cooperative)?;
    fulfilment::variants::require_stated(conn, &issued)?;
    issued.state = PURCHASE_ORDER.next(issued.state, PurchaseOrderAct::Accept)?;
    let issued = answered(conn, by, issued)?;
    fulfilment::open(conn, &issued)?;
    record(conn, by, "purchase_order.accept", &before, &issued)?;
    Ok(issued)
}

/// The co-operative does not take it. Nobody is penalised: its capacity is free again, and the buyer is
/// offered a new match without the listings that declined.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::Stale`], [`Code::WrongState`], also after the
/// deadline.
pub fn decline(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
    version: i64,
    reason: &str,
) -> Result<PurchaseOrder> {
    let mut issued = to_answer(conn, by, id, version, PurchaseOrderAct::Decline)?;
    let before = entry(&issued);
    issued.state = PURCHASE_ORDER.next(issued.state, PurchaseOrderAct::Decline)?;
    issued.decline_reason = Some(reason.to_owned());
    let issued = answered(conn, by, issued)?;
    record(conn, by, "purchase_order.decline", &before, &issued)?;
    release(conn, &issued, "declined", by.now)?;
    Ok(issued)
}

/// The deadline has passed without an answer: as [`decline`], by nobody.
///
/// # Errors
/// [`Code::Stale`] where it was answered at this moment.
pub(super) fn expire(conn: &mut Conn, mut issued: PurchaseOrder, now: Time) -> Result<()> {
    let before = entry(&issued);
    issued.state = PURCHASE_ORDER.next(issued.state, PurchaseOrderAct::Expire)?;
    let issued = purchase_orders::save(conn, issued)?;
    let after = entry(&issued);
    let act = Act {
        act: "purchase_order.expire",
        kind: "purchase_order",
        id: issued.id.uuid(),
        before: Some(&before),
        after: Some(&after),
    };
    audit::record_by_server(conn, now, issued.cooperative, &act)?;
    release(conn, &issued, "expired", now)
}

/// The purchase order at the version that the caller read, for who answers for its co-operative.
fn to_answer(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
    version: i64,
    act: PurchaseOrderAct,
) -> Result<PurchaseOrder> {
    let issued = purchase_orders::get(conn, by, id)?;
    if issued.cooperative != by.organisation {
        let detail = "Only the co-operative can answer a purchase order.";
        return Err(Refusal::new(Code::Forbidden, detail).into());
    }
    by.require(&[Role::Seller, Role::Treasurer])?;
    if issued.version != version {
        return Err(Refusal::stale().into());
    }
    PURCHASE_ORDER.next(issued.state, act)?;
    if issued.answer_by < by.now {
        let detail = format!(
            "The time to answer ended on {}: its capacity is being freed.",
            issued.answer_by.utc()
        );
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    Ok(issued)
}

fn answered(conn: &mut Conn, by: &Actor, mut issued: PurchaseOrder) -> Result<PurchaseOrder> {
    issued.answered_at = Some(by.now);
    issued.answered_by = Some(by.person);
    purchase_orders::save(conn, issued)
}

/// Frees what the purchase order held, takes its lines out of the order's amounts, looks for others who
/// can make them, and tells the buyer.
fn release(conn: &mut Conn, issued: &PurchaseOrder, refusal: &str, now: Time) -> Result<()> {
    let order = locked(conn, issued.order)?;
    let Origin::Proposal(_) = order.origin else {
        return come_back(conn, order, issued, refusal, now);
    };
    let before = journal::entry(&order);
    let order = if lapse::waits_for_approvals(&order) {
        // A replacement of another part was waiting for approvals of a total that is no more.
        lapse::lapse(conn, order, now)?
    } else {
        order
    };
    let of_it: Vec<i32> = lines::of_order(conn, &order)?
        .iter()
        .filter(|line| line.purchase_order == Some(issued.id))
        .map(|line| line.position)
        .collect();
    capacity::release(conn, order.id, Some(&of_it))?;
    lines::move_status(conn, order.id, &of_it, LineStatus::Released)?;
    let order = without_released(conn, order)?;
    journal::record_by_server(conn, now, "order.release", &before, &order)?;
    let offered = match_anew(conn, &order, now)?;
    let url = match (offered, order.need) {
        (Some(proposal), _) => format!("/proposals/{proposal}"),
        (None, Some(need)) => format!("/needs/{need}"),
        (None, None) => format!("/orders/{}", order.id),
    };
    let notice = json!({
        "kind": "new_match_offered",
        "order": order.reference,
        "refusal": refusal,
        "url": url,
    });
    notices::tell(conn, order.buyer, Role::Buyer, &notice, now)
}

/// What was agreed with one co-operative nobody else makes: its order is cancelled, which frees its capacity and
/// gives a call-off back to its agreement, and the buyer is told.
fn come_back(
    conn: &mut Conn,
    order: Order,
    issued: &PurchaseOrder,
    refusal: &str,
    now: Time,
) -> Result<()> {
    let before = journal::entry(&order);
    let cooperative = journal::name_of(conn, issued.cooperative)?;
    let reason = match (refusal, &issued.decline_reason) {
        ("declined", Some(reason)) => format!("{cooperative} declined it: {reason}"),
        _ => format!("{cooperative} did not answer in time."),
    };
    let order = lapse::call_off(conn, None, order, &reason, now)?;
    journal::record_by_server(conn, now, "order.come_back", &before, &order)?;
    let notice = json!({
        "kind": "order_came_back",
        "order": order.reference,
        "cooperative": cooperative,
        "refusal": refusal,
        "url": format!("/orders/{}", order.id),
    });
    notices::tell(conn, order.buyer, Role::Buyer, &notice, now)
}

/// The amounts of what is left. A pool's order is one line and its shares are of that line: they stay
/// as they are until it is matched again or cancelled.
fn without_released(conn: &mut Conn, mut order: Order) -> Result<Order> {
    if order.pool.is_none() {
        let left = lines::of_order(conn, &order)?;
        reprice::settle(conn, &mut order, &left, Vec::new(), Rise::Allowed)?;
    }
    rows::save(conn, order)
}

/// A new proposal for what of the need is not on order any more; none where the rules forbid one (the
/// need was closed) or nobody is found.
fn match_anew(conn: &mut Conn, order: &Order, now: Time) -> Result<Option<ProposalId>> {
    let Some(need) = order.need else {
        return Ok(None);
    };
    let proposed = conn.transaction(|conn| propose::propose(conn, None, need, now));
    let proposal = match proposed {
        Ok(proposal) => proposal,
        Err(Error::Refused(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let found = !proposals::is_empty(conn, proposal)?;
    Ok(found.then_some(proposal))
}

/// The order, locked until the commit: two co-operatives may decline at once. SQLite has one writer.
fn locked(conn: &mut Conn, id: OrderId) -> Result<Order> {
    if let Conn::Postgres(conn) = conn {
        orders::table
            .find(id)
            .select(orders::id)
            .for_update()
            .first::<OrderId>(conn)?;
    }
    rows::order(conn, id)
}

fn entry(issued: &PurchaseOrder) -> Value {
    json!({
        "reference": issued.reference,
        "status": issued.state.as_str(),
        "total": issued.totals.total().to_string(),
        "decline_reason": issued.decline_reason,
    })
}

fn record(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    before: &Value,
    issued: &PurchaseOrder,
) -> Result<()> {
    let after = entry(issued);
    let act = Act {
        act,
        kind: "purchase_order",
        id: issued.id.uuid(),
        before: Some(before),
        after: Some(&after),
    };
    audit::record(conn, by, &act)
}
