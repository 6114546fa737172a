//! Exchange rates with their source and date; they never change.
mod enter;
mod get;
mod list;

use crate::http::wire::DecimalText;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use store::governance::exchange_rates::ExchangeRate;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(enter::enter)
        .service(list::list)
        .service(get::get);
}

/// An exchange rate never changes.
const VERSION: i64 = 1;

/// 1 `base` = `rate` `counter`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExchangeRateView {
    id: Uuid,
    /// ISO 4217.
    #[schema(example = "USD")]
    base: String,
    /// ISO 4217.
    #[schema(example = "ARS")]
    counter: String,
    #[schema(example = "1442.5")]
    rate: DecimalText,
    /// The day on which it held.
    observed_on: NaiveDate,
    source: String,
    /// The organisation that entered it.
    entered_by: Uuid,
    created_at: DateTime<Utc>,
}

impl From<ExchangeRate> for ExchangeRateView {
    fn from(rate: ExchangeRate) -> Self {
        let figure = rate.figure;
        Self {
            id: rate.id.uuid(),
            base: figure.base.code().to_owned(),
            counter: figure.counter.code().to_owned(),
            rate: DecimalText(figure.rate.to_decimal().to_string()),
            observed_on: figure.observed_on,
            source: figure.source,
            entered_by: rate.entered_by.uuid(),
            created_at: rate.created_at.utc(),
        }
    }
}
