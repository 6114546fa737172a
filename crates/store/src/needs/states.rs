//! What happens to a need: `ordering`'s state machine decides, this writes it down.
use super::need::{self, Need};
use super::proposals::{self, Origin};
use super::{unmet, upstream};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result};
use crate::ids::NeedId;
use crate::operations::audit::{self, Act};
use crate::schema::needs;
use crate::sql::Time;
use diesel::prelude::*;
use ordering::{NEED, NeedAct};
use serde_json::json;

/// The buyer publishes a draft: it can be matched from now on.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`], [`Code::Stale`].
pub fn publish(conn: &mut Conn, by: &Actor, id: NeedId, version: i64) -> Result<Need> {
    act(conn, by, id, version, NeedAct::Publish)
}

/// The buyer takes a need back to change it: its proposals and its place in the unmet list end.
///
/// # Errors
/// As [`publish`]; [`Code::WrongState`] also while a part of it is on order.
pub fn withdraw(conn: &mut Conn, by: &Actor, id: NeedId, version: i64) -> Result<Need> {
    let found = need::get(conn, by, id)?;
    need::require_poster(by)?;
    if !upstream::records::recorded(conn, id)?.is_empty() {
        let detail = "A part of the need is recorded as bought elsewhere or unmet: close it.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    if !unmet::on_order(conn, &found)?.is_empty() {
        return Err(Refusal::new(
            Code::WrongState,
            "A part of the need is on order: close it, and write another for what is left.",
        )
        .into());
    }
    act(conn, by, id, version, NeedAct::Withdraw)
}

/// The buyer ends a need: its proposals and its place in the unmet list end.
///
/// # Errors
/// As [`publish`].
pub fn close(conn: &mut Conn, by: &Actor, id: NeedId, version: i64) -> Result<Need> {
    act(conn, by, id, version, NeedAct::Close)
}

fn act(conn: &mut Conn, by: &Actor, id: NeedId, version: i64, act: NeedAct) -> Result<Need> {
    let found = need::get(conn, by, id)?;
    need::require_poster(by)?;
    let next = NEED.next(found.state, act)?;
    let first_until = match act {
        NeedAct::Publish => upstream::first_until(conn, by)?,
        NeedAct::Withdraw => None,
        _ => found.first_until,
    };
    let changed = diesel::update(needs::table.find(id))
        .filter(needs::version.eq(version))
        .set((
            needs::status.eq(next.as_str()),
            needs::first_until.eq(first_until),
            needs::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    if act != NeedAct::Publish {
        proposals::supersede(conn, Origin::Need(id))?;
        unmet::clear(conn, id)?;
    }
    audit::record(
        conn,
        by,
        &Act {
            act: name(act),
            kind: "need",
            id: id.uuid(),
            before: Some(&json!({"status": found.state.as_str()})),
            after: Some(&json!({"status": next.as_str()})),
        },
    )?;
    let after = need::load(conn, id)?;
    if act == NeedAct::Publish {
        upstream::tell(conn, &after, by.now)?;
    }
    Ok(after)
}

/// Holds the need until the caller's commit, if it is still at this version.
///
/// # Errors
/// Those of the database.
pub(crate) fn lock_at(conn: &mut Conn, id: NeedId, version: i64) -> Result<bool> {
    let held = diesel::update(needs::table.find(id))
        .filter(needs::version.eq(version))
        .set(needs::version.eq(version + 1))
        .execute(conn)?;
    Ok(held == 1)
}

/// Holds the need until the caller's commit, so that two matchings of it come one after the other.
///
/// # Errors
/// [`Code::NotFound`].
pub(super) fn lock(conn: &mut Conn, id: NeedId) -> Result<()> {
    let held = diesel::update(needs::table.find(id))
        .set(needs::version.eq(needs::version + 1))
        .execute(conn)?;
    (held == 1).then_some(()).or_not_found()
}

/// Moves a need on as a consequence of something else (it was matched, or ordered). The audit names
/// the actor, or the server where nobody acts.
///
/// # Errors
/// [`Code::WrongState`], [`Code::NotFound`]; [`Code::Busy`] where somebody else moved it at once.
pub fn advance(
    conn: &mut Conn,
    by: Option<&Actor>,
    id: NeedId,
    act: NeedAct,
    now: Time,
) -> Result<()> {
    let found = need::load(conn, id)?;
    let next = NEED.next(found.state, act)?;
    let changed = diesel::update(needs::table.find(id))
        .filter(needs::version.eq(found.version))
        .set((
            needs::status.eq(next.as_str()),
            needs::version.eq(found.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::new(
            Code::Busy,
            "Somebody else changed the need at this moment: try again.",
        )
        .into());
    }
    let entry = Act {
        act: name(act),
        kind: "need",
        id: id.uuid(),
        before: Some(&json!({"status": found.state.as_str()})),
        after: Some(&json!({"status": next.as_str()})),
    };
    match by {
        Some(by) => audit::record(conn, by, &entry),
        None => audit::record_by_server(conn, now, found.buyer, &entry),
    }
}

/// A need was ordered otherwise than by a proposal: its open proposals and its place in the unmet list end.
///
/// # Errors
/// As [`advance`].
pub(crate) fn order_elsewhere(conn: &mut Conn, by: &Actor, id: NeedId) -> Result<()> {
    advance(conn, Some(by), id, NeedAct::Order, by.now)?;
    proposals::supersede(conn, Origin::Need(id))?;
    unmet::clear(conn, id)
}

fn name(act: NeedAct) -> &'static str {
    match act {
        NeedAct::Publish => "need.publish",
        NeedAct::Propose => "need.propose",
        NeedAct::Order => "need.order",
        NeedAct::MarkUnmet => "need.mark_unmet",
        NeedAct::Withdraw => "need.withdraw",
        NeedAct::Close => "need.close",
    }
}
