//! Jobs: work that takes longer than a request may. A job is written with the act that asks for it; a
//! worker leases it, counts what is done, and a crashed worker's lease runs out.
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{OrNotFound, Result, corrupt};
use crate::ids::{JobId, OrganisationId};
use crate::schema::jobs;
use crate::sql::{Json, Key, Time};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

/// How long a worker has for a step of a job before another may take the job.
pub const LEASE: TimeDelta = TimeDelta::minutes(10);
/// After this many tries a job has failed.
pub const ATTEMPTS_MAX: i32 = 3;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Plans the procurement round that is its subject.
    PlanRound,
    /// Carries out the import that is its subject.
    Import,
    /// Writes the export that is its subject.
    Export,
}

impl JobKind {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PlanRound => "plan_round",
            Self::Import => "import",
            Self::Export => "export",
        }
    }
    fn parse(word: &str) -> Option<Self> {
        [Self::PlanRound, Self::Import, Self::Export]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobStatus {
    /// No worker has it yet.
    Queued,
    /// A worker is at it.
    Running,
    /// It is done; its errors say what was left out.
    Done,
    /// It could not be done.
    Failed,
}

impl JobStatus {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
    fn parse(word: &str) -> Option<Self> {
        [Self::Queued, Self::Running, Self::Done, Self::Failed]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// A job.
#[derive(Clone, Debug)]
pub struct Job {
    /// The id.
    pub id: JobId,
    /// Who asked for it.
    pub organisation: OrganisationId,
    /// What it does.
    pub kind: JobKind,
    /// To what.
    pub subject: Uuid,
    /// Where it stands.
    pub status: JobStatus,
    /// How many of its parts are done.
    pub done: i64,
    /// How many parts it has.
    pub total: i64,
    /// What went wrong, for people.
    pub errors: Vec<String>,
    /// How often it was begun.
    pub attempts: i32,
    /// When it was asked for.
    pub created_at: Time,
    /// When it moved last.
    pub updated_at: Time,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    id: JobId,
    organisation_id: OrganisationId,
    kind: String,
    subject_id: Key,
    status: String,
    done: i64,
    total: i64,
    errors: Json,
    attempts: i32,
    _leased_until: Option<Time>,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

impl TryFrom<Row> for Job {
    type Error = crate::error::Error;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            organisation: row.organisation_id,
            kind: JobKind::parse(&row.kind).ok_or_else(|| corrupt("jobs.kind"))?,
            subject: row.subject_id.0,
            status: JobStatus::parse(&row.status).ok_or_else(|| corrupt("jobs.status"))?,
            done: row.done,
            total: row.total,
            errors: serde_json::from_value(row.errors.0).map_err(|_| corrupt("jobs.errors"))?,
            attempts: row.attempts,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}

/// Asks for a job with so many parts.
///
/// # Errors
/// Those of the database.
pub(crate) fn add(
    conn: &mut Conn,
    by: &Actor,
    kind: JobKind,
    subject: Uuid,
    total: i64,
) -> Result<JobId> {
    let id = JobId::fresh();
    diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(id),
            jobs::organisation_id.eq(by.organisation),
            jobs::kind.eq(kind.as_str()),
            jobs::subject_id.eq(Key(subject)),
            jobs::status.eq(JobStatus::Queued.as_str()),
            jobs::done.eq(0),
            jobs::total.eq(total),
            jobs::errors.eq(Json(json!([]))),
            jobs::attempts.eq(0),
            jobs::created_at.eq(by.now),
            jobs::updated_at.eq(by.now),
            jobs::version.eq(1),
        ))
        .execute(conn)?;
    Ok(id)
}

/// A job of the actor's organisation.
///
/// # Errors
/// [`crate::error::Code::NotFound`].
pub fn get(conn: &mut Conn, by: &Actor, id: JobId) -> Result<Job> {
    let row: Option<Row> = jobs::table
        .find(id)
        .filter(jobs::organisation_id.eq(by.organisation))
        .first(conn)
        .optional()?;
    row.or_not_found()?.try_into()
}

/// Leases the oldest job that waits, or whose worker is gone. Call it in a write transaction.
///
/// # Errors
/// Those of the database.
pub fn claim(conn: &mut Conn, now: Time) -> Result<Option<Job>> {
    let waiting = jobs::table
        .filter(
            jobs::status.eq(JobStatus::Queued.as_str()).or(jobs::status
                .eq(JobStatus::Running.as_str())
                .and(jobs::leased_until.lt(Some(now)))),
        )
        .order(jobs::created_at)
        .select(jobs::id);
    // PostgreSQL has several writers, so each skips the row another is claiming. SQLite has one writer.
    let found: Option<JobId> = match conn {
        Conn::Postgres(conn) => waiting.for_update().skip_locked().first(conn).optional()?,
        Conn::Sqlite(conn) => waiting.first(conn).optional()?,
    };
    let Some(id) = found else { return Ok(None) };
    diesel::update(jobs::table.find(id))
        .set((
            jobs::status.eq(JobStatus::Running.as_str()),
            jobs::done.eq(0),
            jobs::errors.eq(Json(json!([]))),
            jobs::attempts.eq(jobs::attempts + 1),
            jobs::leased_until.eq(Some(now.plus(LEASE))),
            jobs::updated_at.eq(now),
            jobs::version.eq(jobs::version + 1),
        ))
        .execute(conn)?;
    let row: Row = jobs::table.find(id).first(conn)?;
    Ok(Some(row.try_into()?))
}

/// Counts a part as done and keeps the lease, unless it was lost to another worker (`false`).
///
/// # Errors
/// Those of the database.
pub(crate) fn advance(conn: &mut Conn, job: &Job, now: Time) -> Result<bool> {
    advance_by(conn, job, 1, now)
}

/// [`advance`] by many parts.
///
/// # Errors
/// Those of the database.
pub(crate) fn advance_by(conn: &mut Conn, job: &Job, parts: i64, now: Time) -> Result<bool> {
    let changed = diesel::update(jobs::table.find(job.id))
        .filter(jobs::attempts.eq(job.attempts))
        .filter(jobs::status.eq(JobStatus::Running.as_str()))
        .set((
            jobs::done.eq(jobs::done + parts),
            jobs::leased_until.eq(Some(now.plus(LEASE))),
            jobs::updated_at.eq(now),
            jobs::version.eq(jobs::version + 1),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Ends a job, unless its lease was lost to another worker (`false`).
///
/// # Errors
/// Those of the database.
pub(crate) fn end(
    conn: &mut Conn,
    job: &Job,
    status: JobStatus,
    errors: &[String],
    now: Time,
) -> Result<bool> {
    let changed = diesel::update(jobs::table.find(job.id))
        .filter(jobs::attempts.eq(job.attempts))
        .filter(jobs::status.eq(JobStatus::Running.as_str()))
        .set((
            jobs::status.eq(status.as_str()),
            jobs::errors.eq(Json(json!(errors))),
            jobs::leased_until.eq(None::<Time>),
            jobs::updated_at.eq(now),
            jobs::version.eq(jobs::version + 1),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}
