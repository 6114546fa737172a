//! Imports of tables.
mod errors;
mod get;
mod list;
mod start;

use chrono::{DateTime, Utc};
use serde::Serialize;
use store::error::FieldError;
use store::imports::{Import, Imported};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

/// Faults that an answer names; the file of errors has more.
const NAMED_MAX: usize = 200;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(start::start)
        .service(list::list)
        .service(errors::errors)
        .service(get::get);
}

/// What an import did, or would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedView {
    /// Things written anew.
    #[schema(example = 12)]
    created: usize,
    /// Things changed.
    #[schema(example = 3)]
    changed: usize,
    /// Things that were on file as the table says.
    #[schema(example = 0)]
    unchanged: usize,
    /// Whether nothing was written.
    dry_run: bool,
}

impl ImportedView {
    fn new(imported: Imported, dry_run: bool) -> Self {
        Self {
            created: imported.created,
            changed: imported.changed,
            unchanged: imported.unchanged,
            dry_run,
        }
    }
}

/// An import that a job carries out.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportView {
    id: Uuid,
    /// The job, with its progress.
    job_id: Uuid,
    /// catalogue, needs, market-quotes or baseline.
    #[schema(example = "catalogue")]
    table: &'static str,
    /// Whether nothing is written.
    dry_run: bool,
    /// waiting, done, refused (the table has faults) or failed (it could not be carried out).
    #[schema(example = "done")]
    status: &'static str,
    /// Rows of the table, the header not counted.
    #[schema(example = 50000)]
    rows: i64,
    /// Things written anew.
    #[schema(example = 49000)]
    created: i64,
    /// Things changed.
    #[schema(example = 900)]
    changed: i64,
    /// Things that were on file as the table says.
    #[schema(example = 100)]
    unchanged: i64,
    /// How many faults are on file: all that were found, 10,000 at most.
    #[schema(example = 0)]
    fault_count: i64,
    /// The first 200 of them; `GET /imports/{id}/errors` has all as a file.
    errors: Vec<FaultView>,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

/// What is wrong with a table.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaultView {
    /// `/rows/N/COLUMN`, rows counted from 1 without the header; `/header/NAME`; empty: the file itself.
    #[schema(example = "/rows/17/lot")]
    pointer: String,
    detail: String,
}

impl From<FieldError> for FaultView {
    fn from(fault: FieldError) -> Self {
        Self {
            pointer: fault.pointer,
            detail: fault.detail,
        }
    }
}

impl From<Import> for ImportView {
    fn from(import: Import) -> Self {
        let named = import.faults.into_iter().take(NAMED_MAX);
        Self {
            id: import.id.uuid(),
            job_id: import.job.uuid(),
            table: import.table.as_str(),
            dry_run: import.dry_run,
            status: import.status.as_str(),
            rows: import.rows,
            created: import.created,
            changed: import.changed,
            unchanged: import.unchanged,
            fault_count: import.fault_count,
            errors: named.map(FaultView::from).collect(),
            created_at: import.created_at.utc(),
            ended_at: import.ended_at.map(|at| at.utc()),
        }
    }
}
