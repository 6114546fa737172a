//! `POST /complaints/{id}/withdraw`.
use super::ComplaintView;
use crate::http::{Answer, Call};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use store::complaints;
use uuid::Uuid;

/// Takes a complaint back, as who filed it.
#[utoipa::path(tag = "Complaints", operation_id = "complaints_withdraw",
    params(("id" = Uuid, Path, description = "The complaint."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The complaint.", body = ComplaintView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state"]))))]
#[post("/complaints/{id}/withdraw")]
pub async fn withdraw(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let withdrawn = complaints::withdraw(conn, actor, (*id).into(), version)?;
        super::reply(conn, withdrawn)
    })
    .await
}
