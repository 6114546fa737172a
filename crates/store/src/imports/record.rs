//! Imports that a worker carries out: kept with the table until they end.
use super::{Imported, Rows, Table, apply, rehearse};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, FieldError, OrNotFound, Refusal, Result, corrupt};
use crate::identity::sessions;
use crate::ids::{ImportId, JobId, MandateId, MembershipId};
use crate::operations::audit;
use crate::operations::jobs::{self, Job, JobKind, JobStatus};
use crate::schema::imports;
use crate::sql::{Json, Time};
use diesel::prelude::*;
use serde_json::json;

/// Faults that a job's errors name.
const ERRORS_MAX: usize = 200;

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportStatus {
    /// Its job has not ended.
    Waiting,
    /// Every row was imported, or would be.
    Done,
    /// The table has faults; nothing was imported.
    Refused,
    /// It could not be carried out; nothing was imported.
    Failed,
}

impl ImportStatus {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
    fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Done, Self::Refused, Self::Failed]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// An import that a worker carries out.
#[derive(Clone, Debug)]
pub struct Import {
    /// The id.
    pub id: ImportId,
    /// Into what.
    pub table: Table,
    /// Whether it only says what it would do.
    pub dry_run: bool,
    /// Where it stands.
    pub status: ImportStatus,
    /// Rows of the table, the header not counted.
    pub rows: i64,
    /// Things written anew.
    pub created: i64,
    /// Things changed.
    pub changed: i64,
    /// Things that were on file as the table says.
    pub unchanged: i64,
    /// How many faults are on file: all that were found, but at most [`FAULTS_MAX`](super::FAULTS_MAX).
    pub fault_count: i64,
    /// The faults that are named, in the table's order.
    pub faults: Vec<FieldError>,
    /// The job that carries it out.
    pub job: JobId,
    /// When it was asked for.
    pub created_at: Time,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// Counts changes.
    pub version: i64,
}

/// An import that is to be kept.
pub struct NewImport<'a> {
    /// Into what.
    pub table: Table,
    /// How the table is written: `csv` or `xlsx`.
    pub media: &'static str,
    /// The table.
    pub content: &'a [u8],
    /// Rows of the table, the header not counted.
    pub rows: usize,
    /// Whether it only says what it would do.
    pub dry_run: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = imports)]
struct Row {
    id: ImportId,
    of_table: String,
    dry_run: bool,
    status: String,
    row_count: i64,
    created_count: i64,
    changed_count: i64,
    unchanged_count: i64,
    fault_count: i64,
    faults: Json,
    job_id: JobId,
    created_at: Time,
    ended_at: Option<Time>,
    version: i64,
}

impl TryFrom<Row> for Import {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let faults: Vec<(String, String)> =
            serde_json::from_value(row.faults.0).map_err(|_| corrupt("imports.faults"))?;
        Ok(Self {
            id: row.id,
            table: Table::parse(&row.of_table).ok_or_else(|| corrupt("imports.of_table"))?,
            dry_run: row.dry_run,
            status: ImportStatus::parse(&row.status).ok_or_else(|| corrupt("imports.status"))?,
            rows: row.row_count,
            created: row.created_count,
            changed: row.changed_count,
            unchanged: row.unchanged_count,
            fault_count: row.fault_count,
            faults: faults
                .into_iter()
                .map(|(pointer, detail)| FieldError { pointer, detail })
                .collect(),
            job: row.job_id,
            created_at: row.created_at,
            ended_at: row.ended_at,
            version: row.version,
        })
    }
}

/// Keeps a table for a worker.
///
/// # Errors
/// Those of the database.
pub fn add(conn: &mut Conn, by: &Actor, new: &NewImport<'_>) -> Result<Job> {
    let id = ImportId::fresh();
    let rows = i64::try_from(new.rows).unwrap_or(i64::MAX);
    let job = jobs::add(conn, by, JobKind::Import, id.uuid(), rows)?;
    diesel::insert_into(imports::table)
        .values((
            imports::id.eq(id),
            imports::organisation_id.eq(by.organisation),
            imports::membership_id.eq(by.membership),
            imports::mandate_id.eq(by.mandate),
            imports::of_table.eq(new.table.as_str()),
            imports::media.eq(new.media),
            imports::content.eq(Some(new.content)),
            imports::dry_run.eq(new.dry_run),
            imports::status.eq(ImportStatus::Waiting.as_str()),
            imports::row_count.eq(rows),
            imports::created_count.eq(0),
            imports::changed_count.eq(0),
            imports::unchanged_count.eq(0),
            imports::fault_count.eq(0),
            imports::faults.eq(Json(json!([]))),
            imports::job_id.eq(job),
            imports::created_at.eq(by.now),
            imports::version.eq(1),
        ))
        .execute(conn)?;
    let after = json!({"table": new.table.as_str(), "rows": rows, "dry_run": new.dry_run});
    audit::change(conn, by, "import.ask", id.uuid(), None, &after)?;
    jobs::get(conn, by, job)
}

/// An import of the actor's organisation.
///
/// # Errors
/// [`Code::NotFound`].
pub fn get(conn: &mut Conn, by: &Actor, id: ImportId) -> Result<Import> {
    let row: Option<Row> = imports::table
        .find(id)
        .filter(imports::organisation_id.eq(by.organisation))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.or_not_found()?.try_into()
}

/// The organisation's imports after `after`, oldest first.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    after: Option<ImportId>,
    limit: i64,
) -> Result<Vec<Import>> {
    let mut query = imports::table
        .filter(imports::organisation_id.eq(by.organisation))
        .select(Row::as_select())
        .order(imports::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(imports::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Import::try_from).collect()
}

/// What a worker needs of an import.
pub struct Pending {
    /// Into what.
    pub table: Table,
    /// How the table is written: `csv` or `xlsx`.
    pub media: String,
    /// The table.
    pub content: Vec<u8>,
}

/// The table behind a job.
///
/// # Errors
/// [`Code::NotFound`] where the import has ended.
pub fn open(conn: &mut Conn, job: &Job) -> Result<Pending> {
    let row: Option<(String, String, Option<Vec<u8>>)> = imports::table
        .find(ImportId::from(job.subject))
        .select((imports::of_table, imports::media, imports::content))
        .first(conn)
        .optional()?;
    let (table, media, content) = row.or_not_found()?;
    Ok(Pending {
        table: Table::parse(&table).ok_or_else(|| corrupt("imports.of_table"))?,
        media,
        content: content.or_not_found()?,
    })
}

/// Counts so many rows as read, and keeps the lease.
///
/// # Errors
/// [`Code::Busy`] where another worker has taken the job.
pub fn advance(conn: &mut Conn, job: &Job, rows: usize, now: Time) -> Result<()> {
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    if jobs::advance_by(conn, job, rows, now)? {
        return Ok(());
    }
    Err(lost().into())
}

fn lost() -> Refusal {
    Refusal::new(Code::Busy, "Another worker has taken the job.")
}

/// Imports the rows on behalf of whoever asked, as their mandate stands now, and ends the job: both or
/// neither.
///
/// # Errors
/// Those of [`apply`], [`Code::MandateEnded`], [`Code::Busy`] where another worker has taken the job.
pub fn carry_out(conn: &mut Conn, job: &Job, rows: &Rows, now: Time) -> Result<()> {
    let id = ImportId::from(job.subject);
    let (membership, mandate, dry_run): (MembershipId, Option<MandateId>, bool) = imports::table
        .find(id)
        .select((
            imports::membership_id,
            imports::mandate_id,
            imports::dry_run,
        ))
        .first(conn)?;
    let by = sessions::on_behalf(conn, membership, mandate, now, &format!("import {id}"))?;
    let imported = if dry_run {
        rehearse(conn, &by, rows)?
    } else {
        apply(conn, &by, rows)?
    };
    end(conn, job, ImportStatus::Done, imported, (&[], &[]), now)
}

/// Ends an import that was refused, or could not be carried out.
///
/// # Errors
/// Those of the database; [`Code::Busy`] where another worker has taken the job.
pub fn fail(conn: &mut Conn, job: &Job, refusal: &Refusal, now: Time) -> Result<()> {
    let refused = refusal.code == Code::ImportRefused;
    let status = if refused {
        ImportStatus::Refused
    } else {
        ImportStatus::Failed
    };
    let faults = if refused { &refusal.fields[..] } else { &[] };
    let mut errors = vec![refusal.detail.clone()];
    errors.extend(
        faults
            .iter()
            .take(ERRORS_MAX)
            .map(|fault| format!("{}: {}", fault.pointer, fault.detail)),
    );
    end(
        conn,
        job,
        status,
        Imported::default(),
        (faults, &errors),
        now,
    )
}

fn end(
    conn: &mut Conn,
    job: &Job,
    status: ImportStatus,
    imported: Imported,
    (faults, errors): (&[FieldError], &[String]),
    now: Time,
) -> Result<()> {
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let named: Vec<(&str, &str)> = faults
        .iter()
        .map(|fault| (fault.pointer.as_str(), fault.detail.as_str()))
        .collect();
    diesel::update(imports::table.find(ImportId::from(job.subject)))
        .set((
            imports::status.eq(status.as_str()),
            imports::content.eq(None::<Vec<u8>>),
            imports::created_count.eq(count(imported.created)),
            imports::changed_count.eq(count(imported.changed)),
            imports::unchanged_count.eq(count(imported.unchanged)),
            imports::fault_count.eq(count(faults.len())),
            imports::faults.eq(Json(json!(named))),
            imports::ended_at.eq(Some(now)),
            imports::version.eq(imports::version + 1),
        ))
        .execute(conn)?;
    let ended = match status {
        ImportStatus::Done => JobStatus::Done,
        _ => JobStatus::Failed,
    };
    if jobs::end(conn, job, ended, errors, now)? {
        return Ok(());
    }
    Err(lost().into())
}
