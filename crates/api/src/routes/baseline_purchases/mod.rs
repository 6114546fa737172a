//! The baseline: what a buyer buys today, and from whom. It is written by importing a table.
mod list;
mod strike;

use crate::http::wire::{DecimalText, MoneyText};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use store::baseline::Purchase;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list::list).service(strike::strike);
}

/// What was bought of one supplier in a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct BaselinePurchaseView {
    id: Uuid,
    /// Your own number.
    #[schema(example = "2025-TSHIRTS-1")]
    reference: String,
    #[schema(example = "Textiles del Centro SA")]
    supplier: String,
    /// ISO 3166 alpha-2.
    #[schema(example = "AR")]
    supplier_country: String,
    #[schema(example = "30500010912")]
    supplier_tax_id: Option<String>,
    /// Whether the supplier is a co-operative.
    cooperative: bool,
    /// The product, where it is one that is described here.
    product_id: Option<Uuid>,
    #[schema(example = "White T-shirts, printed")]
    description: String,
    /// A code of UN/ECE Recommendation 20.
    #[schema(example = "H87")]
    unit: String,
    #[schema(example = "2500")]
    quantity: DecimalText,
    /// What was paid, before VAT.
    spend: MoneyText,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    created_at: DateTime<Utc>,
}

impl From<Purchase> for BaselinePurchaseView {
    fn from(purchase: Purchase) -> Self {
        let terms = purchase.terms;
        Self {
            id: purchase.id.uuid(),
            reference: purchase.reference,
            supplier: terms.supplier,
            supplier_country: terms.supplier_country,
            supplier_tax_id: terms.supplier_tax_id,
            cooperative: terms.cooperative,
            product_id: terms.product.map(|product| product.uuid()),
            description: terms.description,
            unit: terms.unit,
            quantity: terms.quantity.into(),
            spend: terms.spend.into(),
            starts_on: terms.starts_on,
            ends_on: terms.ends_on,
            created_at: purchase.created_at.utc(),
        }
    }
}
