//! What a pool's opener does besides closing it: opening it, choosing who bears a shortage, giving it time,
//! calling it off.
use super::pool::{self, Hand, Offer, Pool, Sharing};
use super::{bidding, funds, members, notices, seen};
use crate::actor::Actor;
use crate::catalogue::listings::{self, Listing};
use crate::db::Conn;
use crate::error::{Code, Error, FieldError, Refusal, Result};
use crate::ids::PoolId;
use crate::needs::need::{DUE_WITHIN, require_buyer};
use crate::schema::pools;
use crate::sql::Time;
use chrono::TimeDelta;
use diesel::prelude::*;
use ordering::{ListingState, POOL, PoolAct, PoolState, ShortageRule};

/// How long before its date a pool's members are told that it falls short.
const NEAR_MISS: TimeDelta = TimeDelta::hours(48);

/// A buyer opens a pool over an open listing. It is no member by that: it joins like the others.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`], [`Code::InvalidInput`] with pointers: a listing that is not
/// open or does not go to the region, dates out of reach, a fund in another currency or where bids pay all.
pub fn open(conn: &mut Conn, by: &Actor, offer: &Offer) -> Result<Pool> {
    require_buyer(by)?;
    let listing = check(conn, by, offer)?;
    let id = PoolId::fresh();
    let (rounds, round_days) = match offer.sharing {
        Sharing::Ability => (None, None),
        Sharing::Bidding { rounds, round_days } => (Some(rounds), Some(round_days)),
    };
    diesel::insert_into(pools::table)
        .values((
            pools::id.eq(id),
            pools::opened_by.eq(by.organisation),
            pools::cooperative_id.eq(listing.cooperative),
            pools::listing_id.eq(offer.listing),
            pools::title.eq(&offer.title),
            pools::region.eq(&offer.region),
            pools::due_on.eq(offer.due_on),
            pools::status.eq(POOL.initial.as_str()),
            pools::opens_at.eq(offer.opens_at),
            pools::closes_at.eq(offer.closes_at),
            pools::extension_days.eq(offer.extension_days),
            pools::shortage_rule.eq(offer.shortage_rule.as_str()),
            pools::mode.eq(offer.sharing.mode().as_str()),
            pools::bid_rounds.eq(rounds),
            pools::bid_round_days.eq(round_days),
            pools::phase_ends_at.eq(offer.closes_at),
            pools::near_miss_at.eq(offer.closes_at.plus(-NEAR_MISS)),
            pools::fund_id.eq(offer.fund),
            pools::created_by.eq(by.person),
            pools::created_at.eq(by.now),
            pools::version.eq(1),
        ))
        .execute(conn)?;
    let opened = pool::get(conn, id)?;
    let entry = pool::entry(&opened);
    pool::record(conn, Hand::Person(by), "pool.open", &opened, None, &entry)?;
    Ok(opened)
}

/// What only the database and the clock know of an offer; the listing.
fn check(conn: &mut Conn, by: &Actor, offer: &Offer) -> Result<Listing> {
    let mut wrong = Vec::new();
    let mut refuse = |pointer: &str, detail: String| {
        wrong.push(FieldError {
            pointer: pointer.to_owned(),
            detail,
        });
    };
    let last_day = by.now.date() + DUE_WITHIN;
    if !(by.now.date()..=last_day).contains(&offer.due_on) {
        let detail = format!("This is a day from today to {last_day}.");
        refuse("/due_on", detail);
    }
    if let Some(detail) = closing_time_refused(by.now, offer, offer.closes_at) {
        refuse("/closes_at", detail);
    } else if offer.opens_at >= offer.closes_at {
        refuse("/opens_at", "A pool opens before it closes.".to_owned());
    }
    let bids = matches!(offer.sharing, Sharing::Bidding { .. });
    if bids && offer.fund.is_some() {
        let detail = "Where buyers bid, their bids pay all of it: no fund does.";
        refuse("/fund_id", detail.to_owned());
    }
    let listing = found(listings::get(conn, offer.listing))?;
    let listing = listing.filter(|listing| listing.status == ListingState::Open);
    match &listing {
        None => refuse("/listing_id", "There is no such open listing.".to_owned()),
        Some(listing) => {
            let mut regions = listing.terms.freight.iter().map(|freight| &freight.region);
            if !regions.any(|region| *region == offer.region) {
                refuse("/region", "The listing is not delivered there.".to_owned());
            }
            if let Some(fund) = offer.fund.filter(|_| !bids) {
                let currency = found(funds::get(conn, fund))?.map(|fund| fund.balance.currency());
                if currency != Some(listing.terms.currency) {
                    let detail = format!("This is no fund in {}.", listing.terms.currency.code());
                    refuse("/fund_id", detail);
                }
            }
        }
    }
    match listing {
        Some(listing) if wrong.is_empty() => Ok(listing),
        _ => {
            let mut refusal = Refusal::new(Code::InvalidInput, "The pool cannot be what it says.");
            refusal.fields = wrong;
            Err(refusal.into())
        }
    }
}

fn found<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn closing_time_refused(now: Time, offer: &Offer, closes_at: Time) -> Option<String> {
    let days = i64::from(offer.sharing.bidding_days());
    let over = closes_at.plus(TimeDelta::days(days));
    if closes_at <= now {
        Some("A pool closes in the future.".to_owned())
    } else if over.date() > offer.due_on {
        Some(format!(
            "A pool closes, and its rounds of bids end, before it is due, on {}.",
            offer.due_on
        ))
    } else {
        None
    }
}

/// The opener gives buyers more time to join and to change their parts, while the pool is open or before it
/// is ordered. Below the minimum its buyers decide that, see [`super::deciding`].
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`], [`Code::InvalidInput`].
pub fn extend(
    conn: &mut Conn,
    by: &Actor,
    id: PoolId,
    version: i64,
    closes_at: Time,
) -> Result<Pool> {
    pool::lock(conn, id)?;
    let before = seen::of_opener(conn, by, id)?;
    let mut after = before.clone();
    if before.state != PoolState::Open {
        after.state = POOL.next(before.state, PoolAct::Reopen)?;
    }
    let refused = closing_time_refused(by.now, &before.offer, closes_at).or_else(|| {
        (closes_at <= before.offer.opens_at).then(|| "A pool opens before it closes.".to_owned())
    });
    if let Some(detail) = refused {
        return Err(Refusal::new(Code::InvalidInput, detail)
            .at("/closes_at")
            .into());
    }
    after.offer.closes_at = closes_at;
    after.phase_ends_at = Some(closes_at);
    after.near_miss_at = before.near_miss_at.map(|_| closes_at.plus(-NEAR_MISS));
    after.bids = None;
    let after = pool::save(
        conn,
        Hand::Person(by),
        "pool.extend",
        version,
        &before,
        after,
    )?;
    if before.state != after.state {
        bidding::forget(conn, id)?;
        members::release(conn, id)?;
    }
    Ok(after)
}

/// The opener chooses another shortage rule, while nobody has joined by the present one.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`] once anybody has joined, [`Code::Stale`].
pub fn set_shortage_rule(
    conn: &mut Conn,
    by: &Actor,
    id: PoolId,
    version: i64,
    rule: ShortageRule,
) -> Result<Pool> {
    pool::lock(conn, id)?;
    let before = seen::of_opener(conn, by, id)?;
    if before.state != PoolState::Open || members::count(conn, id)? > 0 {
        let detail = format!(
            "Buyers have joined by the rule {}: it is fixed.",
            before.offer.shortage_rule
        );
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let mut after = before.clone();
    after.offer.shortage_rule = rule;
    let act = "pool.set_shortage_rule";
    pool::save(conn, Hand::Person(by), act, version, &before, after)
}

/// The opener calls the pool off before it is ordered, unless its buyers are deciding on it. They are told.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`].
pub fn cancel(conn: &mut Conn, by: &Actor, id: PoolId, version: i64) -> Result<Pool> {
    pool::lock(conn, id)?;
    let before = seen::of_opener(conn, by, id)?;
    let mut after = before.clone();
    after.state = POOL.next(before.state, PoolAct::Cancel)?;
    after.phase_ends_at = None;
    after.near_miss_at = None;
    let act = "pool.cancel";
    let after = pool::save(conn, Hand::Person(by), act, version, &before, after)?;
    notices::news(conn, &after, notices::News::Cancelled, by.now)?;
    Ok(after)
}
