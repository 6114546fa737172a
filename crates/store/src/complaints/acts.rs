//! Filing, answering, deciding and taking back.
use super::{Complaint, Event, Object, get, objects, record, require_changed, seen_by, tell};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, if_found, taken};
use crate::identity::organisations::{self, Status};
use crate::ids::{ComplaintId, OrganisationId};
use crate::operations::counters;
use crate::schema::complaints;
use crate::sql::Key;
use chrono::TimeDelta;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use ordering::{COMPLAINT, ComplaintAct, ComplaintFinding, ComplaintState};
use uuid::Uuid;

/// The references' prefix: `CP-2026-000001`.
const PREFIX: &str = "CP";
/// The counter behind the references.
const SERIES: &str = "complaints";

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// Until the other side has answered, or is passed over.
    pub statement_within: TimeDelta,
    /// From the filing until it is decided; not shorter.
    pub outcome_within: TimeDelta,
}

/// What somebody complains about.
#[derive(Clone, Debug)]
pub struct NewComplaint {
    /// About what.
    pub object: (Object, Uuid),
    /// The network whose inspectors decide.
    pub network: OrganisationId,
    /// Why.
    pub grounds: String,
}

/// Whoever acts for a side of a complaint.
fn require_side(by: &Actor) -> Result<()> {
    by.require(&[Role::Admin, Role::Buyer, Role::Seller])?;
    by.require_admitted()
}

/// Files a complaint of the actor's organisation. The other side is told, and has its time to answer.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`], [`Code::NotFound`] for an object that does not concern it and
/// for a network that is not there, [`Code::WrongState`], [`Code::ConflictOfInterest`] for a network that
/// is a side, [`Code::Duplicate`] while another of its complaints about the object is open.
pub fn file(
    conn: &mut Conn,
    by: &Actor,
    new: &NewComplaint,
    deadlines: Deadlines,
) -> Result<Complaint> {
    require_side(by)?;
    let respondent = objects::respondent(conn, by, new.object)?;
    let network = if_found(organisations::get(conn, new.network))?.filter(|found| {
        found.kind == OrganisationKind::Network && found.status == Status::Admitted
    });
    if network.is_none() {
        let detail = "There is no such admitted network.";
        return Err(Refusal::new(Code::NotFound, detail)
            .at("/network_id")
            .into());
    }
    if [by.organisation, respondent].contains(&new.network) {
        let detail = "A network that is a side of a complaint does not decide it.";
        return Err(Refusal::new(Code::ConflictOfInterest, detail)
            .at("/network_id")
            .into());
    }
    let id = ComplaintId::fresh();
    let reference = counters::reference(conn, by.organisation, (PREFIX, SERIES), by.now)?;
    let (object, object_id) = new.object;
    let open = Refusal::new(
        Code::Duplicate,
        "A complaint of your organisation about this is open already.",
    );
    diesel::insert_into(complaints::table)
        .values((
            complaints::id.eq(id),
            complaints::reference.eq(reference),
            complaints::complainant_id.eq(by.organisation),
            complaints::respondent_id.eq(respondent),
            complaints::network_id.eq(new.network),
            complaints::object_kind.eq(object.as_str()),
            complaints::object_id.eq(Key(object_id)),
            complaints::grounds.eq(&new.grounds),
            complaints::status.eq(COMPLAINT.initial.as_str()),
            complaints::statement_due_at.eq(by.now.plus(deadlines.statement_within)),
            complaints::outcome_due_at.eq(by.now.plus(deadlines.outcome_within)),
            complaints::filed_by.eq(by.person),
            complaints::filed_at.eq(by.now),
            complaints::version.eq(1),
        ))
        .execute(conn)
        .map_err(|error| taken(error, open.at("/object_id")))?;
    let filed = get(conn, id)?;
    record(conn, by, "complaint.file", None, &filed)?;
    let others = [filed.respondent, filed.network];
    tell(conn, &filed, Event::Filed, &others, by.now)?;
    Ok(filed)
}

/// The complaint at the version that the caller read.
fn present(conn: &mut Conn, by: &Actor, id: ComplaintId, version: i64) -> Result<Complaint> {
    let found = seen_by(conn, by, id)?;
    if found.version != version {
        return Err(Refusal::stale().into());
    }
    Ok(found)
}

fn require_organisation(by: &Actor, organisation: OrganisationId, who: &str) -> Result<()> {
    if by.organisation == organisation {
        return Ok(());
    }
    let detail = format!("This is for {who} to do.");
    Err(Refusal::new(Code::Forbidden, detail).into())
}

/// The other side answers, also after its time has passed while nobody has decided.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`], [`Code::Stale`].
pub fn answer(
    conn: &mut Conn,
    by: &Actor,
    id: ComplaintId,
    version: i64,
    statement: &str,
) -> Result<Complaint> {
    let seen = seen_by(conn, by, id)?;
    require_side(by)?;
    require_organisation(by, seen.respondent, "the other side")?;
    let before = present(conn, by, id, version)?;
    let next = COMPLAINT.next(before.state, ComplaintAct::Answer)?;
    let changed = diesel::update(complaints::table.find(id))
        .filter(complaints::version.eq(version))
        .set((
            complaints::status.eq(next.as_str()),
            complaints::statement.eq(statement),
            complaints::answered_by.eq(by.person),
            complaints::answered_at.eq(by.now),
            complaints::version.eq(version + 1),
        ))
        .execute(conn)?;
    require_changed(changed)?;
    let after = get(conn, id)?;
    record(conn, by, "complaint.answer", Some(&before), &after)?;
    let others = [after.complainant, after.network];
    tell(conn, &after, Event::Answered, &others, by.now)?;
    Ok(after)
}

/// An inspector of the network decides, who belongs to neither side, once the other side has answered or
/// its time has passed.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::ConflictOfInterest`], [`Code::WrongState`],
/// [`Code::Stale`].
pub fn decide(
    conn: &mut Conn,
    by: &Actor,
    id: ComplaintId,
    version: i64,
    (finding, outcome): (ComplaintFinding, &str),
) -> Result<Complaint> {
    let seen = seen_by(conn, by, id)?;
    by.require_kind(&[OrganisationKind::Network])?;
    by.require(&[Role::Inspector])?;
    by.require_admitted()?;
    require_organisation(by, seen.network, "the network's inspectors")?;
    let sides = [seen.complainant, seen.respondent];
    let own = organisations::of_person(conn, by.person)?;
    if own
        .iter()
        .any(|(organisation, _)| sides.contains(organisation))
    {
        let detail = "Whoever belongs to a side of a complaint does not decide it.";
        return Err(Refusal::new(Code::ConflictOfInterest, detail).into());
    }
    let before = present(conn, by, id, version)?;
    if before.state == ComplaintState::Filed && by.now < before.statement_due_at {
        let until = before.statement_due_at.utc();
        let detail =
            format!("Both sides are heard first: the other side may answer until {until}.");
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    // The worker may not have come by since the time to answer passed.
    let heard = match before.state {
        ComplaintState::Filed => COMPLAINT.next(before.state, ComplaintAct::Lapse)?,
        other => other,
    };
    let next = COMPLAINT.next(heard, ComplaintAct::Decide)?;
    let changed = diesel::update(complaints::table.find(id))
        .filter(complaints::version.eq(version))
        .set((
            complaints::status.eq(next.as_str()),
            complaints::finding.eq(finding.as_str()),
            complaints::outcome.eq(outcome),
            complaints::decided_by.eq(by.person),
            complaints::decided_at.eq(by.now),
            complaints::version.eq(version + 1),
        ))
        .execute(conn)?;
    require_changed(changed)?;
    let after = get(conn, id)?;
    record(conn, by, "complaint.decide", Some(&before), &after)?;
    tell(conn, &after, Event::Decided, &sides, by.now)?;
    Ok(after)
}

/// Whoever filed it takes it back.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`], [`Code::Stale`].
pub fn withdraw(conn: &mut Conn, by: &Actor, id: ComplaintId, version: i64) -> Result<Complaint> {
    let seen = seen_by(conn, by, id)?;
    require_side(by)?;
    require_organisation(by, seen.complainant, "whoever filed it")?;
    let before = present(conn, by, id, version)?;
    let next = COMPLAINT.next(before.state, ComplaintAct::Withdraw)?;
    let changed = diesel::update(complaints::table.find(id))
        .filter(complaints::version.eq(version))
        .set((
            complaints::status.eq(next.as_str()),
            complaints::version.eq(version + 1),
        ))
        .execute(conn)?;
    require_changed(changed)?;
    let after = get(conn, id)?;
    record(conn, by, "complaint.withdraw", Some(&before), &after)?;
    let others = [after.respondent, after.network];
    tell(conn, &after, Event::Withdrawn, &others, by.now)?;
    Ok(after)
}
