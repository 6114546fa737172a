//! Machines that act for an organisation (OAuth 2.0 clients): registered by an admin with scopes, roles and a last
//! day, known by a secret of which only digests are kept, and stopped at once when they are revoked.
//!
//! A machine acts under a row of `people` of its own, with a membership and a mandate, so that the log says who
//! acted and every rule about mandates holds for it too.
use super::memberships::{self, GivenMandate, NewMandate};
use super::{people, sessions};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{ClientId, ClientSecretId, MandateId, MembershipId, OrganisationId, PersonId};
use crate::operations::audit;
use crate::schema::{client_secrets, clients, mandates, memberships as members, organisations};
use crate::sql::Time;
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use governance::{MandateFacts, OrganisationKind, Role};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The longest time for which an old secret stays good beside the new one.
pub const OVERLAP_MAX: TimeDelta = TimeDelta::days(7);

/// A machine, as its organisation's admins see it.
#[derive(Clone, Debug)]
pub struct Client {
    /// The id, which it names itself by.
    pub id: ClientId,
    /// For whom it acts.
    pub organisation: OrganisationId,
    /// What people call it.
    pub name: String,
    /// The scopes that its tokens can have.
    pub scopes: Vec<String>,
    /// Roles and dates.
    pub mandate: GivenMandate,
    /// When it was registered.
    pub created_at: Time,
    /// When it was revoked.
    pub revoked_at: Option<Time>,
    /// Counts changes.
    pub version: i64,
}

impl Client {
    /// Where it stands: `active`, `revoked` or `expired`.
    pub fn status(&self, now: Time) -> &'static str {
        if self.revoked_at.is_some() || self.mandate.facts.recalled_at.is_some() {
            "revoked"
        } else if self.mandate.facts.expires_on < now.date() {
            "expired"
        } else {
            "active"
        }
    }
}

#[derive(Queryable)]
struct Row {
    id: ClientId,
    organisation_id: OrganisationId,
    _person_id: PersonId,
    _membership_id: MembershipId,
    mandate_id: MandateId,
    name: String,
    scopes: String,
    _created_by: PersonId,
    created_at: Time,
    revoked_at: Option<Time>,
    version: i64,
}

/// A machine to be registered.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// What people call it.
    pub name: String,
    /// The scopes that its tokens can have, each known to the API.
    pub scopes: BTreeSet<&'static str>,
    /// What its mandate allows beside what every member may do.
    pub roles: BTreeSet<Role>,
    /// The last day.
    pub expires_on: NaiveDate,
    /// The digest of its secret.
    pub secret_hash: String,
}

/// Registers a machine.
///
/// # Errors
/// [`Code::Forbidden`] without the role admin; [`Code::InvalidInput`] for a role that machines cannot hold, and the
/// rules of mandates.
pub fn register(conn: &mut Conn, by: &Actor, new: &NewClient) -> Result<Client> {
    by.require(&[Role::Admin])?;
    if let Some(role) = new.roles.iter().find(|role| !role.open_to_machines()) {
        let detail =
            format!("No machine can be {role}: that is for a person to decide or to sign.");
        return Err(Refusal::new(Code::InvalidInput, detail).at("/roles").into());
    }
    let person = people::create_machine(conn, &new.name, by.now)?;
    let membership = memberships::join(conn, person, by.organisation, by.now)?;
    let mandate = NewMandate {
        membership,
        facts: MandateFacts {
            roles: std::iter::once(Role::Member)
                .chain(new.roles.iter().copied())
                .collect(),
            starts_on: by.now.date(),
            expires_on: new.expires_on,
            recalled_at: None,
        },
        assembly_record: None,
    };
    let whose = (by.organisation, by.kind);
    let mandate = memberships::give(conn, whose, by.person, &mandate, by.now)?;
    let id = ClientId::fresh();
    let scopes: Vec<&str> = new.scopes.iter().copied().collect();
    diesel::insert_into(clients::table)
        .values((
            clients::id.eq(id),
            clients::organisation_id.eq(by.organisation),
            clients::person_id.eq(person),
            clients::membership_id.eq(membership),
            clients::mandate_id.eq(mandate),
            clients::name.eq(&new.name),
            clients::scopes.eq(scopes.join(" ")),
            clients::created_by.eq(by.person),
            clients::created_at.eq(by.now),
            clients::version.eq(1),
        ))
        .execute(conn)?;
    add_secret(conn, by, id, &new.secret_hash)?;
    let client = get(conn, by, id)?;
    audit::change(
        conn,
        by,
        "client.register",
        id.uuid(),
        None,
        &entry(&client),
    )?;
    Ok(client)
}

fn entry(client: &Client) -> Value {
    json!({
        "name": client.name,
        "scopes": client.scopes,
        "roles": memberships::roles_text(&client.mandate.facts.roles),
        "expires_on": client.mandate.facts.expires_on,
        "revoked_at": client.revoked_at.map(Time::utc),
    })
}

fn add_secret(conn: &mut Conn, by: &Actor, client: ClientId, hash: &str) -> Result<()> {
    diesel::insert_into(client_secrets::table)
        .values((
            client_secrets::id.eq(ClientSecretId::fresh()),
            client_secrets::client_id.eq(client),
            client_secrets::hash.eq(hash),
            client_secrets::made_by.eq(by.person),
            client_secrets::made_at.eq(by.now),
        ))
        .execute(conn)?;
    Ok(())
}

/// A machine of the organisation, for its admins.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`].
pub fn get(conn: &mut Conn, by: &Actor, id: ClientId) -> Result<Client> {
    by.require(&[Role::Admin])?;
    let row: Option<Row> = clients::table
        .find(id)
        .filter(clients::organisation_id.eq(by.organisation))
        .first(conn)
        .optional()?;
    let row = row.or_not_found()?;
    let mandate = memberships::mandate(conn, by.organisation, row.mandate_id)?;
    Ok(with_mandate(row, mandate))
}

fn with_mandate(row: Row, mandate: GivenMandate) -> Client {
    Client {
        id: row.id,
        organisation: row.organisation_id,
        name: row.name,
        scopes: row.scopes.split_whitespace().map(str::to_owned).collect(),
        mandate,
        created_at: row.created_at,
        revoked_at: row.revoked_at,
        version: row.version,
    }
}

/// The organisation's machines in the order in which they were registered, after `after`.
///
/// # Errors
/// [`Code::Forbidden`] without the role admin.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    after: Option<ClientId>,
    limit: i64,
) -> Result<Vec<Client>> {
    by.require(&[Role::Admin])?;
    let mut query = clients::table
        .filter(clients::organisation_id.eq(by.organisation))
        .order(clients::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(clients::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    let ids = rows.iter().map(|row| row.mandate_id).collect();
    let given = memberships::mandates_of(conn, ids)?;
    rows.into_iter()
        .map(|row| {
            let mandate = given.iter().find(|mandate| mandate.id == row.mandate_id);
            let mandate = mandate.ok_or_else(|| corrupt("clients.mandate_id"))?;
            Ok(with_mandate(row, mandate.clone()))
        })
        .collect()
}

/// Gives the machine a new secret; those before stay good for `overlap`, and none longer than it was before.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`] where it is not active, [`Code::Stale`].
pub fn rotate(
    conn: &mut Conn,
    by: &Actor,
    id: ClientId,
    version: i64,
    (hash, overlap): (&str, TimeDelta),
) -> Result<Client> {
    let before = active(conn, by, id)?;
    next_version(conn, id, version)?;
    let until = by.now.plus(overlap.clamp(TimeDelta::zero(), OVERLAP_MAX));
    let good_longer = client_secrets::good_until
        .is_null()
        .or(client_secrets::good_until.gt(Some(until)));
    diesel::update(client_secrets::table.filter(client_secrets::client_id.eq(id)))
        .filter(good_longer)
        .set(client_secrets::good_until.eq(Some(until)))
        .execute(conn)?;
    add_secret(conn, by, id, hash)?;
    let after = json!({"previous_good_until": until.utc()});
    audit::change(
        conn,
        by,
        "client.rotate",
        id.uuid(),
        Some(&json!({})),
        &after,
    )?;
    Ok(Client {
        version: version + 1,
        ..before
    })
}

/// Revokes the machine: its tokens stop with the next request.
///
/// # Errors
/// Those of [`rotate`].
pub fn revoke(conn: &mut Conn, by: &Actor, id: ClientId, version: i64) -> Result<Client> {
    let before = active(conn, by, id)?;
    next_version(conn, id, version)?;
    diesel::update(clients::table.find(id))
        .set(clients::revoked_at.eq(Some(by.now)))
        .execute(conn)?;
    memberships::end(
        conn,
        by,
        before.mandate.membership,
        "the machine was revoked",
    )?;
    let after = get(conn, by, id)?;
    let entries = (entry(&before), entry(&after));
    audit::change(
        conn,
        by,
        "client.revoke",
        id.uuid(),
        Some(&entries.0),
        &entries.1,
    )?;
    Ok(after)
}

fn active(conn: &mut Conn, by: &Actor, id: ClientId) -> Result<Client> {
    let client = get(conn, by, id)?;
    match client.status(by.now) {
        "active" => Ok(client),
        status => {
            let detail = format!("The machine is {status}: register another.");
            Err(Refusal::new(Code::WrongState, detail).into())
        }
    }
}

fn next_version(conn: &mut Conn, id: ClientId, version: i64) -> Result<()> {
    let changed = diesel::update(clients::table.find(id))
        .filter(clients::version.eq(version))
        .set(clients::version.eq(version + 1))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    Ok(())
}

/// Who a machine proved to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The machine.
    pub id: ClientId,
    /// For whom it acts.
    pub organisation: OrganisationId,
    /// The scopes that its tokens can have.
    pub scopes: Vec<String>,
}

/// The machine with this id and a secret of this digest, where it may act now.
///
/// # Errors
/// Those of the database.
pub fn known(conn: &mut Conn, id: ClientId, hash: &str, now: Time) -> Result<Option<Known>> {
    let good = client_secrets::good_until
        .is_null()
        .or(client_secrets::good_until.gt(Some(now)));
    let row: Option<(OrganisationId, String)> = clients::table
        .inner_join(mandates::table)
        .inner_join(client_secrets::table)
        .filter(clients::id.eq(id))
        .filter(clients::revoked_at.is_null())
        .filter(mandates::recalled_at.is_null())
        .filter(mandates::starts_on.le(now.date()))
        .filter(mandates::expires_on.ge(now.date()))
        .filter(client_secrets::hash.eq(hash))
        .filter(good)
        .select((clients::organisation_id, clients::scopes))
        .first(conn)
        .optional()?;
    Ok(row.map(|(organisation, scopes)| Known {
        id,
        organisation,
        scopes: scopes.split_whitespace().map(str::to_owned).collect(),
    }))
}

/// The machine as an actor, as things stand now, in the request's own transaction.
///
/// # Errors
/// [`Code::MandateEnded`] where it was revoked or its last day is past, [`Code::Unauthenticated`] where there is
/// none.
pub fn actor(conn: &mut Conn, id: ClientId, now: Time, trace_id: &str) -> Result<Actor> {
    type Row = (
        (PersonId, Option<Time>),
        (MembershipId, Option<Time>),
        (OrganisationId, String, String),
        (MandateId, String, NaiveDate, NaiveDate, Option<Time>),
    );
    let row: Option<Row> = clients::table
        .inner_join(members::table.inner_join(organisations::table))
        .inner_join(mandates::table)
        .filter(clients::id.eq(id))
        .select((
            (clients::person_id, clients::revoked_at),
            (members::id, members::ended_at),
            (
                organisations::id,
                organisations::kind,
                organisations::status,
            ),
            (
                mandates::id,
                mandates::roles,
                mandates::starts_on,
                mandates::expires_on,
                mandates::recalled_at,
            ),
        ))
        .first(conn)
        .optional()?;
    let Some((own, membership, organisation, mandate)) = row else {
        return Err(Refusal::new(Code::Unauthenticated, "This machine is not known.").into());
    };
    let (mandate, words, starts_on, expires_on, recalled_at) = mandate;
    let over = own.1.or(membership.1).or(recalled_at).is_some();
    if over || !(starts_on..=expires_on).contains(&now.date()) {
        let detail = "The machine was revoked, or its last day is past.";
        return Err(Refusal::new(Code::MandateEnded, detail).into());
    }
    Ok(Actor {
        person: own.0,
        organisation: organisation.0,
        kind: OrganisationKind::parse(&organisation.1)
            .map_err(|_| corrupt("organisations.kind"))?,
        admitted: organisation.2 == "admitted",
        membership: membership.0,
        mandate: Some(mandate),
        roles: sessions::roles(Some(&words))?,
        now,
        trace_id: trace_id.to_owned(),
    })
}

/// The people who have seen a secret of the machine that acts under this row of `people`; nobody where that is a
/// person. What it did counts as done by them too, where somebody else has to decide about it.
///
/// # Errors
/// Those of the database.
pub(crate) fn behind(conn: &mut Conn, person: PersonId) -> Result<Vec<PersonId>> {
    Ok(client_secrets::table
        .inner_join(clients::table)
        .filter(clients::person_id.eq(person))
        .select(client_secrets::made_by)
        .distinct()
        .load(conn)?)
}
