//! Sessions: a login, the refresh tokens that keep it alive, and the actor behind each request.
use super::memberships::{in_force, parse_roles};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result, corrupt};
use crate::ids::{MandateId, MembershipId, OrganisationId, PersonId, SessionId};
use crate::schema::{mandates, memberships, organisations, refresh_tokens, sessions};
use crate::sql::Time;
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use governance::{OrganisationKind, Role};

/// How long a session can be kept alive without a new login.
pub const SESSION_FOR: TimeDelta = TimeDelta::days(30);

/// A session, as its token names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// The id.
    pub id: SessionId,
    /// Who.
    pub person: PersonId,
    /// As a member of which organisation.
    pub membership: MembershipId,
}

/// Memberships that a person can act through: with the organisation of each.
///
/// # Errors
/// Those of the database.
pub fn memberships_of(
    conn: &mut Conn,
    person: PersonId,
) -> Result<Vec<(MembershipId, OrganisationId, String)>> {
    Ok(memberships::table
        .inner_join(organisations::table)
        .filter(memberships::person_id.eq(person))
        .filter(memberships::ended_at.is_null())
        .order(memberships::id)
        .select((memberships::id, organisations::id, organisations::name))
        .load(conn)?)
}

/// Opens a session under the mandate in force, with its first refresh token.
///
/// # Errors
/// Those of the database.
pub fn open(
    conn: &mut Conn,
    person: PersonId,
    membership: MembershipId,
    refresh_hash: &str,
    now: Time,
) -> Result<Session> {
    let id = SessionId::fresh();
    let mandate = in_force(conn, membership, now)?.map(|mandate| mandate.id);
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::person_id.eq(person),
            sessions::membership_id.eq(membership),
            sessions::mandate_id.eq(mandate),
            sessions::created_at.eq(now),
            sessions::expires_at.eq(now.plus(SESSION_FOR)),
        ))
        .execute(conn)?;
    issue(conn, id, refresh_hash, now)?;
    Ok(Session {
        id,
        person,
        membership,
    })
}

fn issue(conn: &mut Conn, session: SessionId, hash: &str, now: Time) -> Result<()> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_hash.eq(hash),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::issued_at.eq(now),
            refresh_tokens::expires_at.eq(now.plus(SESSION_FOR)),
        ))
        .execute(conn)?;
    Ok(())
}

/// How a refresh ended. A refusal is an answer and not an error, because the revocation that goes
/// with a reused token has to be committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// The next token is good.
    Session(Session),
    /// The token was used before: whoever holds its family, the family is over.
    Reused,
    /// Unknown, expired or revoked.
    Invalid,
}

/// Trades a refresh token for the next. The session takes over a mandate given meanwhile.
///
/// # Errors
/// Those of the database.
pub fn refresh(conn: &mut Conn, old_hash: &str, new_hash: &str, now: Time) -> Result<Refreshed> {
    type Row = (
        SessionId,
        Time,
        Option<Time>,
        PersonId,
        MembershipId,
        Time,
        Option<Time>,
    );
    let row: Option<Row> = refresh_tokens::table
        .inner_join(sessions::table)
        .filter(refresh_tokens::token_hash.eq(old_hash))
        .select((
            sessions::id,
            refresh_tokens::expires_at,
            refresh_tokens::used_at,
            sessions::person_id,
            sessions::membership_id,
            sessions::expires_at,
            sessions::revoked_at,
        ))
        .first(conn)
        .optional()?;
    let Some((id, expires, used, person, membership, session_expires, revoked)) = row else {
        return Ok(Refreshed::Invalid);
    };
    // One statement decides, so that of two that come at once one is the reuse.
    let taken = diesel::update(refresh_tokens::table.find(old_hash))
        .filter(refresh_tokens::used_at.is_null())
        .set(refresh_tokens::used_at.eq(Some(now)))
        .execute(conn)?;
    if used.is_some() || taken == 0 {
        revoke(conn, id, "refresh token used twice", now)?;
        return Ok(Refreshed::Reused);
    }
    if revoked.is_some() || expires <= now || session_expires <= now {
        return Ok(Refreshed::Invalid);
    }
    let mandate = in_force(conn, membership, now)?.map(|mandate| mandate.id);
    diesel::update(sessions::table.find(id))
        .set(sessions::mandate_id.eq(mandate))
        .execute(conn)?;
    issue(conn, id, new_hash, now)?;
    Ok(Refreshed::Session(Session {
        id,
        person,
        membership,
    }))
}

/// Ends a session.
///
/// # Errors
/// Those of the database.
pub fn revoke(conn: &mut Conn, id: SessionId, reason: &str, now: Time) -> Result<()> {
    diesel::update(sessions::table.find(id))
        .filter(sessions::revoked_at.is_null())
        .set((
            sessions::revoked_at.eq(Some(now)),
            sessions::revoked_reason.eq(Some(reason)),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn revoke_for_membership(
    conn: &mut Conn,
    membership: MembershipId,
    reason: &str,
    now: Time,
) -> Result<()> {
    diesel::update(sessions::table.filter(sessions::membership_id.eq(membership)))
        .filter(sessions::revoked_at.is_null())
        .set((
            sessions::revoked_at.eq(Some(now)),
            sessions::revoked_reason.eq(Some(reason)),
        ))
        .execute(conn)?;
    Ok(())
}

#[derive(Queryable)]
struct ActorRow {
    person: PersonId,
    membership: MembershipId,
    expires_at: Time,
    revoked_at: Option<Time>,
    revoked_reason: Option<String>,
    membership_ended: Option<Time>,
    organisation: OrganisationId,
    kind: String,
    status: String,
    mandate: Option<(MandateId, String, NaiveDate, NaiveDate, Option<Time>)>,
}

/// The actor of a session, as things stand now: one query, in the request's own transaction.
///
/// # Errors
/// [`Code::MandateEnded`] where the mandate has ended or was recalled, [`Code::Unauthenticated`]
/// where the session is over.
pub fn actor(conn: &mut Conn, session: SessionId, now: Time, trace_id: &str) -> Result<Actor> {
    let row: Option<ActorRow> = sessions::table
        .inner_join(memberships::table.inner_join(organisations::table))
        .left_join(mandates::table)
        .filter(sessions::id.eq(session))
        .select((
            sessions::person_id,
            sessions::membership_id,
            sessions::expires_at,
            sessions::revoked_at,
            sessions::revoked_reason,
            memberships::ended_at,
            organisations::id,
            organisations::kind,
            organisations::status,
            (
                mandates::id,
                mandates::roles,
                mandates::starts_on,
                mandates::expires_on,
                mandates::recalled_at,
            )
                .nullable(),
        ))
        .first(conn)
        .optional()?;
    let Some(row) = row else {
        return Err(over("This session is not known."));
    };
    let mandate_over = row
        .mandate
        .as_ref()
        .is_some_and(|(_, _, from, to, recalled)| {
            recalled.is_some() || *from > now.date() || *to < now.date()
        });
    if mandate_over || row.revoked_reason.as_deref() == Some("mandate recalled") {
        return Err(Refusal::new(
            Code::MandateEnded,
            "Your mandate has ended or was recalled: log in again to act as a member.",
        )
        .into());
    }
    if row.revoked_at.is_some() || row.expires_at <= now || row.membership_ended.is_some() {
        return Err(over("This session is over: log in again."));
    }
    let words = row.mandate.as_ref().map(|(_, words, ..)| words.as_str());
    Ok(Actor {
        person: row.person,
        organisation: row.organisation,
        kind: OrganisationKind::parse(&row.kind).map_err(|_| corrupt("organisations.kind"))?,
        admitted: row.status == "admitted",
        membership: row.membership,
        roles: roles(words)?,
        mandate: row.mandate.map(|(id, ..)| id),
        now,
        trace_id: trace_id.to_owned(),
    })
}

/// Whoever asked for something that is done later, as their membership and mandate stand now.
///
/// # Errors
/// [`Code::MandateEnded`] where either has ended or was recalled.
pub(crate) fn on_behalf(
    conn: &mut Conn,
    membership: MembershipId,
    mandate: Option<MandateId>,
    now: Time,
    trace_id: &str,
) -> Result<Actor> {
    let (person, ended_at, organisation, kind, status): (
        PersonId,
        Option<Time>,
        OrganisationId,
        String,
        String,
    ) = memberships::table
        .inner_join(organisations::table)
        .filter(memberships::id.eq(membership))
        .select((
            memberships::person_id,
            memberships::ended_at,
            organisations::id,
            organisations::kind,
            organisations::status,
        ))
        .first(conn)?;
    let mut words = None;
    let mut over = ended_at.is_some();
    if let Some(mandate) = mandate {
        let (given, starts_on, expires_on, recalled_at): (
            String,
            NaiveDate,
            NaiveDate,
            Option<Time>,
        ) = mandates::table
            .find(mandate)
            .select((
                mandates::roles,
                mandates::starts_on,
                mandates::expires_on,
                mandates::recalled_at,
            ))
            .first(conn)?;
        over |= recalled_at.is_some() || !(starts_on..=expires_on).contains(&now.date());
        words = Some(given);
    }
    if over {
        let detail = "The mandate of whoever asked for this has ended or was recalled.";
        return Err(Refusal::new(Code::MandateEnded, detail).into());
    }
    Ok(Actor {
        person,
        organisation,
        kind: OrganisationKind::parse(&kind).map_err(|_| corrupt("organisations.kind"))?,
        admitted: status == "admitted",
        membership,
        mandate,
        roles: roles(words.as_deref())?,
        now,
        trace_id: trace_id.to_owned(),
    })
}

/// What a mandate in these words allows; every member has [`Role::Member`].
pub(super) fn roles(words: Option<&str>) -> Result<Vec<Role>> {
    let mut given = parse_roles(words.unwrap_or_default())?;
    given.remove(&Role::Member);
    Ok(std::iter::once(Role::Member).chain(given).collect())
}

fn over(detail: &str) -> Error {
    Refusal::new(Code::Unauthenticated, detail).into()
}
