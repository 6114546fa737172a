//! Deadlines of complaints: a reminder before the time to answer ends, the end itself, and an outcome that
//! is overdue.
use super::{Complaint, Event, Row, entry, get, tell};
use crate::db::Conn;
use crate::error::Result;
use crate::operations::audit::{self, Act};
use crate::schema::complaints;
use crate::sql::Time;
use chrono::TimeDelta;
use diesel::prelude::*;
use ordering::{COMPLAINT, ComplaintAct, ComplaintState};

/// The other side is reminded so long before its time to answer ends.
const REMINDER: TimeDelta = TimeDelta::days(3);
/// At most this many of each kind in one transaction: others write in between.
const AT_ONCE: i64 = 20;

/// Lets pass what is due at `now`, and returns how much it was; call it until that is nothing.
///
/// # Errors
/// Those of the database.
pub fn pass_due(conn: &mut Conn, now: Time) -> Result<usize> {
    let filed = ComplaintState::Filed.as_str();
    let lapsing: Vec<Row> = complaints::table
        .filter(complaints::status.eq(filed))
        .filter(complaints::statement_due_at.le(now))
        .order(complaints::statement_due_at)
        .limit(AT_ONCE)
        .load(conn)?;
    let mut done = 0;
    for row in lapsing {
        done += lapse(conn, row.try_into()?, now)?;
    }
    let reminded: Vec<Row> = complaints::table
        .filter(complaints::status.eq(filed))
        .filter(complaints::statement_due_at.gt(now))
        .filter(complaints::statement_due_at.le(now.plus(REMINDER)))
        .filter(complaints::reminded_at.is_null())
        .order(complaints::statement_due_at)
        .limit(AT_ONCE)
        .load(conn)?;
    for row in reminded {
        done += remind(conn, row.try_into()?, now)?;
    }
    let open = [ComplaintState::Unanswered, ComplaintState::Answered];
    for state in open {
        let overdue: Vec<Row> = complaints::table
            .filter(complaints::status.eq(state.as_str()))
            .filter(complaints::outcome_due_at.le(now))
            .filter(complaints::overdue_at.is_null())
            .order(complaints::outcome_due_at)
            .limit(AT_ONCE)
            .load(conn)?;
        for row in overdue {
            done += mark_overdue(conn, row.try_into()?, now)?;
        }
    }
    Ok(done)
}

/// The time to answer has passed: it can be decided without.
fn lapse(conn: &mut Conn, complaint: Complaint, now: Time) -> Result<usize> {
    let next = COMPLAINT.next(complaint.state, ComplaintAct::Lapse)?;
    let changed = diesel::update(complaints::table.find(complaint.id))
        .filter(complaints::version.eq(complaint.version))
        .set((
            complaints::status.eq(next.as_str()),
            complaints::version.eq(complaint.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Ok(0);
    }
    let after = get(conn, complaint.id)?;
    log(conn, "complaint.lapse", &complaint, &after, now)?;
    let all = [after.complainant, after.respondent, after.network];
    tell(conn, &after, Event::Unanswered, &all, now)?;
    Ok(1)
}

fn remind(conn: &mut Conn, complaint: Complaint, now: Time) -> Result<usize> {
    // No new version: nothing that anybody reads has changed.
    let changed = diesel::update(complaints::table.find(complaint.id))
        .filter(complaints::version.eq(complaint.version))
        .filter(complaints::reminded_at.is_null())
        .set(complaints::reminded_at.eq(now))
        .execute(conn)?;
    if changed == 1 {
        let to = [complaint.respondent];
        tell(conn, &complaint, Event::DueSoon, &to, now)?;
    }
    Ok(changed)
}

fn mark_overdue(conn: &mut Conn, complaint: Complaint, now: Time) -> Result<usize> {
    let changed = diesel::update(complaints::table.find(complaint.id))
        .filter(complaints::version.eq(complaint.version))
        .set((
            complaints::overdue_at.eq(now),
            complaints::version.eq(complaint.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Ok(0);
    }
    let after = get(conn, complaint.id)?;
    log(conn, "complaint.overdue", &complaint, &after, now)?;
    let all = [after.complainant, after.respondent, after.network];
    tell(conn, &after, Event::Overdue, &all, now)?;
    Ok(1)
}

fn log(
    conn: &mut Conn,
    act: &'static str,
    before: &Complaint,
    after: &Complaint,
    now: Time,
) -> Result<()> {
    let (before, entry) = (entry(before), entry(after));
    let act = Act {
        act,
        kind: "complaint",
        id: after.id.uuid(),
        before: Some(&before),
        after: Some(&entry),
    };
    audit::record_by_server(conn, now, after.network, &act)
}
