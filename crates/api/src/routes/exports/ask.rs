//! `POST /exports`.
use crate::http::{Answer, Call, Reply};
use crate::openapi::IdempotencyKey;
use crate::routes::jobs::JobView;
use actix_web::post;
use store::exports;

/// Asks for everything that your organisation has on file, to take along, as an admin: a ZIP with a Data Package,
/// one CSV for each table with its rows and those of the documents that it is a party to, and the artwork. What
/// another buyer needs, bids or pays is not in it, nor a co-operative's cost sheet for others.
#[utoipa::path(tag = "Exports", operation_id = "exports_ask", params(IdempotencyKey),
    responses((status = 202, description = "The job that writes it.", body = JobView,
        headers(("Location" = String, description = "The job.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/exports")]
pub async fn ask(call: Call) -> Answer {
    call.write(None, move |conn, actor| {
        let job = exports::ask(conn, actor)?;
        let location = format!("/api/v1/jobs/{}", job.id);
        Ok(Reply::accepted(location, &JobView::from(job))?)
    })
    .await
}
