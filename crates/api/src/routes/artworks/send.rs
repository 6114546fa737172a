//! `POST /purchase-orders/{id}/artworks`.
use super::{ArtworkView, keep};
use crate::http::body::Upload;
use crate::http::{Answer, Call, Fields, Query, Reply};
use crate::openapi::IdempotencyKeyRequired;
use actix_web::{post, web};
use serde::Deserialize;
use store::fulfilment::artworks::{self, NewArtwork};
use store::ids::PurchaseOrderId;
use utoipa::IntoParams;
use uuid::Uuid;

/// What the artwork is for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// The order's line.
    #[param(example = 1, minimum = 1)]
    line: i32,
    /// What it is, for people.
    #[param(example = "Print on the back", max_length = 200)]
    title: String,
}

/// Sends artwork for a line: the buyer does, while the purchase order is issued or in production. The file is
/// PDF, PNG, JPEG or TIFF, as its bytes say, of at most 20 MiB. Once there is artwork, goods leave only when
/// a proof of it is approved.
#[utoipa::path(tag = "Artwork", operation_id = "artworks_send",
    params(("id" = Uuid, Path, description = "The purchase order."), Wanted, IdempotencyKeyRequired),
    request_body(description = "The file.", content(
        (Vec<u8> = "application/pdf"), (Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"),
        (Vec<u8> = "image/tiff"))),
    responses((status = 201, description = "The artwork.", body = ArtworkView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/purchase-orders/{id}/artworks")]
pub async fn send(call: Call, id: web::Path<Uuid>, query: Query<Wanted>, body: Upload) -> Answer {
    let mut fields = Fields::new();
    let title = fields.text("?title", &query.0.title, 200);
    let title = fields.finish(|| title)?;
    let id = PurchaseOrderId::from(*id);
    call.look(move |conn, actor| artworks::require_sender(conn, actor, id))
        .await?;
    let new = NewArtwork {
        purchase_order: id,
        line: query.0.line,
        title,
        file: keep(&call.app, body.media_type, body.bytes).await?,
    };
    call.write(Some(body.digest), move |conn, actor| {
        let sent = artworks::send(conn, actor, &new)?;
        let (version, location) = (sent.version, format!("/api/v1/artworks/{}", sent.id));
        Ok(Reply::created(location, &ArtworkView::from(sent), version)?)
    })
    .await
}
