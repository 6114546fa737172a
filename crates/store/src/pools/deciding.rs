//! What becomes of a pool that fell short: its buyers vote, one organisation one vote, until a date. Its
//! opener has no other say than theirs.
use super::members;
use super::notices::{self, News};
use super::parts;
use super::pool::{self, Hand, Pool};
use super::{joining, seen};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{OrganisationId, PersonId, PoolId};
use crate::operations::audit;
use crate::schema::pool_votes;
use crate::sql::Time;
use chrono::{NaiveTime, TimeDelta};
use diesel::prelude::*;
use money::Micro;
use ordering::pool::{PoolChoice, Tally};
use ordering::{POOL, PoolAct, PoolState};
use serde_json::json;

/// How the decision on a pool stands, or how it ended last.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The pool.
    pub pool: Pool,
    /// The votes so far.
    pub tally: Tally,
    /// Who may vote.
    pub voters: i64,
    /// Units that are missing to the listing's smallest order.
    pub missing: Micro,
}

/// An organisation's vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// For what; nothing where it has not voted.
    pub choice: Option<PoolChoice>,
    /// When.
    pub voted_at: Option<Time>,
    /// Counts changes; zero where it has not voted.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    _pool_id: PoolId,
    _organisation_id: OrganisationId,
    choice: String,
    _voted_by: PersonId,
    voted_at: Time,
    version: i64,
}

/// The decision, for those who opened the pool or are in it.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`] where the pool never fell short.
pub fn decision(conn: &mut Conn, by: &Actor, id: PoolId) -> Result<Decision> {
    let pool = seen::of_insider(conn, by, id)?;
    if pool.shortcoming.is_none() {
        let detail = format!("The pool is {}: there is nothing to decide.", pool.state);
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let members = members::all(conn, id)?;
    let parts = parts::taken(conn, &pool, &members)?;
    let missing = parts.least.get().saturating_sub(parts.sum.get());
    Ok(Decision {
        tally: tally(conn, id)?,
        voters: members::count(conn, id)?,
        missing: Micro::new(missing.max(0)),
        pool,
    })
}

/// The vote of the actor's organisation.
///
/// # Errors
/// [`Code::NotFound`] for who is no member.
pub fn mine(conn: &mut Conn, by: &Actor, id: PoolId) -> Result<Vote> {
    members::is_member(conn, id, by.organisation)?
        .then_some(())
        .or_not_found()?;
    find(conn, id, by.organisation)
}

fn find(conn: &mut Conn, id: PoolId, organisation: OrganisationId) -> Result<Vote> {
    let row: Option<Row> = pool_votes::table
        .find((id, organisation))
        .first(conn)
        .optional()?;
    Ok(match row {
        None => Vote {
            choice: None,
            voted_at: None,
            version: 0,
        },
        Some(row) => Vote {
            choice: Some(read(&row.choice)?),
            voted_at: Some(row.voted_at),
            version: row.version,
        },
    })
}

/// A member votes, or votes otherwise, until the date of the decision.
///
/// # Errors
/// [`Code::NotFound`] for who is no member, [`Code::Forbidden`], [`Code::WrongState`] unless the pool's buyers
/// decide now, [`Code::Stale`].
pub fn vote(
    conn: &mut Conn,
    by: &Actor,
    id: PoolId,
    version: i64,
    choice: PoolChoice,
) -> Result<Vote> {
    let (pool, _) = joining::own(conn, by, id)?;
    require_deciding(&pool, by.now)?;
    let before = find(conn, id, by.organisation)?;
    if before.version != version {
        return Err(Refusal::stale().into());
    }
    if before.version == 0 {
        diesel::insert_into(pool_votes::table)
            .values((
                pool_votes::pool_id.eq(id),
                pool_votes::organisation_id.eq(by.organisation),
                pool_votes::choice.eq(choice.as_str()),
                pool_votes::voted_by.eq(by.person),
                pool_votes::voted_at.eq(by.now),
                pool_votes::version.eq(1),
            ))
            .execute(conn)?;
    } else {
        diesel::update(pool_votes::table.find((id, by.organisation)))
            .set((
                pool_votes::choice.eq(choice.as_str()),
                pool_votes::voted_by.eq(by.person),
                pool_votes::voted_at.eq(by.now),
                pool_votes::version.eq(version + 1),
            ))
            .execute(conn)?;
    }
    let was = before.choice.map(|was| json!({"choice": was.as_str()}));
    let is = json!({"choice": choice.as_str()});
    audit::change(conn, by, "pool.vote", id.uuid(), was.as_ref(), &is)?;
    find(conn, id, by.organisation)
}

fn require_deciding(pool: &Pool, now: Time) -> Result<()> {
    let open = pool.phase_ends_at.is_some_and(|ends| now < ends);
    if pool.state == PoolState::Deciding && open {
        return Ok(());
    }
    let detail = match pool.phase_ends_at {
        Some(ends) if pool.state == PoolState::Deciding => {
            format!("The vote ended at {}.", seen::said(ends))
        }
        _ => format!("The pool is {}: there is nothing to decide.", pool.state),
    };
    Err(Refusal::new(Code::WrongState, detail).into())
}

fn read(word: &str) -> Result<PoolChoice> {
    PoolChoice::parse(word).map_err(|_| corrupt("pool_votes.choice"))
}

fn tally(conn: &mut Conn, id: PoolId) -> Result<Tally> {
    let votes: Vec<String> = pool_votes::table
        .filter(pool_votes::pool_id.eq(id))
        .select(pool_votes::choice)
        .load(conn)?;
    let votes: Vec<PoolChoice> = votes.iter().map(|word| read(word)).collect::<Result<_>>()?;
    Ok(Tally::of(votes))
}

/// Until when a pool would be extended or topped up, decided at `now`; nothing where it is due before, its
/// rounds of bids included.
pub fn extended_to(pool: &Pool, now: Time) -> Option<Time> {
    let days = |days: i32| TimeDelta::days(i64::from(days));
    let due = Time::from(pool.offer.due_on.and_time(NaiveTime::MIN).and_utc());
    let last = due.plus(-days(pool.offer.sharing.bidding_days()));
    Some(now.plus(days(pool.offer.extension_days)).min(last)).filter(|until| *until > now)
}

/// The vote is over: the pool becomes what most voted for, and its members are told. Where it is due before
/// anything could be added, it comes to nothing whatever they voted for.
///
/// # Errors
/// [`Code::Stale`].
pub(super) fn decide(conn: &mut Conn, now: Time, before: &Pool) -> Result<()> {
    let choice = tally(conn, before.id)?.decided();
    let (act, news, until) = match (choice, extended_to(before, now)) {
        (PoolChoice::Extend, Some(until)) => (PoolAct::Extend, News::Extended, Some(until)),
        (PoolChoice::TopUp, Some(until)) => (PoolAct::TopUp, News::ToppingUp, Some(until)),
        _ => (PoolAct::GiveUp, News::Cancelled, None),
    };
    let mut after = before.clone();
    after.state = POOL.next(before.state, act)?;
    after.phase_ends_at = until;
    if let Some(until) = until {
        after.offer.closes_at = until;
        after.shortcoming = None;
    }
    let act = match act {
        PoolAct::Extend => "pool.decide_extend",
        PoolAct::TopUp => "pool.decide_top_up",
        _ => "pool.decide_cancel",
    };
    let hand = Hand::Server(now);
    let after = pool::save(conn, hand, act, before.version, before, after)?;
    if until.is_some() {
        // Members may leave again; what they voted for stands in the audit log.
        forget(conn, before.id)?;
    }
    notices::news(conn, &after, news, now)
}

/// A new decision starts without votes.
///
/// # Errors
/// Those of the database.
pub(super) fn forget(conn: &mut Conn, id: PoolId) -> Result<()> {
    diesel::delete(pool_votes::table.filter(pool_votes::pool_id.eq(id))).execute(conn)?;
    Ok(())
}
