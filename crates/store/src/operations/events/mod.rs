//! Events: what an organisation may see of what happens, one row for each organisation, written with the act by the
//! audit log, published after its commit, and read in order by the change feed.
//!
//! Acts commit out of order. So an event has no place in the feed when it is written: publishing gives it one, by one
//! writer at a time and never before a place that was given already. What a reader has passed stays passed.
mod parties;
mod verbs;

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{EventId, OrganisationId};
use crate::on_each;
use crate::schema::{event_clock, events};
use crate::sql::{Key, Time};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

pub use verbs::{event_type, knows};

/// Something that happened, as one organisation sees it.
#[derive(Clone, Debug, Queryable)]
pub struct Event {
    /// The id.
    pub id: EventId,
    /// Who sees it.
    pub organisation: OrganisationId,
    /// When it happened.
    pub at: Time,
    /// What, e.g. `order.submitted`.
    pub kind: String,
    /// What kind of thing it happened to, e.g. `order`.
    pub object_kind: String,
    object_id: Key,
    /// The thing's reference, where it has one.
    pub reference: Option<String>,
    /// Its place in the feed, with the id; none before it was published.
    pub published_at: Option<Time>,
}

impl Event {
    /// To which thing it happened.
    pub fn object(&self) -> Uuid {
        self.object_id.0
    }
}

/// Writes an act as an event of everybody who may see it, in the caller's transaction.
///
/// # Errors
/// Those of the database.
pub(crate) fn tell(
    conn: &mut Conn,
    (now, acting): (Time, OrganisationId),
    act: &str,
    kind: &str,
    id: Uuid,
) -> Result<()> {
    let seen = parties::of(conn, act, kind, id)?;
    let mut whose = BTreeSet::from([acting]);
    whose.extend(seen.organisations);
    let rows: Vec<_> = whose
        .into_iter()
        .map(|organisation| {
            (
                events::id.eq(EventId::fresh()),
                events::organisation_id.eq(organisation),
                events::at.eq(now),
                events::event_type.eq(event_type(act)),
                events::object_kind.eq(kind),
                events::object_id.eq(Key(id)),
                events::reference.eq(&seen.reference),
            )
        })
        .collect();
    on_each!(conn => diesel::insert_into(events::table).values(&rows).execute(conn))?;
    Ok(())
}

/// [`tell`] for many new things at once, at most a few hundred, that nobody else sees.
///
/// # Errors
/// Those of the database.
pub(crate) fn tell_new(
    conn: &mut Conn,
    (now, acting): (Time, OrganisationId),
    act: &str,
    kind: &str,
    ids: impl Iterator<Item = Uuid>,
) -> Result<()> {
    let rows: Vec<_> = ids
        .map(|id| {
            (
                events::id.eq(EventId::fresh()),
                events::organisation_id.eq(acting),
                events::at.eq(now),
                events::event_type.eq(event_type(act)),
                events::object_kind.eq(kind),
                events::object_id.eq(Key(id)),
            )
        })
        .collect();
    on_each!(conn => diesel::insert_into(events::table).values(&rows).execute(conn))?;
    Ok(())
}

/// Gives at most `limit` committed events their places in the feed, in the order in which they were written. Call it
/// in a write transaction. Returns them.
///
/// # Errors
/// Those of the database.
pub fn publish(conn: &mut Conn, now: Time, limit: i64) -> Result<Vec<Event>> {
    let waiting = events::table.filter(events::published_at.is_null());
    let some: bool = diesel::select(diesel::dsl::exists(waiting)).get_result(conn)?;
    if !some {
        return Ok(Vec::new());
    }
    // Whoever publishes holds the clock until the commit: the next one's places come after all of these.
    let clock = event_clock::table.find(1).select(event_clock::last_micros);
    let last: i64 = match conn {
        Conn::Postgres(conn) => clock.for_update().first(conn)?,
        Conn::Sqlite(conn) => clock.first(conn)?,
    };
    let after_last = DateTime::<Utc>::from_timestamp_micros(last)
        .map(|last| Time::from(last).plus(TimeDelta::microseconds(1)));
    let at = after_last.map_or(now, |next| next.max(now));
    let ids: Vec<EventId> = events::table
        .filter(events::published_at.is_null())
        .order(events::id)
        .limit(limit)
        .select(events::id)
        .load(conn)?;
    diesel::update(event_clock::table.find(1))
        .set(event_clock::last_micros.eq(at.utc().timestamp_micros()))
        .execute(conn)?;
    diesel::update(events::table.filter(events::id.eq_any(ids.clone())))
        .set(events::published_at.eq(Some(at)))
        .execute(conn)?;
    Ok(events::table
        .filter(events::id.eq_any(ids))
        .order(events::id)
        .load(conn)?)
}

/// A place in the feed: everything up to and including it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// When its event was published.
    pub at: Time,
    /// The event.
    pub id: EventId,
}

/// The organisation's published events after `after`, in order.
///
/// # Errors
/// Those of the database.
pub fn after(
    conn: &mut Conn,
    organisation: OrganisationId,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Event>> {
    let published = || {
        events::table
            .filter(events::organisation_id.eq(organisation))
            .filter(events::published_at.is_not_null())
            .order((events::published_at, events::id))
            .into_boxed()
    };
    let Some(Place { at, id }) = after else {
        return Ok(published().limit(limit).load(conn)?);
    };
    // The rest of what was published at that time, and then what came later: one query for both would look at all of
    // that time again.
    let rest = published().filter(events::published_at.eq(Some(at)));
    let mut found: Vec<Event> = rest.filter(events::id.gt(id)).limit(limit).load(conn)?;
    let left = limit.saturating_sub(i64::try_from(found.len()).unwrap_or(limit));
    if left > 0 {
        let later = published().filter(events::published_at.gt(Some(at)));
        found.extend(later.limit(left).load::<Event>(conn)?);
    }
    Ok(found)
}
