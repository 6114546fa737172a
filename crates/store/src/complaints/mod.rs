//! Complaints about a delivery, a ranking or a decision: filed by who is concerned, answered by the other
//! side, decided by an inspector of a network who belongs to neither, published to those concerned only.
mod acts;
mod deadlines;
mod objects;

pub use acts::{Deadlines, NewComplaint, answer, decide, file, withdraw};
pub use deadlines::pass_due;

use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Error, OrNotFound, Refusal, Result, corrupt};
use crate::identity::organisations;
use crate::ids::{ComplaintId, OrganisationId, PersonId};
use crate::operations::{audit, notices};
use crate::page::merged;
use crate::schema::complaints;
use crate::sql::{Key, Time};
use diesel::prelude::*;
use governance::Role;
use ordering::{ComplaintFinding, ComplaintState};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a complaint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// A delivery: the purchase order behind it.
    PurchaseOrder,
    /// A ranking: the plan of a procurement round.
    Round,
    /// A decision: a network's on a dossier.
    Dossier,
}

impl Object {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PurchaseOrder => "purchase_order",
            Self::Round => "round",
            Self::Dossier => "dossier",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::PurchaseOrder, Self::Round, Self::Dossier]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// A complaint.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// The id.
    pub id: ComplaintId,
    /// What people call it, such as `CP-2026-000003`; distinct among its complainant's.
    pub reference: String,
    /// Who filed it.
    pub complainant: OrganisationId,
    /// The other side.
    pub respondent: OrganisationId,
    /// Whose inspectors decide.
    pub network: OrganisationId,
    /// What it is about.
    pub object: (Object, Uuid),
    /// Why.
    pub grounds: String,
    /// Where it stands.
    pub state: ComplaintState,
    /// What the other side says, and since when.
    pub statement: Option<(String, Time)>,
    /// What the inspector found, in words, and since when.
    pub outcome: Option<(ComplaintFinding, String, Time)>,
    /// Until when the other side may answer before anybody decides.
    pub statement_due_at: Time,
    /// Until when it should be decided.
    pub outcome_due_at: Time,
    /// Since when the outcome is overdue.
    pub overdue_at: Option<Time>,
    /// When it was filed.
    pub filed_at: Time,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    id: ComplaintId,
    reference: String,
    complainant_id: OrganisationId,
    respondent_id: OrganisationId,
    network_id: OrganisationId,
    object_kind: String,
    object_id: Key,
    grounds: String,
    status: String,
    statement: Option<String>,
    _answered_by: Option<PersonId>,
    answered_at: Option<Time>,
    finding: Option<String>,
    outcome: Option<String>,
    _decided_by: Option<PersonId>,
    decided_at: Option<Time>,
    statement_due_at: Time,
    outcome_due_at: Time,
    _reminded_at: Option<Time>,
    overdue_at: Option<Time>,
    _filed_by: PersonId,
    filed_at: Time,
    version: i64,
}

impl TryFrom<Row> for Complaint {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let object =
            Object::parse(&row.object_kind).ok_or_else(|| corrupt("complaints.object_kind"))?;
        let outcome = match (row.finding, row.outcome, row.decided_at) {
            (Some(finding), Some(outcome), Some(at)) => {
                let finding = ComplaintFinding::parse(&finding);
                let finding = finding.map_err(|_| corrupt("complaints.finding"))?;
                Some((finding, outcome, at))
            }
            _ => None,
        };
        Ok(Self {
            id: row.id,
            reference: row.reference,
            complainant: row.complainant_id,
            respondent: row.respondent_id,
            network: row.network_id,
            object: (object, row.object_id.0),
            grounds: row.grounds,
            state: ComplaintState::parse(&row.status).map_err(|_| corrupt("complaints.status"))?,
            statement: row.statement.zip(row.answered_at),
            outcome,
            statement_due_at: row.statement_due_at,
            outcome_due_at: row.outcome_due_at,
            overdue_at: row.overdue_at,
            filed_at: row.filed_at,
            version: row.version,
        })
    }
}

/// The complaint, whoever asks.
fn get(conn: &mut Conn, id: ComplaintId) -> Result<Complaint> {
    let row: Option<Row> = complaints::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// The complaint, for its two sides and the network that decides.
///
/// # Errors
/// [`crate::Code::NotFound`] for anybody else.
pub fn seen_by(conn: &mut Conn, by: &Actor, id: ComplaintId) -> Result<Complaint> {
    let found = get(conn, id)?;
    let concerned = [found.complainant, found.respondent, found.network];
    concerned
        .contains(&by.organisation)
        .then_some(found)
        .or_not_found()
}

/// The complaints that concern the actor's organisation, the first filed first, after `after`.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    state: Option<ComplaintState>,
    after: Option<ComplaintId>,
    limit: i64,
) -> Result<Vec<Complaint>> {
    let own = by.organisation;
    let page = || {
        let mut query = complaints::table
            .order(complaints::id)
            .limit(limit)
            .select(complaints::id)
            .into_boxed();
        if let Some(state) = state {
            query = query.filter(complaints::status.eq(state.as_str()));
        }
        if let Some(after) = after {
            query = query.filter(complaints::id.gt(after));
        }
        query
    };
    // One page of each way to the organisation, and the page of all: an `or` would read the whole table.
    let filed = page().filter(complaints::complainant_id.eq(own));
    let filed: Vec<ComplaintId> = filed.load(conn)?;
    let against = page().filter(complaints::respondent_id.eq(own));
    let against: Vec<ComplaintId> = against.load(conn)?;
    let decided = page().filter(complaints::network_id.eq(own));
    let decided: Vec<ComplaintId> = decided.load(conn)?;
    let ids = merged(merged(filed, against, limit), decided, limit);
    let rows: Vec<Row> = complaints::table
        .filter(complaints::id.eq_any(ids))
        .order(complaints::id)
        .load(conn)?;
    rows.into_iter().map(Complaint::try_from).collect()
}

/// The names of all whom these complaints concern.
///
/// # Errors
/// Those of the database.
pub fn names(conn: &mut Conn, of: &[Complaint]) -> Result<BTreeMap<OrganisationId, String>> {
    let concerned = of
        .iter()
        .flat_map(|one| [one.complainant, one.respondent, one.network]);
    organisations::names(conn, concerned.collect())
}

/// The part of a complaint that acts change.
fn entry(complaint: &Complaint) -> Value {
    json!({
        "reference": complaint.reference,
        "object": complaint.object.0.as_str(),
        "object_id": complaint.object.1.to_string(),
        "status": complaint.state.as_str(),
        "finding": complaint.outcome.as_ref().map(|(finding, ..)| finding.as_str()),
    })
}

fn record(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    before: Option<&Complaint>,
    after: &Complaint,
) -> Result<()> {
    let before = before.map(entry);
    let id = after.id.uuid();
    audit::change(conn, by, act, id, before.as_ref(), &entry(after))
}

/// What people are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Filed,
    DueSoon,
    Unanswered,
    Answered,
    Overdue,
    Decided,
    Withdrawn,
}

impl Event {
    fn word(self) -> &'static str {
        match self {
            Self::Filed => "filed",
            Self::DueSoon => "due_soon",
            Self::Unanswered => "unanswered",
            Self::Answered => "answered",
            Self::Overdue => "overdue",
            Self::Decided => "decided",
            Self::Withdrawn => "withdrawn",
        }
    }
    /// By when the next answer is due.
    fn due(self, complaint: &Complaint) -> Option<Time> {
        match self {
            Self::Filed | Self::DueSoon => Some(complaint.statement_due_at),
            Self::Unanswered | Self::Answered | Self::Overdue => Some(complaint.outcome_due_at),
            Self::Decided | Self::Withdrawn => None,
        }
    }
}

/// Tells those concerned: the admins of the sides, the inspectors of the network.
fn tell(
    conn: &mut Conn,
    complaint: &Complaint,
    event: Event,
    to: &[OrganisationId],
    now: Time,
) -> Result<()> {
    let notice = json!({
        "kind": "complaint_changed",
        "reference": complaint.reference,
        "event": event.word(),
        "answer_by": event.due(complaint).map(Time::utc),
        "url": format!("/complaints/{}", complaint.id),
    });
    for organisation in to {
        let role = if *organisation == complaint.network {
            Role::Inspector
        } else {
            Role::Admin
        };
        notices::tell(conn, *organisation, role, &notice, now)?;
    }
    Ok(())
}

/// Refuses where somebody was faster.
fn require_changed(changed: usize) -> Result<()> {
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    Ok(())
}
