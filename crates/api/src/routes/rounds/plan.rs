//! `POST /rounds/{id}/plan`.
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use crate::routes::jobs::JobView;
use actix_web::{post, web};
use store::rounds::plan as planning;
use uuid::Uuid;

/// Asks for the round's plan: nobody enters or leaves any more, and a job matches all its needs as one. Each
/// need then has its proposal, or its place in the unmet list. Nothing is reserved until buyers order. A
/// job that fails opens the round again.
#[utoipa::path(tag = "Rounds", operation_id = "rounds_plan",
    params(("id" = Uuid, Path, description = "The round."), IfMatch, IdempotencyKey),
    responses((status = 202, description = "The job.", body = JobView,
        headers(("Location" = String, description = "Where the job is.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/rounds/{id}/plan")]
pub async fn plan(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let job = planning::ask(conn, actor, (*id).into(), version)?;
        let location = format!("/api/v1/jobs/{}", job.id);
        Ok(Reply::accepted(location, &JobView::from(job))?)
    })
    .await
}
