//! Minimum prices that networks set.
mod get;
mod set;

use crate::http::wire::DecimalText;
use serde::Serialize;
use store::catalogue::network_minimums::Minimum;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get::get).service(set::set);
}

/// The least that a unit costs, whatever the market pays.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkMinimumView {
    network_id: Uuid,
    product_id: Uuid,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: String,
    /// Zero: no minimum.
    #[schema(example = "15000")]
    unit_price: DecimalText,
}

impl From<Minimum> for NetworkMinimumView {
    fn from(minimum: Minimum) -> Self {
        Self {
            network_id: minimum.network.uuid(),
            product_id: minimum.product.uuid(),
            currency: minimum.currency.code().to_owned(),
            unit_price: minimum.unit_price.into(),
        }
    }
}
