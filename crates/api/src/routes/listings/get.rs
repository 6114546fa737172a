//! `GET /listings/{id}`.
use super::ListingView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::catalogue::{listings, workplaces};
use uuid::Uuid;

/// One listing; a draft is seen by its co-operative only.
#[utoipa::path(tag = "Listings", operation_id = "listings_get",
    params(("id" = Uuid, Path, description = "The listing.")),
    responses((status = 200, description = "The listing.", body = ListingView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/listings/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let listing = listings::seen_by(conn, actor, (*id).into())?;
        let insider = workplaces::is_insider(conn, actor, listing.cooperative)?;
        let version = listing.version;
        Ok(Reply::ok(&ListingView::of(listing, insider), version)?)
    })
    .await
}
