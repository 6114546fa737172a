//! Orders as rows and as values.
use crate::db::Conn;
use crate::error::{Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{
    AgreementId, FundId, NeedId, OrderId, OrganisationId, PersonId, PoolId, ProposalId, QuotationId,
};
use crate::page::merged;
use crate::schema::{order_shares, orders};
use crate::sql::Time;
use diesel::prelude::*;
use money::{Currency, Micro, Money};
use ordering::{OrderState, Totals};

/// What an order was placed by: exactly one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A matching's proposal, for a need or a pool: prices are made anew until it is confirmed.
    Proposal(ProposalId),
    /// A framework agreement that it was called off under: its price is the agreement's.
    Agreement(AgreementId),
    /// A quotation that the buyer accepted: its price is the quotation's.
    Quotation(QuotationId),
}

impl Origin {
    /// The proposal, where it was placed by one.
    pub fn proposal(self) -> Option<ProposalId> {
        match self {
            Self::Proposal(id) => Some(id),
            Self::Agreement(_) | Self::Quotation(_) => None,
        }
    }
    /// The framework agreement, where it was called off under one.
    pub fn agreement(self) -> Option<AgreementId> {
        match self {
            Self::Agreement(id) => Some(id),
            Self::Proposal(_) | Self::Quotation(_) => None,
        }
    }
    /// The quotation, where it was placed by one.
    pub fn quotation(self) -> Option<QuotationId> {
        match self {
            Self::Quotation(id) => Some(id),
            Self::Proposal(_) | Self::Agreement(_) => None,
        }
    }

    fn parse(
        proposal: Option<ProposalId>,
        agreement: Option<AgreementId>,
        quotation: Option<QuotationId>,
    ) -> Result<Self> {
        match (proposal, agreement, quotation) {
            (Some(id), None, None) => Ok(Self::Proposal(id)),
            (None, Some(id), None) => Ok(Self::Agreement(id)),
            (None, None, Some(id)) => Ok(Self::Quotation(id)),
            _ => Err(corrupt("the origin of an order")),
        }
    }
}

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
    /// What it was placed by.
    pub origin: Origin,
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

#[derive(Queryable)]
struct OrderRow {
    id: OrderId,
    reference: String,
    buyer_id: OrganisationId,
    need_id: Option<NeedId>,
    pool_id: Option<PoolId>,
    proposal_id: Option<ProposalId>,
    agreement_id: Option<AgreementId>,
    quotation_id: Option<QuotationId>,
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
            origin: Origin::parse(row.proposal_id, row.agreement_id, row.quotation_id)?,
            state: OrderState::parse(&row.status).map_err(|_| corrupt("orders.status"))?,
            totals: totals(
                currency,
                [row.goods_minor, row.freight_minor, row.tax_minor],
            )?,
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
pub(crate) fn order(conn: &mut Conn, id: OrderId) -> Result<Order> {
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
    // One page of either way to the organisation, and the page of both: an `or` would read the whole table.
    let mut placed = orders::table
        .filter(orders::buyer_id.eq(organisation))
        .order(orders::id)
        .limit(limit)
        .select(orders::id)
        .into_boxed();
    // Led by the shares, which are found by organisation: led by the orders, their table would be walked.
    let mut shared = order_shares::table
        .inner_join(orders::table)
        .filter(order_shares::organisation_id.eq(organisation))
        .order(order_shares::order_id)
        .limit(limit)
        .select(order_shares::order_id)
        .distinct()
        .into_boxed();
    if let Some(state) = state {
        placed = placed.filter(orders::status.eq(state.as_str()));
        shared = shared.filter(orders::status.eq(state.as_str()));
    }
    if let Some(after) = after {
        placed = placed.filter(orders::id.gt(after));
        shared = shared.filter(order_shares::order_id.gt(after));
    }
    let placed: Vec<OrderId> = placed.load(conn)?;
    let shared: Vec<OrderId> = shared.load(conn)?;
    let ids = merged(placed, shared, limit);
    let rows: Vec<OrderRow> = orders::table
        .filter(orders::id.eq_any(ids))
        .order(orders::id)
        .load(conn)?;
    rows.into_iter().map(Order::try_from).collect()
}

/// The orders that were called off under an agreement after `after`, in the order in which they were placed.
///
/// # Errors
/// Those of the database.
pub(super) fn called_off(
    conn: &mut Conn,
    agreement: AgreementId,
    after: Option<OrderId>,
    limit: i64,
) -> Result<Vec<Order>> {
    let mut query = orders::table
        .filter(orders::agreement_id.eq(agreement))
        .order(orders::id)
        .limit(limit)
        .into_boxed();
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
            orders::proposal_id.eq(order.origin.proposal()),
            orders::agreement_id.eq(order.origin.agreement()),
            orders::quotation_id.eq(order.origin.quotation()),
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
pub(crate) fn save(conn: &mut Conn, mut order: Order) -> Result<Order> {
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

/// Goods, freight and tax in minor units, as they stand in a row. What they add up to is checked by the
/// database.
///
/// # Errors
/// Where the database was tampered with.
pub(crate) fn totals(currency: Currency, minor: [i64; 3]) -> Result<Totals> {
    let [goods, freight, tax] = minor.map(|minor| Money::new(minor, currency));
    Totals::new(goods, freight, tax).map_err(|_| corrupt("the sum of goods, freight and tax"))
}
