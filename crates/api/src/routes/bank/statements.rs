//! `POST` and `GET /bank-statements`: a bank's file, and what was found in it.
use super::mapping::{Mapping, mapping};
use crate::http::body::StatementFile;
use crate::http::problem::internal;
use crate::http::{Answer, Call, List, Paging, Problem, Query, Reply};
use crate::openapi::IdempotencyKeyRequired;
use accounting::statements::{
    FileKind, StatementError, read_camt, read_ofx, read_table, recognise,
};
use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::bank::statements::{self, NewStatement, Statement};
use store::books::require_keeper;
use store::error::Code;
use utoipa::ToSchema;
use uuid::Uuid;

/// A bank statement that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankStatementView {
    id: Uuid,
    /// camt, ofx or table.
    #[schema(example = "camt")]
    media: String,
    /// Of the file, in hexadecimal digits.
    sha256: String,
    /// Movements that came with it first.
    #[schema(example = 12)]
    entries: i32,
    /// Movements that an earlier file had.
    #[schema(example = 0)]
    known: i32,
    /// Movements that the bank may still change: they come once more.
    #[schema(example = 0)]
    pending: i32,
    /// What looked odd and was taken all the same; at most 200.
    warnings: Vec<String>,
    imported_by: Uuid,
    imported_at: DateTime<Utc>,
}

impl From<Statement> for BankStatementView {
    fn from(found: Statement) -> Self {
        Self {
            id: found.id.uuid(),
            media: found.media,
            sha256: found.sha256,
            entries: found.entries,
            known: found.known,
            pending: found.pending,
            warnings: found.warnings,
            imported_by: found.imported_by.uuid(),
            imported_at: found.imported_at.utc(),
        }
    }
}

/// Takes a bank statement: camt.053, OFX, or a table whose columns the query names. What came in for an invoice of yours
/// is recorded as its payment, by the bank's reference; what went out is noted, for its receiver records the payment.
/// The rest is a work list. The same movement in another file is known and passed over; the same file is refused.
#[utoipa::path(tag = "Bank", operation_id = "bank_statements_take", params(Mapping, IdempotencyKeyRequired),
    request_body(description = "The file, at most 16 MiB.", content(
        (String = "text/csv", example = "date;amount;text\n2026-11-20;100,00;INV-2026-000001\n"),
        (String = "application/xml"), (String = "application/x-ofx"))),
    responses((status = 201, description = "The statement.", body = BankStatementView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["duplicate", "statement_refused", "over_paid"]))))]
#[post("/bank-statements")]
pub async fn take(call: Call, query: Query<Mapping>, body: StatementFile) -> Answer {
    // A file is read for those only who may bring it.
    call.look(|_, actor| require_keeper(actor)).await?;
    let kind = recognise(&body.bytes);
    let table = match kind {
        FileKind::Table => Some(mapping(&query.0)?),
        FileKind::Camt | FileKind::Ofx => None,
    };
    let StatementFile { bytes, digest } = body;
    let sha256 = digest.0.clone();
    let new = web::block(move || {
        let read = match table {
            Some(table) => read_table(&bytes, &table).map(|one| vec![one]),
            None if kind == FileKind::Ofx => read_ofx(&bytes),
            None => read_camt(&bytes),
        };
        read.map(|read| NewStatement {
            kind,
            content: bytes,
            sha256,
            read,
        })
    })
    .await
    .map_err(|_| internal())?
    .map_err(|error| refused(&error))?;
    call.write(Some(digest), move |conn, actor| {
        let made = statements::take(conn, actor, &new)?;
        let location = format!("/api/v1/bank-statements/{}", made.id);
        Ok(Reply::created(location, &BankStatementView::from(made), 1)?)
    })
    .await
}

fn refused(error: &StatementError) -> Problem {
    Problem::new(
        Code::StatementRefused,
        format!("The statement was refused: {error}"),
    )
}

/// Lists your organisation's bank statements, oldest first.
#[utoipa::path(tag = "Bank", operation_id = "bank_statements_list", params(Paging),
    responses((status = 200, description = "A page.", body = List<BankStatementView>)))]
#[get("/bank-statements")]
pub async fn list(call: Call, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = statements::list(conn, actor, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            BankStatementView::from,
        ))?)
    })
    .await
}

/// One bank statement of your organisation.
#[utoipa::path(tag = "Bank", operation_id = "bank_statements_get",
    params(("id" = Uuid, Path, description = "The statement.")),
    responses((status = 200, description = "The statement.", body = BankStatementView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/bank-statements/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = statements::get(conn, actor, (*id).into())?;
        Ok(Reply::ok(&BankStatementView::from(found), 1)?)
    })
    .await
}

/// The file of a bank statement, byte for byte as it came.
#[utoipa::path(tag = "Bank", operation_id = "bank_statements_file",
    params(("id" = Uuid, Path, description = "The statement.")),
    responses((status = 200, description = "The file.", content((Vec<u8> = "application/octet-stream")))))]
#[get("/bank-statements/{id}/file")]
pub async fn file(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let bytes = statements::content(conn, actor, (*id).into())?;
        let name = format!("statement-{id}");
        Ok(Reply::file(&name, "application/octet-stream", bytes))
    })
    .await
}
