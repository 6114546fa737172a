//! Listings: what co-operatives offer, their capacity, and their prices.
mod act;
pub mod capacity;
mod get;
mod list;
mod price;
mod price_table;
pub mod terms;
mod variants;
mod write;

use crate::http::wire::DecimalText;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::catalogue::listings::Listing;
use terms::{CostSheetText, FreightText};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(write::create)
        .service(list::list)
        .service(get::get)
        .service(write::change)
        .service(act::open)
        .service(act::pause)
        .service(act::close)
        .service(variants::get)
        .service(variants::put)
        .service(capacity::get)
        .service(capacity::set)
        .service(price_table::get)
        .service(price::get);
}

/// A listing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingView {
    id: Uuid,
    cooperative_id: Uuid,
    product_id: Uuid,
    /// The co-operative's own number for it.
    #[schema(example = "TILE-20")]
    sku: String,
    #[schema(example = "Glazed tile 20 x 20, first quality")]
    title: String,
    /// ISO 4217: the currency of all its money.
    #[schema(example = "ARS")]
    currency: String,
    /// draft, open, paused or closed.
    #[schema(example = "open")]
    status: String,
    /// Days from an order to the first goods.
    #[schema(example = 14)]
    lead_days: u32,
    /// The smallest order, in units; zero: any.
    #[schema(example = "100")]
    minimum: DecimalText,
    /// Quantities are multiples of this many units.
    #[schema(example = "10")]
    lot: DecimalText,
    /// The quantities from which the price table states another price.
    #[schema(example = json!(["1000", "5000"]))]
    steps: Vec<DecimalText>,
    freight: Vec<FreightText>,
    /// What it takes to make: for the co-operative and those who verify it; null for others.
    cost_sheet: Option<CostSheetText>,
    /// What it asks, before the community premium: for the co-operative and those who verify it.
    #[schema(example = "16500")]
    offered_unit_price: Option<DecimalText>,
    created_at: DateTime<Utc>,
}

impl ListingView {
    /// The listing as insiders see it, or as others do.
    fn of(listing: Listing, insider: bool) -> Self {
        let terms = listing.terms;
        let steps = terms.steps.into_iter();
        let freight = terms.freight.into_iter();
        Self {
            id: listing.id.uuid(),
            cooperative_id: listing.cooperative.uuid(),
            product_id: listing.product.uuid(),
            sku: listing.sku,
            title: terms.title,
            currency: terms.currency.code().to_owned(),
            status: listing.status.to_string(),
            lead_days: terms.lead_days,
            minimum: terms.minimum.into(),
            lot: terms.lot.into(),
            steps: steps.map(DecimalText::from).collect(),
            freight: freight.map(FreightText::from).collect(),
            cost_sheet: insider.then(|| terms.cost_sheet.into()),
            offered_unit_price: terms
                .offered_unit_price
                .filter(|_| insider)
                .map(DecimalText::from),
            created_at: listing.created_at.utc(),
        }
    }
}
