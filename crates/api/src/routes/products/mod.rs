//! Products: what several co-operatives may make, and its VAT.
mod create;
mod get;
mod list;
mod set_vat_rates;

use crate::http::Fields;
use crate::http::wire::{self, DecimalText};
use chrono::{DateTime, Utc};
use money::Micro;
use serde::{Deserialize, Serialize};
use store::catalogue::products::{CountryRate, Product};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

/// No product is taxed in more countries than there are.
const COUNTRIES_MAX: usize = 250;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create::create)
        .service(list::list)
        .service(get::get)
        .service(set_vat_rates::set);
}

/// A product.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductView {
    id: Uuid,
    #[schema(example = "Glazed ceramic tile 20 x 20")]
    name: String,
    description: String,
    #[schema(example = "ceramic tiles")]
    category: String,
    /// The unit of its quantities: UN/ECE Recommendation 20.
    #[schema(example = "MTK")]
    unit: String,
    /// Whether it is a service: counted in time (HUR an hour, MON a month) or as a whole (E48, such as a
    /// visit), and not sent anywhere.
    service: bool,
    /// Decimal places of its quantities.
    #[schema(example = 2)]
    quantity_decimals: u32,
    #[schema(example = "4006381333931")]
    gtin: Option<String>,
    vat_rates: Vec<VatRateText>,
    /// The organisation that described it.
    created_by: Uuid,
    created_at: DateTime<Utc>,
}

impl From<Product> for ProductView {
    fn from(product: Product) -> Self {
        let service = product.is_service();
        let rates = product.vat_rates.into_iter();
        Self {
            id: product.id.uuid(),
            name: product.name,
            description: product.description,
            category: product.category,
            service,
            unit: product.unit,
            quantity_decimals: product.quantity_decimals,
            gtin: product.gtin,
            vat_rates: rates
                .map(|entry| VatRateText {
                    country: entry.country,
                    rate: entry.rate.into(),
                })
                .collect(),
            created_by: product.created_by.uuid(),
            created_at: product.created_at.utc(),
        }
    }
}

/// The VAT of a product where it is delivered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VatRateText {
    /// ISO 3166 alpha-2: AR and ZA are supported.
    #[schema(example = "AR", pattern = "^[A-Z]{2}$")]
    country: String,
    /// A rate that the country's law has, as a fraction of one.
    #[schema(example = "0.21")]
    #[schema(value_type = String, example = "0.21")]
    rate: DecimalText,
}

fn read_vat_rates(fields: &mut Fields, rates: &[VatRateText]) -> Option<Vec<CountryRate>> {
    if rates.len() > COUNTRIES_MAX {
        fields.refuse("/vat_rates", format!("At most {COUNTRIES_MAX} countries."));
        return None;
    }
    let read = rates.iter().enumerate().map(|(at, entry)| {
        let country = wire::country(fields, format!("/vat_rates/{at}/country"), &entry.country);
        let pointer = format!("/vat_rates/{at}/rate");
        let rate = entry
            .rate
            .micro_within(fields, pointer, (Micro::ZERO, Micro::ONE));
        Some(CountryRate {
            country: country?,
            rate: rate?,
        })
    });
    // Every entry is read, so that every fault is said.
    let read: Vec<Option<CountryRate>> = read.collect();
    read.into_iter().collect()
}
