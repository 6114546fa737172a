//! Living-wage benchmarks with their source and date; they never change.
mod enter;
mod get;
mod list;

use crate::http::wire::{DecimalText, MoneyText};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use store::governance::benchmarks::Benchmark;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(enter::enter)
        .service(list::list)
        .service(get::get);
}

/// A benchmark never changes.
const VERSION: i64 = 1;

/// A published living wage.
#[derive(Debug, Serialize, ToSchema)]
pub struct BenchmarkView {
    id: Uuid,
    /// ISO 3166 alpha-2.
    #[schema(example = "AR")]
    country: String,
    region: Option<String>,
    /// A decent living for a month of standard weeks.
    living_wage_monthly: MoneyText,
    /// The legal full-time week in hours.
    #[schema(example = "48")]
    standard_weekly_hours: DecimalText,
    source: String,
    source_url: Option<String>,
    /// The day of the figure.
    observed_on: NaiveDate,
    /// The organisation that entered it.
    entered_by: Uuid,
    created_at: DateTime<Utc>,
}

impl From<Benchmark> for BenchmarkView {
    fn from(benchmark: Benchmark) -> Self {
        let figure = benchmark.figure;
        Self {
            id: benchmark.id.uuid(),
            country: figure.country,
            region: figure.region,
            living_wage_monthly: figure.living_wage_monthly.into(),
            standard_weekly_hours: figure.standard_weekly_hours.into(),
            source: figure.source,
            source_url: figure.source_url,
            observed_on: figure.observed_on,
            entered_by: benchmark.entered_by.uuid(),
            created_at: benchmark.created_at.utc(),
        }
    }
}
