//! `POST /affiliations`.
use super::AffiliationView;
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use serde::Deserialize;
use store::identity::affiliations;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where your organisation wants to belong.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAffiliation {
    /// The federation or union that is asked.
    parent_id: Uuid,
}

/// Asks another organisation to take yours in, as a union its federation or a branch its union. Each
/// belongs to one at most; a tree has five levels at most and never turns in a ring.
#[utoipa::path(tag = "Federation", operation_id = "affiliations_propose", request_body = NewAffiliation,
    params(IdempotencyKey),
    responses((status = 201, description = "The affiliation.", body = AffiliationView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "not_found", "not_in_tree", "duplicate"]))))]
#[post("/affiliations")]
pub async fn propose(call: Call, body: Body<NewAffiliation>) -> Answer {
    call.write(Some(body.digest), move |conn, actor| {
        let made = affiliations::propose(conn, actor, body.value.parent_id.into())?;
        let location = format!("/api/v1/affiliations/{}", made.id);
        let view = AffiliationView::of(conn, &made)?;
        Ok(Reply::created(location, &view, made.version)?)
    })
    .await
}
