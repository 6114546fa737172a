//! Who sees an order, and who may act on it.
use super::place::require_buyer;
use super::rows::{self, Order};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::ids::OrderId;
use crate::schema::order_shares;
use diesel::prelude::*;

/// The order, for whoever placed it or pays a share of it.
///
/// # Errors
/// [`Code::NotFound`] for anybody else.
pub(crate) fn payer(conn: &mut Conn, by: &Actor, id: OrderId) -> Result<Order> {
    let order = rows::order(conn, id)?;
    if order.buyer == by.organisation {
        return Ok(order);
    }
    let share = order_shares::table
        .filter(order_shares::order_id.eq(id))
        .filter(order_shares::organisation_id.eq(by.organisation));
    let pays: bool = diesel::select(diesel::dsl::exists(share)).get_result(conn)?;
    pays.then_some(order)
        .ok_or_else(|| Refusal::not_found().into())
}

/// The order at the version that the caller read, for a buyer of the organisation that placed it.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for the other payers and without the role, [`Code::Stale`].
pub(crate) fn own(conn: &mut Conn, by: &Actor, id: OrderId, version: i64) -> Result<Order> {
    let order = payer(conn, by, id)?;
    if order.buyer != by.organisation {
        let detail = "Only the organisation that placed the order can do this.";
        return Err(Refusal::new(Code::Forbidden, detail).into());
    }
    require_buyer(by)?;
    current(&order, version)?;
    Ok(order)
}

/// Refuses where somebody changed the order since the caller read it.
///
/// # Errors
/// [`Code::Stale`].
pub(super) fn current(order: &Order, version: i64) -> Result<()> {
    if order.version == version {
        return Ok(());
    }
    Err(Refusal::stale().into())
}
