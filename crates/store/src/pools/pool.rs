//! A pool: several unions and communities buy of one listing together. What it is and how it is
//! written; [`super::seen`] says who sees it, [`super::opening`] what its opener does, [`super::phases`] what
//! its dates do.
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{FundId, ListingId, OrderId, OrganisationId, PersonId, PoolId};
use crate::operations::audit::{self, Act};
use crate::schema::pools;
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use ordering::pool::{PoolMode, Shortcoming};
use ordering::{PoolState, ShortageRule};
use serde_json::{Value, json};

/// How its members share a pool's price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// The extra by ability to pay.
    Ability,
    /// By secret bids.
    Bidding {
        /// Rounds at most.
        rounds: i32,
        /// Days that each is open.
        round_days: i32,
    },
}

impl Sharing {
    /// Its word.
    pub fn mode(self) -> PoolMode {
        match self {
            Self::Ability => PoolMode::Ability,
            Self::Bidding { .. } => PoolMode::Bidding,
        }
    }

    /// Days that its rounds of bids take at most.
    pub fn bidding_days(self) -> i32 {
        match self {
            Self::Ability => 0,
            Self::Bidding { rounds, round_days } => rounds.saturating_mul(round_days),
        }
    }
}

/// What the opener says of a pool.
#[derive(Clone, Debug)]
pub struct Offer {
    /// A few words for people.
    pub title: String,
    /// What is bought.
    pub listing: ListingId,
    /// Where it is delivered: ISO 3166-2.
    pub region: String,
    /// By when it has to be there.
    pub due_on: NaiveDate,
    /// From when on buyers join.
    pub opens_at: Time,
    /// Until when buyers join and change their parts.
    pub closes_at: Time,
    /// Days by which its buyers may extend it, or top it up, where it falls short.
    pub extension_days: i32,
    /// How a delivery that falls short is shared.
    pub shortage_rule: ShortageRule,
    /// How its price is shared.
    pub sharing: Sharing,
    /// The fund that pays what the buyers' caps leave; none where they bid.
    pub fund: Option<FundId>,
}

/// How far a pool's bids are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bids {
    /// The round that is open, or that reached the target; the first is 1.
    pub round: u32,
    /// What the co-operative receives, in minor units of the listing's currency.
    pub target_minor: i64,
}

/// A pool.
#[derive(Clone, Debug)]
pub struct Pool {
    /// The id.
    pub id: PoolId,
    /// Who opened it, and places its order.
    pub opener: OrganisationId,
    /// Who makes it.
    pub cooperative: OrganisationId,
    /// What its opener said.
    pub offer: Offer,
    /// Where it stands.
    pub state: PoolState,
    /// How far its bids are, once its buyers bid.
    pub bids: Option<Bids>,
    /// When its state ends by itself; nothing where it waits for its opener or is over.
    pub phase_ends_at: Option<Time>,
    /// When the worker looks next whether its members are to be told that it falls short; nothing once they
    /// were told.
    pub near_miss_at: Option<Time>,
    /// Why it fell short, where it did.
    pub shortcoming: Option<Shortcoming>,
    /// What came of it.
    pub order: Option<OrderId>,
    /// When it was opened.
    pub created_at: Time,
    /// Counts changes of the pool, its members' parts and bids included: who closes it closes what they read.
    pub version: i64,
}

/// Who changes a pool.
#[derive(Clone, Copy, Debug)]
pub(super) enum Hand<'a> {
    /// A person.
    Person(&'a Actor),
    /// The server, as a date passes.
    Server(Time),
}

impl Hand<'_> {
    /// When.
    pub(super) fn now(self) -> Time {
        match self {
            Self::Person(by) => by.now,
            Self::Server(now) => now,
        }
    }
}

#[derive(Queryable)]
pub(super) struct Row {
    id: PoolId,
    opened_by: OrganisationId,
    cooperative_id: OrganisationId,
    listing_id: ListingId,
    title: String,
    region: String,
    due_on: NaiveDate,
    status: String,
    opens_at: Time,
    closes_at: Time,
    extension_days: i32,
    shortage_rule: String,
    mode: String,
    bid_rounds: Option<i32>,
    bid_round_days: Option<i32>,
    bid_round: Option<i32>,
    bid_target_minor: Option<i64>,
    phase_ends_at: Option<Time>,
    near_miss_at: Option<Time>,
    shortcoming: Option<String>,
    fund_id: Option<FundId>,
    order_id: Option<OrderId>,
    _created_by: PersonId,
    created_at: Time,
    version: i64,
}

impl Row {
    fn sharing(&self) -> Result<Sharing> {
        let mode = PoolMode::parse(&self.mode).map_err(|_| corrupt("pools.mode"))?;
        Ok(match (mode, self.bid_rounds.zip(self.bid_round_days)) {
            (PoolMode::Ability, None) => Sharing::Ability,
            (PoolMode::Bidding, Some((rounds, round_days))) => {
                Sharing::Bidding { rounds, round_days }
            }
            _ => return Err(corrupt("pools.bid_rounds")),
        })
    }
}

impl TryFrom<Row> for Pool {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let sharing = row.sharing()?;
        let shortcoming = row.shortcoming.as_deref().map(Shortcoming::parse);
        let bids = row.bid_round.zip(row.bid_target_minor).map(|(round, sum)| {
            Ok::<_, Error>(Bids {
                round: u32::try_from(round).map_err(|_| corrupt("pools.bid_round"))?,
                target_minor: sum,
            })
        });
        Ok(Self {
            id: row.id,
            opener: row.opened_by,
            cooperative: row.cooperative_id,
            offer: Offer {
                title: row.title,
                listing: row.listing_id,
                region: row.region,
                due_on: row.due_on,
                opens_at: row.opens_at,
                closes_at: row.closes_at,
                extension_days: row.extension_days,
                shortage_rule: ShortageRule::parse(&row.shortage_rule)
                    .map_err(|_| corrupt("pools.shortage_rule"))?,
                sharing,
                fund: row.fund_id,
            },
            state: PoolState::parse(&row.status).map_err(|_| corrupt("pools.status"))?,
            bids: bids.transpose()?,
            phase_ends_at: row.phase_ends_at,
            near_miss_at: row.near_miss_at,
            shortcoming: shortcoming
                .transpose()
                .map_err(|_| corrupt("pools.shortcoming"))?,
            order: row.order_id,
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// The pool, whoever asks.
///
/// # Errors
/// [`crate::Code::NotFound`].
pub(super) fn get(conn: &mut Conn, id: PoolId) -> Result<Pool> {
    let row: Option<Row> = pools::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// Holds the pool's row until the end of the transaction, so that nobody joins, changes, bids or closes it
/// meanwhile.
///
/// # Errors
/// [`crate::Code::NotFound`].
pub(super) fn lock(conn: &mut Conn, id: PoolId) -> Result<()> {
    let row = pools::table.find(id).select(pools::id);
    // PostgreSQL has several writers. SQLite has one, who holds everything.
    let held: Option<PoolId> = match conn {
        Conn::Postgres(conn) => row.for_update().first(conn).optional()?,
        Conn::Sqlite(conn) => row.first(conn).optional()?,
    };
    held.map(|_| ()).or_not_found()
}

/// Pools whose state ends by `now`, the longest overdue first.
///
/// # Errors
/// Those of the database.
pub(super) fn ending(conn: &mut Conn, now: Time, limit: i64) -> Result<Vec<Pool>> {
    let rows: Vec<Row> = pools::table
        .filter(pools::phase_ends_at.le(Some(now)))
        .order(pools::phase_ends_at)
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Pool::try_from).collect()
}

/// Pools that are to be looked at for whether they fall short, as of `now`.
///
/// # Errors
/// Those of the database.
pub(super) fn looked_at(conn: &mut Conn, now: Time, limit: i64) -> Result<Vec<Pool>> {
    let rows: Vec<Row> = pools::table
        .filter(pools::near_miss_at.le(Some(now)))
        .order(pools::near_miss_at)
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Pool::try_from).collect()
}

/// Sets when the worker looks at the pool next; no change that anybody sees.
///
/// # Errors
/// Those of the database.
pub(super) fn look_again(conn: &mut Conn, id: PoolId, at: Option<Time>) -> Result<()> {
    diesel::update(pools::table.find(id))
        .set(pools::near_miss_at.eq(at))
        .execute(conn)?;
    Ok(())
}

/// Notes that a member's part or bid changed, so that who closes the pool by what they read before is told.
///
/// # Errors
/// Those of the database.
pub(super) fn touch(conn: &mut Conn, id: PoolId) -> Result<()> {
    diesel::update(pools::table.find(id))
        .set(pools::version.eq(pools::version + 1))
        .execute(conn)?;
    Ok(())
}

/// Writes what changes of a pool, where `version` is the present one.
///
/// # Errors
/// [`crate::Code::Stale`].
pub(super) fn save(
    conn: &mut Conn,
    hand: Hand<'_>,
    act: &'static str,
    version: i64,
    before: &Pool,
    after: Pool,
) -> Result<Pool> {
    let round = after.bids.map(|bids| i32::try_from(bids.round));
    let round = round.transpose().map_err(|_| corrupt("a round"))?;
    let changed = diesel::update(pools::table.find(after.id))
        .filter(pools::version.eq(version))
        .set((
            pools::status.eq(after.state.as_str()),
            pools::closes_at.eq(after.offer.closes_at),
            pools::shortage_rule.eq(after.offer.shortage_rule.as_str()),
            pools::bid_round.eq(round),
            pools::bid_target_minor.eq(after.bids.map(|bids| bids.target_minor)),
            pools::phase_ends_at.eq(after.phase_ends_at),
            pools::near_miss_at.eq(after.near_miss_at),
            pools::shortcoming.eq(after.shortcoming.map(Shortcoming::as_str)),
            pools::order_id.eq(after.order),
            pools::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    record(
        conn,
        hand,
        act,
        &after,
        Some(&entry(before)),
        &entry(&after),
    )?;
    Ok(Pool {
        version: version + 1,
        ..after
    })
}

/// The part of a pool that acts change. Bids are their bidders' alone and stand in no entry.
pub(super) fn entry(pool: &Pool) -> Value {
    json!({
        "status": pool.state.as_str(),
        "title": pool.offer.title,
        "listing": pool.offer.listing.to_string(),
        "closes_at": pool.offer.closes_at.utc(),
        "shortage_rule": pool.offer.shortage_rule.as_str(),
        "mode": pool.offer.sharing.mode().as_str(),
        "round": pool.bids.map(|bids| bids.round),
        "shortcoming": pool.shortcoming.map(Shortcoming::as_str),
        "fund": pool.offer.fund.map(|fund| fund.to_string()),
        "order": pool.order.map(|order| order.to_string()),
    })
}

/// Writes an act on the pool into the audit log of who did it, or of its opener.
///
/// # Errors
/// Those of the database.
pub(super) fn record(
    conn: &mut Conn,
    hand: Hand<'_>,
    act: &'static str,
    pool: &Pool,
    before: Option<&Value>,
    after: &Value,
) -> Result<()> {
    let act = Act {
        act,
        kind: "pool",
        id: pool.id.uuid(),
        before,
        after: Some(after),
    };
    match hand {
        Hand::Person(by) => audit::record(conn, by, &act),
        Hand::Server(now) => audit::record_by_server(conn, now, pool.opener, &act),
    }
}
