//! The unmet list: what buyers need and nobody can make yet.
mod get;
mod list;

use crate::http::wire::DecimalText;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use store::needs::unmet::UnmetLine;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list::list).service(get::get);
}

/// A line of somebody's need, or the part of it, that nobody can make yet. It says where the buyer is,
/// not who.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnmetNeedView {
    id: Uuid,
    product_id: Uuid,
    #[schema(example = "Printed shirt")]
    product_name: String,
    /// UN/ECE Rec 20.
    #[schema(example = "C62")]
    unit: String,
    /// How much is missing.
    #[schema(example = "1200")]
    quantity: DecimalText,
    /// Where it is needed: ISO 3166-2.
    #[schema(example = "AR-B")]
    region: String,
    due_on: NaiveDate,
    /// The currency that the buyer pays in, ISO 4217.
    #[schema(example = "ARS")]
    currency: String,
    /// Why nobody makes it, the most frequent reason first; `not_offered` where nobody lists the product.
    #[schema(example = json!(["capacity", "too_late"]))]
    codes: Vec<String>,
    unmet_since: DateTime<Utc>,
    /// The buyer's country, ISO 3166 alpha-2.
    #[schema(example = "AR")]
    buyer_country: String,
}

impl From<UnmetLine> for UnmetNeedView {
    fn from(line: UnmetLine) -> Self {
        Self {
            id: line.id.uuid(),
            product_id: line.product.uuid(),
            product_name: line.product_name,
            unit: line.unit,
            quantity: line.quantity.into(),
            region: line.region,
            due_on: line.due_on,
            currency: line.currency.code().to_owned(),
            codes: line.codes,
            unmet_since: line.since.utc(),
            buyer_country: line.country,
        }
    }
}
