//! Matching a need: as a proposal that is kept, or as a simulation that is not. Both run the same code.
use super::explain::Basis;
use super::matching::{self, Asked, Matched};
use super::need::{self, Need, NeedLine};
use super::proposals::{self, NewProposal, Origin, Proposal, ProposedLine};
use super::states;
use super::unmet::{self, Missing};
use super::upstream::{self, records};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, corrupt};
use crate::ids::{NeedId, OrganisationId, ProposalId};
use crate::operations::audit::{self, Act};
use crate::sql::Time;
use money::Micro;
use ordering::{NEED, NeedAct, NeedState};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// Why nobody makes a line of a product that nobody lists.
const NOT_OFFERED: &str = "not_offered";

/// What a matching of a need found.
#[derive(Clone, Debug)]
pub struct Found {
    /// What could be ordered, with what led to it.
    pub proposal: NewProposal,
    /// What nobody can make.
    pub missing: Vec<Missing>,
}

/// Matches what of the buyer's need is not on order yet. Writes nothing.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`] where the need is closed or all of it
/// is on order, [`Code::AmountOutOfRange`].
pub fn simulate(conn: &mut Conn, by: &Actor, id: NeedId) -> Result<Found> {
    let need = need::get(conn, by, id)?;
    need::require_poster(by)?;
    if need.state == NeedState::Closed {
        NEED.next(need.state, NeedAct::Propose)?;
    }
    find(conn, &need, by.now)
}

/// The buyer asks for a proposal: [`propose`].
///
/// # Errors
/// As [`propose`]; [`Code::NotFound`], [`Code::Forbidden`].
pub fn ask(conn: &mut Conn, by: &Actor, id: NeedId) -> Result<Proposal> {
    need::get(conn, by, id)?;
    need::require_poster(by)?;
    let made = propose(conn, Some(by), id, by.now)?;
    proposals::get(conn, by, made)
}

/// Matches what of the need is not on order yet and keeps the proposal, in place of an open one. The
/// need is then proposed, or unmet where nobody can make any of it; what is left goes to the unmet
/// list. Nothing is reserved. Without an actor the server does it, as when a co-operative declined.
///
/// # Errors
/// [`Code::WrongState`] where the need is a draft or closed, or all of it is on order,
/// [`Code::AmountOutOfRange`].
pub fn propose(conn: &mut Conn, by: Option<&Actor>, id: NeedId, now: Time) -> Result<ProposalId> {
    states::lock(conn, id)?;
    let need = need::load(conn, id)?;
    NEED.next(need.state, NeedAct::Propose)?;
    let found = find(conn, &need, now)?;
    keep(conn, by, &need, &found, now)
}

/// Keeps what a matching found for a need that the caller holds, and moves the need on.
///
/// # Errors
/// [`Code::WrongState`].
pub(crate) fn keep(
    conn: &mut Conn,
    by: Option<&Actor>,
    need: &Need,
    found: &Found,
    now: Time,
) -> Result<ProposalId> {
    let made = proposals::insert(conn, &found.proposal, now)?;
    unmet::rewrite(conn, need.id, &found.missing, now)?;
    let act = if found.proposal.lines.is_empty() {
        NeedAct::MarkUnmet
    } else {
        NeedAct::Propose
    };
    if (act, need.state) != (NeedAct::MarkUnmet, NeedState::Unmet) {
        states::advance(conn, by, need.id, act, now)?;
    }
    let unmet: Vec<i32> = found.missing.iter().map(|line| line.position).collect();
    let entry = Act {
        act: "proposal.make",
        kind: "proposal",
        id: made.uuid(),
        before: None,
        after: Some(&json!({
            "need": need.id.to_string(), "lines": found.proposal.lines.len(),
            "unmet_lines": unmet,
        })),
    };
    match by {
        Some(by) => audit::record(conn, by, &entry)?,
        None => audit::record_by_server(conn, now, need.buyer, &entry)?,
    }
    Ok(made)
}

fn find(conn: &mut Conn, need: &Need, now: Time) -> Result<Found> {
    let lines = outstanding(conn, need)?;
    if lines.is_empty() {
        return Err(Refusal::new(Code::WrongState, "All of the need is on order already.").into());
    }
    let networks = upstream::networks(conn, need, now)?;
    let asked = Asked {
        declined: unmet::declined(conn, need)?,
        ..Asked::of(need, (&lines, &networks), now.date())
    };
    match_lines(conn, Origin::Need(need.id), &asked)
}

/// Matches the lines that are asked for. Writes nothing.
///
/// # Errors
/// [`Code::AmountOutOfRange`].
pub(crate) fn match_lines(conn: &mut Conn, origin: Origin, asked: &Asked<'_>) -> Result<Found> {
    let matched = matching::run(conn, asked)?;
    let missing = missing(&matched, asked.lines)?;
    let proposed = proposed(&matched, asked.lines)?;
    let basis = Basis {
        scales: matched.input.scales.clone(),
        excluded: matched.input.excluded.clone(),
        missing: missing.clone(),
    };
    Ok(Found {
        proposal: NewProposal {
            origin,
            buyer: asked.buyer,
            as_of: asked.as_of,
            currency: asked.currency,
            lines: proposed,
            request: written(&matched.input.request)?,
            plan: written(&matched.plan)?,
            basis: written(&basis)?,
        },
        missing,
    })
}

pub(crate) fn written(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| corrupt(&format!("a matching round: {error}")))
}

/// The need's lines with the quantities that are neither on order nor recorded as bought elsewhere or unmet;
/// lines of which nothing is left are left out.
pub(super) fn outstanding(conn: &mut Conn, need: &Need) -> Result<Vec<NeedLine>> {
    let ordered = unmet::on_order(conn, need)?;
    let recorded = records::recorded(conn, need.id)?;
    let mut lines = need.terms.lines.clone();
    for line in &mut lines {
        for gone in [&ordered, &recorded] {
            let gone = gone.get(&line.position).copied().unwrap_or_default();
            line.quantity = line.quantity.checked_sub(gone)?;
        }
    }
    lines.retain(|line| line.quantity > Micro::ZERO);
    Ok(lines)
}

/// The need's line that a line of the round stands for.
fn line_of<'a>(lines: &'a [NeedLine], id: &str) -> Result<&'a NeedLine> {
    lines
        .iter()
        .find(|line| line.position.to_string() == id)
        .ok_or_else(|| corrupt("a plan's line"))
}

pub(crate) fn proposed(matched: &Matched, lines: &[NeedLine]) -> Result<Vec<ProposedLine>> {
    let (request, scales) = (&matched.input.request, &matched.input.scales);
    let mut proposed = Vec::new();
    for allocation in &matched.plan.allocations {
        let line = line_of(lines, &allocation.line)?;
        let offer = request
            .offers
            .iter()
            .find(|offer| offer.id == allocation.offer)
            .ok_or_else(|| corrupt("a plan's offer"))?;
        let cooperative: Uuid =
            (offer.supplier.parse()).map_err(|_| corrupt("a plan's supplier"))?;
        proposed.push(ProposedLine {
            need_position: Some(line.position),
            listing: matching::listing_of(&offer.id)?,
            cooperative: OrganisationId::from(cooperative),
            product: line.product,
            region: line.region.clone(),
            due_on: line.due_on,
            quantity: scales.quantity(line.product, allocation.quantity)?,
            pooled: None,
            unit_price: scales.price(allocation.unit_price)?,
            unit_freight: scales.price(allocation.freight)?,
        });
    }
    // The round sorts lines by their ids' text: 10 stands before 2.
    proposed.sort_by_key(|line| (line.need_position, line.listing));
    Ok(proposed)
}

pub(crate) fn missing(matched: &Matched, lines: &[NeedLine]) -> Result<Vec<Missing>> {
    let mut missing = Vec::new();
    for unmet in &matched.plan.unmet {
        let line = line_of(lines, &unmet.line)?;
        let mut codes: Vec<String> = unmet
            .codes
            .iter()
            .map(|code| code.as_str().to_owned())
            .collect();
        let left_out = matched.input.excluded.iter();
        for one in left_out.filter(|one| one.product == line.product) {
            if !codes.contains(&one.code) {
                codes.push(one.code.clone());
            }
        }
        if codes.is_empty() {
            codes.push(NOT_OFFERED.to_owned());
        }
        missing.push(Missing {
            position: line.position,
            product: line.product,
            quantity: matched
                .input
                .scales
                .quantity(line.product, unmet.quantity)?,
            codes,
        });
    }
    missing.sort_by_key(|line| line.position);
    Ok(missing)
}
