//! `POST /artworks/{id}/proofs`.
use super::{ArtworkView, keep};
use crate::http::body::Upload;
use crate::http::{Answer, Call, Fields, Query, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use serde::Deserialize;
use store::fulfilment::artworks::{self, Deed};
use store::ids::ArtworkId;
use utoipa::IntoParams;
use uuid::Uuid;

/// What is said of the proof.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// For the buyer; may be absent.
    #[param(example = "Two colours, 28 cm wide", max_length = 500)]
    note: Option<String>,
}

/// Offers a proof of an artwork: the co-operative does. The file is PDF, PNG, JPEG or TIFF, as its bytes say,
/// of at most 20 MiB.
#[utoipa::path(tag = "Artwork", operation_id = "artworks_offer_proof",
    params(("id" = Uuid, Path, description = "The artwork."), Wanted, IfMatch, IdempotencyKeyRequired),
    request_body(description = "The file.", content(
        (Vec<u8> = "application/pdf"), (Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"),
        (Vec<u8> = "image/tiff"))),
    responses((status = 200, description = "The artwork.", body = ArtworkView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/artworks/{id}/proofs")]
pub async fn offer(call: Call, id: web::Path<Uuid>, query: Query<Wanted>, body: Upload) -> Answer {
    let version = call.version()?;
    let mut fields = Fields::new();
    let note = match &query.0.note {
        Some(note) => fields.text("?note", note, 500),
        None => Some(String::new()),
    };
    let note = fields.finish(|| note)?;
    let id = ArtworkId::from(*id);
    call.look(move |conn, actor| artworks::require_printer(conn, actor, id))
        .await?;
    let file = keep(&call.app, body.media_type, body.bytes).await?;
    let deed = Deed::OfferProof(file, note);
    call.write(Some(body.digest), move |conn, actor| {
        let artwork = artworks::act(conn, actor, (id, version), &deed)?;
        let version = artwork.version;
        Ok(Reply::ok(&ArtworkView::from(artwork), version)?)
    })
    .await
}
