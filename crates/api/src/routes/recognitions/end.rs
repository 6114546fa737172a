//! `POST /recognitions/{network_id}/end`.
use super::RecognitionView;
use crate::http::{Answer, Body, Call, Fields, Reply, wire};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use store::governance::recognitions;
use utoipa::ToSchema;
use uuid::Uuid;

/// When a recognition ends.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The day from which it no longer holds.
    ended_on: NaiveDate,
}

/// Ends your network's recognition of another.
#[utoipa::path(tag = "Verification", operation_id = "recognitions_end", request_body = End,
    params(("network_id" = Uuid, Path, description = "The network that is recognised."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The recognition.", body = RecognitionView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state"]))))]
#[post("/recognitions/{network_id}/end")]
pub async fn end(call: Call, network: web::Path<Uuid>, body: Body<End>) -> Answer {
    let mut fields = Fields::new();
    let ended_on = wire::day(&mut fields, "/ended_on", body.value.ended_on);
    let ended_on = fields.finish(|| ended_on)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let ended = recognitions::end(conn, actor, (*network).into(), version, ended_on)?;
        let version = ended.version;
        Ok(Reply::ok(&RecognitionView::from(ended), version)?)
    })
    .await
}
