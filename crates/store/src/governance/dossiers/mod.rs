//! Dossiers: a co-operative asks a network for verification, a verifier visits, and signs or refuses
//! (GO1, GO9). The co-operative writes while it is a draft; from the submission on only the network
//! acts on it, but for a withdrawal.
mod application;
mod verdict;

pub use application::{Content, change, create, submit, withdraw};
pub use verdict::{refuse, sign, visit};

use super::verification::signature;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt};
use crate::identity::organisations;
use crate::ids::{AssemblyRecordId, DossierId, OrganisationId, PersonId};
use crate::schema::dossiers;
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::{
    DossierFacts, GovernanceError, OrganisationKind, Origin, Role, Verification, conflicts,
};

/// Where a dossier stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The co-operative writes it; the network does not see it.
    Draft,
    /// The network examines it.
    Submitted,
    /// The network has verified the co-operative.
    Signed,
    /// The network has not.
    Refused,
    /// The co-operative took it back.
    Withdrawn,
}

impl Status {
    const ALL: [Self; 5] = [
        Self::Draft,
        Self::Submitted,
        Self::Signed,
        Self::Refused,
        Self::Withdrawn,
    ];
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Signed => "signed",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// A dossier.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// The id.
    pub id: DossierId,
    /// Who asks.
    pub cooperative: OrganisationId,
    /// Who is asked.
    pub network: OrganisationId,
    /// Where it stands.
    pub status: Status,
    /// What the co-operative says of itself.
    pub facts: DossierFacts,
    /// The assembly's decision to ask.
    pub assembly_record: Option<AssemblyRecordId>,
    /// The day on which the verifier was there.
    pub visited_on: Option<NaiveDate>,
    /// The signature, where there is one.
    pub verification: Option<Verification<OrganisationId>>,
    /// Whose hand it was.
    pub signed_by: Option<PersonId>,
    /// Why it was refused.
    pub refusal_reason: Option<String>,
    /// When it was begun.
    pub created_at: Time,
    /// When the network was given it.
    pub submitted_at: Option<Time>,
    /// Counts changes, findings included.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    id: DossierId,
    cooperative_id: OrganisationId,
    network_id: OrganisationId,
    status: String,
    members: i32,
    hired: i32,
    one_person_one_vote: bool,
    last_assembly_on: Option<NaiveDate>,
    origin: String,
    founded_on: NaiveDate,
    assembly_record_id: Option<AssemblyRecordId>,
    visited_on: Option<NaiveDate>,
    signed_by: Option<PersonId>,
    signed_at: Option<Time>,
    standing: Option<String>,
    expires_on: Option<NaiveDate>,
    refusal_reason: Option<String>,
    created_at: Time,
    submitted_at: Option<Time>,
    version: i64,
}

impl TryFrom<Row> for Dossier {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let count = |n: i32| u32::try_from(n).map_err(|_| corrupt("dossiers counts"));
        Ok(Self {
            id: row.id,
            cooperative: row.cooperative_id,
            network: row.network_id,
            status: Status::parse(&row.status).ok_or_else(|| corrupt("dossiers.status"))?,
            facts: DossierFacts {
                members: count(row.members)?,
                hired: count(row.hired)?,
                one_person_one_vote: row.one_person_one_vote,
                last_assembly_on: row.last_assembly_on,
                founded_on: row.founded_on,
                origin: Origin::parse(&row.origin).map_err(|_| corrupt("dossiers.origin"))?,
            },
            assembly_record: row.assembly_record_id,
            visited_on: row.visited_on,
            verification: signature(
                row.network_id,
                row.standing.as_deref(),
                row.signed_at,
                row.expires_on,
            )?,
            signed_by: row.signed_by,
            refusal_reason: row.refusal_reason,
            created_at: row.created_at,
            submitted_at: row.submitted_at,
            version: row.version,
        })
    }
}

/// A dossier as `by` may see it: the co-operative its own, a network those that were sent to it.
///
/// # Errors
/// [`Code::NotFound`].
pub fn seen_by(conn: &mut Conn, by: &Actor, id: DossierId) -> Result<Dossier> {
    let row: Option<Row> = dossiers::table.find(id).first(conn).optional()?;
    let dossier: Dossier = row.or_not_found()?.try_into()?;
    let visible = dossier.cooperative == by.organisation
        || (dossier.network == by.organisation && dossier.submitted_at.is_some());
    visible.then_some(dossier).or_not_found()
}

/// The dossiers that `by` may see, in the order in which they were begun, after `after`; in one state
/// where it is named.
///
/// # Errors
/// [`Code::Forbidden`] for who neither asks for verification nor verifies.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    status: Option<Status>,
    after: Option<DossierId>,
    limit: i64,
) -> Result<Vec<Dossier>> {
    by.require_kind(&[OrganisationKind::Cooperative, OrganisationKind::Network])?;
    let mut query = dossiers::table
        .order(dossiers::id)
        .limit(limit)
        .into_boxed();
    query = match by.kind {
        OrganisationKind::Network => query
            .filter(dossiers::network_id.eq(by.organisation))
            .filter(dossiers::submitted_at.is_not_null()),
        _ => query.filter(dossiers::cooperative_id.eq(by.organisation)),
    };
    if let Some(status) = status {
        query = query.filter(dossiers::status.eq(status.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(dossiers::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Dossier::try_from).collect()
}

/// The signed dossiers of a co-operative, for everybody admitted: callers show the signature only.
///
/// # Errors
/// [`Code::NotAdmitted`]; [`Code::NotFound`] for what is no co-operative that the actor can see.
pub fn signed_of(
    conn: &mut Conn,
    by: &Actor,
    cooperative: OrganisationId,
    after: Option<DossierId>,
    limit: i64,
) -> Result<Vec<Dossier>> {
    let organisation = organisations::seen_by(conn, by, cooperative)?;
    if organisation.id != by.organisation {
        by.require_admitted()?;
    }
    (organisation.kind == OrganisationKind::Cooperative)
        .then_some(())
        .or_not_found()?;
    let mut query = dossiers::table
        .filter(dossiers::cooperative_id.eq(cooperative))
        .filter(dossiers::status.eq(Status::Signed.as_str()))
        .order(dossiers::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(dossiers::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Dossier::try_from).collect()
}

/// The dossier for an act of the network's: by one of `roles`, independent of the trade, and in one of
/// `states` (`allowed` says so in words).
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::NotAdmitted`], [`Code::ConflictOfInterest`],
/// [`Code::WrongState`].
pub(super) fn for_network(
    conn: &mut Conn,
    by: &Actor,
    id: DossierId,
    roles: &[Role],
    states: &[Status],
    allowed: &str,
) -> Result<Dossier> {
    let dossier = seen_by(conn, by, id)?;
    by.require_kind(&[OrganisationKind::Network])?;
    by.require(roles)?;
    by.require_admitted()?;
    let belongs_to = organisations::of_person(conn, by.person)?;
    let conflicts = conflicts(&belongs_to, &dossier.cooperative);
    if !conflicts.is_empty() {
        return Err(GovernanceError::ConflictOfInterest(conflicts).into());
    }
    require_state(&dossier, states, allowed)?;
    Ok(dossier)
}

fn require_state(dossier: &Dossier, states: &[Status], allowed: &str) -> Result<()> {
    if states.contains(&dossier.status) {
        return Ok(());
    }
    let detail = format!("The dossier is {}; {allowed}.", dossier.status.as_str());
    Err(Refusal::new(Code::WrongState, detail).into())
}

/// Counts the dossier's version up: what belongs to it has changed.
pub(super) fn touch(conn: &mut Conn, id: DossierId) -> Result<()> {
    diesel::update(dossiers::table.find(id))
        .set(dossiers::version.eq(dossiers::version + 1))
        .execute(conn)?;
    Ok(())
}

/// What an act changes; what is `None` stays.
#[derive(AsChangeset, Default)]
#[diesel(table_name = dossiers)]
struct Changes<'a> {
    status: Option<&'static str>,
    submitted_at: Option<Time>,
    visited_on: Option<NaiveDate>,
    signed_by: Option<PersonId>,
    signed_at: Option<Time>,
    standing: Option<&'static str>,
    expires_on: Option<NaiveDate>,
    refusal_reason: Option<&'a str>,
}

impl Changes<'_> {
    fn to(status: Status) -> Self {
        Self {
            status: Some(status.as_str()),
            ..Self::default()
        }
    }

    /// Saves them, where the dossier is still of that version.
    fn save(&self, conn: &mut Conn, id: DossierId, version: i64) -> Result<()> {
        let changed = diesel::update(dossiers::table.find(id))
            .filter(dossiers::version.eq(version))
            .set((self, dossiers::version.eq(version + 1)))
            .execute(conn)?;
        if changed == 0 {
            return Err(Refusal::stale().into());
        }
        Ok(())
    }
}
