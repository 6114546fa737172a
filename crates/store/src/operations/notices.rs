//! Messages to people, put into the outbox with the act that causes them.
//!
//! A payload is `{to, language, notice}`; `notice` is what `mail` reads, but with links as paths
//! of this server, which the worker completes: the database does not know the public address.
use super::outbox::{self, Kind};
use crate::db::Conn;
use crate::error::Result;
use crate::identity::memberships::{emails_of_members, emails_with_role};
use crate::ids::OrganisationId;
use crate::schema::organisations;
use crate::sql::Time;
use diesel::prelude::*;
use governance::Role;
use serde_json::{Value, json};

/// Tells every member of the organisation who holds `role` now, in the organisation's language.
///
/// # Errors
/// Those of the database.
pub fn tell(
    conn: &mut Conn,
    organisation: OrganisationId,
    role: Role,
    notice: &Value,
    now: Time,
) -> Result<()> {
    for email in emails_with_role(conn, organisation, role, now)? {
        tell_address(conn, organisation, &email, notice, now)?;
    }
    Ok(())
}

/// Tells everybody who belongs to the organisation, in its language.
///
/// # Errors
/// Those of the database.
pub fn tell_members(
    conn: &mut Conn,
    organisation: OrganisationId,
    notice: &Value,
    now: Time,
) -> Result<()> {
    for email in emails_of_members(conn, organisation)? {
        tell_address(conn, organisation, &email, notice, now)?;
    }
    Ok(())
}

/// Tells one address, in the organisation's language.
///
/// # Errors
/// Those of the database.
pub fn tell_address(
    conn: &mut Conn,
    organisation: OrganisationId,
    email: &str,
    notice: &Value,
    now: Time,
) -> Result<()> {
    let language: String = organisations::table
        .find(organisation)
        .select(organisations::language)
        .first(conn)?;
    tell_in(conn, organisation, &language, email, notice, now)
}

/// Tells one address, in this language.
///
/// # Errors
/// Those of the database.
pub fn tell_in(
    conn: &mut Conn,
    organisation: OrganisationId,
    language: &str,
    email: &str,
    notice: &Value,
    now: Time,
) -> Result<()> {
    let payload = json!({"to": email, "language": language, "notice": notice});
    outbox::add(conn, Kind::Mail, Some(organisation), payload, now)
}
