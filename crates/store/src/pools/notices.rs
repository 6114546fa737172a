//! What a pool's members are told by mail: each organisation's buyers, in its language.
use super::members;
use super::pool::Pool;
use crate::db::Conn;
use crate::error::Result;
use crate::operations::notices::tell;
use crate::sql::Time;
use governance::Role;
use money::Micro;
use ordering::pool::Shortcoming;
use serde_json::{Value, json};

/// What became of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// Its buyers gave it more time.
    Extended,
    /// Its buyers raise their parts.
    ToppingUp,
    /// It came to nothing.
    Cancelled,
    /// Its first round of bids is open.
    Bidding,
    /// The round before did not reach the sum; the next is open.
    NextRound,
    /// The bids reach the sum.
    Covered,
}

impl News {
    fn as_str(self) -> &'static str {
        match self {
            Self::Extended => "extended",
            Self::ToppingUp => "topping_up",
            Self::Cancelled => "cancelled",
            Self::Bidding => "bidding",
            Self::NextRound => "next_round",
            Self::Covered => "covered",
        }
    }
}

/// Tells all members what became of the pool, and until when that lasts.
///
/// # Errors
/// Those of the database.
pub(super) fn news(conn: &mut Conn, pool: &Pool, news: News, now: Time) -> Result<()> {
    let notice = json!({
        "kind": "pool_news", "pool": pool.offer.title, "news": news.as_str(),
        "until": pool.phase_ends_at.map(Time::utc), "url": url(pool),
    });
    tell_all(conn, pool, &notice, now)
}

/// Tells all members that the pool fell short, and until when they vote on it.
///
/// # Errors
/// Those of the database.
pub(super) fn vote(
    conn: &mut Conn,
    pool: &Pool,
    why: Shortcoming,
    vote_by: Time,
    now: Time,
) -> Result<()> {
    let notice = json!({
        "kind": "pool_vote", "pool": pool.offer.title, "reason": why.as_str(),
        "vote_by": vote_by.utc(), "url": format!("{}/decision", url(pool)),
    });
    tell_all(conn, pool, &notice, now)
}

/// Tells all members what the pool would buy as it stands, shortly before its date.
///
/// # Errors
/// Those of the database.
pub(super) fn near_miss(
    conn: &mut Conn,
    pool: &Pool,
    (asked, taken, minimum): (Micro, Micro, Micro),
    now: Time,
) -> Result<()> {
    let notice = json!({
        "kind": "pool_near_miss", "pool": pool.offer.title, "asked": asked.to_string(),
        "taken": taken.to_string(), "minimum": minimum.to_string(),
        "closes_at": pool.offer.closes_at.utc(), "url": format!("{}/standing", url(pool)),
    });
    tell_all(conn, pool, &notice, now)
}

fn tell_all(conn: &mut Conn, pool: &Pool, notice: &Value, now: Time) -> Result<()> {
    for member in members::all(conn, pool.id)? {
        tell(conn, member.organisation, Role::Buyer, notice, now)?;
    }
    Ok(())
}

fn url(pool: &Pool) -> String {
    format!("/pools/{}", pool.id)
}
