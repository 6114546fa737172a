//! `POST /artworks/{id}/approve`, `…/reject` and `…/withdraw`.
use super::ArtworkView;
use crate::http::{Answer, Body, Call, Fields, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use serde::Deserialize;
use store::fulfilment::artworks::{self, Deed};
use utoipa::ToSchema;
use uuid::Uuid;

/// Why a proof is not what was meant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofRejectionText {
    #[schema(example = "The red is too dark.", max_length = 1000)]
    reason: String,
}

/// Approves the last proof: the buyer does. It is what is made.
#[utoipa::path(tag = "Artwork", operation_id = "artworks_approve",
    params(("id" = Uuid, Path, description = "The artwork."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The artwork.", body = ArtworkView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/artworks/{id}/approve")]
pub async fn approve(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, None, Deed::Approve).await
}

/// Rejects the last proof, with the reason: the buyer does. The co-operative offers another.
#[utoipa::path(tag = "Artwork", operation_id = "artworks_reject", request_body = ProofRejectionText,
    params(("id" = Uuid, Path, description = "The artwork."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The artwork.", body = ArtworkView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/artworks/{id}/reject")]
pub async fn reject(call: Call, id: web::Path<Uuid>, body: Body<ProofRejectionText>) -> Answer {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &body.value.reason, 1_000);
    let reason = fields.finish(|| reason)?;
    act(call, *id, Some(body.digest), Deed::Reject(reason)).await
}

/// Takes an artwork back before a proof of it is approved: the buyer does.
#[utoipa::path(tag = "Artwork", operation_id = "artworks_withdraw",
    params(("id" = Uuid, Path, description = "The artwork."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The artwork.", body = ArtworkView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/artworks/{id}/withdraw")]
pub async fn withdraw(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, None, Deed::Withdraw).await
}

async fn act(
    call: Call,
    id: Uuid,
    digest: Option<crate::http::body::Digested>,
    deed: Deed,
) -> Answer {
    let version = call.version()?;
    call.write(digest, move |conn, actor| {
        let artwork = artworks::act(conn, actor, (id.into(), version), &deed)?;
        let version = artwork.version;
        Ok(Reply::ok(&ArtworkView::from(artwork), version)?)
    })
    .await
}
