//! Replacing what co-operatives declined: a new proposal's lines enter a confirmed order.
use super::confirm::{send_out, tell_payers};
use super::lines::{self, Line, LineStatus};
use super::place::take_up;
use super::priced::Priced;
use super::reprice::{self, Rise};
use super::rows::{self, Order};
use super::{approvals, capacity, demands, fund, journal, seen};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::ids::{OrderId, ProposalId};
use crate::needs::proposals;
use crate::needs::states;
use chrono::TimeDelta;
use money::Money;
use ordering::{NeedAct, ORDER, OrderAct};

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// Until an order is confirmed, or its capacity is free again.
    pub hold_for: TimeDelta,
    /// Until a co-operative answers.
    pub answer_within: TimeDelta,
}

/// Puts a new proposal's lines in the place of what was released. Where the total stays and no price
/// rises, the purchase orders go out at once; otherwise shares and approvals are asked for again.
///
/// # Errors
/// [`Code::WrongState`] unless the order is confirmed and something of it was released,
/// [`Code::InvalidInput`] for another need's proposal, [`Code::Forbidden`], [`Code::NotFound`],
/// [`Code::Stale`], those of [`super::place::place`].
pub fn rematch(
    conn: &mut Conn,
    by: &Actor,
    id: OrderId,
    version: i64,
    proposal: ProposalId,
    deadlines: Deadlines,
) -> Result<Order> {
    let mut order = seen::own(conn, by, id, version)?;
    let before = journal::entry(&order);
    let reopened = ORDER.next(order.state, OrderAct::Rematch)?;
    let present = lines::of_order(conn, &order)?;
    let released: Vec<&Line> = released(&present).collect();
    if released.is_empty() {
        let detail = "No part of the order was declined or left without an answer.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let proposal = proposals::accept(conn, by, proposal)?;
    if (proposal.need, proposal.pool) != (order.need, order.pool) {
        let detail = "The proposal is for something else than this order.";
        return Err(Refusal::new(Code::InvalidInput, detail)
            .at("/proposal_id")
            .into());
    }
    let next = present.iter().map(|line| line.position).max().unwrap_or(0) + 1;
    let open = take_up(conn, by, &proposal, next)?;
    let approved = approved_total(&order, &released)?;
    lines::insert(conn, order.id, &open)?;
    capacity::take(conn, order.id, open.iter().map(|line| &line.work))?;
    if let Some(need) = order.need {
        states::advance(conn, Some(by), need, NeedAct::Order, by.now)?;
    }
    let rises = any_rises(&released, &open);
    let held = order.fund_amount;
    let repriced = reprice::settle(conn, &mut order, &present, open, Rise::Allowed)?;
    let order = if rises || order.totals.total() != approved {
        order.state = reopened;
        order.revision += 1;
        order.held_until = by.now.plus(deadlines.hold_for);
        fund::renew(conn, by, &order)?;
        let order = rows::save(conn, order)?;
        let again = demands::renewed(conn, order.id)?;
        approvals::ask(conn, by, &order, &repriced.shares, &again)?;
        order
    } else {
        fund::lower(conn, by, &order, held)?;
        send_out(conn, by, &order, &repriced.open, deadlines.answer_within)?;
        let order = rows::save(conn, order)?;
        demands::resize(conn, &order, &repriced.shares, by.now)?;
        tell_payers(conn, by, &order, &repriced.shares)?;
        order
    };
    journal::record(conn, by, "order.rematch", Some(&before), &order)?;
    Ok(order)
}

fn released(lines: &[Line]) -> impl Iterator<Item = &Line> {
    lines
        .iter()
        .filter(|line| line.status == LineStatus::Released)
}

/// What was approved: of a need's order, what stands and what was released; a pool's order keeps its
/// amounts.
fn approved_total(order: &Order, released: &[&Line]) -> Result<Money> {
    let mut total = order.totals.total();
    if order.pool.is_none() {
        for line in released {
            total = total.checked_add(line.totals.total())?;
        }
    }
    Ok(total)
}

/// Whether a line costs more than what it replaces.
fn any_rises(released: &[&Line], open: &[Priced]) -> bool {
    open.iter().any(|new| {
        let replaced = released
            .iter()
            .filter(|old| old.need_position == new.wanted.need_position);
        let dearest = replaced.map(|old| old.unit_price).max();
        dearest.is_none_or(|dearest| new.quote.unit_price > dearest)
    })
}
