//! `POST /complaints/{id}/decide`.
use super::ComplaintView;
use crate::http::{Answer, Body, Call, Fields, Problem};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use ordering::ComplaintFinding;
use serde::Deserialize;
use store::complaints;
use utoipa::ToSchema;
use uuid::Uuid;

/// What the inspector found.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// upheld, `partly_upheld` or rejected.
    #[schema(example = "upheld")]
    finding: String,
    /// Why, and what follows.
    #[schema(
        example = "The tiles were not as agreed; they are made anew.",
        max_length = 5000
    )]
    text: String,
}

fn parse(body: &Decision) -> Result<(ComplaintFinding, String), Problem> {
    let mut fields = Fields::new();
    let finding = fields.take("/finding", ComplaintFinding::parse(&body.finding));
    let text = fields.text("/text", &body.text, 5000);
    fields.finish(|| Some((finding?, text?)))
}

/// Decides a complaint, as an inspector of its network who belongs to neither side, once the other side has
/// answered or its time has passed. The outcome is published to the two sides.
#[utoipa::path(tag = "Complaints", operation_id = "complaints_decide", request_body = Decision,
    params(("id" = Uuid, Path, description = "The complaint."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The complaint.", body = ComplaintView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state", "conflict_of_interest"]))))]
#[post("/complaints/{id}/decide")]
pub async fn decide(call: Call, id: web::Path<Uuid>, body: Body<Decision>) -> Answer {
    let (finding, text) = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let outcome = (finding, text.as_str());
        let decided = complaints::decide(conn, actor, (*id).into(), version, outcome)?;
        super::reply(conn, decided)
    })
    .await
}
