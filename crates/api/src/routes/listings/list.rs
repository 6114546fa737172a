//! `GET /listings`.
use super::ListingView;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use ordering::ListingState;
use serde::Deserialize;
use store::catalogue::listings::{self, Filter};
use utoipa::IntoParams;
use uuid::Uuid;

/// Which listings.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of this product.
    product_id: Option<Uuid>,
    /// draft, open, paused or closed.
    status: Option<String>,
    /// Of this co-operative.
    cooperative_id: Option<Uuid>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists listings: your co-operative's own, and all others but drafts. Cost sheets stand in a list for
/// your own only.
#[utoipa::path(tag = "Listings", operation_id = "listings_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<ListingView>)))]
#[get("/listings")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let status = wanted
        .status
        .and_then(|word| fields.take("?status", ListingState::parse(&word)));
    let filter = fields.finish(|| {
        Some(Filter {
            product: wanted.product_id.map(Into::into),
            status,
            cooperative: wanted.cooperative_id.map(Into::into),
        })
    })?;
    call.read(move |conn, actor| {
        let rows = listings::list(conn, actor, &filter, page.after(), page.rows())?;
        let view = |listing: listings::Listing| {
            let own = listing.cooperative == actor.organisation;
            ListingView::of(listing, own)
        };
        Ok(Reply::list(&page.list(rows, |row| row.id.uuid(), view))?)
    })
    .await
}
