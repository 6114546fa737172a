//! The co-operative's side of a dossier.
use super::{Changes, Dossier, Status, require_state, seen_by};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result};
use crate::governance::assembly::{self, Subject};
use crate::identity::organisations;
use crate::ids::{AssemblyRecordId, DossierId, OrganisationId};
use crate::operations::audit;
use crate::schema::dossiers;
use diesel::prelude::*;
use governance::{DossierFacts, OrganisationKind, Role};
use serde_json::{Value, json};

/// What the co-operative writes.
#[derive(Clone, Debug)]
pub struct Content {
    /// Who is asked. The co-operative need not be its member: a network can verify before it admits.
    pub network: OrganisationId,
    /// What it says of itself.
    pub facts: DossierFacts,
    /// The assembly's decision to ask, once there is one.
    pub assembly_record: Option<AssemblyRecordId>,
}

impl Content {
    /// Checks dates, counts, the network and the record, and that no dossier but `this` is open with the
    /// network; answers the counts as they are stored.
    fn check(&self, conn: &mut Conn, by: &Actor, this: Option<DossierId>) -> Result<(i32, i32)> {
        governance::Dossier::parse(self.facts, by.now.date())?;
        if let Some(id) = self.assembly_record {
            let pointer = "/assembly_record_id";
            let recorded = assembly::own(conn, by, id, pointer)?;
            if recorded.subject != Subject::Verification {
                let detail = format!(
                    "The assembly decided about {}, not about verification.",
                    recorded.subject.as_str()
                );
                return Err(Refusal::new(Code::AssemblyNotValid, detail)
                    .at(pointer)
                    .into());
            }
        }
        let asked = organisations::seen_by(conn, by, self.network)?;
        let admitted = asked.kind == OrganisationKind::Network
            && asked.status == organisations::Status::Admitted;
        admitted.then_some(()).or_not_found()?;
        organisations::lock(conn, by.organisation)?;
        let open: Option<DossierId> = dossiers::table
            .filter(dossiers::cooperative_id.eq(by.organisation))
            .filter(dossiers::network_id.eq(self.network))
            .filter(dossiers::status.eq_any([Status::Draft.as_str(), Status::Submitted.as_str()]))
            .select(dossiers::id)
            .first(conn)
            .optional()?;
        if open.is_some() && open != this {
            return Err(Refusal::new(
                Code::Duplicate,
                "You have an open dossier with this network already.",
            )
            .at("/network_id")
            .into());
        }
        let count = |pointer: &str, n: u32| {
            i32::try_from(n).map_err(|_| {
                Refusal::new(Code::InvalidInput, "Nowhere do that many people work.").at(pointer)
            })
        };
        Ok((
            count("/members", self.facts.members)?,
            count("/hired", self.facts.hired)?,
        ))
    }

    fn to_json(&self) -> Value {
        json!({
            "network": self.network.to_string(),
            "members": self.facts.members,
            "hired": self.facts.hired,
            "one_person_one_vote": self.facts.one_person_one_vote,
            "last_assembly_on": self.facts.last_assembly_on,
            "founded_on": self.facts.founded_on,
            "origin": self.facts.origin.as_str(),
            "assembly_record": self.assembly_record.map(|id| id.to_string()),
        })
    }
}

fn require_secretary(by: &Actor) -> Result<()> {
    by.require_kind(&[OrganisationKind::Cooperative])?;
    by.require(&[Role::AssemblySecretary])?;
    by.require_admitted()
}

/// Begins a dossier. Only one at a time is open with a network.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`], [`Code::NotFound`] for what is no admitted network or
/// another organisation's record, [`Code::AssemblyNotValid`] for a record about something else,
/// [`Code::InvalidInput`], [`Code::Duplicate`].
pub fn create(conn: &mut Conn, by: &Actor, content: &Content) -> Result<Dossier> {
    require_secretary(by)?;
    let (members, hired) = content.check(conn, by, None)?;
    let id = DossierId::fresh();
    diesel::insert_into(dossiers::table)
        .values((
            dossiers::id.eq(id),
            dossiers::cooperative_id.eq(by.organisation),
            dossiers::network_id.eq(content.network),
            dossiers::status.eq(Status::Draft.as_str()),
            dossiers::members.eq(members),
            dossiers::hired.eq(hired),
            dossiers::one_person_one_vote.eq(content.facts.one_person_one_vote),
            dossiers::last_assembly_on.eq(content.facts.last_assembly_on),
            dossiers::origin.eq(content.facts.origin.as_str()),
            dossiers::founded_on.eq(content.facts.founded_on),
            dossiers::assembly_record_id.eq(content.assembly_record),
            dossiers::created_at.eq(by.now),
            dossiers::version.eq(1),
        ))
        .execute(conn)?;
    audit::change(
        conn,
        by,
        "dossier.create",
        id.uuid(),
        None,
        &content.to_json(),
    )?;
    seen_by(conn, by, id)
}

/// Changes a draft.
///
/// # Errors
/// As [`create`], [`Code::WrongState`] unless it is a draft, [`Code::Stale`].
pub fn change(
    conn: &mut Conn,
    by: &Actor,
    id: DossierId,
    version: i64,
    content: &Content,
) -> Result<Dossier> {
    let dossier = seen_by(conn, by, id)?;
    require_secretary(by)?;
    require_state(&dossier, &[Status::Draft], "a draft can be changed")?;
    let (members, hired) = content.check(conn, by, Some(id))?;
    let changed = diesel::update(dossiers::table.find(id))
        .filter(dossiers::version.eq(version))
        .set((
            dossiers::network_id.eq(content.network),
            dossiers::members.eq(members),
            dossiers::hired.eq(hired),
            dossiers::one_person_one_vote.eq(content.facts.one_person_one_vote),
            dossiers::last_assembly_on.eq(content.facts.last_assembly_on),
            dossiers::origin.eq(content.facts.origin.as_str()),
            dossiers::founded_on.eq(content.facts.founded_on),
            dossiers::assembly_record_id.eq(content.assembly_record),
            dossiers::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    let before = Content {
        network: dossier.network,
        facts: dossier.facts,
        assembly_record: dossier.assembly_record,
    };
    audit::change(
        conn,
        by,
        "dossier.change",
        id.uuid(),
        Some(&before.to_json()),
        &content.to_json(),
    )?;
    seen_by(conn, by, id)
}

/// Gives the dossier to the network, which sees it, and the assembly record behind it, from now on.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`] unless it is a draft, [`Code::Stale`].
pub fn submit(conn: &mut Conn, by: &Actor, id: DossierId, version: i64) -> Result<Dossier> {
    let dossier = seen_by(conn, by, id)?;
    require_secretary(by)?;
    require_state(&dossier, &[Status::Draft], "a draft can be submitted")?;
    Changes {
        submitted_at: Some(by.now),
        ..Changes::to(Status::Submitted)
    }
    .save(conn, id, version)?;
    status_changed(conn, by, "dossier.submit", &dossier, Status::Submitted)?;
    seen_by(conn, by, id)
}

/// Takes the application back; what was found stays on file.
///
/// # Errors
/// As [`submit`]; a submitted dossier can be withdrawn too.
pub fn withdraw(conn: &mut Conn, by: &Actor, id: DossierId, version: i64) -> Result<Dossier> {
    let dossier = seen_by(conn, by, id)?;
    require_secretary(by)?;
    require_state(
        &dossier,
        &[Status::Draft, Status::Submitted],
        "a draft or a submitted one can be withdrawn",
    )?;
    Changes::to(Status::Withdrawn).save(conn, id, version)?;
    status_changed(conn, by, "dossier.withdraw", &dossier, Status::Withdrawn)?;
    seen_by(conn, by, id)
}

fn status_changed(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    before: &Dossier,
    after: Status,
) -> Result<()> {
    let before_json = json!({"status": before.status.as_str()});
    let after_json = json!({"status": after.as_str()});
    audit::change(
        conn,
        by,
        act,
        before.id.uuid(),
        Some(&before_json),
        &after_json,
    )
}
