//! Orders, their lines and shares, as rows and as values.
use super::payers::{Payer, Share};
use crate::db::Conn;
use crate::error::{Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{
    FundId, ListingId, NeedId, OrderId, OrganisationId, PersonId, PoolId, ProductId, ProposalId,
    PurchaseOrderId, RuleSetId,
};
use crate::on_each;
use crate::schema::{order_lines, order_shares, orders};
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Currency, Micro, Money};
use ordering::{OrderState, Totals};

/// An order.
#[derive(Clone, Debug)]
pub struct Order {
    /// The id.
    pub id: OrderId,
    /// What people call it, such as `O-2026-000123`; distinct among its buyer's.
    pub reference: String,
    /// Who placed it: the only payer, or the pool's opener.
    pub buyer: OrganisationId,
    /// The need it serves, or
    pub need: Option<NeedId>,
    /// the pool it came of.
    pub pool: Option<PoolId>,
    /// The proposal it was placed by.
    pub proposal: ProposalId,
    /// Where it stands.
    pub state: OrderState,
    /// What its active lines cost.
    pub totals: Totals,
    /// What is paid in advance.
    pub advance: Money,
    /// The share paid in advance: the highest of its rule sets.
    pub advance_rate: Micro,
    /// Days until the rest is paid: the fewest of its rule sets.
    pub payment_days: i32,
    /// The fund that pays a share.
    pub fund: Option<FundId>,
    /// What the fund pays.
    pub fund_amount: Money,
    /// Counts what approvals are given to: a change of the order is a new revision.
    pub revision: i64,
    /// Who placed it, and so cannot approve it.
    pub placed_by: PersonId,
    /// When.
    pub placed_at: Time,
    /// Until when its capacity is held unless it is confirmed.
    pub held_until: Time,
    /// When its price was locked.
    pub confirmed_at: Option<Time>,
    /// Why it was cancelled.
    pub cancelled_reason: Option<String>,
    /// Counts changes.
    pub version: i64,
}

impl Order {
    /// The currency of all its amounts.
    pub fn currency(&self) -> Currency {
        self.totals.currency()
    }
}

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
struct OrderRow {
    id: OrderId,
    reference: String,
    buyer_id: OrganisationId,
    need_id: Option<NeedId>,
    pool_id: Option<PoolId>,
    proposal_id: ProposalId,
    status: String,
    currency: String,
    goods_minor: i64,
    freight_minor: i64,
    tax_minor: i64,
    _total_minor: i64,
    advance_minor: i64,
    advance_rate_micro: i64,
    payment_days: i32,
    fund_id: Option<FundId>,
    fund_minor: i64,
    revision: i64,
    placed_by: PersonId,
    placed_at: Time,
    held_until: Time,
    confirmed_at: Option<Time>,
    cancelled_reason: Option<String>,
    version: i64,
}

impl TryFrom<OrderRow> for Order {
    type Error = Error;
    fn try_from(row: OrderRow) -> Result<Self> {
        let currency = Currency::parse(&row.currency).map_err(|_| corrupt("orders.currency"))?;
        let amount = |minor| Money::new(minor, currency);
        Ok(Self {
            id: row.id,
            reference: row.reference,
            buyer: row.buyer_id,
            need: row.need_id,
            pool: row.pool_id,
            proposal: row.proposal_id,
            state: OrderState::parse(&row.status).map_err(|_| corrupt("orders.status"))?,
            totals: Totals::new(
                amount(row.goods_minor),
                amount(row.freight_minor),
                amount(row.tax_minor),
            )
            .map_err(|_| corrupt("orders.total_minor"))?,
            advance: amount(row.advance_minor),
            advance_rate: Micro::new(row.advance_rate_micro),
            payment_days: row.payment_days,
            fund: row.fund_id,
            fund_amount: amount(row.fund_minor),
            revision: row.revision,
            placed_by: row.placed_by,
            placed_at: row.placed_at,
            held_until: row.held_until,
            confirmed_at: row.confirmed_at,
            cancelled_reason: row.cancelled_reason,
            version: row.version,
        })
    }
}

/// The order, whoever asks.
///
/// # Errors
/// [`Code::NotFound`](crate::Code::NotFound).
pub(super) fn order(conn: &mut Conn, id: OrderId) -> Result<Order> {
    let row: Option<OrderRow> = orders::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// Orders that `organisation` placed or pays a share of, after `after`, in the order in which they were placed.
///
/// # Errors
/// Those of the database.
pub(super) fn orders_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    state: Option<OrderState>,
    after: Option<OrderId>,
    limit: i64,
) -> Result<Vec<Order>> {
    let mut query = orders::table
        .filter(
            orders::buyer_id.eq(organisation).or(orders::id.eq_any(
                order_shares::table
                    .filter(order_shares::organisation_id.eq(organisation))
                    .select(order_shares::order_id),
            )),
        )
        .order(orders::id)
        .limit(limit)
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(orders::status.eq(state.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(orders::id.gt(after));
    }
    let rows: Vec<OrderRow> = query.load(conn)?;
    rows.into_iter().map(Order::try_from).collect()
}

/// Orders that were to be confirmed before `now`, at most `limit`.
///
/// # Errors
/// Those of the database.
pub(super) fn overdue(conn: &mut Conn, now: Time, limit: i64) -> Result<Vec<Order>> {
    let unconfirmed = [
        OrderState::Draft,
        OrderState::Submitted,
        OrderState::Approved,
    ];
    let rows: Vec<OrderRow> = orders::table
        .filter(orders::status.eq_any(unconfirmed.map(OrderState::as_str)))
        .filter(orders::held_until.lt(now))
        .order(orders::held_until)
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Order::try_from).collect()
}

/// Writes a new order.
///
/// # Errors
/// Those of the database.
pub(super) fn insert(conn: &mut Conn, order: &Order) -> Result<()> {
    diesel::insert_into(orders::table)
        .values((
            orders::id.eq(order.id),
            orders::reference.eq(&order.reference),
            orders::buyer_id.eq(order.buyer),
            orders::need_id.eq(order.need),
            orders::pool_id.eq(order.pool),
            orders::proposal_id.eq(order.proposal),
            orders::status.eq(order.state.as_str()),
            orders::currency.eq(order.currency().code()),
            orders::goods_minor.eq(order.totals.goods().minor()),
            orders::freight_minor.eq(order.totals.freight().minor()),
            orders::tax_minor.eq(order.totals.vat().minor()),
            orders::total_minor.eq(order.totals.total().minor()),
            orders::advance_minor.eq(order.advance.minor()),
            orders::advance_rate_micro.eq(order.advance_rate.get()),
            orders::payment_days.eq(order.payment_days),
            orders::fund_id.eq(order.fund),
            orders::fund_minor.eq(order.fund_amount.minor()),
            orders::revision.eq(order.revision),
            orders::placed_by.eq(order.placed_by),
            orders::placed_at.eq(order.placed_at),
            orders::held_until.eq(order.held_until),
            orders::version.eq(order.version),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes what can change of an order, as its next version.
///
/// # Errors
/// [`Code::Stale`](crate::Code::Stale) where another was faster.
pub(super) fn save(conn: &mut Conn, mut order: Order) -> Result<Order> {
    let changed = diesel::update(orders::table.find(order.id))
        .filter(orders::version.eq(order.version))
        .set((
            orders::status.eq(order.state.as_str()),
            orders::goods_minor.eq(order.totals.goods().minor()),
            orders::freight_minor.eq(order.totals.freight().minor()),
            orders::tax_minor.eq(order.totals.vat().minor()),
            orders::total_minor.eq(order.totals.total().minor()),
            orders::advance_minor.eq(order.advance.minor()),
            orders::advance_rate_micro.eq(order.advance_rate.get()),
            orders::payment_days.eq(order.payment_days),
            orders::fund_minor.eq(order.fund_amount.minor()),
            orders::revision.eq(order.revision),
            orders::held_until.eq(order.held_until),
            orders::confirmed_at.eq(order.confirmed_at),
            orders::cancelled_reason.eq(&order.cancelled_reason),
            orders::version.eq(order.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    order.version += 1;
    Ok(order)
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
}

impl LineRow {
    fn in_currency(self, currency: Currency) -> Result<Line> {
        let amount = |minor| Money::new(minor, currency);
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
            market_unit_price: Micro::new(self.market_unit_price_micro),
            market: amount(self.market_minor),
            unit_price: Micro::new(self.unit_price_micro),
            unit_freight: Micro::new(self.unit_freight_micro),
            vat_rate: Micro::new(self.vat_rate_micro),
            totals: Totals::new(
                amount(self.goods_minor),
                amount(self.freight_minor),
                amount(self.tax_minor),
            )
            .map_err(|_| corrupt("order_lines.total_minor"))?,
            rule_set: self.rule_set_id,
        })
    }
}

/// The order's lines by position, without their prices' explanation.
///
/// # Errors
/// Those of the database.
pub(super) fn lines(conn: &mut Conn, order: &Order) -> Result<Vec<Line>> {
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
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|row| row.in_currency(order.currency()))
        .collect()
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
pub(super) fn shares(conn: &mut Conn, order: &Order) -> Result<Vec<Share>> {
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
pub(super) fn write_shares(conn: &mut Conn, order: OrderId, shares: &[Share]) -> Result<()> {
    diesel::delete(order_shares::table.filter(order_shares::order_id.eq(order))).execute(conn)?;
    insert_shares(conn, order, shares)
}

/// Writes the shares of a new order.
///
/// # Errors
/// Those of the database.
pub(super) fn insert_shares(conn: &mut Conn, order: OrderId, shares: &[Share]) -> Result<()> {
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
