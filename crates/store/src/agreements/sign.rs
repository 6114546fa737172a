//! Signatures: both sides sign the same revision, by people with a mandate in force, each person once.
//!
//! The buyer's side is its approval ladder on the committed value: what it approves here needs no vote at each
//! call-off. The last signature puts the agreement in force, where all mandates behind the signatures are in
//! force at that moment.
use super::rows::{self, Agreement};
use super::{current, record};
use crate::actor::Actor;
use crate::catalogue::pricer::Pricer;
use crate::catalogue::workplaces;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, corrupt};
use crate::governance::verification::verified_by;
use crate::identity::memberships::parse_roles;
use crate::identity::organisations;
use crate::ids::{AgreementId, OrganisationId, PersonId, SignatureId};
use crate::operations::notices;
use crate::orders::{demand_of, lacking, roles};
use crate::schema::{
    agreement_clauses, agreement_signatures, dossiers, mandates, memberships, people,
};
use crate::sql::Time;
use diesel::prelude::*;
use governance::Role;
use money::Micro;
use ordering::{AGREEMENT, AgreementAct, AgreementState, ClauseKind};
use serde_json::json;

/// Who signs for a co-operative.
const OF_COOPERATIVE: &[Role] = &[Role::Seller, Role::Treasurer];

/// A signature, as both sides see it.
#[derive(Clone, Debug)]
pub struct Signature {
    /// For which side.
    pub organisation: OrganisationId,
    /// By whom.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Of which revision; those of earlier ones are void.
    pub revision: i64,
    /// When.
    pub at: Time,
}

/// What a side's signatures still lack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Whose.
    pub organisation: OrganisationId,
    /// Persons, above zero.
    pub persons: usize,
}

/// Signs the present revision for the actor's side. The last signature that was outstanding puts the agreement
/// in force.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] without the role or a mandate, [`Code::NotAdmitted`],
/// [`Code::DistinctPersonRequired`] for who wrote the terms, [`Code::Duplicate`] for who has signed already,
/// for whichever side, [`Code::BelowFloor`] where a price is under what its work costs today,
/// [`Code::NotVerified`], [`Code::WrongState`], [`Code::Stale`].
pub fn sign(conn: &mut Conn, by: &Actor, id: AgreementId, version: i64) -> Result<Agreement> {
    let before = current(conn, by, id, version)?;
    let of_side = match by.organisation {
        one if one == before.buyer => of_buyer(conn, &before)?,
        one if one == before.cooperative => OF_COOPERATIVE.to_vec(),
        _ => {
            let detail = "Only the two sides of the agreement sign it.";
            return Err(Refusal::new(Code::Forbidden, detail).into());
        }
    };
    by.require(&of_side)?;
    by.require_admitted()?;
    let mandate = by.mandate.ok_or_else(|| {
        let detail = "Signing needs a mandate of your organisation.";
        Refusal::new(Code::Forbidden, detail)
    })?;
    let in_force = AGREEMENT.next(before.state, AgreementAct::Sign)?;
    let mut signatures = given(conn, id)?;
    signatures.retain(|signature| signature.revision == before.revision);
    require_distinct(by, &before, &signatures)?;
    require_sound(conn, &before, by.now)?;
    diesel::insert_into(agreement_signatures::table)
        .values((
            agreement_signatures::id.eq(SignatureId::fresh()),
            agreement_signatures::agreement_id.eq(id),
            agreement_signatures::revision.eq(before.revision),
            agreement_signatures::organisation_id.eq(by.organisation),
            agreement_signatures::person_id.eq(by.person),
            agreement_signatures::mandate_id.eq(mandate),
            agreement_signatures::committed_minor.eq(before.committed.minor()),
            agreement_signatures::signed_at.eq(by.now),
        ))
        .execute(conn)?;
    signatures.push(Signature {
        organisation: by.organisation,
        person: by.person,
        name: String::new(),
        revision: before.revision,
        at: by.now,
    });
    let mut signed = before.clone();
    if missing(conn, &before, &signatures, by.now)?.is_empty() {
        signed.state = in_force;
        signed.in_force_at = Some(by.now);
        signed.priced_on = by.now.date();
        state_figures(conn, &signed)?;
    }
    let signed = rows::save(conn, signed)?;
    record(conn, by, "framework_agreement.sign", Some(&before), &signed)?;
    if signed.state == AgreementState::InForce {
        tell_in_force(conn, &signed, by.now)?;
    }
    Ok(signed)
}

/// Who signs for the buyer: the offices that its ladder asks for.
///
/// # Errors
/// [`Code::NoLadderSteps`], [`Code::Forbidden`] for an amount that nobody signs: above the last step the
/// membership decides, about orders only.
fn of_buyer(conn: &mut Conn, agreement: &Agreement) -> Result<Vec<Role>> {
    let demand = demand_of(conn, agreement.buyer, agreement.committed)?;
    if demand.assembly_record {
        let detail = format!(
            "{} is above what the approval ladder lets anybody sign.",
            agreement.committed
        );
        return Err(Refusal::new(Code::Forbidden, detail).into());
    }
    roles(&demand)
}

fn require_distinct(by: &Actor, agreement: &Agreement, signatures: &[Signature]) -> Result<()> {
    if agreement.written_by == by.person {
        let detail = "Whoever wrote the terms does not sign them.";
        return Err(Refusal::new(Code::DistinctPersonRequired, detail).into());
    }
    if signatures.iter().any(|given| given.person == by.person) {
        let detail = "You have signed this revision already.";
        return Err(Refusal::new(Code::Duplicate, detail).into());
    }
    Ok(())
}

/// What is signed can be kept: the co-operative is verified, and no price is under what its work costs today.
fn require_sound(conn: &mut Conn, agreement: &Agreement, now: Time) -> Result<()> {
    if now.date() > agreement.ends_on {
        let detail = format!("The term ended on {}.", agreement.ends_on);
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    require_verified(conn, agreement.cooperative, now)?;
    for line in rows::lines(conn, agreement)? {
        require_floor(conn, agreement, &line, now)?;
    }
    Ok(())
}

/// Nobody orders from a co-operative that no network verifies.
pub(crate) fn require_verified(
    conn: &mut Conn,
    cooperative: OrganisationId,
    now: Time,
) -> Result<()> {
    if verified_by(conn, cooperative, &[], now.date())?.is_some() {
        return Ok(());
    }
    let name = organisations::get(conn, cooperative)?.name;
    let detail = format!("No network's verification of {name} is in force.");
    Err(Refusal::new(Code::NotVerified, detail).into())
}

/// Refuses where the line's price, the community premium aside, is under the floor of the day.
///
/// # Errors
/// [`Code::BelowFloor`], naming the listing and both figures.
pub(crate) fn require_floor(
    conn: &mut Conn,
    agreement: &Agreement,
    line: &rows::Line,
    now: Time,
) -> Result<()> {
    let base = line.quote(agreement.payment())?.base();
    let pricer = Pricer::by_rule_set(conn, line.listing, line.rule_set, now.date())?;
    let floor = pricer.floor(line.committed)?;
    if base >= floor.round_dp(6) {
        return Ok(());
    }
    let detail = format!(
        "“{}” is agreed at {base} before the community premium, and its work costs {floor} today.",
        pricer.listing().terms.title
    );
    Err(Refusal::new(Code::BelowFloor, detail).into())
}

/// What is missing until both sides have signed, by people whose mandates are in force now.
///
/// # Errors
/// Those of the database.
pub(super) fn missing(
    conn: &mut Conn,
    agreement: &Agreement,
    signatures: &[Signature],
    now: Time,
) -> Result<Vec<Missing>> {
    let of_side = |organisation: OrganisationId| -> Vec<PersonId> {
        signatures
            .iter()
            .filter(|signature| signature.organisation == organisation)
            .map(|signature| signature.person)
            .collect()
    };
    let (buyer, cooperative) = (agreement.buyer, agreement.cooperative);
    let demand = demand_of(conn, buyer, agreement.committed)?;
    let lacks = lacking(conn, buyer, &demand, &of_side(buyer), now)?;
    // A decision that only an assembly can take counts as one that is always missing.
    let of_assembly = usize::from(lacks.assembly_record);
    let persons = usize::try_from(lacks.persons()).unwrap_or(usize::MAX);
    let signed = of_side(cooperative);
    let valid = with_mandate(conn, cooperative, OF_COOPERATIVE, signed, now)?;
    let missing = [
        (buyer, persons.saturating_add(of_assembly)),
        (cooperative, 1_usize.saturating_sub(valid)),
    ];
    Ok(missing
        .into_iter()
        .filter(|(_, persons)| *persons > 0)
        .map(|(organisation, persons)| Missing {
            organisation,
            persons,
        })
        .collect())
}

/// How many of these people hold, now, a mandate of the organisation with one of the roles.
fn with_mandate(
    conn: &mut Conn,
    organisation: OrganisationId,
    roles: &[Role],
    persons: Vec<PersonId>,
    now: Time,
) -> Result<usize> {
    if persons.is_empty() {
        return Ok(0);
    }
    let rows: Vec<(PersonId, String)> = mandates::table
        .inner_join(memberships::table)
        .filter(mandates::organisation_id.eq(organisation))
        .filter(memberships::person_id.eq_any(persons))
        .filter(memberships::ended_at.is_null())
        .filter(mandates::recalled_at.is_null())
        .filter(mandates::starts_on.le(now.date()))
        .filter(mandates::expires_on.ge(now.date()))
        .select((memberships::person_id, mandates::roles))
        .load(conn)?;
    let mut holders = Vec::new();
    for (person, held) in rows {
        let held = parse_roles(&held)?;
        if roles.iter().any(|role| held.contains(role)) && !holders.contains(&person) {
            holders.push(person);
        }
    }
    Ok(holders.len())
}

/// All signatures that were ever given, oldest first.
///
/// # Errors
/// Those of the database.
pub(super) fn given(conn: &mut Conn, id: AgreementId) -> Result<Vec<Signature>> {
    let rows: Vec<(OrganisationId, PersonId, String, i64, Time)> = agreement_signatures::table
        .inner_join(people::table)
        .filter(agreement_signatures::agreement_id.eq(id))
        .order(agreement_signatures::id)
        .select((
            agreement_signatures::organisation_id,
            agreement_signatures::person_id,
            people::name,
            agreement_signatures::revision,
            agreement_signatures::signed_at,
        ))
        .load(conn)?;
    let signature = |(organisation, person, name, revision, at)| Signature {
        organisation,
        person,
        name,
        revision,
        at,
    };
    Ok(rows.into_iter().map(signature).collect())
}

/// Writes into each clause what the workplace itself says at signature.
fn state_figures(conn: &mut Conn, agreement: &Agreement) -> Result<()> {
    let workplace = workplaces::find(conn, agreement.cooperative)?;
    let jobs: Option<(i32, i32)> = dossiers::table
        .filter(dossiers::cooperative_id.eq(agreement.cooperative))
        .filter(dossiers::status.eq("signed"))
        .order(dossiers::signed_at.desc())
        .select((dossiers::members, dossiers::hired))
        .first(conn)
        .optional()?;
    for clause in rows::clauses(conn, agreement.id)? {
        let figure = match clause.kind {
            ClauseKind::JobsKept => jobs.map(|(members, hired)| {
                Micro::new((i64::from(members) + i64::from(hired)).saturating_mul(1_000_000))
            }),
            ClauseKind::WeeklyHours => workplace.as_ref().map(|at| at.conditions.weekly_hours),
            ClauseKind::MonthlyPay => workplace
                .as_ref()
                .map(|at| Micro::from_decimal(at.conditions.monthly_pay.to_decimal()))
                .transpose()
                .map_err(|_| corrupt("workplaces.monthly_pay_minor"))?,
            ClauseKind::Cancellation | ClauseKind::Review => None,
        };
        diesel::update(agreement_clauses::table.find((agreement.id, clause.position)))
            .set(agreement_clauses::stated_micro.eq(figure.map(Micro::get)))
            .execute(conn)?;
    }
    Ok(())
}

fn tell_in_force(conn: &mut Conn, agreement: &Agreement, now: Time) -> Result<()> {
    let sides = [
        (agreement.buyer, Role::Buyer, agreement.cooperative),
        (agreement.cooperative, Role::Seller, agreement.buyer),
    ];
    for (told, role, other) in sides {
        let notice = json!({
            "kind": "agreement_in_force",
            "organisation": organisations::get(conn, other)?.name,
            "agreement": agreement.reference,
            "ends_on": agreement.ends_on,
            "url": format!("/framework-agreements/{}", agreement.id),
        });
        notices::tell(conn, told, role, &notice, now)?;
    }
    Ok(())
}
