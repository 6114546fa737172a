//! When a purchase order is delivered, and when it is closed; and its order with it.
use super::billing;
use super::trade::Trade;
use super::{advance, claims, invoices, materials};
use crate::budgets::commitments;
use crate::db::Conn;
use crate::error::Result;
use crate::operations::audit::{self, Act};
use crate::orders::Order;
use crate::orders::payers::Payer;
use crate::orders::purchase_orders;
use crate::orders::{journal, rows};
use crate::schema::invoices as invoice_table;
use crate::sql::Time;
use diesel::dsl::exists;
use diesel::prelude::*;
use money::{Micro, Money};
use ordering::{
    ORDER, OrderAct, OrderState, PURCHASE_ORDER, PurchaseOrderAct, PurchaseOrderState, value_of,
};
use serde_json::json;

/// Moves the purchase order on as far as what happened allows: delivered once every unit was accepted or
/// credited, closed once nothing is owed in either direction and the buyer's material is accounted for.
///
/// # Errors
/// Those of the database.
pub(super) fn settle(conn: &mut Conn, trade: &Trade, now: Time) -> Result<()> {
    let mut issued = purchase_orders::whichever(conn, trade.issued.id)?;
    if issued.state == PurchaseOrderState::Accepted && is_delivered(conn, trade)? {
        issued = moved(conn, issued, PurchaseOrderAct::Deliver, now)?;
        move_order(conn, trade, now)?;
    }
    if issued.state == PurchaseOrderState::Delivered && is_settled(conn, trade)? {
        moved(conn, issued, PurchaseOrderAct::Close, now)?;
        move_order(conn, trade, now)?;
    }
    Ok(())
}

/// Opens a closed purchase order, and its order with it: something of it is owed again.
///
/// # Errors
/// Those of the database.
pub(super) fn reopen(conn: &mut Conn, trade: &Trade, now: Time) -> Result<()> {
    let issued = purchase_orders::whichever(conn, trade.issued.id)?;
    if issued.state != PurchaseOrderState::Closed {
        return Ok(());
    }
    moved(conn, issued, PurchaseOrderAct::Reopen, now)?;
    let order = rows::order(conn, trade.order.id)?;
    if order.state == OrderState::Closed {
        move_one(conn, order, OrderAct::Reopen, now)?;
    }
    Ok(())
}

fn is_delivered(conn: &mut Conn, trade: &Trade) -> Result<bool> {
    let lines = billing::of(conn, &trade.issued)?;
    let mut buyers = lines.iter().filter(|line| line.account == Payer::Buyer);
    Ok(buyers.all(|line| line.outstanding() == Micro::ZERO))
}

fn is_settled(conn: &mut Conn, trade: &Trade) -> Result<bool> {
    let id = trade.issued.id;
    if !claims::open_units(conn, id)?.is_empty() || materials::any_out(conn, id)? {
        return Ok(false);
    }
    let lines = billing::of(conn, &trade.issued)?;
    if lines.iter().any(|line| line.billed != line.accepted) {
        return Ok(false);
    }
    for account in advance::of(conn, id)? {
        if account.left()?.minor() != 0 {
            return Ok(false);
        }
    }
    let owed = invoice_table::table
        .filter(invoice_table::purchase_order_id.eq(id))
        .filter(invoice_table::paid_minor.lt(invoice_table::payable_minor));
    let owed: bool = diesel::select(exists(owed)).get_result(conn)?;
    Ok(!owed)
}

fn moved(
    conn: &mut Conn,
    mut issued: purchase_orders::PurchaseOrder,
    act: PurchaseOrderAct,
    now: Time,
) -> Result<purchase_orders::PurchaseOrder> {
    let before = json!({"status": issued.state.as_str()});
    issued.state = PURCHASE_ORDER.next(issued.state, act)?;
    let issued = purchase_orders::save(conn, issued)?;
    let after = json!({"status": issued.state.as_str()});
    let name = match act {
        PurchaseOrderAct::Close => "purchase_order.close",
        PurchaseOrderAct::Reopen => "purchase_order.reopen",
        _ => "purchase_order.deliver",
    };
    let entry = Act {
        act: name,
        kind: "purchase_order",
        id: issued.id.uuid(),
        before: Some(&before),
        after: Some(&after),
    };
    audit::record_by_server(conn, now, issued.cooperative, &entry)?;
    Ok(issued)
}

/// The order follows its purchase orders: fulfilled once none is to be delivered any more, closed once all
/// are; cancelled where nothing came of any.
///
/// # Errors
/// Those of the database.
pub(super) fn move_order(conn: &mut Conn, trade: &Trade, now: Time) -> Result<()> {
    use PurchaseOrderState::{Accepted, Closed, Delivered, Issued};
    let all = purchase_orders::of_order(conn, trade.order.id)?;
    let any = |states: &[PurchaseOrderState]| all.iter().any(|po| states.contains(&po.state));
    let mut order = rows::order(conn, trade.order.id)?;
    if order.state == OrderState::Confirmed && !any(&[Issued, Accepted]) {
        let act = if any(&[Delivered, Closed]) {
            OrderAct::Fulfil
        } else {
            OrderAct::Cancel
        };
        order = move_one(conn, order, act, now)?;
    }
    if order.state == OrderState::Fulfilled && !any(&[Delivered]) {
        move_one(conn, order, OrderAct::Close, now)?;
    }
    Ok(())
}

/// What the order's buyer owes at its end: what was accepted, also of what was cancelled later, and work done.
fn owed_by_buyer(conn: &mut Conn, order: &Order) -> Result<Money> {
    let mut sum = Money::zero(order.currency());
    for issued in purchase_orders::of_order(conn, order.id)? {
        for line in billing::of(conn, &issued)? {
            if (line.payer, line.account) == (order.buyer, Payer::Buyer) {
                let accepted = value_of(line.whole, line.accepted, line.quantity)?;
                sum = sum.checked_add(accepted.total())?;
            }
        }
        let work = invoices::work_done(conn, issued.id, (order.buyer, Payer::Buyer))?;
        sum = sum.checked_add(Money::new(work, sum.currency()))?;
    }
    Ok(sum)
}

fn move_one(conn: &mut Conn, mut order: Order, act: OrderAct, now: Time) -> Result<Order> {
    let before = journal::entry(&order);
    order.state = ORDER.next(order.state, act)?;
    let name = match act {
        OrderAct::Fulfil => "order.fulfil",
        OrderAct::Close => "order.close",
        OrderAct::Reopen => "order.reopen",
        _ => {
            order.cancelled_reason =
                Some("Its purchase orders were cancelled after consultation.".to_owned());
            "order.cancel"
        }
    };
    let order = rows::save(conn, order)?;
    match act {
        OrderAct::Fulfil | OrderAct::Cancel => {
            let owed = owed_by_buyer(conn, &order)?;
            commitments::spend(conn, order.id, owed, now)?;
        }
        _ => {}
    }
    journal::record_by_server(conn, now, name, &before, &order)?;
    Ok(order)
}
