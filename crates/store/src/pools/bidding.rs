//! Secret bids: each buyer of a pool says what it pays for its part, round by round, until the sum is what
//! the co-operative receives.
//!
//! A bid is its bidder's alone. Nobody else reads it, no entry of the audit log and no notice carries it, and
//! what is said of a round is only whether it was enough: of a sum, a buyer could take its own bid away.
use super::members::{self, Member};
use super::notices::{self, News};
use super::parts::Parts;
use super::phases;
use super::pool::{self, Bids, Hand, Pool, Sharing};
use super::{joining, seen, terms};
use crate::actor::Actor;
use crate::catalogue::listings;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{OrganisationId, PoolId};
use crate::on_each;
use crate::operations::audit;
use crate::schema::{pool_ballots, pool_bids};
use crate::sql::Time;
use chrono::TimeDelta;
use diesel::prelude::*;
use money::{Currency, Money};
use ordering::pool::{Ballot, Counted, Shortcoming, count, round_bids, settle};
use ordering::{POOL, PoolAct, PoolState};
use serde_json::json;
use std::collections::BTreeMap;

/// What a buyer sees of the bidding: its own side.
#[derive(Clone, Debug)]
pub struct SeenBallot {
    /// The pool.
    pub pool: Pool,
    /// Its own bids.
    pub ballot: Ballot,
    /// What it bids where it is silent: its part at equal ability.
    pub guide: Money,
    /// What it pays for goods, once a round was enough and as long as the price is that of the bidding.
    pub payment: Option<Money>,
    /// Counts changes of its bids; zero where it has entered none.
    pub version: i64,
}

/// The first round opens: parts are fixed, and each buyer's guide value is what it would pay at equal ability.
///
/// # Errors
/// Those of the price, [`Code::Stale`].
pub(super) fn start(
    conn: &mut Conn,
    hand: Hand<'_>,
    version: i64,
    before: &Pool,
    (members, parts): (&[Member], &Parts),
) -> Result<Pool> {
    let priced = terms::at_equal_ability(conn, before, hand.now().date(), members, parts)?;
    let mut paid = priced.buyers.iter().zip(&priced.shares.buyers);
    let nothing = Money::zero(priced.shares.cooperative_receives.currency());
    let guides: Vec<Money> = members
        .iter()
        .map(|member| {
            let mine = paid.find(|(organisation, _)| **organisation == member.organisation);
            mine.map_or(nothing, |(_, share)| share.total)
        })
        .collect();
    members::fix(conn, members, &parts.bought, Some(&guides))?;
    let mut after = before.clone();
    after.state = POOL.next(before.state, PoolAct::StartBidding)?;
    after.near_miss_at = None;
    after.bids = Some(Bids {
        round: 1,
        target_minor: priced.shares.cooperative_receives.minor(),
    });
    after.phase_ends_at = Some(round_end(before, hand.now())?);
    let after = pool::save(conn, hand, "pool.start_bidding", version, before, after)?;
    notices::news(conn, &after, News::Bidding, hand.now())?;
    Ok(after)
}

/// The opener ends the present round before its date.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`].
pub fn close_round(conn: &mut Conn, by: &Actor, id: PoolId, version: i64) -> Result<Pool> {
    pool::lock(conn, id)?;
    let pool = seen::of_opener(conn, by, id)?;
    POOL.next(pool.state, PoolAct::Cover)?;
    end_round(conn, Hand::Person(by), version, &pool)
}

/// Counts the round that ends and those that everybody has prepared: the pool can be ordered, or the next
/// round opens, or its buyers decide.
///
/// # Errors
/// [`Code::Stale`].
pub(super) fn end_round(
    conn: &mut Conn,
    hand: Hand<'_>,
    version: i64,
    before: &Pool,
) -> Result<Pool> {
    if before.version != version {
        return Err(Refusal::stale().into());
    }
    let (bids, rounds, _) = rules(before)?;
    let counting = Counting::load(conn, before)?;
    let (guides, ballots) = (&counting.guides, &counting.ballots);
    let counted = count(counting.target, bids.round, rounds, guides, ballots)?;
    let mut after = before.clone();
    let (act, news) = match counted {
        Counted::Insufficient => {
            return phases::fall_short(conn, hand, before, Shortcoming::BidsInsufficient);
        }
        Counted::Sufficient(round) => {
            after.state = POOL.next(before.state, PoolAct::Cover)?;
            after.phase_ends_at = None;
            after.bids = Some(Bids { round, ..bids });
            ("pool.cover", News::Covered)
        }
        Counted::Open(round) => {
            after.phase_ends_at = Some(round_end(before, hand.now())?);
            after.bids = Some(Bids { round, ..bids });
            ("pool.next_round", News::NextRound)
        }
    };
    let after = pool::save(conn, hand, act, version, before, after)?;
    notices::news(conn, &after, news, hand.now())?;
    Ok(after)
}

/// What the actor's organisation sees of the bidding.
///
/// # Errors
/// [`Code::NotFound`] for who is no member, [`Code::WrongState`] before the first round.
pub fn mine(conn: &mut Conn, by: &Actor, id: PoolId) -> Result<SeenBallot> {
    members::is_member(conn, id, by.organisation)?
        .then_some(())
        .or_not_found()?;
    let pool = pool::get(conn, id)?;
    if pool.bids.is_none() {
        let detail = format!("The pool is {}, and nobody bids.", pool.state);
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    see(conn, by, pool)
}

fn see(conn: &mut Conn, by: &Actor, pool: Pool) -> Result<SeenBallot> {
    let counting = Counting::load(conn, &pool)?;
    let position = counting
        .buyers
        .iter()
        .position(|one| *one == by.organisation);
    let position = position.or_not_found()?;
    let covered = matches!(pool.state, PoolState::Closing | PoolState::Ordered);
    let payment = match (covered, pool.bids) {
        (true, Some(bids)) => {
            let bids = round_bids(bids.round, &counting.guides, &counting.ballots);
            let paid = settle(counting.target, &bids)?;
            paid.and_then(|paid| paid.get(position).copied())
        }
        _ => None,
    };
    let version: Option<i64> = pool_ballots::table
        .find((pool.id, by.organisation))
        .select(pool_ballots::version)
        .first(conn)
        .optional()?;
    Ok(SeenBallot {
        ballot: counting.ballots.get(position).cloned().or_not_found()?,
        guide: counting.guides.get(position).copied().or_not_found()?,
        version: version.unwrap_or(0),
        payment,
        pool,
    })
}

/// A buyer enters its bids for the present and later rounds, in the place of those it entered before.
///
/// # Errors
/// [`Code::NotFound`] for who is no member or buys nothing, [`Code::Forbidden`], [`Code::WrongState`] unless a
/// round is open, and for one that is over, [`Code::Stale`], [`Code::InvalidInput`] for one beyond the last, a bid
/// in another currency or above the whole sum, bids that fall from round to round.
pub fn bid(
    conn: &mut Conn,
    by: &Actor,
    id: PoolId,
    version: i64,
    entered: &[(u32, Money)],
) -> Result<SeenBallot> {
    let (pool, _) = joining::own(conn, by, id)?;
    require_bidding(&pool, by.now)?;
    let (bids, rounds, _) = rules(&pool)?;
    let seen = see(conn, by, pool)?;
    if seen.version != version {
        return Err(Refusal::stale().into());
    }
    let target = Money::new(bids.target_minor, seen.guide.currency());
    for (position, (round, amount)) in entered.iter().enumerate() {
        require_bid((bids.round, rounds), target, (*round, *amount), position)?;
    }
    let kept = seen.ballot.bids().iter().copied();
    let over: Vec<(u32, Money)> = kept.filter(|(round, _)| *round < bids.round).collect();
    let ballot = Ballot::new(over.into_iter().chain(entered.iter().copied()).collect())
        .map_err(|error| Refusal::new(Code::InvalidInput, error.to_string()).at("/bids"))?;
    write(conn, by, id, version, &ballot)?;
    pool::touch(conn, id)?;
    let rounds: Vec<u32> = ballot.bids().iter().map(|(round, _)| *round).collect();
    let after = json!({"rounds": rounds});
    audit::change(conn, by, "pool.bid", id.uuid(), None, &after)?;
    let pool = pool::get(conn, id)?;
    see(conn, by, pool)
}

fn require_bid(
    (first, last): (u32, u32),
    target: Money,
    (round, amount): (u32, Money),
    position: usize,
) -> Result<()> {
    let refuse = |field: &str, detail: String| {
        let refusal = Refusal::new(Code::InvalidInput, detail);
        Err(Error::from(refusal.at(format!("/bids/{position}/{field}"))))
    };
    if (1..first).contains(&round) {
        let detail = format!("Round {round} is over; round {first} is open.");
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    if !(first..=last).contains(&round) {
        return refuse("round", format!("This is a round from {first} to {last}."));
    }
    if amount.currency() != target.currency() {
        let detail = format!("Bids are in {}.", target.currency().code());
        return refuse("amount", detail);
    }
    if amount.minor() < 0 || amount.minor() > target.minor() {
        let detail = format!("A bid is from nothing to the whole sum of {target}.");
        return refuse("amount", detail);
    }
    Ok(())
}

fn require_bidding(pool: &Pool, now: Time) -> Result<()> {
    if pool.state != PoolState::Bidding {
        let detail = format!("The pool is {}: no round is open.", pool.state);
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    match pool.phase_ends_at {
        Some(ends) if now >= ends => {
            let detail = format!("The round ended at {}.", seen::said(ends));
            Err(Refusal::new(Code::WrongState, detail).into())
        }
        _ => Ok(()),
    }
}

fn write(conn: &mut Conn, by: &Actor, id: PoolId, version: i64, ballot: &Ballot) -> Result<()> {
    if version == 0 {
        diesel::insert_into(pool_ballots::table)
            .values((
                pool_ballots::pool_id.eq(id),
                pool_ballots::organisation_id.eq(by.organisation),
                pool_ballots::entered_by.eq(by.person),
                pool_ballots::entered_at.eq(by.now),
                pool_ballots::version.eq(1),
            ))
            .execute(conn)?;
    } else {
        diesel::update(pool_ballots::table.find((id, by.organisation)))
            .set((
                pool_ballots::entered_by.eq(by.person),
                pool_ballots::entered_at.eq(by.now),
                pool_ballots::version.eq(version + 1),
            ))
            .execute(conn)?;
    }
    let mine = pool_bids::table
        .filter(pool_bids::pool_id.eq(id))
        .filter(pool_bids::organisation_id.eq(by.organisation));
    diesel::delete(mine).execute(conn)?;
    let mut rows = Vec::with_capacity(ballot.bids().len());
    for (round, amount) in ballot.bids() {
        let round = i32::try_from(*round).map_err(|_| corrupt("a round"))?;
        rows.push((
            pool_bids::pool_id.eq(id),
            pool_bids::organisation_id.eq(by.organisation),
            pool_bids::round.eq(round),
            pool_bids::amount_minor.eq(amount.minor()),
        ));
    }
    on_each!(conn => diesel::insert_into(pool_bids::table)
        .values(&rows)
        .execute(conn))?;
    Ok(())
}

/// What counts for each buyer in the round that reached the target; nothing for a pool without bids.
///
/// # Errors
/// Those of the database.
pub(super) fn counted(conn: &mut Conn, pool: &Pool) -> Result<BTreeMap<OrganisationId, Money>> {
    let Some(bids) = pool.bids else {
        return Ok(BTreeMap::new());
    };
    let counting = Counting::load(conn, pool)?;
    let counts = round_bids(bids.round, &counting.guides, &counting.ballots);
    Ok(counting.buyers.into_iter().zip(counts).collect())
}

/// The bids are of no use any more, and nobody is to read them.
///
/// # Errors
/// Those of the database.
pub(super) fn forget(conn: &mut Conn, id: PoolId) -> Result<()> {
    diesel::delete(pool_bids::table.filter(pool_bids::pool_id.eq(id))).execute(conn)?;
    diesel::delete(pool_ballots::table.filter(pool_ballots::pool_id.eq(id))).execute(conn)?;
    Ok(())
}

/// How far the bids are, how many rounds there are, and how many days each is open.
fn rules(pool: &Pool) -> Result<(Bids, u32, i32)> {
    match (pool.bids, pool.offer.sharing) {
        (Some(bids), Sharing::Bidding { rounds, round_days }) => {
            let rounds = u32::try_from(rounds).map_err(|_| corrupt("pools.bid_rounds"))?;
            Ok((bids, rounds, round_days))
        }
        _ => Err(corrupt("pools.bid_round")),
    }
}

fn round_end(pool: &Pool, now: Time) -> Result<Time> {
    match pool.offer.sharing {
        Sharing::Bidding { round_days, .. } => Ok(now.plus(TimeDelta::days(i64::from(round_days)))),
        Sharing::Ability => Err(corrupt("pools.mode")),
    }
}

/// Target, buyers, guide values and ballots of a pool, in one order.
struct Counting {
    target: Money,
    buyers: Vec<OrganisationId>,
    guides: Vec<Money>,
    ballots: Vec<Ballot>,
}

impl Counting {
    fn load(conn: &mut Conn, pool: &Pool) -> Result<Self> {
        let target = pool.bids.map(|bids| bids.target_minor);
        let target = target.ok_or_else(|| corrupt("pools.bid_target_minor"))?;
        let currency: Currency = listings::get(conn, pool.offer.listing)?.terms.currency;
        let rows: Vec<(OrganisationId, i32, i64)> = pool_bids::table
            .filter(pool_bids::pool_id.eq(pool.id))
            .select((
                pool_bids::organisation_id,
                pool_bids::round,
                pool_bids::amount_minor,
            ))
            .load(conn)?;
        let mut entered: BTreeMap<OrganisationId, Vec<(u32, Money)>> = BTreeMap::new();
        for (organisation, round, minor) in rows {
            let round = u32::try_from(round).map_err(|_| corrupt("pool_bids.round"))?;
            let bids = entered.entry(organisation).or_default();
            bids.push((round, Money::new(minor, currency)));
        }
        let mut counting = Self {
            target: Money::new(target, currency),
            buyers: Vec::new(),
            guides: Vec::new(),
            ballots: Vec::new(),
        };
        for member in members::all(conn, pool.id)? {
            if member.bought.is_none_or(|units| units.get() == 0) {
                continue;
            }
            let guide = member.guide_minor;
            let guide = guide.ok_or_else(|| corrupt("pool_members.guide_minor"))?;
            let bids = entered.remove(&member.organisation).unwrap_or_default();
            counting.buyers.push(member.organisation);
            counting.guides.push(Money::new(guide, currency));
            counting
                .ballots
                .push(Ballot::new(bids).map_err(|_| corrupt("pool_bids"))?);
        }
        Ok(counting)
    }
}
