//! Jobs: long work, with its progress.
mod events;
mod get;

use chrono::{DateTime, Utc};
use serde::Serialize;
use store::operations::jobs::{Job, JobKind};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get::get).service(events::events);
}

/// Long work.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobView {
    id: Uuid,
    /// plan_round, import or export.
    #[schema(example = "plan_round")]
    kind: &'static str,
    /// What it works on.
    #[schema(example = "/api/v1/rounds/019340b2-7b5e-7c4e-9a51-0c9c3f7a1d2e")]
    subject: String,
    /// queued, running, done (its errors say what was left out) or failed.
    #[schema(example = "running")]
    status: &'static str,
    /// How many of its parts are done.
    #[schema(example = 3)]
    done: i64,
    /// How many parts it has.
    #[schema(example = 12)]
    total: i64,
    /// What went wrong or was left out, a sentence each.
    errors: Vec<String>,
    created_at: DateTime<Utc>,
    /// When it moved last.
    updated_at: DateTime<Utc>,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        let subject = match job.kind {
            JobKind::PlanRound => format!("/api/v1/rounds/{}", job.subject),
            JobKind::Import => format!("/api/v1/imports/{}", job.subject),
            JobKind::Export => format!("/api/v1/exports/{}", job.subject),
        };
        Self {
            id: job.id.uuid(),
            kind: job.kind.as_str(),
            subject,
            status: job.status.as_str(),
            done: job.done,
            total: job.total,
            errors: job.errors,
            created_at: job.created_at.utc(),
            updated_at: job.updated_at.utc(),
        }
    }
}
