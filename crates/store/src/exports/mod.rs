//! Exports: everything that an organisation has on file, to take along. A worker writes the package outside the
//! database; it is there for [`KEPT_FOR`] and then deleted.
pub mod package;
mod scopes;

use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt};
use crate::fulfilment::artworks::StoredFile;
use crate::ids::{ArtworkId, ExportId, JobId, OrganisationId};
use crate::operations::audit;
use crate::operations::jobs::{self, Job, JobKind, JobStatus};
use crate::schema::{artworks, exports, proofs, purchase_orders};
use crate::sql::Time;
use chrono::TimeDelta;
use diesel::prelude::*;
use governance::Role;
use serde_json::json;

/// How long a package is kept: it holds names and prices, so not longer than it takes to fetch it.
pub const KEPT_FOR: TimeDelta = TimeDelta::days(7);
/// The package's media type.
pub const MEDIA_TYPE: &str = "application/zip";
/// Packages that one look finds due.
const DUE_AT_ONCE: i64 = 100;

/// Where an export stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportStatus {
    /// Its job has not ended.
    Waiting,
    /// The package can be fetched.
    Done,
    /// It could not be written.
    Failed,
    /// The package was deleted after its time.
    Expired,
}

impl ExportStatus {
    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }
    fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Done, Self::Failed, Self::Expired]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// An export.
#[derive(Clone, Debug)]
pub struct Export {
    /// The id.
    pub id: ExportId,
    /// Whose rows.
    pub organisation: OrganisationId,
    /// Where it stands.
    pub status: ExportStatus,
    /// The package, while it is kept.
    pub file: Option<StoredFile>,
    /// The job that writes it.
    pub job: JobId,
    /// When it was asked for.
    pub created_at: Time,
    /// When the job ended.
    pub ended_at: Option<Time>,
    /// When the package is deleted.
    pub expires_at: Option<Time>,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = exports)]
struct Row {
    id: ExportId,
    organisation_id: OrganisationId,
    status: String,
    sha256: Option<String>,
    size_bytes: Option<i64>,
    job_id: JobId,
    created_at: Time,
    ended_at: Option<Time>,
    expires_at: Option<Time>,
    version: i64,
}

impl TryFrom<Row> for Export {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let file = row
            .sha256
            .zip(row.size_bytes)
            .map(|(sha256, bytes)| StoredFile {
                sha256,
                media_type: MEDIA_TYPE.to_owned(),
                bytes,
            });
        Ok(Self {
            id: row.id,
            organisation: row.organisation_id,
            status: ExportStatus::parse(&row.status).ok_or_else(|| corrupt("exports.status"))?,
            file,
            job: row.job_id,
            created_at: row.created_at,
            ended_at: row.ended_at,
            expires_at: row.expires_at,
            version: row.version,
        })
    }
}

/// Asks for a package of all that the actor's organisation has on file.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but an admin, [`Code::WrongState`] while another is being written.
pub fn ask(conn: &mut Conn, by: &Actor) -> Result<Job> {
    by.require(&[Role::Admin])?;
    let waiting: i64 = exports::table
        .filter(exports::organisation_id.eq(by.organisation))
        .filter(exports::status.eq(ExportStatus::Waiting.as_str()))
        .count()
        .get_result(conn)?;
    if waiting > 0 {
        let detail = "An export of your organisation is being written; fetch that one.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let id = ExportId::fresh();
    let tables = i64::try_from(package::tables()?.len()).unwrap_or(i64::MAX);
    let job = jobs::add(conn, by, JobKind::Export, id.uuid(), tables)?;
    diesel::insert_into(exports::table)
        .values((
            exports::id.eq(id),
            exports::organisation_id.eq(by.organisation),
            exports::asked_by.eq(by.person),
            exports::status.eq(ExportStatus::Waiting.as_str()),
            exports::job_id.eq(job),
            exports::created_at.eq(by.now),
            exports::version.eq(1),
        ))
        .execute(conn)?;
    audit::change(conn, by, "export.ask", id.uuid(), None, &json!({}))?;
    jobs::get(conn, by, job)
}

/// An export of the actor's organisation.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but an admin, [`Code::NotFound`].
pub fn get(conn: &mut Conn, by: &Actor, id: ExportId) -> Result<Export> {
    by.require(&[Role::Admin])?;
    let row: Option<Row> = exports::table
        .find(id)
        .filter(exports::organisation_id.eq(by.organisation))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.or_not_found()?.try_into()
}

/// The organisation's exports after `after`, oldest first.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but an admin.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    after: Option<ExportId>,
    limit: i64,
) -> Result<Vec<Export>> {
    by.require(&[Role::Admin])?;
    let mut query = exports::table
        .filter(exports::organisation_id.eq(by.organisation))
        .select(Row::as_select())
        .order(exports::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(exports::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Export::try_from).collect()
}

/// A file of the organisation's purchase orders: its name in the package without the ending, and the file.
pub type Named = (String, StoredFile);

/// The artwork and the proofs of the organisation's purchase orders.
///
/// # Errors
/// Those of the database.
pub fn files(conn: &mut Conn, of: OrganisationId) -> Result<Vec<Named>> {
    let of_party = || {
        purchase_orders::buyer_id
            .eq(of)
            .or(purchase_orders::cooperative_id.eq(of))
    };
    let of_order =
        || purchase_orders::table.on(purchase_orders::id.eq(artworks::purchase_order_id));
    let sent: Vec<(ArtworkId, String, String, i64)> = artworks::table
        .inner_join(of_order())
        .filter(of_party())
        .order(artworks::id)
        .select((
            artworks::id,
            artworks::sha256,
            artworks::media_type,
            artworks::size_bytes,
        ))
        .load(conn)?;
    let offered: Vec<(ArtworkId, i32, String, String, i64)> = proofs::table
        .inner_join(artworks::table.on(artworks::id.eq(proofs::artwork_id)))
        .inner_join(of_order())
        .filter(of_party())
        .order(proofs::id)
        .select((
            proofs::artwork_id,
            proofs::number,
            proofs::sha256,
            proofs::media_type,
            proofs::size_bytes,
        ))
        .load(conn)?;
    let file = |sha256, media_type, bytes| StoredFile {
        sha256,
        media_type,
        bytes,
    };
    let sent = sent
        .into_iter()
        .map(|(id, sha256, media, bytes)| (format!("artwork-{id}"), file(sha256, media, bytes)));
    let offered = offered
        .into_iter()
        .map(|(id, number, sha256, media, bytes)| {
            (format!("proof-{id}-{number}"), file(sha256, media, bytes))
        });
    Ok(sent.chain(offered).collect())
}

/// Ends an export whose package is written.
///
/// # Errors
/// Those of the database; [`Code::Busy`] where another worker has taken the job.
pub fn finish(conn: &mut Conn, job: &Job, file: &StoredFile, now: Time) -> Result<()> {
    diesel::update(exports::table.find(ExportId::from(job.subject)))
        .set((
            exports::status.eq(ExportStatus::Done.as_str()),
            exports::sha256.eq(Some(&file.sha256)),
            exports::size_bytes.eq(Some(file.bytes)),
            exports::ended_at.eq(Some(now)),
            exports::expires_at.eq(Some(now.plus(KEPT_FOR))),
            exports::version.eq(exports::version + 1),
        ))
        .execute(conn)?;
    let advanced = jobs::advance_by(conn, job, job.total, now)?;
    if advanced && jobs::end(conn, job, JobStatus::Done, &[], now)? {
        return Ok(());
    }
    Err(Refusal::new(Code::Busy, "Another worker has taken the job.").into())
}

/// Ends an export whose package could not be written.
///
/// # Errors
/// Those of the database; [`Code::Busy`] where another worker has taken the job.
pub fn fail(conn: &mut Conn, job: &Job, refusal: &Refusal, now: Time) -> Result<()> {
    diesel::update(exports::table.find(ExportId::from(job.subject)))
        .set((
            exports::status.eq(ExportStatus::Failed.as_str()),
            exports::ended_at.eq(Some(now)),
            exports::version.eq(exports::version + 1),
        ))
        .execute(conn)?;
    if jobs::end(
        conn,
        job,
        JobStatus::Failed,
        std::slice::from_ref(&refusal.detail),
        now,
    )? {
        return Ok(());
    }
    Err(Refusal::new(Code::Busy, "Another worker has taken the job.").into())
}

/// Exports whose packages have had their time.
///
/// # Errors
/// Those of the database.
pub fn due(conn: &mut Conn, now: Time) -> Result<Vec<Export>> {
    let rows: Vec<Row> = exports::table
        .filter(exports::status.eq(ExportStatus::Done.as_str()))
        .filter(exports::expires_at.le(Some(now)))
        .select(Row::as_select())
        .order(exports::expires_at)
        .limit(DUE_AT_ONCE)
        .load(conn)?;
    rows.into_iter().map(Export::try_from).collect()
}

/// Puts on record that the package is deleted.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, id: ExportId) -> Result<()> {
    diesel::update(exports::table.find(id))
        .filter(exports::status.eq(ExportStatus::Done.as_str()))
        .set((
            exports::status.eq(ExportStatus::Expired.as_str()),
            exports::sha256.eq(None::<String>),
            exports::size_bytes.eq(None::<i64>),
            exports::version.eq(exports::version + 1),
        ))
        .execute(conn)?;
    Ok(())
}
