//! Endpoints: where an organisation wants its events, which, and the secret that signs them.
use super::deliveries::{self, Delivery};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result};
use crate::ids::{OrganisationId, PersonId, WebhookId};
use crate::operations::audit;
use crate::schema::{webhook_deliveries, webhook_endpoints as table};
use crate::sql::Time;
use chrono::TimeDelta;
use diesel::prelude::*;
use governance::Role;
use serde_json::{Value, json};

/// The longest time for which an old secret signs beside the new one.
pub const OVERLAP_MAX: TimeDelta = TimeDelta::days(7);
/// Endpoints in use that an organisation has at most: each costs a delivery for every event.
const ENABLED_MAX: i64 = 10;
/// How long a worker has with an endpoint before another may take it.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// Waits after the first failure, the second and so on, in seconds; the last one again and again.
const WAITS_S: [i64; 9] = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600];

/// An endpoint.
#[derive(Clone, Debug, Queryable)]
pub struct Endpoint {
    /// The id.
    pub id: WebhookId,
    /// Whose.
    pub organisation: OrganisationId,
    /// Where to.
    pub url: String,
    /// Types of events between spaces: `*`, `noun.*` or `noun.verb`.
    pub event_types: String,
    /// Whether anything is sent.
    pub enabled: bool,
    /// Signs what is sent, in base64.
    pub secret: String,
    /// The secret before, which signs beside it until it is over.
    pub previous_secret: Option<String>,
    /// Until when.
    pub previous_until: Option<Time>,
    /// Failures in a row.
    pub failures: i32,
    /// When something may be sent next.
    pub due_at: Time,
    leased_until: Option<Time>,
    _created_by: PersonId,
    /// When it was made.
    pub created_at: Time,
    /// Counts changes.
    pub version: i64,
}

impl Endpoint {
    /// The secrets that sign at `now`, the present one first.
    pub fn secrets(&self, now: Time) -> impl Iterator<Item = &str> {
        let before = self.previous_secret.as_deref();
        let before = before.filter(|_| self.previous_until.is_some_and(|until| until > now));
        std::iter::once(self.secret.as_str()).chain(before)
    }
}

/// What an admin says about an endpoint.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where to: checked by the API.
    pub url: String,
    /// Types of events.
    pub event_types: Vec<String>,
    /// Whether anything is sent.
    pub enabled: bool,
}

fn entry(endpoint: &Endpoint) -> Value {
    json!({"url": endpoint.url, "event_types": endpoint.event_types, "enabled": endpoint.enabled})
}

fn require_room(conn: &mut Conn, by: &Actor) -> Result<()> {
    let enabled: i64 = table::table
        .filter(table::organisation_id.eq(by.organisation))
        .filter(table::enabled.eq(true))
        .count()
        .get_result(conn)?;
    if enabled < ENABLED_MAX {
        return Ok(());
    }
    let detail =
        format!("An organisation has at most {ENABLED_MAX} endpoints in use: disable one.");
    Err(Refusal::new(Code::WrongState, detail).into())
}

/// Adds an endpoint.
///
/// # Errors
/// [`Code::Forbidden`] without the role admin, [`Code::WrongState`] where there are too many.
pub fn create(conn: &mut Conn, by: &Actor, new: &Wanted, secret: &str) -> Result<Endpoint> {
    by.require(&[Role::Admin])?;
    if new.enabled {
        require_room(conn, by)?;
    }
    let id = WebhookId::fresh();
    diesel::insert_into(table::table)
        .values((
            table::id.eq(id),
            table::organisation_id.eq(by.organisation),
            table::url.eq(&new.url),
            table::event_types.eq(new.event_types.join(" ")),
            table::enabled.eq(new.enabled),
            table::secret.eq(secret),
            table::failures.eq(0),
            table::due_at.eq(by.now),
            table::created_by.eq(by.person),
            table::created_at.eq(by.now),
            table::version.eq(1),
        ))
        .execute(conn)?;
    let made = get(conn, by, id)?;
    audit::change(conn, by, "webhook.create", id.uuid(), None, &entry(&made))?;
    Ok(made)
}

/// An endpoint of the organisation, for its admins.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`].
pub fn get(conn: &mut Conn, by: &Actor, id: WebhookId) -> Result<Endpoint> {
    by.require(&[Role::Admin])?;
    let row: Option<Endpoint> = table::table
        .find(id)
        .filter(table::organisation_id.eq(by.organisation))
        .first(conn)
        .optional()?;
    row.or_not_found()
}

/// The organisation's endpoints in the order in which they were made, after `after`.
///
/// # Errors
/// [`Code::Forbidden`] without the role admin.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    after: Option<WebhookId>,
    limit: i64,
) -> Result<Vec<Endpoint>> {
    by.require(&[Role::Admin])?;
    let mut query = table::table
        .filter(table::organisation_id.eq(by.organisation))
        .order(table::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(table::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// Changes address, types or use; what waits goes to the new address, at once.
///
/// # Errors
/// Those of [`create`], [`Code::NotFound`], [`Code::Stale`].
pub fn change(
    conn: &mut Conn,
    by: &Actor,
    id: WebhookId,
    version: i64,
    new: &Wanted,
) -> Result<Endpoint> {
    let before = get(conn, by, id)?;
    if new.enabled && !before.enabled {
        require_room(conn, by)?;
    }
    let changed = diesel::update(table::table.find(id))
        .filter(table::version.eq(version))
        .set((
            table::url.eq(&new.url),
            table::event_types.eq(new.event_types.join(" ")),
            table::enabled.eq(new.enabled),
            table::failures.eq(0),
            table::due_at.eq(by.now),
            table::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    let after = get(conn, by, id)?;
    let entries = (entry(&before), entry(&after));
    audit::change(
        conn,
        by,
        "webhook.change",
        id.uuid(),
        Some(&entries.0),
        &entries.1,
    )?;
    Ok(after)
}

/// Gives the endpoint a new secret; the one before signs beside it for `overlap`.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::Stale`].
pub fn rotate(
    conn: &mut Conn,
    by: &Actor,
    id: WebhookId,
    version: i64,
    (secret, overlap): (&str, TimeDelta),
) -> Result<Endpoint> {
    let before = get(conn, by, id)?;
    let until = by.now.plus(overlap.clamp(TimeDelta::zero(), OVERLAP_MAX));
    let changed = diesel::update(table::table.find(id))
        .filter(table::version.eq(version))
        .set((
            table::secret.eq(secret),
            table::previous_secret.eq(Some(&before.secret)),
            table::previous_until.eq(Some(until)),
            table::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    let after = json!({"previous_signs_until": until.utc()});
    audit::change(
        conn,
        by,
        "webhook.rotate",
        id.uuid(),
        Some(&json!({})),
        &after,
    )?;
    get(conn, by, id)
}

/// Queues a test and has the endpoint tried at once, however long it would have waited.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`] where it is disabled.
pub fn ping(conn: &mut Conn, by: &Actor, id: WebhookId, body: String) -> Result<Delivery> {
    let endpoint = get(conn, by, id)?;
    require_enabled(&endpoint)?;
    let whose = (id, by.organisation);
    let made = deliveries::add(conn, whose, None, ("webhook.ping", body), by.now)?;
    try_at_once(conn, id, by.now)?;
    let after = json!({"delivery": made.to_string()});
    audit::change(conn, by, "webhook.ping", id.uuid(), None, &after)?;
    deliveries::get(conn, by, id, made)
}

pub(super) fn require_enabled(endpoint: &Endpoint) -> Result<()> {
    if endpoint.enabled {
        return Ok(());
    }
    Err(Refusal::new(
        Code::WrongState,
        "The endpoint is disabled: enable it first.",
    )
    .into())
}

pub(super) fn try_at_once(conn: &mut Conn, id: WebhookId, now: Time) -> Result<()> {
    diesel::update(table::table.find(id))
        .set(table::due_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Leases at most `limit` endpoints that something waits for. Call it in a write transaction.
///
/// # Errors
/// Those of the database.
pub fn claim(conn: &mut Conn, now: Time, limit: i64) -> Result<Vec<Endpoint>> {
    let waiting = webhook_deliveries::table
        .filter(webhook_deliveries::endpoint_id.eq(table::id))
        .filter(webhook_deliveries::status.eq("pending"));
    let due = table::table
        .filter(table::enabled.eq(true))
        .filter(table::due_at.le(now))
        .filter(
            table::leased_until
                .is_null()
                .or(table::leased_until.lt(Some(now))),
        )
        .filter(diesel::dsl::exists(waiting))
        .order(table::due_at)
        .limit(limit)
        .select(table::id);
    // PostgreSQL has several writers, so each skips the rows another is claiming. SQLite has one writer.
    let ids: Vec<WebhookId> = match conn {
        Conn::Postgres(conn) => due.for_update().skip_locked().load(conn)?,
        Conn::Sqlite(conn) => due.load(conn)?,
    };
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(diesel::update(table::table.filter(table::id.eq_any(ids)))
        .set(table::leased_until.eq(Some(now.plus(LEASE))))
        .returning(table::all_columns)
        .get_results(conn)?)
}

/// The endpoint as it is now, where it is still in use and held by the same worker.
pub(super) fn present(conn: &mut Conn, held: &Endpoint) -> Result<Option<Endpoint>> {
    Ok(table::table
        .find(held.id)
        .filter(table::enabled.eq(true))
        .filter(table::leased_until.eq(held.leased_until))
        .first(conn)
        .optional()?)
}

/// Gives the endpoint back with what was learnt, unless its lease was lost meanwhile.
///
/// # Errors
/// Those of the database.
pub(super) fn settle(conn: &mut Conn, endpoint: &Endpoint, failed: bool, now: Time) -> Result<()> {
    let failures = match failed {
        true => endpoint.failures.saturating_add(1),
        false => 0,
    };
    let step = usize::try_from(failures).unwrap_or(usize::MAX);
    let wait = match step.checked_sub(1) {
        None => 0,
        Some(step) => WAITS_S.get(step).or(WAITS_S.last()).copied().unwrap_or(0),
    };
    diesel::update(table::table.find(endpoint.id))
        .filter(table::leased_until.eq(endpoint.leased_until))
        .set((
            table::failures.eq(failures),
            table::due_at.eq(now.plus(TimeDelta::seconds(wait))),
            table::leased_until.eq(None::<Time>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Disables an endpoint that says that it is gone for good.
///
/// # Errors
/// Those of the database.
pub(super) fn disable(conn: &mut Conn, endpoint: &Endpoint, now: Time) -> Result<()> {
    diesel::update(table::table.find(endpoint.id))
        .set((
            table::enabled.eq(false),
            table::leased_until.eq(None::<Time>),
            table::version.eq(table::version + 1),
        ))
        .execute(conn)?;
    let after = json!({"enabled": false, "reason": "410 Gone"});
    let act = audit::Act {
        act: "webhook.disable",
        kind: "webhook",
        id: endpoint.id.uuid(),
        before: Some(&json!({"enabled": true})),
        after: Some(&after),
    };
    audit::record_by_server(conn, now, endpoint.organisation, &act)
}
