//! Writing an order's lines, with the full explanation of their prices.
use super::payers::{self, Payers, PooledGoods, Share};
use super::priced::{Priced, Sums};
use super::rows::{LineStatus, Order};
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::{OrderId, OrganisationId};
use crate::on_each;
use crate::schema::order_lines;
use crate::sql::Json;
use diesel::prelude::*;
use serde::Serialize;

/// Writes new lines of an order.
///
/// # Errors
/// Those of the database.
pub(super) fn insert(conn: &mut Conn, order: OrderId, lines: &[Priced]) -> Result<()> {
    let rows = lines
        .iter()
        .map(|line| {
            Ok((
                order_lines::order_id.eq(order),
                order_lines::position.eq(line.wanted.position),
                order_lines::need_position.eq(line.wanted.need_position),
                order_lines::cooperative_id.eq(line.cooperative),
                order_lines::listing_id.eq(line.wanted.listing),
                order_lines::product_id.eq(line.product),
                order_lines::region.eq(&line.wanted.region),
                order_lines::due_on.eq(line.wanted.due_on),
                order_lines::status.eq(LineStatus::Active.as_str()),
                order_lines::quantity_micro.eq(line.wanted.quantity.get()),
                order_lines::market_unit_price_micro.eq(line.quote.market_unit_price.get()),
                order_lines::market_minor.eq(line.market.minor()),
                order_lines::unit_price_micro.eq(line.quote.unit_price.get()),
                order_lines::goods_minor.eq(line.totals.goods().minor()),
                order_lines::unit_freight_micro.eq(line.unit_freight.get()),
                order_lines::freight_minor.eq(line.totals.freight().minor()),
                order_lines::vat_rate_micro.eq(line.vat.rate().get()),
                order_lines::tax_minor.eq(line.totals.vat().minor()),
                order_lines::total_minor.eq(line.totals.total().minor()),
                order_lines::rule_set_id.eq(line.quote.rule_set),
                order_lines::price_request.eq(document(&line.quote.request)?),
                order_lines::price_answer.eq(document(&line.quote.answer)?),
            ))
        })
        .collect::<Result<Vec<_>>>()?;
    on_each!(conn => diesel::insert_into(order_lines::table)
        .values(&rows)
        .execute(conn))?;
    Ok(())
}

/// Writes lines' quantities and prices anew.
///
/// # Errors
/// Those of the database.
pub(super) fn rewrite(conn: &mut Conn, order: OrderId, lines: &[Priced]) -> Result<()> {
    for line in lines {
        diesel::update(order_lines::table.find((order, line.wanted.position)))
            .set((
                order_lines::quantity_micro.eq(line.wanted.quantity.get()),
                order_lines::market_unit_price_micro.eq(line.quote.market_unit_price.get()),
                order_lines::market_minor.eq(line.market.minor()),
                order_lines::unit_price_micro.eq(line.quote.unit_price.get()),
                order_lines::goods_minor.eq(line.totals.goods().minor()),
                order_lines::unit_freight_micro.eq(line.unit_freight.get()),
                order_lines::freight_minor.eq(line.totals.freight().minor()),
                order_lines::vat_rate_micro.eq(line.vat.rate().get()),
                order_lines::tax_minor.eq(line.totals.vat().minor()),
                order_lines::total_minor.eq(line.totals.total().minor()),
                order_lines::rule_set_id.eq(line.quote.rule_set),
                order_lines::price_request.eq(document(&line.quote.request)?),
                order_lines::price_answer.eq(document(&line.quote.answer)?),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Removes lines that no purchase order ever named.
///
/// # Errors
/// Those of the database.
pub(super) fn remove(conn: &mut Conn, order: OrderId, positions: &[i32]) -> Result<()> {
    diesel::delete(
        order_lines::table
            .filter(order_lines::order_id.eq(order))
            .filter(order_lines::purchase_order_id.is_null())
            .filter(order_lines::position.eq_any(positions.to_vec())),
    )
    .execute(conn)?;
    Ok(())
}

/// Moves the order's lines from one status to another.
///
/// # Errors
/// Those of the database.
pub(super) fn move_status(
    conn: &mut Conn,
    order: OrderId,
    positions: &[i32],
    status: LineStatus,
) -> Result<()> {
    diesel::update(
        order_lines::table
            .filter(order_lines::order_id.eq(order))
            .filter(order_lines::position.eq_any(positions.to_vec())),
    )
    .set(order_lines::status.eq(status.as_str()))
    .execute(conn)?;
    Ok(())
}

fn document(value: &impl Serialize) -> Result<Json> {
    serde_json::to_value(value)
        .map(Json)
        .map_err(|_| corrupt("order_lines.price"))
}

/// What each payer pays of the order whose lines add up to `sums`.
///
/// # Errors
/// [`crate::Code::Shortfall`], [`crate::Code::AmountOutOfRange`].
pub(super) fn shares(
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
    let fund = shares
        .iter()
        .find(|share| share.payer == payers::Payer::Fund);
    order.fund_amount = fund.map_or(money::Money::zero(sums.totals.currency()), |fund| {
        fund.total
    });
}
