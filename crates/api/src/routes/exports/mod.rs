//! Exports of everything that an organisation has on file.
mod ask;
mod file;
mod get;
mod list;

use chrono::{DateTime, Utc};
use serde::Serialize;
use store::exports::Export;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(ask::ask)
        .service(list::list)
        .service(file::file)
        .service(get::get);
}

/// An export of everything that your organisation has on file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportView {
    id: Uuid,
    /// The job that writes it.
    job_id: Uuid,
    /// waiting, done (the package can be fetched), failed or expired (the package was deleted).
    #[schema(example = "done")]
    status: &'static str,
    /// How long the package is, in bytes.
    #[schema(example = 48211)]
    bytes: Option<i64>,
    /// The package's SHA-256, in hexadecimal digits.
    #[schema(example = "54409c7457f9e9c1bd9fc664ab09b8c2e382843221003b75734c602837480807")]
    sha256: Option<String>,
    /// Where the package is.
    #[schema(example = "/api/v1/exports/019340b2-7b5e-7c4e-9a51-0c9c3f7a1d2e/file")]
    file: Option<String>,
    created_at: DateTime<Utc>,
    /// When the job ended.
    ended_at: Option<DateTime<Utc>>,
    /// When the package is deleted: seven days after it was written.
    expires_at: Option<DateTime<Utc>>,
}

impl From<Export> for ExportView {
    fn from(export: Export) -> Self {
        let file = export.file.as_ref();
        Self {
            id: export.id.uuid(),
            job_id: export.job.uuid(),
            status: export.status.as_str(),
            bytes: file.map(|file| file.bytes),
            sha256: file.map(|file| file.sha256.clone()),
            file: file.map(|_| format!("/api/v1/exports/{}/file", export.id)),
            created_at: export.created_at.utc(),
            ended_at: export.ended_at.map(|at| at.utc()),
            expires_at: export.expires_at.map(|at| at.utc()),
        }
    }
}
