//! Offices: who holds which now, and what a demand lacks by them.
use super::approvals::Approval;
use super::payers::Share;
use crate::db::Conn;
use crate::error::Result;
use crate::governance::ladders;
use crate::identity::memberships::parse_roles;
use crate::ids::{OrganisationId, PersonId};
use crate::schema::{mandates, memberships};
use crate::sql::Time;
use diesel::prelude::*;
use governance::Role;
use money::Money;
use ordering::{Demand, Office, Outstanding};

/// The offices that these roles are.
pub(super) fn offices(roles: impl IntoIterator<Item = Role>) -> Vec<Office> {
    let offices = roles.into_iter();
    offices
        .filter_map(|role| Office::parse(role.as_str()).ok())
        .collect()
}

/// The roles that these offices are.
pub(crate) fn roles(demand: &Demand) -> Result<Vec<Role>> {
    let roles = demand.signers.iter();
    roles
        .map(|signers| Ok(Role::parse(signers.office.as_str())?))
        .collect()
}

/// The offices that an approver holds now in a payer.
pub(super) struct InForce {
    /// The payer.
    pub organisation: OrganisationId,
    /// The approver.
    pub person: PersonId,
    /// What this mandate gives.
    pub offices: Vec<Office>,
}

/// Which offices the approvers hold now in the paying organisations, mandate by mandate.
pub(super) fn in_force(
    conn: &mut Conn,
    shares: &[Share],
    given: &[Approval],
    now: Time,
) -> Result<Vec<InForce>> {
    let persons: Vec<PersonId> = given.iter().map(|approval| approval.person).collect();
    let payers: Vec<OrganisationId> = shares.iter().map(|share| share.organisation).collect();
    offices_of(conn, &payers, &persons, now)
}

/// Which offices these persons hold now in these organisations, mandate by mandate.
fn offices_of(
    conn: &mut Conn,
    organisations: &[OrganisationId],
    persons: &[PersonId],
    now: Time,
) -> Result<Vec<InForce>> {
    if persons.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(OrganisationId, PersonId, String)> = mandates::table
        .inner_join(memberships::table)
        .filter(memberships::person_id.eq_any(persons.to_vec()))
        .filter(mandates::organisation_id.eq_any(organisations.to_vec()))
        .filter(memberships::ended_at.is_null())
        .filter(mandates::recalled_at.is_null())
        .filter(mandates::starts_on.le(now.date()))
        .filter(mandates::expires_on.ge(now.date()))
        .select((
            mandates::organisation_id,
            memberships::person_id,
            mandates::roles,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(organisation, person, roles)| {
            Ok(InForce {
                organisation,
                person,
                offices: offices(parse_roles(&roles)?),
            })
        })
        .collect()
}

/// What an amount asks the organisation for outside any budget line, by the ladder that holds now.
///
/// # Errors
/// [`crate::Code::NoLadderSteps`].
pub(crate) fn demand_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    total: Money,
) -> Result<Demand> {
    match ladders::present(conn, vec![organisation])?.remove(&organisation) {
        Some(adopted) => Ok(adopted.ladder.demand(total, false)?),
        None => Ok(Demand::two_of(Office::Approver)),
    }
}

/// What the demand still lacks where these persons have signed, by the offices that they hold now.
///
/// # Errors
/// Those of the database.
pub(crate) fn lacking(
    conn: &mut Conn,
    organisation: OrganisationId,
    demand: &Demand,
    persons: &[PersonId],
    now: Time,
) -> Result<Outstanding> {
    let held = offices_of(conn, &[organisation], persons, now)?;
    let approvals = persons.iter().map(|person| {
        let held = held.iter().filter(|held| held.person == *person);
        ordering::Approval {
            approver: *person,
            revision: 1,
            offices: held.flat_map(|held| held.offices.iter().copied()).collect(),
        }
    });
    let approvals: Vec<_> = approvals.collect();
    Ok(ordering::outstanding(demand, &approvals, 1, false))
}
