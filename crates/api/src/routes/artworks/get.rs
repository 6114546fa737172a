//! `GET /artworks/{id}`.
use super::ArtworkView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::fulfilment::artworks;
use uuid::Uuid;

/// One artwork with its proofs, for both sides of its purchase order and its branches.
#[utoipa::path(tag = "Artwork", operation_id = "artworks_get",
    params(("id" = Uuid, Path, description = "The artwork.")),
    responses((status = 200, description = "The artwork.", body = ArtworkView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/artworks/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let artwork = artworks::get(conn, actor, (*id).into())?;
        let version = artwork.version;
        Ok(Reply::ok(&ArtworkView::from(artwork), version)?)
    })
    .await
}
