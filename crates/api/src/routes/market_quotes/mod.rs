//! Market quotes: what a product costs elsewhere.
pub mod enter;
mod list;

use crate::http::wire::DecimalText;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use store::catalogue::market_quotes::Quote;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(enter::enter).service(list::list);
}

/// A price seen on the market.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarketQuoteView {
    id: Uuid,
    product_id: Uuid,
    #[schema(example = "Wholesale price list of a chain store")]
    source: String,
    #[schema(example = "https://prices.example/tiles")]
    source_url: Option<String>,
    /// Price of a unit, before VAT.
    #[schema(example = "14850")]
    unit_price: DecimalText,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: String,
    /// The day on which the price held.
    observed_on: NaiveDate,
    /// The smallest order, in units, at that price.
    #[schema(example = "100")]
    min_quantity: DecimalText,
    /// The organisation that entered it.
    entered_by: Uuid,
    created_at: DateTime<Utc>,
}

impl From<Quote> for MarketQuoteView {
    fn from(quote: Quote) -> Self {
        Self {
            id: quote.id.uuid(),
            product_id: quote.product.uuid(),
            source: quote.seen.source,
            source_url: quote.seen.source_url,
            unit_price: quote.seen.unit_price.into(),
            currency: quote.seen.currency.code().to_owned(),
            observed_on: quote.seen.observed_on,
            min_quantity: quote.seen.min_quantity.into(),
            entered_by: quote.entered_by.uuid(),
            created_at: quote.created_at.utc(),
        }
    }
}
