//! `POST /listings/{id}/open`, `/pause` and `/close`.
use super::ListingView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use ordering::ListingAct;
use store::catalogue::listings;
use uuid::Uuid;

/// Offers a listing, for the first time or again: it has to be verified, its work costed, its price not
/// under the cost floor, and capacity to come.
#[utoipa::path(tag = "Listings", operation_id = "listings_open",
    params(("id" = Uuid, Path, description = "The listing."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The listing.", body = ListingView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "not_verified",
        "workplace_missing", "currency_mismatch", "no_common_rule_set", "no_productive_hours",
        "below_floor", "amount_out_of_range", "capacity_missing"]))))]
#[post("/listings/{id}/open")]
pub async fn open(call: Call, id: web::Path<Uuid>) -> Answer {
    carry_out(call, *id, ListingAct::Open).await
}

/// Takes a listing out of matching for a while. Orders go on.
#[utoipa::path(tag = "Listings", operation_id = "listings_pause",
    params(("id" = Uuid, Path, description = "The listing."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The listing.", body = ListingView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/listings/{id}/pause")]
pub async fn pause(call: Call, id: web::Path<Uuid>) -> Answer {
    carry_out(call, *id, ListingAct::Pause).await
}

/// Ends a listing for good. Orders go on.
#[utoipa::path(tag = "Listings", operation_id = "listings_close",
    params(("id" = Uuid, Path, description = "The listing."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The listing.", body = ListingView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/listings/{id}/close")]
pub async fn close(call: Call, id: web::Path<Uuid>) -> Answer {
    carry_out(call, *id, ListingAct::Close).await
}

async fn carry_out(call: Call, id: Uuid, act: ListingAct) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let listing = listings::act(conn, actor, id.into(), version, act)?;
        let version = listing.version;
        Ok(Reply::ok(&ListingView::of(listing, true), version)?)
    })
    .await
}
