//! `POST /listings` and `PUT /listings/{id}`.
use super::ListingView;
use super::terms::ListingText;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, put, web};
use store::catalogue::listings::{self, NewListing};
use uuid::Uuid;

fn parse(body: &ListingText) -> Result<NewListing, Problem> {
    let mut fields = Fields::new();
    let sku = body.read_sku(&mut fields);
    let terms = body.read_terms(&mut fields);
    fields.finish(|| {
        Some(NewListing {
            product: body.product_id.into(),
            sku: sku?,
            terms: terms?,
        })
    })
}

/// Writes a listing, as a draft that only your co-operative sees.
#[utoipa::path(tag = "Listings", operation_id = "listings_create", request_body = ListingText,
    params(IdempotencyKey),
    responses((status = 201, description = "The listing.", body = ListingView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["duplicate"]))))]
#[post("/listings")]
pub async fn create(call: Call, body: Body<ListingText>) -> Answer {
    let new = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let listing = listings::create(conn, actor, &new)?;
        let (location, version) = (format!("/api/v1/listings/{}", listing.id), listing.version);
        Ok(Reply::created(
            location,
            &ListingView::of(listing, true),
            version,
        )?)
    })
    .await
}

/// Changes a listing; its product and sku stay. An open one has to stay fit to be open. Orders that were
/// confirmed keep their price.
#[utoipa::path(tag = "Listings", operation_id = "listings_change", request_body = ListingText,
    params(("id" = Uuid, Path, description = "The listing."), IfMatch),
    responses((status = 200, description = "The listing.", body = ListingView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "not_verified",
        "workplace_missing", "currency_mismatch", "no_common_rule_set", "no_productive_hours",
        "below_floor", "amount_out_of_range", "capacity_missing"]))))]
#[put("/listings/{id}")]
pub async fn change(call: Call, id: web::Path<Uuid>, body: Body<ListingText>) -> Answer {
    let new = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let listing = listings::change(conn, actor, (*id).into(), version, &new)?;
        let version = listing.version;
        Ok(Reply::ok(&ListingView::of(listing, true), version)?)
    })
    .await
}
