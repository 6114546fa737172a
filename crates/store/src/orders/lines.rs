//! The lines of an order, and the full explanation of their prices as it is kept.
use super::priced::Priced;
use super::rows::{self, Order};
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::{ListingId, OrderId, OrganisationId, ProductId, PurchaseOrderId, RuleSetId};
use crate::on_each;
use crate::schema::order_lines;
use crate::sql::Json;
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Currency, Micro, Money};
use ordering::Totals;

/// Whether a line still stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineStatus {
    /// It does.
    Active,
    /// Its co-operative declined it or did not answer in time.
    Released,
    /// It was released, and others took its place.
    Replaced,
}

impl LineStatus {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Released => "released",
            Self::Replaced => "replaced",
        }
    }
    fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Released, Self::Replaced]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// A line of an order, without its price's explanation.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its place in the order, from 1; never given to another.
    pub position: i32,
    /// The need's line that it serves; none for a pool.
    pub need_position: Option<i32>,
    /// The purchase order it went out with.
    pub purchase_order: Option<PurchaseOrderId>,
    /// Who makes it.
    pub cooperative: OrganisationId,
    /// By which listing.
    pub listing: ListingId,
    /// What.
    pub product: ProductId,
    /// Where to: ISO 3166-2.
    pub region: String,
    /// By when.
    pub due_on: NaiveDate,
    /// Whether it still stands.
    pub status: LineStatus,
    /// How much, in the product's unit.
    pub quantity: Micro,
    /// The listing's total in the round that proposed it; none outside a round.
    pub pooled: Option<Micro>,
    /// The market reference of a unit, cut to the millionth.
    pub market_unit_price: Micro,
    /// What it would cost at the market reference.
    pub market: Money,
    /// The solidarity price of a unit.
    pub unit_price: Micro,
    /// The carriage of a unit.
    pub unit_freight: Micro,
    /// Value-added tax, as a fraction of one.
    pub vat_rate: Micro,
    /// What it costs.
    pub totals: Totals,
    /// The rules of its price.
    pub rule_set: RuleSetId,
}

#[derive(Queryable)]
struct LineRow {
    position: i32,
    need_position: Option<i32>,
    purchase_order_id: Option<PurchaseOrderId>,
    cooperative_id: OrganisationId,
    listing_id: ListingId,
    product_id: ProductId,
    region: String,
    due_on: NaiveDate,
    status: String,
    quantity_micro: i64,
    market_unit_price_micro: i64,
    market_minor: i64,
    unit_price_micro: i64,
    goods_minor: i64,
    unit_freight_micro: i64,
    freight_minor: i64,
    vat_rate_micro: i64,
    tax_minor: i64,
    rule_set_id: RuleSetId,
    pooled_quantity_micro: Option<i64>,
}

impl LineRow {
    fn in_currency(self, currency: Currency) -> Result<Line> {
        Ok(Line {
            position: self.position,
            need_position: self.need_position,
            purchase_order: self.purchase_order_id,
            cooperative: self.cooperative_id,
            listing: self.listing_id,
            product: self.product_id,
            region: self.region,
            due_on: self.due_on,
            status: LineStatus::parse(&self.status).ok_or_else(|| corrupt("order_lines.status"))?,
            quantity: Micro::new(self.quantity_micro),
            pooled: self.pooled_quantity_micro.map(Micro::new),
            market_unit_price: Micro::new(self.market_unit_price_micro),
            market: Money::new(self.market_minor, currency),
            unit_price: Micro::new(self.unit_price_micro),
            unit_freight: Micro::new(self.unit_freight_micro),
            vat_rate: Micro::new(self.vat_rate_micro),
            totals: rows::totals(
                currency,
                [self.goods_minor, self.freight_minor, self.tax_minor],
            )?,
            rule_set: self.rule_set_id,
        })
    }
}

/// The lines of one of the order's purchase orders that still stand.
pub(crate) fn open_of(
    conn: &mut Conn,
    order: &Order,
    purchase_order: PurchaseOrderId,
) -> Result<Vec<Line>> {
    let mut open = of_order(conn, order)?;
    open.retain(|line| {
        line.purchase_order == Some(purchase_order) && line.status == LineStatus::Active
    });
    Ok(open)
}

/// The order's lines by position, without their prices' explanation.
///
/// # Errors
/// Those of the database.
pub(crate) fn of_order(conn: &mut Conn, order: &Order) -> Result<Vec<Line>> {
    let rows: Vec<LineRow> = order_lines::table
        .filter(order_lines::order_id.eq(order.id))
        .order(order_lines::position)
        .select((
            order_lines::position,
            order_lines::need_position,
            order_lines::purchase_order_id,
            order_lines::cooperative_id,
            order_lines::listing_id,
            order_lines::product_id,
            order_lines::region,
            order_lines::due_on,
            order_lines::status,
            order_lines::quantity_micro,
            order_lines::market_unit_price_micro,
            order_lines::market_minor,
            order_lines::unit_price_micro,
            order_lines::goods_minor,
            order_lines::unit_freight_micro,
            order_lines::freight_minor,
            order_lines::vat_rate_micro,
            order_lines::tax_minor,
            order_lines::rule_set_id,
            order_lines::pooled_quantity_micro,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|row| row.in_currency(order.currency()))
        .collect()
}

/// What a line costs, as it is written.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = order_lines, treat_none_as_default_value = false)]
struct Cost {
    quantity_micro: i64,
    market_unit_price_micro: i64,
    market_minor: i64,
    unit_price_micro: i64,
    goods_minor: i64,
    unit_freight_micro: i64,
    freight_minor: i64,
    vat_rate_micro: i64,
    tax_minor: i64,
    total_minor: i64,
    rule_set_id: RuleSetId,
    pooled_quantity_micro: Option<i64>,
    price_request: Json,
    price_answer: Json,
}

impl Cost {
    fn of(line: &Priced) -> Result<Self> {
        Ok(Self {
            quantity_micro: line.wanted.quantity.get(),
            market_unit_price_micro: line.quote.market_unit_price.get(),
            market_minor: line.market.minor(),
            unit_price_micro: line.quote.unit_price.get(),
            goods_minor: line.totals.goods().minor(),
            unit_freight_micro: line.unit_freight.get(),
            freight_minor: line.totals.freight().minor(),
            vat_rate_micro: line.vat.rate().get(),
            tax_minor: line.totals.vat().minor(),
            total_minor: line.totals.total().minor(),
            rule_set_id: line.quote.rule_set,
            pooled_quantity_micro: line.wanted.pooled.map(Micro::get),
            price_request: Json(line.quote.kept_request()?),
            price_answer: Json(line.quote.kept_answer()?),
        })
    }
}

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
                Cost::of(line)?,
            ))
        })
        .collect::<Result<Vec<_>>>()?;
    on_each!(conn => diesel::insert_into(order_lines::table)
        .values(rows)
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
            .set(Cost::of(line)?)
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
