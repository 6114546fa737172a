//! `POST /mandates/{id}/recall`.
use super::MandateView;
use crate::http::{Answer, Body, Call, Fields, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use serde::Deserialize;
use store::identity::memberships;
use utoipa::ToSchema;
use uuid::Uuid;

/// Why a mandate is recalled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Recall {
    #[schema(example = "Decided by the delegates' meeting of 12 November.")]
    reason: String,
}

/// Recalls a mandate: its tokens stop with the next request.
#[utoipa::path(tag = "Organisations", operation_id = "mandates_recall", request_body = Recall,
    params(("id" = Uuid, Path, description = "The mandate."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The mandate.", body = MandateView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/mandates/{id}/recall")]
pub async fn recall(call: Call, id: web::Path<Uuid>, body: Body<Recall>) -> Answer {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &body.value.reason, 500);
    let reason = fields.finish(|| reason)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let recalled = memberships::recall(conn, actor, (*id).into(), version, &reason)?;
        let version = recalled.version;
        Ok(Reply::ok(&MandateView::from(recalled), version)?)
    })
    .await
}
