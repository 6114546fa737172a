//! Memberships, and the mandates that give members roles for a time.
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt};
use crate::governance::assembly::{self, Subject};
use crate::ids::{AssemblyRecordId, MandateId, MembershipId, OrganisationId, PersonId};
use crate::operations::audit::{self, Act};
use crate::schema::{mandates, memberships, people};
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::{Mandate, MandateFacts, MandateStanding, OrganisationKind, Role};
use serde_json::json;
use std::collections::BTreeSet;

/// A mandate with where it stands.
#[derive(Clone, Debug)]
pub struct GivenMandate {
    /// The id.
    pub id: MandateId,
    /// Whose.
    pub membership: MembershipId,
    /// Given by which organisation.
    pub organisation: OrganisationId,
    /// Roles and dates.
    pub facts: MandateFacts,
    /// The assembly's decision behind it, where one is named.
    pub assembly_record: Option<AssemblyRecordId>,
    /// Why it was recalled.
    pub recall_reason: Option<String>,
    /// Counts changes.
    pub version: i64,
}

impl GivenMandate {
    /// Whether it is in force. Its kind was checked when it was given.
    pub fn standing(&self, kind: OrganisationKind, now: Time) -> Option<MandateStanding> {
        Mandate::parse(kind, self.facts.clone())
            .ok()
            .map(|mandate| mandate.standing(now.utc()))
    }
}

#[derive(Queryable)]
struct MandateRow {
    id: MandateId,
    membership_id: MembershipId,
    organisation_id: OrganisationId,
    roles: String,
    starts_on: NaiveDate,
    expires_on: NaiveDate,
    assembly_record_id: Option<AssemblyRecordId>,
    _granted_by: PersonId,
    recalled_at: Option<Time>,
    _recalled_by: Option<PersonId>,
    recall_reason: Option<String>,
    _created_at: Time,
    version: i64,
}

impl TryFrom<MandateRow> for GivenMandate {
    type Error = Error;
    fn try_from(row: MandateRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            membership: row.membership_id,
            organisation: row.organisation_id,
            facts: MandateFacts {
                roles: parse_roles(&row.roles)?,
                starts_on: row.starts_on,
                expires_on: row.expires_on,
                recalled_at: row.recalled_at.map(Time::utc),
            },
            assembly_record: row.assembly_record_id,
            recall_reason: row.recall_reason,
            version: row.version,
        })
    }
}

pub(crate) fn parse_roles(words: &str) -> Result<BTreeSet<Role>> {
    words
        .split_whitespace()
        .map(|word| Role::parse(word).map_err(|_| corrupt("mandates.roles")))
        .collect()
}

pub(crate) fn roles_text(roles: &BTreeSet<Role>) -> String {
    let words: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    words.join(" ")
}

/// A member with the mandate in force, if any.
#[derive(Clone, Debug)]
pub struct Member {
    /// The membership.
    pub id: MembershipId,
    /// The person.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// The mandate in force.
    pub mandate: Option<GivenMandate>,
}

/// Makes the person a member.
///
/// # Errors
/// [`Code::AlreadyMember`].
pub fn join(
    conn: &mut Conn,
    person: PersonId,
    organisation: OrganisationId,
    now: Time,
) -> Result<MembershipId> {
    let present: Option<(MembershipId, Option<Time>)> = memberships::table
        .filter(memberships::person_id.eq(person))
        .filter(memberships::organisation_id.eq(organisation))
        .select((memberships::id, memberships::ended_at))
        .first(conn)
        .optional()?;
    match present {
        Some((_, None)) => {
            Err(Refusal::new(Code::AlreadyMember, "This person is a member already.").into())
        }
        Some((id, Some(_))) => {
            diesel::update(memberships::table.find(id))
                .set((
                    memberships::ended_at.eq(None::<Time>),
                    memberships::version.eq(memberships::version + 1),
                ))
                .execute(conn)?;
            Ok(id)
        }
        None => {
            let id = MembershipId::fresh();
            diesel::insert_into(memberships::table)
                .values((
                    memberships::id.eq(id),
                    memberships::person_id.eq(person),
                    memberships::organisation_id.eq(organisation),
                    memberships::created_at.eq(now),
                    memberships::version.eq(1),
                ))
                .execute(conn)?;
            Ok(id)
        }
    }
}

/// A mandate to be given.
#[derive(Clone, Debug)]
pub struct NewMandate {
    /// To whom.
    pub membership: MembershipId,
    /// Roles and dates, checked against the organisation's kind.
    pub facts: MandateFacts,
    /// The assembly's decision behind it.
    pub assembly_record: Option<AssemblyRecordId>,
}

/// Gives a mandate on behalf of `granted_by`. A mandate in force before it is replaced: it is recalled.
///
/// # Errors
/// [`Code::InvalidInput`] naming the role or date that governance does not allow.
pub fn give(
    conn: &mut Conn,
    organisation: (OrganisationId, OrganisationKind),
    granted_by: PersonId,
    new: &NewMandate,
    now: Time,
) -> Result<MandateId> {
    Mandate::parse(organisation.1, new.facts.clone())?;
    diesel::update(
        mandates::table
            .filter(mandates::membership_id.eq(new.membership))
            .filter(mandates::recalled_at.is_null()),
    )
    .set((
        mandates::recalled_at.eq(Some(now)),
        mandates::recalled_by.eq(Some(granted_by)),
        mandates::recall_reason.eq(Some("replaced by a new mandate")),
        mandates::version.eq(mandates::version + 1),
    ))
    .execute(conn)?;
    let id = MandateId::fresh();
    diesel::insert_into(mandates::table)
        .values((
            mandates::id.eq(id),
            mandates::membership_id.eq(new.membership),
            mandates::organisation_id.eq(organisation.0),
            mandates::roles.eq(roles_text(&new.facts.roles)),
            mandates::starts_on.eq(new.facts.starts_on),
            mandates::expires_on.eq(new.facts.expires_on),
            mandates::assembly_record_id.eq(new.assembly_record),
            mandates::granted_by.eq(granted_by),
            mandates::created_at.eq(now),
            mandates::version.eq(1),
        ))
        .execute(conn)?;
    Ok(id)
}

/// An admin of the organisation gives a member a mandate.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`] for another organisation's member or assembly record,
/// [`Code::AssemblyNotValid`] for a record that carried no mandate, those of [`give`].
pub fn grant(conn: &mut Conn, by: &Actor, new: &NewMandate) -> Result<GivenMandate> {
    by.require(&[Role::Admin])?;
    // A machine keeps the mandate that it was registered with.
    let member: Option<OrganisationId> = memberships::table
        .inner_join(people::table)
        .filter(memberships::id.eq(new.membership))
        .filter(memberships::ended_at.is_null())
        .filter(people::machine.eq(false))
        .select(memberships::organisation_id)
        .first(conn)
        .optional()?;
    if member != Some(by.organisation) {
        return Err(Refusal::not_found().into());
    }
    if let Some(record) = new.assembly_record {
        assembly::own_carried(conn, by, record, Subject::Mandate, "/assembly_record_id")?;
    }
    let id = give(conn, (by.organisation, by.kind), by.person, new, by.now)?;
    audit::record(
        conn,
        by,
        &Act {
            act: "mandate.grant",
            kind: "mandate",
            id: id.uuid(),
            before: None,
            after: Some(&json!({
                "membership": new.membership.to_string(),
                "roles": roles_text(&new.facts.roles),
                "expires_on": new.facts.expires_on,
            })),
        },
    )?;
    mandate(conn, by.organisation, id)
}

/// One mandate of the organisation.
///
/// # Errors
/// [`Code::NotFound`].
pub fn mandate(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: MandateId,
) -> Result<GivenMandate> {
    let row: Option<MandateRow> = mandates::table
        .find(id)
        .filter(mandates::organisation_id.eq(organisation))
        .first(conn)
        .optional()?;
    row.or_not_found()?.try_into()
}

/// These mandates, in no order.
///
/// # Errors
/// Those of the database.
pub(super) fn mandates_of(conn: &mut Conn, ids: Vec<MandateId>) -> Result<Vec<GivenMandate>> {
    let rows: Vec<MandateRow> = mandates::table
        .filter(mandates::id.eq_any(ids))
        .load(conn)?;
    rows.into_iter().map(GivenMandate::try_from).collect()
}

/// Ends a membership with its mandates, at once.
///
/// # Errors
/// Those of the database.
pub(super) fn end(
    conn: &mut Conn,
    by: &Actor,
    membership: MembershipId,
    reason: &str,
) -> Result<()> {
    diesel::update(memberships::table.find(membership))
        .set((
            memberships::ended_at.eq(Some(by.now)),
            memberships::version.eq(memberships::version + 1),
        ))
        .execute(conn)?;
    diesel::update(mandates::table.filter(mandates::membership_id.eq(membership)))
        .filter(mandates::recalled_at.is_null())
        .set((
            mandates::recalled_at.eq(Some(by.now)),
            mandates::recalled_by.eq(Some(by.person)),
            mandates::recall_reason.eq(Some(reason)),
            mandates::version.eq(mandates::version + 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// Recalls a mandate: its tokens stop with the next request.
///
/// # Errors
/// [`Code::Forbidden`] without the role admin, [`Code::WrongState`] where it has ended,
/// [`Code::Stale`], [`Code::NotFound`].
pub fn recall(
    conn: &mut Conn,
    by: &Actor,
    id: MandateId,
    version: i64,
    reason: &str,
) -> Result<GivenMandate> {
    by.require(&[Role::Admin])?;
    let before = mandate(conn, by.organisation, id)?;
    if before.facts.recalled_at.is_some() {
        return Err(Refusal::new(Code::WrongState, "The mandate was recalled already.").into());
    }
    let changed = diesel::update(mandates::table.find(id))
        .filter(mandates::version.eq(version))
        .set((
            mandates::recalled_at.eq(Some(by.now)),
            mandates::recalled_by.eq(Some(by.person)),
            mandates::recall_reason.eq(Some(reason)),
            mandates::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    super::sessions::revoke_for_membership(conn, before.membership, "mandate recalled", by.now)?;
    audit::record(
        conn,
        by,
        &Act {
            act: "mandate.recall",
            kind: "mandate",
            id: id.uuid(),
            before: Some(&json!({"recalled_at": null})),
            after: Some(&json!({"recalled_at": by.now.utc(), "reason": reason})),
        },
    )?;
    mandate(conn, by.organisation, id)
}

/// The mandate in force of a membership.
///
/// # Errors
/// Those of the database.
pub fn in_force(
    conn: &mut Conn,
    membership: MembershipId,
    now: Time,
) -> Result<Option<GivenMandate>> {
    let row: Option<MandateRow> = mandates::table
        .filter(mandates::membership_id.eq(membership))
        .filter(mandates::recalled_at.is_null())
        .filter(mandates::starts_on.le(now.date()))
        .filter(mandates::expires_on.ge(now.date()))
        .order(mandates::id.desc())
        .first(conn)
        .optional()?;
    row.map(GivenMandate::try_from).transpose()
}

/// The organisation's members in the order in which they joined, after `after`.
///
/// # Errors
/// Those of the database.
pub fn members(
    conn: &mut Conn,
    by: &Actor,
    after: Option<MembershipId>,
    limit: i64,
) -> Result<Vec<Member>> {
    type Row = (MembershipId, PersonId, String, String);
    let mut query = memberships::table
        .inner_join(people::table)
        .filter(memberships::organisation_id.eq(by.organisation))
        .filter(memberships::ended_at.is_null())
        .filter(people::machine.eq(false))
        .order(memberships::id)
        .limit(limit)
        .select((memberships::id, people::id, people::name, people::email))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(memberships::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    let ids: Vec<MembershipId> = rows.iter().map(|row| row.0).collect();
    let given: Vec<MandateRow> = mandates::table
        .filter(mandates::membership_id.eq_any(ids))
        .filter(mandates::recalled_at.is_null())
        .filter(mandates::starts_on.le(by.now.date()))
        .filter(mandates::expires_on.ge(by.now.date()))
        .load(conn)?;
    let given: Vec<GivenMandate> = given
        .into_iter()
        .map(GivenMandate::try_from)
        .collect::<Result<_>>()?;
    Ok(rows
        .into_iter()
        .map(|(id, person, name, email)| Member {
            id,
            person,
            name,
            email,
            mandate: given
                .iter()
                .find(|mandate| mandate.membership == id)
                .cloned(),
        })
        .collect())
}

/// The e-mail addresses of the organisation's members who hold `role` now.
///
/// # Errors
/// Those of the database.
pub fn emails_with_role(
    conn: &mut Conn,
    organisation: OrganisationId,
    role: Role,
    now: Time,
) -> Result<Vec<String>> {
    let rows: Vec<(String, String)> = mandates::table
        .inner_join(memberships::table.inner_join(people::table))
        .filter(mandates::organisation_id.eq(organisation))
        .filter(memberships::ended_at.is_null())
        .filter(people::machine.eq(false))
        .filter(mandates::recalled_at.is_null())
        .filter(mandates::starts_on.le(now.date()))
        .filter(mandates::expires_on.ge(now.date()))
        .order(people::email)
        .select((mandates::roles, people::email))
        .load(conn)?;
    let mut emails = Vec::new();
    for (roles, email) in rows {
        if parse_roles(&roles)?.contains(&role) {
            emails.push(email);
        }
    }
    Ok(emails)
}

/// The members of these organisations who sell for them now: organisation, its language, address.
///
/// # Errors
/// Those of the database.
pub fn sellers_of(
    conn: &mut Conn,
    organisations: Vec<OrganisationId>,
    now: Time,
) -> Result<Vec<(OrganisationId, String, String)>> {
    use crate::schema::organisations as parties;
    let rows: Vec<(OrganisationId, String, String, String)> = mandates::table
        .inner_join(memberships::table.inner_join(people::table))
        .inner_join(parties::table.on(parties::id.eq(mandates::organisation_id)))
        .filter(mandates::organisation_id.eq_any(organisations))
        .filter(memberships::ended_at.is_null())
        .filter(people::machine.eq(false))
        .filter(mandates::recalled_at.is_null())
        .filter(mandates::starts_on.le(now.date()))
        .filter(mandates::expires_on.ge(now.date()))
        .order((mandates::organisation_id, people::email))
        .select((
            parties::id,
            parties::language,
            people::email,
            mandates::roles,
        ))
        .load(conn)?;
    let mut sellers = Vec::new();
    for (organisation, language, email, roles) in rows {
        if parse_roles(&roles)?.contains(&Role::Seller) {
            sellers.push((organisation, language, email));
        }
    }
    Ok(sellers)
}

/// The e-mail addresses of everybody who belongs to the organisation.
///
/// # Errors
/// Those of the database.
pub fn emails_of_members(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<String>> {
    Ok(memberships::table
        .inner_join(people::table)
        .filter(memberships::organisation_id.eq(organisation))
        .filter(memberships::ended_at.is_null())
        .filter(people::machine.eq(false))
        .order(people::email)
        .select(people::email)
        .load(conn)?)
}
