//! What a pool's dates do by themselves: its time to join ends, its buyers' decision is due, a round of bids
//! ends. The worker calls [`pass_due`]; its opener may end a phase earlier.
use super::members::{self, Member};
use super::parts::{self, Parts};
use super::pool::{self, Hand, Pool, Sharing};
use super::{bidding, deciding, notices};
use crate::catalogue::listings;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::PoolId;
use crate::orders::alone;
use crate::sql::Time;
use chrono::TimeDelta;
use ordering::pool::{BIDDERS_MIN, Shortcoming};
use ordering::{POOL, PoolAct, PoolState};

/// At most this many of each kind in one transaction: others write in between.
const AT_ONCE: i64 = 20;
/// A pool that does not fall short is looked at again this much later.
const LOOK_AGAIN: TimeDelta = TimeDelta::hours(1);
/// How long the buyers of a pool that fell short vote.
const DECISION: TimeDelta = TimeDelta::days(5);

/// Does what is due at `now`. Returns how much was due; call it until that is nothing. What a rule refuses on
/// its own is logged and left for the next time.
///
/// # Errors
/// Those of the database.
pub fn pass_due(conn: &mut Conn, now: Time) -> Result<usize> {
    let mut done = 0;
    for due in pool::looked_at(conn, now, AT_ONCE)? {
        done += alone(conn, due.id.uuid(), |conn| near_miss(conn, due.id, now))?;
    }
    for due in pool::ending(conn, now, AT_ONCE)? {
        done += alone(conn, due.id.uuid(), |conn| end(conn, due.id, now))?;
    }
    Ok(done)
}

/// Ends the phase that is over, unless somebody was faster.
fn end(conn: &mut Conn, id: PoolId, now: Time) -> Result<()> {
    pool::lock(conn, id)?;
    let pool = pool::get(conn, id)?;
    if pool.phase_ends_at.is_none_or(|ends| ends > now) {
        return Ok(());
    }
    let hand = Hand::Server(now);
    match pool.state {
        PoolState::Open | PoolState::ToppingUp => {
            let members = members::all(conn, id)?;
            let parts = parts::taken(conn, &pool, &members)?;
            match shortcoming(&pool, &parts) {
                None => fix_or_fall(conn, hand, &pool, &members, &parts)?,
                Some(why) => fall_short(conn, hand, &pool, why)?,
            };
        }
        PoolState::Bidding => {
            bidding::end_round(conn, hand, pool.version, &pool)?;
        }
        PoolState::Deciding => deciding::decide(conn, now, &pool)?,
        PoolState::Closing | PoolState::Ordered | PoolState::Cancelled => {}
    }
    Ok(())
}

/// Why a pool that ended now would fall short.
pub(super) fn shortcoming(pool: &Pool, parts: &Parts) -> Option<Shortcoming> {
    let bids = matches!(pool.offer.sharing, Sharing::Bidding { .. });
    if parts.sum < parts.least {
        Some(Shortcoming::BelowMinimum)
    } else if bids && parts.buyers() < BIDDERS_MIN {
        Some(Shortcoming::TooFewBidders)
    } else {
        None
    }
}

/// Fixes the members' parts: the pool can be ordered, or its buyers bid.
///
/// # Errors
/// [`crate::Code::Stale`]; where buyers bid, those of the price.
pub(super) fn fix(
    conn: &mut Conn,
    hand: Hand<'_>,
    version: i64,
    before: &Pool,
    (members, parts): (&[Member], &Parts),
) -> Result<Pool> {
    if matches!(before.offer.sharing, Sharing::Bidding { .. }) {
        return bidding::start(conn, hand, version, before, (members, parts));
    }
    let mut after = before.clone();
    after.state = POOL.next(before.state, PoolAct::Close)?;
    after.phase_ends_at = None;
    after.near_miss_at = None;
    members::fix(conn, members, &parts.bought, None)?;
    pool::save(conn, hand, "pool.close", version, before, after)
}

/// As [`fix`], when its date passes: without a price there are no guide values to bid by, and its buyers
/// decide.
fn fix_or_fall(
    conn: &mut Conn,
    hand: Hand<'_>,
    pool: &Pool,
    members: &[Member],
    parts: &Parts,
) -> Result<Pool> {
    match fix(conn, hand, pool.version, pool, (members, parts)) {
        Err(Error::Refused(refusal)) => {
            let code = refusal.code.as_str();
            tracing::warn!(pool = %pool.id, code, detail = refusal.detail, "no price to bid by");
            fall_short(conn, hand, pool, Shortcoming::NoPrice)
        }
        fixed => fixed,
    }
}

/// The pool's buyers decide on it. Where nobody has joined there is nothing to decide: it came to nothing.
///
/// # Errors
/// [`crate::Code::Stale`].
pub(super) fn fall_short(
    conn: &mut Conn,
    hand: Hand<'_>,
    before: &Pool,
    why: Shortcoming,
) -> Result<Pool> {
    let now = hand.now();
    let vote_by = now.plus(DECISION);
    let mut after = before.clone();
    after.state = POOL.next(before.state, PoolAct::FallShort)?;
    after.shortcoming = Some(why);
    after.bids = None;
    after.near_miss_at = None;
    after.phase_ends_at = Some(vote_by);
    bidding::forget(conn, before.id)?;
    deciding::forget(conn, before.id)?;
    members::release(conn, before.id)?;
    if members::count(conn, before.id)? == 0 {
        after.state = POOL.next(after.state, PoolAct::GiveUp)?;
        after.phase_ends_at = None;
        return pool::save(conn, hand, "pool.give_up", before.version, before, after);
    }
    let after = pool::save(conn, hand, "pool.fall_short", before.version, before, after)?;
    notices::vote(conn, &after, why, vote_by, now)?;
    Ok(after)
}

/// Tells the members once, shortly before the date, where the pool stands below the minimum or somebody's
/// last case is not full.
fn near_miss(conn: &mut Conn, id: PoolId, now: Time) -> Result<()> {
    pool::lock(conn, id)?;
    let pool = pool::get(conn, id)?;
    if pool.near_miss_at.is_none_or(|at| at > now) {
        return Ok(());
    }
    let members = members::all(conn, id)?;
    let parts = parts::taken(conn, &pool, &members)?;
    let lost = members
        .iter()
        .zip(&parts.bought)
        .any(|(member, bought)| *bought < member.quantity);
    if members.is_empty() || !(lost || parts.sum < parts.least) {
        return pool::look_again(conn, id, Some(now.plus(LOOK_AGAIN)));
    }
    pool::look_again(conn, id, None)?;
    let asked = parts::asked(&members)?.0;
    let listing = listings::get(conn, pool.offer.listing)?;
    let figures = (asked, parts.sum, listing.terms.minimum);
    notices::near_miss(conn, &pool, figures, now)
}
