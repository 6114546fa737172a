//! `POST /complaints/{id}/answer`.
use super::ComplaintView;
use crate::http::{Answer, Body, Call, Fields};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use serde::Deserialize;
use store::complaints;
use utoipa::ToSchema;
use uuid::Uuid;

/// What the other side says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    #[schema(
        example = "The kiln failed on the last day; we offered to make them anew.",
        max_length = 5000
    )]
    text: String,
}

/// Answers a complaint, as the other side: also after its time has passed, while nobody has decided.
#[utoipa::path(tag = "Complaints", operation_id = "complaints_answer", request_body = Statement,
    params(("id" = Uuid, Path, description = "The complaint."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The complaint.", body = ComplaintView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state"]))))]
#[post("/complaints/{id}/answer")]
pub async fn answer(call: Call, id: web::Path<Uuid>, body: Body<Statement>) -> Answer {
    let mut fields = Fields::new();
    let text = fields.text("/text", &body.value.text, 5000);
    let text = fields.finish(|| text)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let answered = complaints::answer(conn, actor, (*id).into(), version, &text)?;
        super::reply(conn, answered)
    })
    .await
}
