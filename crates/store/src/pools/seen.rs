//! Who sees a pool, and what its state and dates allow now.
use super::members;
use super::pool::{Pool, Row, get};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result};
use crate::ids::{ListingId, PoolId};
use crate::needs::need::require_buyer;
use crate::page::merged;
use crate::schema::{pool_members, pools};
use crate::sql::Time;
use chrono::SecondsFormat;
use diesel::prelude::*;
use governance::OrganisationKind;
use ordering::PoolState;

/// A pool as somebody sees it.
#[derive(Clone, Debug)]
pub struct SeenPool {
    /// The pool.
    pub pool: Pool,
    /// Whether they opened it or are in it; others see its public facts.
    pub inside: bool,
}

/// The pool as `by` may see it: opener and members all of it, other admitted buyers what they need
/// to decide whether to join, while it is open.
///
/// # Errors
/// [`Code::NotFound`].
pub fn seen_by(conn: &mut Conn, by: &Actor, id: PoolId) -> Result<SeenPool> {
    let pool = get(conn, id)?;
    let inside = pool.opener == by.organisation || members::is_member(conn, id, by.organisation)?;
    let public = may_join(by) && pool.state == PoolState::Open;
    (inside || public).then_some(()).or_not_found()?;
    Ok(SeenPool { pool, inside })
}

/// The pool, for those who opened it or are in it.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for those who see its public facts only.
pub(super) fn of_insider(conn: &mut Conn, by: &Actor, id: PoolId) -> Result<Pool> {
    let seen = seen_by(conn, by, id)?;
    if seen.inside {
        return Ok(seen.pool);
    }
    Err(Refusal::new(
        Code::Forbidden,
        "Only the pool's members see this: join it.",
    )
    .into())
}

/// The pool, for a buyer of the organisation that opened it.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`].
pub(super) fn of_opener(conn: &mut Conn, by: &Actor, id: PoolId) -> Result<Pool> {
    let pool = seen_by(conn, by, id)?.pool;
    if pool.opener != by.organisation {
        return Err(Refusal::new(Code::Forbidden, "Only who opened the pool can do this.").into());
    }
    require_buyer(by)?;
    Ok(pool)
}

/// # Errors
/// [`Code::WrongState`] unless buyers can join and leave now, saying when they can or could.
pub(super) fn require_open(pool: &Pool, now: Time) -> Result<()> {
    require_within(pool, now, pool.state == PoolState::Open)
}

/// # Errors
/// [`Code::WrongState`] unless members can change their parts now, saying when they can or could.
pub(super) fn require_changeable(pool: &Pool, now: Time) -> Result<()> {
    let can = matches!(pool.state, PoolState::Open | PoolState::ToppingUp);
    require_within(pool, now, can)
}

fn require_within(pool: &Pool, now: Time, allowed: bool) -> Result<()> {
    let offer = &pool.offer;
    let detail = if !allowed {
        format!("A pool that is {} does not allow this.", pool.state)
    } else if now < offer.opens_at {
        format!("The pool opens at {}.", said(offer.opens_at))
    } else if now >= offer.closes_at {
        let at = said(offer.closes_at);
        format!("The pool's time to join and change ended at {at}.")
    } else {
        return Ok(());
    };
    Err(Refusal::new(Code::WrongState, detail).into())
}

/// A moment as refusals name it.
pub(super) fn said(time: Time) -> String {
    time.utc().to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn may_join(by: &Actor) -> bool {
    by.admitted
        && matches!(
            by.kind,
            OrganisationKind::Union | OrganisationKind::Community
        )
}

/// What a list of pools is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// In this state.
    pub state: Option<PoolState>,
    /// Over this listing.
    pub listing: Option<ListingId>,
}

/// Pools in the order in which they were opened, after `after`: those of one's own, and those that an
/// admitted buyer can join.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    filter: Filter,
    after: Option<PoolId>,
    limit: i64,
) -> Result<Vec<SeenPool>> {
    let page = || {
        let mut query = pools::table
            .order(pools::id)
            .limit(limit)
            .select(pools::id)
            .into_boxed();
        if let Some(state) = filter.state {
            query = query.filter(pools::status.eq(state.as_str()));
        }
        if let Some(listing) = filter.listing {
            query = query.filter(pools::listing_id.eq(listing));
        }
        if let Some(after) = after {
            query = query.filter(pools::id.gt(after));
        }
        query
    };
    // One page of each way to a pool, and the page of all: an `or` would read the whole table.
    let opened = page().filter(pools::opened_by.eq(by.organisation));
    let memberships = pool_members::table
        .filter(pool_members::organisation_id.eq(by.organisation))
        .select(pool_members::pool_id);
    let joined = page().filter(pools::id.eq_any(memberships));
    let opened: Vec<PoolId> = opened.load(conn)?;
    let joined: Vec<PoolId> = joined.load(conn)?;
    let mut ids = merged(opened, joined, limit);
    if may_join(by) {
        let joinable = page()
            .filter(pools::status.eq(PoolState::Open.as_str()))
            .filter(pools::closes_at.gt(by.now));
        let joinable: Vec<PoolId> = joinable.load(conn)?;
        ids = merged(ids, joinable, limit);
    }
    let mine = members::joined(conn, by.organisation, &ids)?;
    let rows: Vec<Row> = pools::table
        .filter(pools::id.eq_any(ids))
        .order(pools::id)
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            let pool = Pool::try_from(row)?;
            let inside = pool.opener == by.organisation || mine.contains(&pool.id);
            Ok(SeenPool { pool, inside })
        })
        .collect()
}
