//! Placing: a proposal becomes an order, once, at today's prices, and its capacity is held.
use super::payers::{Payers, Share};
use super::priced::{self, Limit, Priced, Wanted};
use super::rows::{self, Order, Origin};
use super::views::{self, SeenOrder};
use super::{capacity, journal, lines, shares};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::governance::verification::verified_by;
use crate::ids::{FundId, NeedId, OrderId, OrganisationId, PoolId, ProposalId};
use crate::needs::proposals::{self, Accepted};
use crate::needs::{need, states, upstream};
use crate::operations::counters;
use crate::sql::Time;
use chrono::TimeDelta;
use governance::{OrganisationKind, Role};
use money::{Currency, Micro, Money};
use ordering::{NeedAct, ORDER, Totals};
use std::collections::BTreeSet;

/// The references' prefix: `O-2026-000001`.
const PREFIX: &str = "O";
/// The counter behind the references.
const SERIES: &str = "orders";

/// Orders by a proposal, for `payers`. The order holds its capacity for `hold_for`, unless it is confirmed.
///
/// # Errors
/// [`Code::Forbidden`] unless an admitted buyer asks, [`Code::NotFound`] for another organisation's
/// proposal, [`Code::WrongState`] where it was ordered or superseded, or is for other payers,
/// [`Code::ProposalStale`] where it is outdated (the caller may then mark it so: this transaction rolls
/// back), [`Code::NothingMatched`], [`Code::SoldOut`], [`Code::VatRateMissing`], [`Code::Shortfall`],
/// those of pricing.
pub fn place(
    conn: &mut Conn,
    by: &Actor,
    proposal: ProposalId,
    payers: &Payers,
    hold_for: TimeDelta,
) -> Result<SeenOrder> {
    require_buyer(by)?;
    let proposal = proposals::accept(conn, by, proposal)?;
    require_payers(&proposal, payers)?;
    let priced = take_up(conn, by, &proposal, 1)?;
    let source = Source {
        origin: Origin::Proposal(proposal.id),
        need: proposal.need,
        pool: proposal.pool,
        currency: proposal.currency,
    };
    let (order, shares) = write(conn, by, source, payers, &priced, hold_for)?;
    if let Some(need) = proposal.need {
        states::advance(conn, Some(by), need, NeedAct::Order, by.now)?;
    }
    journal::record(conn, by, "order.place", None, &order)?;
    views::just_placed(conn, by, order, &priced, &shares)
}

/// What a new order comes of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    /// What it is placed by.
    pub origin: Origin,
    /// The need it serves, or
    pub need: Option<NeedId>,
    /// the pool it comes of.
    pub pool: Option<PoolId>,
    /// Of all its amounts.
    pub currency: Currency,
}

/// Writes a draft of the priced lines with its payers' shares, and takes its capacity.
///
/// # Errors
/// [`Code::SoldOut`], [`Code::Shortfall`], those of the database.
pub(super) fn write(
    conn: &mut Conn,
    by: &Actor,
    source: Source,
    payers: &Payers,
    priced: &[Priced],
    hold_for: TimeDelta,
) -> Result<(Order, Vec<Share>)> {
    let sums = priced::sums(source.currency, priced)?;
    let shares = shares::calculate(by.organisation, payers, priced, &sums)?;
    let mut order = draft(conn, by, source, fund_of(payers), hold_for)?;
    shares::set_amounts(&mut order, &sums, &shares);
    rows::insert(conn, &order)?;
    lines::insert(conn, order.id, priced)?;
    shares::insert(conn, order.id, &shares)?;
    capacity::take(conn, order.id, priced.iter().map(|line| &line.work))?;
    Ok((order, shares))
}

/// A pool's proposal is its members' to pay, and a need's its buyer's.
fn require_payers(proposal: &Accepted, payers: &Payers) -> Result<()> {
    let pool = match payers {
        Payers::Single => None,
        Payers::Pool(pool) => Some(pool.pool),
    };
    if proposal.pool == pool {
        return Ok(());
    }
    let detail = "The proposal is a pool's: it is ordered by closing the pool.";
    Err(Refusal::new(Code::WrongState, detail).into())
}

/// The actor must buy for an admitted organisation.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`].
pub(super) fn require_buyer(by: &Actor) -> Result<()> {
    use OrganisationKind::{Community, Cooperative, Union};
    by.require_kind(&[Union, Community, Cooperative])?;
    by.require_admitted()?;
    by.require(&[Role::Buyer])
}

/// Prices the lines of an accepted proposal, none above the proposal's; positions run from `first`.
///
/// # Errors
/// Those of [`place`].
pub(super) fn take_up(
    conn: &mut Conn,
    by: &Actor,
    proposal: &Accepted,
    first: i32,
) -> Result<Vec<Priced>> {
    if proposal.lines.is_empty() {
        return Err(Refusal::new(
            Code::NothingMatched,
            "The proposal found nobody: there is nothing to order.",
        )
        .into());
    }
    let wanted = (first..)
        .zip(&proposal.lines)
        .map(|(position, line)| Wanted {
            position,
            need_position: line.need_position,
            listing: line.listing,
            region: line.region.clone(),
            due_on: line.due_on,
            quantity: line.quantity,
            pooled: line.pooled,
            locked: None,
            limit: Some(Limit {
                unit_price: line.unit_price,
                unit_freight: line.unit_freight,
                total: None,
            }),
        })
        .collect();
    let priced = priced::price(conn, by.organisation, by.now.date(), wanted)?;
    priced::require_open(&priced)?;
    require_verified(conn, by, proposal.need, &priced)?;
    priced::require_offered(&priced).map_err(|_| {
        priced::stale("A listing's minimum or lot changed: ask for a new match.".to_owned())
    })?;
    Ok(priced)
}

/// Refuses where a verification that the buyer's policy asks for has ended since the proposal was made.
fn require_verified(
    conn: &mut Conn,
    by: &Actor,
    need: Option<NeedId>,
    priced: &[Priced],
) -> Result<()> {
    let policy = match need {
        None => Vec::new(),
        Some(need) => {
            let need = need::load(conn, need)?;
            upstream::networks(conn, &need, by.now)?
        }
    };
    let cooperatives: BTreeSet<OrganisationId> =
        priced.iter().map(|line| line.cooperative).collect();
    for cooperative in cooperatives {
        if verified_by(conn, cooperative, &policy, by.now.date())?.is_none() {
            let name = journal::name_of(conn, cooperative)?;
            return Err(priced::stale(format!(
                "The verification of {name} has ended: ask for a new match."
            )));
        }
    }
    Ok(())
}

fn fund_of(payers: &Payers) -> Option<FundId> {
    match payers {
        Payers::Single => None,
        Payers::Pool(pool) => pool.fund.as_ref().map(|fund| fund.fund),
    }
}

fn draft(
    conn: &mut Conn,
    by: &Actor,
    source: Source,
    fund: Option<FundId>,
    hold_for: TimeDelta,
) -> Result<Order> {
    let currency = source.currency;
    Ok(Order {
        id: OrderId::fresh(),
        reference: reference(conn, by.organisation, PREFIX, SERIES, by.now)?,
        buyer: by.organisation,
        need: source.need,
        pool: source.pool,
        origin: source.origin,
        state: ORDER.initial,
        totals: Totals::zero(currency),
        advance: Money::zero(currency),
        advance_rate: Micro::ZERO,
        payment_days: 0,
        fund,
        fund_amount: Money::zero(currency),
        revision: 1,
        placed_by: by.person,
        placed_at: by.now,
        held_until: by.now.plus(hold_for),
        confirmed_at: None,
        cancelled_reason: None,
        version: 1,
    })
}

/// The next reference of the buyer's series in this year.
///
/// # Errors
/// Those of the database.
pub(super) fn reference(
    conn: &mut Conn,
    buyer: OrganisationId,
    prefix: &str,
    series: &str,
    now: Time,
) -> Result<String> {
    counters::reference(conn, buyer, (prefix, series), now)
}
