//! Invitations by e-mail: the token goes out with the message, only its digest is kept.
use super::memberships::{NewMandate, give, join, parse_roles, roles_text};
use super::people::{self, NewPerson};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result};
use crate::ids::{InvitationId, MembershipId, OrganisationId, PersonId};
use crate::operations::audit::{self, Act};
use crate::schema::{invitations, organisations};
use crate::sql::Time;
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use governance::{Mandate, MandateFacts, OrganisationKind, Role};
use serde_json::json;
use std::collections::BTreeSet;

/// How long an invitation can be accepted.
pub const VALID_FOR: TimeDelta = TimeDelta::days(14);

/// An invitation.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The id.
    pub id: InvitationId,
    /// To which organisation.
    pub organisation: OrganisationId,
    /// Who is invited, in lower case.
    pub email: String,
    /// The roles of the mandate that comes with it; only `member` means no mandate.
    pub roles: BTreeSet<Role>,
    /// The mandate's last day.
    pub mandate_expires_on: NaiveDate,
    /// Who invited.
    pub invited_by: PersonId,
    /// Until when it can be accepted.
    pub expires_at: Time,
    /// When it was accepted.
    pub accepted_at: Option<Time>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Time>,
    /// Counts changes.
    pub version: i64,
}

impl Invitation {
    /// Where it stands: `open`, `accepted`, `withdrawn` or `expired`.
    pub fn status(&self, now: Time) -> &'static str {
        match (self.accepted_at, self.withdrawn_at) {
            (Some(_), _) => "accepted",
            (None, Some(_)) => "withdrawn",
            (None, None) if self.expires_at <= now => "expired",
            (None, None) => "open",
        }
    }
}

#[derive(Queryable)]
struct Row {
    id: InvitationId,
    organisation_id: OrganisationId,
    email: String,
    roles: String,
    mandate_expires_on: NaiveDate,
    _token_hash: String,
    invited_by: PersonId,
    _created_at: Time,
    expires_at: Time,
    accepted_at: Option<Time>,
    withdrawn_at: Option<Time>,
    version: i64,
}

impl TryFrom<Row> for Invitation {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            organisation: row.organisation_id,
            email: row.email,
            roles: parse_roles(&row.roles)?,
            mandate_expires_on: row.mandate_expires_on,
            invited_by: row.invited_by,
            expires_at: row.expires_at,
            accepted_at: row.accepted_at,
            withdrawn_at: row.withdrawn_at,
            version: row.version,
        })
    }
}

/// An invitation to be sent.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// Who, in lower case.
    pub email: String,
    /// The roles of the mandate that comes with it.
    pub roles: BTreeSet<Role>,
    /// The mandate's last day.
    pub mandate_expires_on: NaiveDate,
    /// The digest of the token that the message carries.
    pub token_hash: String,
}

/// Invites somebody. The caller puts the message into the outbox in the same transaction.
///
/// # Errors
/// [`Code::Forbidden`] without the role admin; the rules of mandates.
pub fn invite(conn: &mut Conn, by: &Actor, new: &NewInvitation) -> Result<Invitation> {
    by.require(&[Role::Admin])?;
    Mandate::parse(by.kind, facts(&new.roles, new.mandate_expires_on, by.now))?;
    let id = InvitationId::fresh();
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(id),
            invitations::organisation_id.eq(by.organisation),
            invitations::email.eq(&new.email),
            invitations::roles.eq(roles_text(&new.roles)),
            invitations::mandate_expires_on.eq(new.mandate_expires_on),
            invitations::token_hash.eq(&new.token_hash),
            invitations::invited_by.eq(by.person),
            invitations::created_at.eq(by.now),
            invitations::expires_at.eq(by.now.plus(VALID_FOR)),
            invitations::version.eq(1),
        ))
        .execute(conn)?;
    audit::record(
        conn,
        by,
        &Act {
            act: "invitation.send",
            kind: "invitation",
            id: id.uuid(),
            before: None,
            after: Some(&json!({"email": new.email, "roles": roles_text(&new.roles)})),
        },
    )?;
    get(conn, by, id)
}

fn facts(roles: &BTreeSet<Role>, expires_on: NaiveDate, now: Time) -> MandateFacts {
    MandateFacts {
        roles: roles.clone(),
        starts_on: now.date(),
        expires_on,
        recalled_at: None,
    }
}

/// One invitation of the actor's organisation.
///
/// # Errors
/// [`Code::NotFound`].
pub fn get(conn: &mut Conn, by: &Actor, id: InvitationId) -> Result<Invitation> {
    let row: Option<Row> = invitations::table
        .find(id)
        .filter(invitations::organisation_id.eq(by.organisation))
        .first(conn)
        .optional()?;
    row.or_not_found()?.try_into()
}

/// The organisation's invitations, oldest first, after `after`.
///
/// # Errors
/// [`Code::Forbidden`] without the role admin.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    after: Option<InvitationId>,
    limit: i64,
) -> Result<Vec<Invitation>> {
    by.require(&[Role::Admin])?;
    let mut query = invitations::table
        .filter(invitations::organisation_id.eq(by.organisation))
        .order(invitations::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(invitations::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Invitation::try_from).collect()
}

/// Withdraws an invitation that was not accepted.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::InvitationEnded`], [`Code::Stale`], [`Code::NotFound`].
pub fn withdraw(conn: &mut Conn, by: &Actor, id: InvitationId, version: i64) -> Result<Invitation> {
    by.require(&[Role::Admin])?;
    let invitation = get(conn, by, id)?;
    if invitation.status(by.now) != "open" {
        return Err(ended());
    }
    let changed = diesel::update(invitations::table.find(id))
        .filter(invitations::version.eq(version))
        .set((
            invitations::withdrawn_at.eq(Some(by.now)),
            invitations::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    audit::record(
        conn,
        by,
        &Act {
            act: "invitation.withdraw",
            kind: "invitation",
            id: id.uuid(),
            before: Some(&json!({"status": "open"})),
            after: Some(&json!({"status": "withdrawn"})),
        },
    )?;
    get(conn, by, id)
}

/// The invited e-mail of an open invitation, so that the caller can check who accepts.
///
/// # Errors
/// [`Code::InvitationEnded`] for a token that is unknown, used, withdrawn or too old.
pub fn open_by_token(conn: &mut Conn, token_hash: &str, now: Time) -> Result<Invitation> {
    let row: Option<Row> = invitations::table
        .filter(invitations::token_hash.eq(token_hash))
        .first(conn)
        .optional()?;
    let invitation = row.map(Invitation::try_from).transpose()?;
    invitation
        .filter(|invitation| invitation.status(now) == "open")
        .ok_or_else(ended)
}

/// Who accepts: somebody with an account (who proved it by logging in), or a new person.
#[derive(Clone, Debug)]
pub enum Acceptor {
    /// With an account.
    Known(PersonId),
    /// Without one yet; the e-mail is the invited one.
    New {
        /// How the person is called.
        name: String,
        /// Argon2id, in PHC form.
        password_hash: String,
    },
}

/// Accepts an invitation: an account where there was none, a membership, and the mandate.
///
/// # Errors
/// [`Code::InvitationEnded`], [`Code::AlreadyMember`], [`Code::EmailTaken`].
pub fn accept(
    conn: &mut Conn,
    token_hash: &str,
    acceptor: &Acceptor,
    now: Time,
) -> Result<(PersonId, MembershipId)> {
    let invitation = open_by_token(conn, token_hash, now)?;
    let kind: String = organisations::table
        .find(invitation.organisation)
        .select(organisations::kind)
        .first(conn)?;
    let kind = OrganisationKind::parse(&kind)?;
    let person = match acceptor {
        Acceptor::Known(person) => *person,
        Acceptor::New {
            name,
            password_hash,
        } => people::create(
            conn,
            &NewPerson {
                email: invitation.email.clone(),
                name: name.clone(),
                password_hash: password_hash.clone(),
            },
            now,
        )?,
    };
    let membership = join(conn, person, invitation.organisation, now)?;
    give(
        conn,
        (invitation.organisation, kind),
        invitation.invited_by,
        &NewMandate {
            membership,
            facts: facts(&invitation.roles, invitation.mandate_expires_on, now),
            assembly_record: None,
        },
        now,
    )?;
    let changed = diesel::update(invitations::table.find(invitation.id))
        .filter(invitations::version.eq(invitation.version))
        .set((
            invitations::accepted_at.eq(Some(now)),
            invitations::version.eq(invitation.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(ended());
    }
    audit::record_by_server(
        conn,
        now,
        invitation.organisation,
        &Act {
            act: "invitation.accept",
            kind: "invitation",
            id: invitation.id.uuid(),
            before: Some(&json!({"status": "open"})),
            after: Some(&json!({"status": "accepted", "person": person.to_string()})),
        },
    )?;
    Ok((person, membership))
}

fn ended() -> Error {
    Refusal::new(
        Code::InvitationEnded,
        "This invitation was used, withdrawn or has expired: ask for a new one.",
    )
    .into()
}
