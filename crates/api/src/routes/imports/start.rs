//! `POST /tables/{table}/imports`.
use super::{ImportedView, NAMED_MAX};
use crate::http::body::TableFile;
use crate::http::problem::internal;
use crate::http::{Answer, Call, Problem, Query, Reply};
use crate::openapi::IdempotencyKey;
use crate::routes::jobs::JobView;
use crate::routes::tables::{TableWord, named};
use crate::tables::Reader;
use crate::tables::sheet::Media;
use actix_web::{HttpRequest, post, web};
use serde::Deserialize;
use store::Error;
use store::imports::{self, NewImport, Rows, Table};
use utoipa::IntoParams;

/// Rows that a request imports by itself: a second's work.
const AT_ONCE_MAX: usize = 2_000;

/// How to import.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only say what the import would do.
    #[serde(default)]
    #[param(default = false)]
    dry_run: bool,
}

/// Who wants the import done later.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes a header; the handler reads it")]
pub struct Prefer {
    /// `respond-async` (RFC 7240): a job carries the import out, however small the table is.
    #[param(rename = "Prefer", example = "respond-async")]
    prefer: Option<String>,
}

/// What was read of a table.
enum Read {
    /// A small one, to be imported now.
    Now(Rows),
    /// One that a job imports, with so many rows.
    Later(usize),
}

/// Imports a table for your organisation. All rows are imported or none; faults are named by row (from 1,
/// the header not counted) and column, as `/rows/17/lot`. What is on file as a row says is left alone, so
/// the same table may be sent again.
///
/// CSV (RFC 4180 in UTF-8) or the first sheet of an XLSX workbook, with a header, at most 50,000 rows and
/// 16 MiB. `GET /tables/{table}/schema` says what the columns are. A table of at most 2,000 rows is
/// imported at once: 200. A larger one, or any with `Prefer: respond-async`, becomes a job: 202, with
/// the job's address in `Location`; its `subject` is the import.
#[utoipa::path(tag = "Tables", operation_id = "imports_start",
    params(("table" = inline(TableWord), Path, description = "The table."), Wanted, Prefer, IdempotencyKey),
    request_body(description = "The table.", content(
        (String = "text/csv", example = "sku,product,title,currency,lead_days,materials,overhead,standard_minutes\nTILE-20,Glazed ceramic tile 20 x 20,Glazed tile,ARS,14,5200,1900,38\n"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    responses(
        (status = 200, description = "What was imported, or would be.", body = ImportedView),
        (status = 202, description = "The job.", body = JobView,
            headers(("Location" = String, description = "Where the job is.")))),
    extensions(("x-problem-codes" = json!(["import_refused", "not_admitted", "duplicate"]))))]
#[post("/tables/{table}/imports")]
pub async fn start(
    call: Call,
    request: HttpRequest,
    table: web::Path<String>,
    query: Query<Wanted>,
    body: TableFile,
) -> Answer {
    // A large table is read for those who are known only.
    call.claims()?;
    let table = named(&table)?;
    let dry_run = query.0.dry_run;
    let later = prefers_later(&request);
    let TableFile {
        media,
        bytes,
        digest,
    } = body;
    let (bytes, read) = web::block(move || {
        let read = read(table, media, &bytes, later);
        (bytes, read)
    })
    .await
    .map_err(|_| internal())?;
    let read = read.map_err(first)?;
    call.write(Some(digest), move |conn, actor| match &read {
        Read::Now(rows) => {
            let imported = if dry_run {
                imports::rehearse(conn, actor, rows)
            } else {
                imports::apply(conn, actor, rows)
            };
            let imported = imported.map_err(first)?;
            Ok(Reply::plain(&ImportedView::new(imported, dry_run))?)
        }
        Read::Later(rows) => {
            let new = NewImport {
                table,
                media: media.as_str(),
                content: &bytes,
                rows: *rows,
                dry_run,
            };
            let job = imports::add(conn, actor, &new)?;
            let location = format!("/api/v1/jobs/{}", job.id);
            Ok(Reply::accepted(location, &JobView::from(job))?)
        }
    })
    .await
}

fn prefers_later(request: &HttpRequest) -> bool {
    request
        .headers()
        .get_all("prefer")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|preference| preference.trim().eq_ignore_ascii_case("respond-async"))
}

fn read(table: Table, media: Media, bytes: &[u8], later: bool) -> Result<Read, Error> {
    let reader = Reader::open(table, media, bytes)?;
    if later || reader.len() > AT_ONCE_MAX {
        return Ok(Read::Later(reader.len()));
    }
    reader.finish().map(Read::Now)
}

/// The refusal with the first of its faults: a problem is no file.
fn first(error: Error) -> Problem {
    match error {
        Error::Refused(mut refusal) => {
            refusal.fields.truncate(NAMED_MAX);
            Problem::from(Error::Refused(refusal))
        }
        other => Problem::from(other),
    }
}
