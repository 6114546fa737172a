//! The needs in a round: entered and taken out by their buyers while it is open.
use super::{Round, get, lock};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result};
use crate::governance::rule_sets;
use crate::ids::{NeedId, OrganisationId, PersonId, ProposalId, RoundId};
use crate::needs::need::{self, Need, require_buyer};
use crate::needs::unmet;
use crate::on_each;
use crate::operations::audit::{self, Act};
use crate::schema::{needs, round_needs, rounds};
use crate::sql::Time;
use diesel::prelude::*;
use ordering::{NeedState, RoundState};
use serde_json::json;
use std::collections::BTreeMap;

/// Needs a round has at most: what one worker matches in some seconds.
pub const NEEDS_MAX: i64 = 2_000;

/// A need in a round.
#[derive(Clone, Debug, Queryable)]
pub struct Entry {
    /// The round.
    pub round: RoundId,
    /// The need.
    pub need: NeedId,
    /// What came of it.
    pub proposal: Option<ProposalId>,
    _entered_by: PersonId,
    /// When it was entered.
    pub entered_at: Time,
    /// Whose need it is.
    pub buyer: OrganisationId,
}

type Columns = (
    round_needs::round_id,
    round_needs::need_id,
    round_needs::proposal_id,
    round_needs::entered_by,
    round_needs::entered_at,
    needs::buyer_id,
);

const COLUMNS: Columns = (
    round_needs::round_id,
    round_needs::need_id,
    round_needs::proposal_id,
    round_needs::entered_by,
    round_needs::entered_at,
    needs::buyer_id,
);

/// A buyer enters a need into an open round.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::NotAdmitted`]; [`Code::WrongState`] where the round is
/// not open or full, or the need is no open one, is on order, is in another round, or has a policy of its
/// own; [`Code::CurrencyMismatch`], [`Code::NoCommonRuleSet`]; [`Code::Duplicate`] where it is in already.
pub fn enter(conn: &mut Conn, by: &Actor, round: RoundId, need: NeedId) -> Result<Entry> {
    require_buyer(by)?;
    lock(conn, round)?;
    let round = open(conn, round)?;
    let need = need::get(conn, by, need)?;
    if let Some(refusal) = unfit(conn, &round, &need)? {
        return Err(refusal.into());
    }
    if need.terms.currency != round.terms.currency {
        let detail = format!("The round is in {}.", round.terms.currency);
        return Err(Refusal::new(Code::CurrencyMismatch, detail).into());
    }
    if !rule_sets::has_adopted(conn, by.organisation, round.terms.rule_set)? {
        let detail = "Your assembly has not adopted the round's rule set.";
        return Err(Refusal::new(Code::NoCommonRuleSet, detail).into());
    }
    if let Some(other) = present_round(conn, need.id)?.filter(|other| *other != round.id) {
        let detail = format!("The need is in round {other} already.");
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    if count(conn, round.id)? >= NEEDS_MAX {
        let detail = format!("The round is full: it has {NEEDS_MAX} needs.");
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let row = (
        round_needs::round_id.eq(round.id),
        round_needs::need_id.eq(need.id),
        round_needs::entered_by.eq(by.person),
        round_needs::entered_at.eq(by.now),
    );
    let inserted = on_each!(conn => diesel::insert_into(round_needs::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    if inserted == 0 {
        return Err(Refusal::new(Code::Duplicate, "The need is in the round already.").into());
    }
    record(conn, by, "round.enter", &round, need.id)?;
    find(conn, round.id, need.id)?.or_not_found()
}

/// A buyer takes a need out of an open round.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`] where the round is not open any more.
pub fn leave(conn: &mut Conn, by: &Actor, round: RoundId, need: NeedId) -> Result<()> {
    require_buyer(by)?;
    lock(conn, round)?;
    let entry = find(conn, round, need)?.or_not_found()?;
    if entry.buyer != by.organisation {
        return Err(Refusal::not_found().into());
    }
    let round = open(conn, round)?;
    diesel::delete(round_needs::table.find((round.id, need))).execute(conn)?;
    record(conn, by, "round.leave", &round, need)
}

/// A need in a round, for its buyer and for the network that convened the round.
///
/// # Errors
/// [`Code::NotFound`].
pub fn seen_by(conn: &mut Conn, by: &Actor, round: RoundId, need: NeedId) -> Result<Entry> {
    let network = get(conn, round)?.network;
    let entry = find(conn, round, need)?.or_not_found()?;
    let theirs = [network, entry.buyer].contains(&by.organisation);
    theirs.then_some(entry).or_not_found()
}

/// The needs in a round after `after`: all for the network that convened it, for others their own.
///
/// # Errors
/// [`Code::NotFound`] for the round.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    round: RoundId,
    after: Option<NeedId>,
    limit: i64,
) -> Result<Vec<Entry>> {
    let network = get(conn, round)?.network;
    let mut query = round_needs::table
        .inner_join(needs::table)
        .filter(round_needs::round_id.eq(round))
        .select(COLUMNS)
        .order(round_needs::need_id)
        .limit(limit)
        .into_boxed();
    if network != by.organisation {
        query = query.filter(needs::buyer_id.eq(by.organisation));
    }
    if let Some(after) = after {
        query = query.filter(round_needs::need_id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// How many needs are in the round.
///
/// # Errors
/// Those of the database.
pub fn count(conn: &mut Conn, round: RoundId) -> Result<i64> {
    Ok(counts(conn, &[round])?.get(&round).copied().unwrap_or(0))
}

/// How many needs are in each of the rounds; a round without any is absent.
///
/// # Errors
/// Those of the database.
pub fn counts(conn: &mut Conn, rounds: &[RoundId]) -> Result<BTreeMap<RoundId, i64>> {
    let rows: Vec<(RoundId, i64)> = round_needs::table
        .filter(round_needs::round_id.eq_any(rounds))
        .group_by(round_needs::round_id)
        .select((round_needs::round_id, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The needs in the round, by id.
pub(super) fn of_round(conn: &mut Conn, round: RoundId) -> Result<Vec<NeedId>> {
    Ok(round_needs::table
        .filter(round_needs::round_id.eq(round))
        .order(round_needs::need_id)
        .select(round_needs::need_id)
        .load(conn)?)
}

/// Why the need cannot be matched in the round, if it cannot.
///
/// # Errors
/// Those of the database.
pub(super) fn unfit(conn: &mut Conn, round: &Round, need: &Need) -> Result<Option<Refusal>> {
    let waits = matches!(
        need.state,
        NeedState::Published | NeedState::Proposed | NeedState::Unmet
    );
    let networks = &need.terms.networks;
    let detail = if !waits {
        format!("The need is {}; published ones are matched.", need.state)
    } else if !unmet::on_order(conn, need)?.is_empty() || !unmet::declined(conn, need)?.is_empty() {
        "The need was ordered before: what is left of it is matched by itself.".to_owned()
    } else if need.terms.max_premium_rate.is_some() {
        "A round has one price for all: a need with a limit of its own on the premium is matched by \
         itself."
            .to_owned()
    } else if !networks.is_empty() && !networks.contains(&round.network) {
        "By its policy the need does not accept the verifications of the round's network."
            .to_owned()
    } else {
        return Ok(None);
    };
    Ok(Some(Refusal::new(Code::WrongState, detail)))
}

fn open(conn: &mut Conn, id: RoundId) -> Result<Round> {
    let round = get(conn, id)?;
    if round.state == RoundState::Open {
        return Ok(round);
    }
    let detail = format!(
        "The round is {}; needs enter and leave while it is open.",
        round.state
    );
    Err(Refusal::new(Code::WrongState, detail).into())
}

/// The round that the need is in and that is not over.
fn present_round(conn: &mut Conn, need: NeedId) -> Result<Option<RoundId>> {
    Ok(round_needs::table
        .inner_join(rounds::table)
        .filter(round_needs::need_id.eq(need))
        .filter(rounds::status.eq_any([RoundState::Open.as_str(), RoundState::Planning.as_str()]))
        .select(rounds::id)
        .first(conn)
        .optional()?)
}

fn find(conn: &mut Conn, round: RoundId, need: NeedId) -> Result<Option<Entry>> {
    Ok(round_needs::table
        .inner_join(needs::table)
        .filter(round_needs::round_id.eq(round))
        .filter(round_needs::need_id.eq(need))
        .select(COLUMNS)
        .first(conn)
        .optional()?)
}

fn record(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    round: &Round,
    need: NeedId,
) -> Result<()> {
    let act = Act {
        act,
        kind: "need",
        id: need.uuid(),
        before: None,
        after: Some(&json!({"round": round.id.to_string(), "reference": round.reference})),
    };
    audit::record(conn, by, &act)
}
