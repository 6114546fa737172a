//! Who pays what of an order: calculated with its prices, kept with it.
use super::payers::{self, Payer, Payers, PooledGoods, Share};
use super::priced::{Priced, Sums};
use super::rows::Order;
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::{OrderId, OrganisationId};
use crate::on_each;
use crate::schema::order_shares;
use diesel::prelude::*;
use money::{Micro, Money};

/// What each payer pays of the order whose lines add up to `sums`.
///
/// # Errors
/// [`crate::Code::Shortfall`], [`crate::Code::AmountOutOfRange`].
pub(super) fn calculate(
    buyer: OrganisationId,
    payers: &Payers,
    lines: &[Priced],
    sums: &Sums,
) -> Result<Vec<Share>> {
    match payers {
        Payers::Single => Ok(vec![payers::single_share(buyer, sums.totals, sums.market)?]),
        Payers::Pool(pool) => {
            let first = lines.first().ok_or_else(|| corrupt("a pool's order"))?;
            let goods = PooledGoods {
                market_unit_price: first.quote.answer.market_reference,
                unit_price: first.quote.unit_price,
                totals: sums.totals,
            };
            payers::pool_shares(goods, pool)
        }
    }
}

/// Writes the sums and the fund's share into the order.
pub(super) fn set_amounts(order: &mut Order, sums: &Sums, shares: &[Share]) {
    order.totals = sums.totals;
    order.advance = sums.advance;
    order.advance_rate = sums.advance_rate;
    order.payment_days = sums.payment_days;
    let fund = shares.iter().find(|share| share.payer == Payer::Fund);
    order.fund_amount = fund.map_or(Money::zero(sums.totals.currency()), |fund| fund.total);
}

#[derive(Queryable)]
struct ShareRow {
    _order_id: OrderId,
    organisation_id: OrganisationId,
    payer: String,
    quantity_micro: i64,
    market_minor: i64,
    extra_minor: i64,
    freight_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    unit_price_paid_micro: i64,
    capped: bool,
}

/// The order's shares, by organisation.
///
/// # Errors
/// Those of the database.
pub(crate) fn of_order(conn: &mut Conn, order: &Order) -> Result<Vec<Share>> {
    let rows: Vec<ShareRow> = order_shares::table
        .filter(order_shares::order_id.eq(order.id))
        .order((order_shares::payer, order_shares::organisation_id))
        .load(conn)?;
    let amount = |minor| Money::new(minor, order.currency());
    rows.into_iter()
        .map(|row| {
            Ok(Share {
                organisation: row.organisation_id,
                payer: Payer::parse(&row.payer).ok_or_else(|| corrupt("order_shares.payer"))?,
                quantity: Micro::new(row.quantity_micro),
                market: amount(row.market_minor),
                extra: amount(row.extra_minor),
                freight: amount(row.freight_minor),
                tax: amount(row.tax_minor),
                total: amount(row.total_minor),
                unit_price_paid: Micro::new(row.unit_price_paid_micro),
                capped: row.capped,
            })
        })
        .collect()
}

/// Replaces the order's shares.
///
/// # Errors
/// Those of the database.
pub(super) fn replace(conn: &mut Conn, order: OrderId, shares: &[Share]) -> Result<()> {
    diesel::delete(order_shares::table.filter(order_shares::order_id.eq(order))).execute(conn)?;
    insert(conn, order, shares)
}

/// Writes the shares of a new order.
///
/// # Errors
/// Those of the database.
pub(super) fn insert(conn: &mut Conn, order: OrderId, shares: &[Share]) -> Result<()> {
    let rows: Vec<_> = shares
        .iter()
        .map(|share| {
            (
                order_shares::order_id.eq(order),
                order_shares::organisation_id.eq(share.organisation),
                order_shares::payer.eq(share.payer.as_str()),
                order_shares::quantity_micro.eq(share.quantity.get()),
                order_shares::market_minor.eq(share.market.minor()),
                order_shares::extra_minor.eq(share.extra.minor()),
                order_shares::freight_minor.eq(share.freight.minor()),
                order_shares::tax_minor.eq(share.tax.minor()),
                order_shares::total_minor.eq(share.total.minor()),
                order_shares::unit_price_paid_micro.eq(share.unit_price_paid.get()),
                order_shares::capped.eq(share.capped),
            )
        })
        .collect();
    on_each!(conn => diesel::insert_into(order_shares::table)
        .values(&rows)
        .execute(conn))?;
    Ok(())
}
