//! A pool: several unions and communities buy of one listing together. Its opener sets the terms and
//! closes it.
use super::{funds, members};
use crate::actor::Actor;
use crate::catalogue::listings::{self, Listing};
use crate::db::Conn;
use crate::error::{Code, Error, FieldError, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{FundId, ListingId, OrderId, OrganisationId, PersonId, PoolId};
use crate::needs::need::{DUE_WITHIN, require_buyer};
use crate::operations::audit::{self, Act};
use crate::schema::pools;
use crate::sql::Time;
use chrono::{NaiveDate, SecondsFormat};
use diesel::prelude::*;
use governance::OrganisationKind;
use ordering::{ListingState, POOL, PoolAct, PoolState, ShortageRule};
use serde_json::{Value, json};

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
    /// Until when buyers join and change their quantities.
    pub closes_at: Time,
    /// How a delivery that falls short is shared.
    pub shortage_rule: ShortageRule,
    /// The fund that pays what the buyers' caps leave.
    pub fund: Option<FundId>,
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
    /// What came of it.
    pub order: Option<OrderId>,
    /// When it was opened.
    pub created_at: Time,
    /// Counts changes of the pool itself; each membership counts its own.
    pub version: i64,
}

/// A pool as somebody sees it.
#[derive(Clone, Debug)]
pub struct SeenPool {
    /// The pool.
    pub pool: Pool,
    /// Whether they opened it or are in it; others see its public facts.
    pub inside: bool,
}

#[derive(Queryable)]
struct Row {
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
    shortage_rule: String,
    fund_id: Option<FundId>,
    order_id: Option<OrderId>,
    _created_by: PersonId,
    created_at: Time,
    version: i64,
}

impl TryFrom<Row> for Pool {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
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
                shortage_rule: ShortageRule::parse(&row.shortage_rule)
                    .map_err(|_| corrupt("pools.shortage_rule"))?,
                fund: row.fund_id,
            },
            state: PoolState::parse(&row.status).map_err(|_| corrupt("pools.status"))?,
            order: row.order_id,
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// A buyer opens a pool over an open listing. It is no member by that: it joins like the others.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`], [`Code::InvalidInput`] with pointers: a listing that is not
/// open or does not go to the region, dates out of reach, a fund in another currency.
pub fn open(conn: &mut Conn, by: &Actor, offer: &Offer) -> Result<Pool> {
    require_buyer(by)?;
    let listing = check(conn, by, offer)?;
    let id = PoolId::fresh();
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
            pools::shortage_rule.eq(offer.shortage_rule.as_str()),
            pools::fund_id.eq(offer.fund),
            pools::created_by.eq(by.person),
            pools::created_at.eq(by.now),
            pools::version.eq(1),
        ))
        .execute(conn)?;
    let pool = get(conn, id)?;
    record(conn, by, "pool.open", &pool, None, &entry(&pool))?;
    Ok(pool)
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
        refuse(
            "/due_on",
            format!("This is a day from today to {last_day}."),
        );
    }
    if let Some(detail) = closing_time_refused(by, offer, offer.closes_at) {
        refuse("/closes_at", detail);
    }
    if (by.now..=offer.opens_at).contains(&offer.closes_at) {
        refuse("/opens_at", "A pool opens before it closes.".to_owned());
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
            if let Some(fund) = offer.fund {
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

fn closing_time_refused(by: &Actor, offer: &Offer, closes_at: Time) -> Option<String> {
    if closes_at <= by.now {
        Some("A pool closes in the future.".to_owned())
    } else if closes_at.date() > offer.due_on {
        Some(format!(
            "A pool closes before it is due, on {}.",
            offer.due_on
        ))
    } else {
        None
    }
}

/// The pool, whoever asks.
///
/// # Errors
/// [`Code::NotFound`].
pub(super) fn get(conn: &mut Conn, id: PoolId) -> Result<Pool> {
    let row: Option<Row> = pools::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// Holds the pool's row until the end of the transaction, so that nobody joins, changes or closes it
/// meanwhile.
///
/// # Errors
/// [`Code::NotFound`].
pub(super) fn lock(conn: &mut Conn, id: PoolId) -> Result<()> {
    let row = pools::table.find(id).select(pools::id);
    // PostgreSQL has several writers. SQLite has one, who holds everything.
    let held: Option<PoolId> = match conn {
        Conn::Postgres(conn) => row.for_update().first(conn).optional()?,
        Conn::Sqlite(conn) => row.first(conn).optional()?,
    };
    held.map(|_| ()).or_not_found()
}

/// The pool as `by` may see it: opener and members all of it, other admitted buyers what they need
/// to decide whether to join, while they can.
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

/// Whether buyers can join, leave and change.
pub fn can_change(pool: &Pool, now: Time) -> bool {
    let offer = &pool.offer;
    pool.state == PoolState::Open && (offer.opens_at..offer.closes_at).contains(&now)
}

/// # Errors
/// [`Code::WrongState`], saying why nobody can join or change any more.
pub(super) fn require_changeable(pool: &Pool, now: Time) -> Result<()> {
    if can_change(pool, now) {
        return Ok(());
    }
    let offer = &pool.offer;
    let day = |time: Time| time.utc().to_rfc3339_opts(SecondsFormat::Secs, true);
    let detail = if pool.state != PoolState::Open {
        format!(
            "The pool is {}; only an open one can be joined or changed.",
            pool.state
        )
    } else if now < offer.opens_at {
        format!("The pool opens at {}.", day(offer.opens_at))
    } else {
        format!(
            "The pool's time to join and change ended at {}.",
            day(offer.closes_at)
        )
    };
    Err(Refusal::new(Code::WrongState, detail).into())
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
    let mine = members::pools_of(conn, by.organisation)?;
    let mut query = pools::table.order(pools::id).limit(limit).into_boxed();
    let own = pools::opened_by
        .eq(by.organisation)
        .or(pools::id.eq_any(mine.clone()));
    query = if may_join(by) {
        let joinable = pools::status
            .eq(PoolState::Open.as_str())
            .and(pools::closes_at.gt(by.now));
        query.filter(own.or(joinable))
    } else {
        query.filter(own)
    };
    if let Some(state) = filter.state {
        query = query.filter(pools::status.eq(state.as_str()));
    }
    if let Some(listing) = filter.listing {
        query = query.filter(pools::listing_id.eq(listing));
    }
    if let Some(after) = after {
        query = query.filter(pools::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter()
        .map(|row| {
            let pool = Pool::try_from(row)?;
            let inside = pool.opener == by.organisation || mine.contains(&pool.id);
            Ok(SeenPool { pool, inside })
        })
        .collect()
}

/// The opener gives buyers more time to join, or to top their quantities up.
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
    let before = of_opener(conn, by, id)?;
    if before.state != PoolState::Open {
        let detail = format!(
            "The pool is {}; only an open one can be extended.",
            before.state
        );
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    if let Some(detail) = closing_time_refused(by, &before.offer, closes_at) {
        return Err(Refusal::new(Code::InvalidInput, detail)
            .at("/closes_at")
            .into());
    }
    let mut after = before.clone();
    after.offer.closes_at = closes_at;
    save(conn, by, "pool.extend", version, &before, after)
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
    lock(conn, id)?;
    let before = of_opener(conn, by, id)?;
    if before.state != PoolState::Open || members::count(conn, id)? > 0 {
        let detail = format!(
            "Buyers have joined by the rule {}: it is fixed.",
            before.offer.shortage_rule
        );
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let mut after = before.clone();
    after.offer.shortage_rule = rule;
    save(conn, by, "pool.set_shortage_rule", version, &before, after)
}

/// The opener calls the pool off, before it is ordered.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`].
pub fn cancel(conn: &mut Conn, by: &Actor, id: PoolId, version: i64) -> Result<Pool> {
    let before = of_opener(conn, by, id)?;
    let mut after = before.clone();
    after.state = POOL.next(before.state, PoolAct::Cancel)?;
    save(conn, by, "pool.cancel", version, &before, after)
}

/// Writes what changes of a pool, where `version` is the present one.
///
/// # Errors
/// [`Code::Stale`].
pub(super) fn save(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    version: i64,
    before: &Pool,
    after: Pool,
) -> Result<Pool> {
    let changed = diesel::update(pools::table.find(after.id))
        .filter(pools::version.eq(version))
        .set((
            pools::status.eq(after.state.as_str()),
            pools::closes_at.eq(after.offer.closes_at),
            pools::shortage_rule.eq(after.offer.shortage_rule.as_str()),
            pools::order_id.eq(after.order),
            pools::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    record(conn, by, act, &after, Some(&entry(before)), &entry(&after))?;
    Ok(Pool {
        version: version + 1,
        ..after
    })
}

fn entry(pool: &Pool) -> Value {
    json!({
        "status": pool.state.as_str(),
        "title": pool.offer.title,
        "listing": pool.offer.listing.to_string(),
        "closes_at": pool.offer.closes_at.utc(),
        "shortage_rule": pool.offer.shortage_rule.as_str(),
        "fund": pool.offer.fund.map(|fund| fund.to_string()),
        "order": pool.order.map(|order| order.to_string()),
    })
}

fn record(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    pool: &Pool,
    before: Option<&Value>,
    after: &Value,
) -> Result<()> {
    audit::record(
        conn,
        by,
        &Act {
            act,
            kind: "pool",
            id: pool.id.uuid(),
            before,
            after: Some(after),
        },
    )
}
