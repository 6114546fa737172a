//! `POST /benchmarks`.
use super::{BenchmarkView, VERSION};
use crate::http::wire::{DecimalText, MoneyText};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply, wire};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use chrono::NaiveDate;
use money::Micro;
use serde::Deserialize;
use store::governance::benchmarks::{self, NewBenchmark};
use utoipa::ToSchema;

/// The longest legal full-time week, in hours.
const WEEK_MAX: Micro = Micro::new(48_000_000);

/// A living wage as somebody published it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BenchmarkEntry)]
pub struct Entry {
    /// ISO 3166 alpha-2.
    #[schema(example = "AR", pattern = "^[A-Z]{2}$")]
    country: String,
    /// The part of the country, where the figure is not for all of it.
    #[schema(example = "Gran Buenos Aires", max_length = 100)]
    region: Option<String>,
    /// A decent living for a month of standard weeks.
    living_wage_monthly: MoneyText,
    /// The legal full-time week in hours, above 0 and at most 48.
    #[schema(example = "48")]
    standard_weekly_hours: DecimalText,
    #[schema(example = "Anker Research Institute", max_length = 200)]
    source: String,
    #[schema(example = "https://example.org/living-wage", max_length = 2000)]
    source_url: Option<String>,
    /// The day of the figure, today or before.
    observed_on: NaiveDate,
}

fn parse(body: &Entry) -> Result<NewBenchmark, Problem> {
    let mut fields = Fields::new();
    let country = wire::country(&mut fields, "/country", &body.country);
    let region = body
        .region
        .as_ref()
        .map(|region| fields.text("/region", region, 100));
    let living_wage_monthly = body
        .living_wage_monthly
        .read(&mut fields, "/living_wage_monthly");
    fields.require(
        living_wage_monthly.is_none_or(|money| money.minor() > 0),
        "/living_wage_monthly/amount",
        "A living wage is above zero.",
    );
    let standard_weekly_hours = body.standard_weekly_hours.micro_within(
        &mut fields,
        "/standard_weekly_hours",
        (Micro::new(1), WEEK_MAX),
    );
    let source = fields.text("/source", &body.source, 200);
    let source_url = body
        .source_url
        .as_ref()
        .map(|link| wire::link(&mut fields, "/source_url", link));
    let observed_on = wire::day(&mut fields, "/observed_on", body.observed_on);
    fields.finish(|| {
        Some(NewBenchmark {
            country: country?,
            region: region.flatten(),
            living_wage_monthly: living_wage_monthly?,
            standard_weekly_hours: standard_weekly_hours?,
            source: source?,
            source_url: source_url.flatten(),
            observed_on: observed_on?,
        })
    })
}

/// Enters a living-wage benchmark with its source and date. Everybody who trades or verifies can; the
/// operator holds no pricing power.
#[utoipa::path(tag = "Benchmarks", operation_id = "benchmarks_enter", request_body = Entry, params(IdempotencyKey),
    responses((status = 201, description = "The benchmark.", body = BenchmarkView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[post("/benchmarks")]
pub async fn enter(call: Call, body: Body<Entry>) -> Answer {
    let new = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let entered = benchmarks::enter(conn, actor, &new)?;
        let location = format!("/api/v1/benchmarks/{}", entered.id);
        Ok(Reply::created(
            location,
            &BenchmarkView::from(entered),
            VERSION,
        )?)
    })
    .await
}
