//! Deliveries: events on their way to an endpoint, each with what became of it.
use super::endpoints::{self, Endpoint};
use super::{OWN_KIND, TRIED_FOR};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result};
use crate::ids::{EventId, OrganisationId, WebhookDeliveryId, WebhookId};
use crate::operations::audit::{self, Act};
use crate::schema::webhook_deliveries as table;
use crate::sql::Time;
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;

/// What was delivered is of use for this long, to whoever looks something up.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);
/// Rows that one pass forgets at most: bounds the transaction.
const FORGOTTEN_AT_ONCE: i64 = 1_000;

/// A delivery.
#[derive(Clone, Debug, Queryable)]
pub struct Delivery {
    /// The id; also the message's, the same for every try.
    pub id: WebhookDeliveryId,
    /// Where to.
    pub endpoint: WebhookId,
    _organisation: OrganisationId,
    /// Of which event; none for a test.
    pub event: Option<EventId>,
    /// Its type.
    pub event_type: String,
    /// What is sent, byte for byte.
    pub body: String,
    /// `pending`, `delivered` or `parked`.
    pub status: String,
    /// Its place behind the others, with the id.
    pub queued_at: Time,
    /// A failure after this parks it.
    pub give_up_at: Time,
    /// How often it was tried.
    pub attempts: i32,
    /// The status that the receiver answered last.
    pub answered: Option<i32>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it was tried last.
    pub tried_at: Option<Time>,
    /// Counts changes.
    pub version: i64,
}

/// Queues a delivery: its type, and what is sent.
pub(super) fn add(
    conn: &mut Conn,
    (endpoint, organisation): (WebhookId, OrganisationId),
    event: Option<EventId>,
    (event_type, body): (&str, String),
    queued_at: Time,
) -> Result<WebhookDeliveryId> {
    let id = WebhookDeliveryId::fresh();
    diesel::insert_into(table::table)
        .values((
            table::id.eq(id),
            table::endpoint_id.eq(endpoint),
            table::organisation_id.eq(organisation),
            table::event_id.eq(event),
            table::event_type.eq(event_type),
            table::body.eq(body),
            table::status.eq("pending"),
            table::queued_at.eq(queued_at),
            table::give_up_at.eq(queued_at.plus(TRIED_FOR)),
            table::attempts.eq(0),
            table::version.eq(1),
        ))
        .execute(conn)?;
    Ok(id)
}

/// A delivery of the organisation, for its admins.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`].
pub fn get(
    conn: &mut Conn,
    by: &Actor,
    endpoint: WebhookId,
    id: WebhookDeliveryId,
) -> Result<Delivery> {
    endpoints::get(conn, by, endpoint)?;
    let row: Option<Delivery> = table::table
        .find(id)
        .filter(table::endpoint_id.eq(endpoint))
        .first(conn)
        .optional()?;
    row.or_not_found()
}

/// The endpoint's deliveries in the order in which they were queued, after `after`, of one status where it is named.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`].
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    endpoint: WebhookId,
    status: Option<&str>,
    (after, limit): (Option<WebhookDeliveryId>, i64),
) -> Result<Vec<Delivery>> {
    endpoints::get(conn, by, endpoint)?;
    let mut query = table::table
        .filter(table::endpoint_id.eq(endpoint))
        .order(table::id)
        .limit(limit)
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(table::status.eq(status.to_owned()));
    }
    if let Some(after) = after {
        query = query.filter(table::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// Sends a delivery again that was parked or has arrived, in its old place before what is younger.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`] where it is still on its way or the endpoint is
/// disabled, [`Code::Stale`].
pub fn resend(
    conn: &mut Conn,
    by: &Actor,
    (endpoint, id): (WebhookId, WebhookDeliveryId),
    version: i64,
) -> Result<Delivery> {
    let before = get(conn, by, endpoint, id)?;
    endpoints::require_enabled(&endpoints::get(conn, by, endpoint)?)?;
    if before.status == "pending" {
        let detail = "The delivery is still on its way.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let changed = diesel::update(table::table.find(id))
        .filter(table::version.eq(version))
        .set((
            table::status.eq("pending"),
            table::give_up_at.eq(by.now.plus(TRIED_FOR)),
            table::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    endpoints::try_at_once(conn, endpoint, by.now)?;
    let after = json!({"delivery": id.to_string()});
    audit::change(conn, by, "webhook.resend", endpoint.uuid(), None, &after)?;
    get(conn, by, endpoint, id)
}

/// The oldest delivery that waits for an endpoint that a worker holds, and the endpoint as it is now: it may have a new
/// secret or address meanwhile. None where nothing waits, or the turn is over before its time.
///
/// # Errors
/// Those of the database.
pub fn next(conn: &mut Conn, held: &Endpoint) -> Result<Option<(Endpoint, Delivery)>> {
    let Some(present) = endpoints::present(conn, held)? else {
        return Ok(None);
    };
    let oldest: Option<Delivery> = table::table
        .filter(table::endpoint_id.eq(held.id))
        .filter(table::status.eq("pending"))
        .order((table::queued_at, table::id))
        .first(conn)
        .optional()?;
    Ok(oldest.map(|delivery| (present, delivery)))
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it, with this status.
    Taken(i32),
    /// It answered another status.
    Refused(i32),
    /// It gave no answer, and why.
    Silent(String),
    /// It is gone for good (410).
    Gone,
}

/// Writes down how a try ended. Whether there is more to send to this endpoint at once; else it was given back.
///
/// # Errors
/// Those of the database.
pub fn finish(
    conn: &mut Conn,
    endpoint: &Endpoint,
    delivery: &Delivery,
    outcome: &Outcome,
    now: Time,
) -> Result<bool> {
    let given_up = match outcome {
        Outcome::Taken(_) => false,
        Outcome::Gone => true,
        Outcome::Refused(_) | Outcome::Silent(_) => delivery.give_up_at <= now,
    };
    let (answered, error) = match outcome {
        Outcome::Taken(status) => (Some(*status), None),
        Outcome::Refused(status) => (Some(*status), Some(format!("answered {status}"))),
        Outcome::Silent(error) => (None, Some(error.clone())),
        Outcome::Gone => (Some(410), Some("answered 410: gone for good".to_owned())),
    };
    let taken = matches!(outcome, Outcome::Taken(_));
    let status = match (taken, given_up) {
        (true, _) => "delivered",
        (false, true) => "parked",
        (false, false) => "pending",
    };
    diesel::update(table::table.find(delivery.id))
        .filter(table::attempts.eq(delivery.attempts))
        .set((
            table::status.eq(status),
            table::attempts.eq(delivery.attempts.saturating_add(1)),
            table::answered.eq(answered),
            table::last_error.eq(error),
            table::tried_at.eq(Some(now)),
            table::version.eq(table::version + 1),
        ))
        .execute(conn)?;
    if given_up {
        let after = json!({"delivery": delivery.id.to_string(), "type": delivery.event_type});
        let act = Act {
            act: "webhook.park",
            kind: OWN_KIND,
            id: endpoint.id.uuid(),
            before: None,
            after: Some(&after),
        };
        audit::record_by_server(conn, now, endpoint.organisation, &act)?;
    }
    match outcome {
        Outcome::Gone => endpoints::disable(conn, endpoint, now)?,
        _ if taken || given_up => return Ok(true),
        _ => endpoints::settle(conn, endpoint, true, now)?,
    }
    Ok(false)
}

/// Gives an endpoint back for which nothing waits any more, or whose turn is over.
///
/// # Errors
/// Those of the database.
pub fn give_back(conn: &mut Conn, endpoint: &Endpoint, now: Time) -> Result<()> {
    endpoints::settle(conn, endpoint, false, now)
}

/// Forgets what arrived long ago. Returns how many.
///
/// # Errors
/// Those of the database.
pub fn forget_old(conn: &mut Conn, now: Time) -> Result<usize> {
    let past = now.plus(-KEPT_FOR);
    let old: Vec<WebhookDeliveryId> = table::table
        .filter(table::status.eq("delivered"))
        .filter(table::queued_at.lt(past))
        .limit(FORGOTTEN_AT_ONCE)
        .select(table::id)
        .load(conn)?;
    Ok(diesel::delete(table::table.filter(table::id.eq_any(old))).execute(conn)?)
}
