//! `GET /jobs/{id}`.
use super::JobView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::operations::jobs;
use uuid::Uuid;

/// A job that your organisation asked for.
#[utoipa::path(tag = "Rounds", operation_id = "jobs_get",
    params(("id" = Uuid, Path, description = "The job.")),
    responses((status = 200, description = "The job.", body = JobView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/jobs/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let job = jobs::get(conn, actor, (*id).into())?;
        let version = job.version;
        Ok(Reply::ok(&JobView::from(job), version)?)
    })
    .await
}
