//! The fund's share of an order: held as long as the order may need it, signed when it is approved.
use super::rows::Order;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::Result;
use crate::pools::movements;
use crate::sql::Time;
use money::Money;

/// The shares of the order are asked for anew: what the fund held is held at its present amount, and a
/// signature under it is void.
///
/// # Errors
/// [`crate::Code::FundTooLow`].
pub(super) fn renew(conn: &mut Conn, by: &Actor, order: &Order) -> Result<()> {
    let Some(fund) = order.fund else {
        return Ok(());
    };
    movements::give_back(conn, Some(by), order.id, by.now)?;
    if order.fund_amount.minor() > 0 {
        movements::hold(conn, by, fund, order.id, order.fund_amount)?;
    }
    Ok(())
}

/// The price fell below the one approved: the fund gets back what it held before beyond its share.
///
/// # Errors
/// Those of the database.
pub(super) fn lower(conn: &mut Conn, by: &Actor, order: &Order, held: Money) -> Result<()> {
    if held == order.fund_amount {
        return Ok(());
    }
    movements::lower(conn, by, order.id, order.fund_amount)
}

/// The stewards have approved the fund's share: it is released.
///
/// # Errors
/// [`crate::Code::DistinctPersonRequired`] for whoever had it held.
pub(super) fn sign(conn: &mut Conn, by: &Actor, order: &Order) -> Result<()> {
    movements::sign_release(conn, by, order.id)
}

/// The order came to nothing: the fund gets back what it held or paid.
///
/// # Errors
/// Those of the database.
pub(super) fn give_back(
    conn: &mut Conn,
    by: Option<&Actor>,
    order: &Order,
    now: Time,
) -> Result<()> {
    match order.fund {
        Some(_) => movements::give_back(conn, by, order.id, now),
        None => Ok(()),
    }
}
