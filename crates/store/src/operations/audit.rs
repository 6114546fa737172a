//! The audit log: who did what to which thing, by which mandate, and what it was before and after.
//! Append-only: there is no function that changes or removes an entry. Every entry is an event too, for everybody who
//! may see the thing.
use super::events;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{AuditId, MandateId, OrganisationId, PersonId};
use crate::on_each;
use crate::schema::audit_log;
use crate::sql::{Json, Key, Time};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

/// An entry as it was written.
#[derive(Clone, Debug, Queryable)]
pub struct Entry {
    /// Orders entries in time.
    pub id: AuditId,
    /// When.
    pub at: Time,
    /// For which organisation.
    pub organisation: OrganisationId,
    /// Who; absent for what the server did by itself (a deadline that passed).
    pub person: Option<PersonId>,
    /// By which mandate.
    pub mandate: Option<MandateId>,
    /// The act, e.g. `order.approve`.
    pub act: String,
    /// What kind of thing, e.g. `order`.
    pub object_kind: String,
    /// Which.
    object_id: Key,
    /// What it was, where it existed.
    before: Option<Json>,
    /// What it became.
    after: Option<Json>,
    /// The request.
    pub trace_id: String,
}

impl Entry {
    /// Which thing it is about.
    pub fn object(&self) -> Uuid {
        self.object_id.0
    }
    /// What the thing was before.
    pub fn before(&self) -> Option<&Value> {
        self.before.as_ref().map(|json| &json.0)
    }
    /// What it became.
    pub fn after(&self) -> Option<&Value> {
        self.after.as_ref().map(|json| &json.0)
    }
}

/// What happened to which thing.
#[derive(Clone, Debug)]
pub struct Act<'a> {
    /// `noun.verb`, e.g. `order.approve`.
    pub act: &'static str,
    /// The noun of the thing.
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
    /// Before.
    pub before: Option<&'a Value>,
    /// After.
    pub after: Option<&'a Value>,
}

/// Writes an entry in the caller's transaction: what did not happen is not logged.
///
/// # Errors
/// Those of the database.
pub fn record(conn: &mut Conn, by: &Actor, act: &Act<'_>) -> Result<()> {
    insert(
        conn,
        by.now,
        by.organisation,
        Some((by.person, by.mandate)),
        &by.trace_id,
        act,
    )
}

/// [`record`] for a change whose `act` (`noun.verb`) names the kind of thing: `before` is missing for what
/// is new.
///
/// # Errors
/// Those of the database.
pub fn change(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    id: Uuid,
    before: Option<&Value>,
    after: &Value,
) -> Result<()> {
    let kind = act.split_once('.').map_or(act, |(noun, _)| noun);
    let after = Some(after);
    record(
        conn,
        by,
        &Act {
            act,
            kind,
            id,
            before,
            after,
        },
    )
}

/// [`change`] for many new things at once, at most a few hundred: ids and what they are.
///
/// # Errors
/// Those of the database.
pub(crate) fn record_new(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    things: &[(Uuid, Value)],
) -> Result<()> {
    let kind = act.split_once('.').map_or(act, |(noun, _)| noun);
    let rows: Vec<_> = things
        .iter()
        .map(|(id, after)| {
            (
                audit_log::id.eq(AuditId::fresh()),
                audit_log::at.eq(by.now),
                audit_log::organisation_id.eq(by.organisation),
                audit_log::person_id.eq(Some(by.person)),
                audit_log::mandate_id.eq(by.mandate),
                audit_log::act.eq(act),
                audit_log::object_kind.eq(kind),
                audit_log::object_id.eq(Key(*id)),
                audit_log::after.eq(Some(Json(after.clone()))),
                audit_log::trace_id.eq(&by.trace_id),
            )
        })
        .collect();
    on_each!(conn => diesel::insert_into(audit_log::table).values(rows).execute(conn))?;
    let ids = things.iter().map(|(id, _)| *id);
    events::tell_new(conn, (by.now, by.organisation), act, kind, ids)
}

/// Writes an entry for what the server does by itself, on behalf of the organisation concerned.
///
/// # Errors
/// Those of the database.
pub fn record_by_server(
    conn: &mut Conn,
    now: Time,
    organisation: OrganisationId,
    act: &Act<'_>,
) -> Result<()> {
    insert(conn, now, organisation, None, "server", act)
}

fn insert(
    conn: &mut Conn,
    now: Time,
    organisation: OrganisationId,
    person: Option<(PersonId, Option<MandateId>)>,
    trace_id: &str,
    act: &Act<'_>,
) -> Result<()> {
    diesel::insert_into(audit_log::table)
        .values((
            audit_log::id.eq(AuditId::fresh()),
            audit_log::at.eq(now),
            audit_log::organisation_id.eq(organisation),
            audit_log::person_id.eq(person.map(|(person, _)| person)),
            audit_log::mandate_id.eq(person.and_then(|(_, mandate)| mandate)),
            audit_log::act.eq(act.act),
            audit_log::object_kind.eq(act.kind),
            audit_log::object_id.eq(Key(act.id)),
            audit_log::before.eq(act.before.map(|value| Json(value.clone()))),
            audit_log::after.eq(act.after.map(|value| Json(value.clone()))),
            audit_log::trace_id.eq(trace_id),
        ))
        .execute(conn)?;
    events::tell(conn, (now, organisation), act.act, act.kind, act.id)
}

/// The organisation's entries after `after`, oldest first, of one thing where `object` names it.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    organisation: OrganisationId,
    object: Option<Uuid>,
    after: Option<AuditId>,
    limit: i64,
) -> Result<Vec<Entry>> {
    let mut query = audit_log::table
        .filter(audit_log::organisation_id.eq(organisation))
        .order(audit_log::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(audit_log::id.gt(after));
    }
    if let Some(object) = object {
        query = query.filter(audit_log::object_id.eq(Key(object)));
    }
    Ok(query.load(conn)?)
}
