//! Purchase orders: the part of an order that one co-operative makes, and answers.
use super::lines::{self, Line};
use super::priced::{self, Priced};
use super::rows::{self, Order};
use super::{journal, place, seen};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{OrderId, OrganisationId, PersonId, PurchaseOrderId};
use crate::on_each;
use crate::operations::events;
use crate::operations::notices;
use crate::page::merged;
use crate::schema::{order_lines, order_shares, purchase_order_payers, purchase_orders};
use crate::sql::Time;
use chrono::TimeDelta;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use money::{Currency, Money, apportion};
use ordering::{PURCHASE_ORDER, PurchaseOrderState, Totals};
use serde_json::json;
use std::collections::BTreeMap;

/// The references' prefix: `PO-2026-000001`.
const PREFIX: &str = "PO";
/// The counter behind the references: the buyer's, who issues them.
const SERIES: &str = "purchase_orders";
/// The states in which a co-operative may yet deliver.
const LIVE: [PurchaseOrderState; 3] = [
    PurchaseOrderState::Issued,
    PurchaseOrderState::Accepted,
    PurchaseOrderState::Delivered,
];

/// A purchase order.
#[derive(Clone, Debug)]
pub struct PurchaseOrder {
    /// The id.
    pub id: PurchaseOrderId,
    /// What people call it, such as `PO-2026-000123`; distinct among its buyer's.
    pub reference: String,
    /// Of which order.
    pub order: OrderId,
    /// Who placed that.
    pub buyer: OrganisationId,
    /// Who makes it.
    pub cooperative: OrganisationId,
    /// Where it stands.
    pub state: PurchaseOrderState,
    /// What it comes to.
    pub totals: Totals,
    /// What is paid in advance.
    pub advance: Money,
    /// Days until the rest is paid.
    pub payment_days: i32,
    /// When it went out.
    pub issued_at: Time,
    /// When its capacity is freed unless it was answered.
    pub answer_by: Time,
    /// When it was answered.
    pub answered_at: Option<Time>,
    /// By whom.
    pub answered_by: Option<PersonId>,
    /// Why it was declined.
    pub decline_reason: Option<String>,
    /// Counts changes.
    pub version: i64,
}

impl PurchaseOrder {
    /// Whether the co-operative may yet deliver it.
    pub(super) fn is_live(&self) -> bool {
        LIVE.contains(&self.state)
    }
}

#[derive(Queryable)]
struct Row {
    id: PurchaseOrderId,
    reference: String,
    order_id: OrderId,
    buyer_id: OrganisationId,
    cooperative_id: OrganisationId,
    status: String,
    currency: String,
    goods_minor: i64,
    freight_minor: i64,
    tax_minor: i64,
    _total_minor: i64,
    advance_minor: i64,
    payment_days: i32,
    issued_at: Time,
    answer_by: Time,
    answered_at: Option<Time>,
    answered_by: Option<PersonId>,
    decline_reason: Option<String>,
    version: i64,
}

impl TryFrom<Row> for PurchaseOrder {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let currency =
            Currency::parse(&row.currency).map_err(|_| corrupt("purchase_orders.currency"))?;
        Ok(Self {
            id: row.id,
            reference: row.reference,
            order: row.order_id,
            buyer: row.buyer_id,
            cooperative: row.cooperative_id,
            state: PurchaseOrderState::parse(&row.status)
                .map_err(|_| corrupt("purchase_orders.status"))?,
            totals: rows::totals(
                currency,
                [row.goods_minor, row.freight_minor, row.tax_minor],
            )?,
            advance: Money::new(row.advance_minor, currency),
            payment_days: row.payment_days,
            issued_at: row.issued_at,
            answer_by: row.answer_by,
            answered_at: row.answered_at,
            answered_by: row.answered_by,
            decline_reason: row.decline_reason,
            version: row.version,
        })
    }
}

/// The purchase order, for its co-operative and for the payers of its order.
///
/// # Errors
/// [`crate::Code::NotFound`] for anybody else.
pub fn get(conn: &mut Conn, by: &Actor, id: PurchaseOrderId) -> Result<PurchaseOrder> {
    let found = whichever(conn, id)?;
    if found.cooperative != by.organisation {
        seen::payer(conn, by, found.order)?;
    }
    Ok(found)
}

/// The purchase order, whoever asks.
///
/// # Errors
/// [`crate::Code::NotFound`].
pub(crate) fn whichever(conn: &mut Conn, id: PurchaseOrderId) -> Result<PurchaseOrder> {
    let row: Option<Row> = purchase_orders::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// What a list of purchase orders is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In this state.
    pub state: Option<PurchaseOrderState>,
    /// Of this order.
    pub order: Option<OrderId>,
}

/// Purchase orders in the order in which they were issued, after `after`: those that a co-operative sells or
/// buys by, or those that the organisation pays a share of.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    filter: &Filter,
    after: Option<PurchaseOrderId>,
    limit: i64,
) -> Result<Vec<PurchaseOrder>> {
    let page = || {
        let mut query = purchase_orders::table
            .order(purchase_orders::id)
            .limit(limit)
            .select(purchase_orders::id)
            .into_boxed();
        if let Some(state) = filter.state {
            query = query.filter(purchase_orders::status.eq(state.as_str()));
        }
        if let Some(order) = filter.order {
            query = query.filter(purchase_orders::order_id.eq(order));
        }
        if let Some(after) = after {
            query = query.filter(purchase_orders::id.gt(after));
        }
        query
    };
    // One page of each way to the organisation, and the page of all: an `or` would read the whole table.
    let ids: Vec<PurchaseOrderId> = if by.kind == OrganisationKind::Cooperative {
        let sold = page().filter(purchase_orders::cooperative_id.eq(by.organisation));
        let bought = page().filter(purchase_orders::buyer_id.eq(by.organisation));
        let sold: Vec<PurchaseOrderId> = sold.load(conn)?;
        let bought: Vec<PurchaseOrderId> = bought.load(conn)?;
        merged(sold, bought, limit)
    } else {
        let own = page().filter(purchase_orders::buyer_id.eq(by.organisation));
        let own: Vec<PurchaseOrderId> = own.load(conn)?;
        let shared = shared(conn, by.organisation, filter, after, limit)?;
        merged(own, shared, limit)
    };
    let rows: Vec<Row> = purchase_orders::table
        .filter(purchase_orders::id.eq_any(ids))
        .order(purchase_orders::id)
        .load(conn)?;
    rows.into_iter().map(PurchaseOrder::try_from).collect()
}

/// A page of the purchase orders for orders that the organisation pays a share of.
fn shared(
    conn: &mut Conn,
    organisation: OrganisationId,
    filter: &Filter,
    after: Option<PurchaseOrderId>,
    limit: i64,
) -> Result<Vec<PurchaseOrderId>> {
    let mut query = purchase_order_payers::table
        .inner_join(purchase_orders::table)
        .filter(purchase_order_payers::organisation_id.eq(organisation))
        .order(purchase_order_payers::purchase_order_id)
        .limit(limit)
        .select(purchase_order_payers::purchase_order_id)
        .into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(purchase_orders::status.eq(state.as_str()));
    }
    if let Some(order) = filter.order {
        query = query.filter(purchase_orders::order_id.eq(order));
    }
    if let Some(after) = after {
        query = query.filter(purchase_order_payers::purchase_order_id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// All purchase orders that were ever issued for the order, oldest first.
///
/// # Errors
/// Those of the database.
pub(crate) fn of_order(conn: &mut Conn, order: OrderId) -> Result<Vec<PurchaseOrder>> {
    let rows: Vec<Row> = purchase_orders::table
        .filter(purchase_orders::order_id.eq(order))
        .order(purchase_orders::id)
        .load(conn)?;
    rows.into_iter().map(PurchaseOrder::try_from).collect()
}

/// Purchase orders whose time to answer was over before `now`, at most `limit`.
///
/// # Errors
/// Those of the database.
pub(super) fn overdue(conn: &mut Conn, now: Time, limit: i64) -> Result<Vec<PurchaseOrder>> {
    let rows: Vec<Row> = purchase_orders::table
        .filter(purchase_orders::status.eq(PurchaseOrderState::Issued.as_str()))
        .filter(purchase_orders::answer_by.lt(now))
        .order(purchase_orders::answer_by)
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(PurchaseOrder::try_from).collect()
}

/// What the live purchase orders of the order are paid in advance.
///
/// # Errors
/// Those of the database.
pub(super) fn live_advances(conn: &mut Conn, order: &Order) -> Result<Money> {
    let mut sum = Money::zero(order.currency());
    for issued in of_order(conn, order.id)?.iter().filter(|po| po.is_live()) {
        sum = sum.checked_add(issued.advance)?;
    }
    Ok(sum)
}

/// The lines of a purchase order.
///
/// # Errors
/// Those of the database.
pub(crate) fn lines_of(conn: &mut Conn, issued: &PurchaseOrder) -> Result<Vec<Line>> {
    let order = rows::order(conn, issued.order)?;
    let mut lines = lines::of_order(conn, &order)?;
    lines.retain(|line| line.purchase_order == Some(issued.id));
    Ok(lines)
}

/// Writes state and answer of a purchase order, as its next version.
///
/// # Errors
/// [`crate::Code::Stale`] where another was faster.
pub(crate) fn save(conn: &mut Conn, mut issued: PurchaseOrder) -> Result<PurchaseOrder> {
    let changed = diesel::update(purchase_orders::table.find(issued.id))
        .filter(purchase_orders::version.eq(issued.version))
        .set((
            purchase_orders::status.eq(issued.state.as_str()),
            purchase_orders::answered_at.eq(issued.answered_at),
            purchase_orders::answered_by.eq(issued.answered_by),
            purchase_orders::decline_reason.eq(&issued.decline_reason),
            purchase_orders::version.eq(issued.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    issued.version += 1;
    Ok(issued)
}

/// One co-operative's part of the lines that go out.
struct Part {
    totals: Totals,
    advance: Money,
    payment_days: i32,
    positions: Vec<i32>,
}

/// Sends the lines out: one purchase order for each co-operative, with its part of the advance.
///
/// # Errors
/// Those of the database.
pub(super) fn issue(
    conn: &mut Conn,
    by: &Actor,
    order: &Order,
    open: &[Priced],
    answer_within: TimeDelta,
) -> Result<()> {
    for (cooperative, part) in parts(order.currency(), open)? {
        let issued = PurchaseOrder {
            id: PurchaseOrderId::fresh(),
            reference: place::reference(conn, order.buyer, PREFIX, SERIES, by.now)?,
            order: order.id,
            buyer: order.buyer,
            cooperative,
            state: PURCHASE_ORDER.initial,
            totals: part.totals,
            advance: part.advance,
            payment_days: part.payment_days,
            issued_at: by.now,
            answer_by: by.now.plus(answer_within),
            answered_at: None,
            answered_by: None,
            decline_reason: None,
            version: 1,
        };
        insert(conn, &issued)?;
        name_payers(conn, &issued)?;
        let id = issued.id.uuid();
        // The log has the confirmation of the whole order; each co-operative learns of its own part.
        events::tell(
            conn,
            (by.now, by.organisation),
            "purchase_order.issue",
            "purchase_order",
            id,
        )?;
        diesel::update(
            order_lines::table
                .filter(order_lines::order_id.eq(order.id))
                .filter(order_lines::position.eq_any(part.positions)),
        )
        .set(order_lines::purchase_order_id.eq(Some(issued.id)))
        .execute(conn)?;
        tell_cooperative(conn, &issued, by.now)?;
    }
    Ok(())
}

/// The lines by co-operative. The advance of lines under one rate is rounded once and divided by
/// largest remainder.
fn parts(currency: Currency, open: &[Priced]) -> Result<BTreeMap<OrganisationId, Part>> {
    let mut parts: BTreeMap<OrganisationId, Part> = BTreeMap::new();
    for line in open {
        let part = parts.entry(line.cooperative).or_insert_with(|| Part {
            totals: Totals::zero(currency),
            advance: Money::zero(currency),
            payment_days: line.quote.payment_days,
            positions: Vec::new(),
        });
        part.totals = part.totals.checked_add(line.totals)?;
        part.payment_days = part.payment_days.min(line.quote.payment_days);
        part.positions.push(line.wanted.position);
    }
    for (rate, lines) in priced::by_rate(open) {
        let mut sums: BTreeMap<OrganisationId, Totals> = BTreeMap::new();
        let mut whole = Totals::zero(currency);
        for line in lines {
            let sum = sums
                .entry(line.cooperative)
                .or_insert(Totals::zero(currency));
            *sum = sum.checked_add(line.totals)?;
            whole = whole.checked_add(line.totals)?;
        }
        for (cooperative, advance) in divided(whole.advance(rate)?, &sums)? {
            if let Some(part) = parts.get_mut(&cooperative) {
                part.advance = part.advance.checked_add(advance)?;
            }
        }
    }
    Ok(parts)
}

fn divided(
    whole: Money,
    sums: &BTreeMap<OrganisationId, Totals>,
) -> Result<Vec<(OrganisationId, Money)>> {
    let weights: Vec<u128> = sums
        .values()
        .map(|sum| u128::from(sum.total().minor().unsigned_abs()))
        .collect();
    let parts = apportion(whole.minor(), &weights).ok_or_else(|| corrupt("orders.advance"))?;
    Ok(sums
        .keys()
        .zip(parts)
        .map(|(cooperative, part)| (*cooperative, Money::new(part, whole.currency())))
        .collect())
}

fn insert(conn: &mut Conn, issued: &PurchaseOrder) -> Result<()> {
    diesel::insert_into(purchase_orders::table)
        .values((
            purchase_orders::id.eq(issued.id),
            purchase_orders::reference.eq(&issued.reference),
            purchase_orders::order_id.eq(issued.order),
            purchase_orders::buyer_id.eq(issued.buyer),
            purchase_orders::cooperative_id.eq(issued.cooperative),
            purchase_orders::status.eq(issued.state.as_str()),
            purchase_orders::currency.eq(issued.totals.currency().code()),
            purchase_orders::goods_minor.eq(issued.totals.goods().minor()),
            purchase_orders::freight_minor.eq(issued.totals.freight().minor()),
            purchase_orders::tax_minor.eq(issued.totals.vat().minor()),
            purchase_orders::total_minor.eq(issued.totals.total().minor()),
            purchase_orders::advance_minor.eq(issued.advance.minor()),
            purchase_orders::payment_days.eq(issued.payment_days),
            purchase_orders::issued_at.eq(issued.issued_at),
            purchase_orders::answer_by.eq(issued.answer_by),
            purchase_orders::version.eq(issued.version),
        ))
        .execute(conn)?;
    Ok(())
}

/// Puts on record who pays the purchase order: everybody with a share of its order. Their lists are read from it.
fn name_payers(conn: &mut Conn, issued: &PurchaseOrder) -> Result<()> {
    let payers: Vec<OrganisationId> = order_shares::table
        .filter(order_shares::order_id.eq(issued.order))
        .select(order_shares::organisation_id)
        .distinct()
        .load(conn)?;
    let rows: Vec<_> = payers
        .into_iter()
        .map(|payer| {
            (
                purchase_order_payers::organisation_id.eq(payer),
                purchase_order_payers::purchase_order_id.eq(issued.id),
            )
        })
        .collect();
    on_each!(conn => diesel::insert_into(purchase_order_payers::table)
        .values(&rows)
        .execute(conn))?;
    Ok(())
}

fn tell_cooperative(conn: &mut Conn, issued: &PurchaseOrder, now: Time) -> Result<()> {
    let notice = json!({
        "kind": "purchase_order_issued",
        "cooperative": journal::name_of(conn, issued.cooperative)?,
        "reference": issued.reference,
        "buyer": journal::name_of(conn, issued.buyer)?,
        "total": journal::amount(issued.totals.total()),
        "answer_by": issued.answer_by.utc(),
        "url": format!("/purchase-orders/{}", issued.id),
    });
    notices::tell(conn, issued.cooperative, Role::Seller, &notice, now)
}
