//! `POST /exchange-rates`.
use super::{ExchangeRateView, VERSION};
use crate::http::wire::{self, DecimalText};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use chrono::NaiveDate;
use serde::Deserialize;
use store::governance::exchange_rates::{self, NewExchangeRate, Rate};
use utoipa::ToSchema;

/// A rate as somebody published it: 1 `base` = `rate` `counter`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExchangeRateEntry)]
pub struct Entry {
    /// ISO 4217.
    #[schema(example = "USD", pattern = "^[A-Z]{3}$")]
    base: String,
    /// ISO 4217; another one.
    #[schema(example = "ARS", pattern = "^[A-Z]{3}$")]
    counter: String,
    /// Above 0, at most 9223372, with at most 12 decimal places.
    #[schema(example = "1442.5")]
    rate: DecimalText,
    /// The day on which it held, today or before.
    observed_on: NaiveDate,
    #[schema(example = "Banco Central de la República Argentina", max_length = 200)]
    source: String,
}

fn parse(body: &Entry) -> Result<NewExchangeRate, Problem> {
    let mut fields = Fields::new();
    let base = wire::currency(&mut fields, "/base", &body.base);
    let counter = wire::currency(&mut fields, "/counter", &body.counter);
    fields.require(
        base.is_none() || base != counter,
        "/counter",
        "A rate is between two currencies.",
    );
    let rate = body.rate.read(&mut fields, "/rate").and_then(|rate| {
        fields.take(
            "/rate",
            Rate::from_decimal(rate)
                .ok_or("A rate is above 0, at most 9223372, with at most 12 decimal places."),
        )
    });
    let observed_on = wire::day(&mut fields, "/observed_on", body.observed_on);
    let source = fields.text("/source", &body.source, 200);
    fields.finish(|| {
        Some(NewExchangeRate {
            base: base?,
            counter: counter?,
            rate: rate?,
            observed_on: observed_on?,
            source: source?,
        })
    })
}

/// Enters an exchange rate with its source and date. Everybody who trades or verifies can; the operator
/// holds no pricing power.
#[utoipa::path(tag = "Exchange rates", operation_id = "exchange_rates_enter", request_body = Entry, params(IdempotencyKey),
    responses((status = 201, description = "The rate.", body = ExchangeRateView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[post("/exchange-rates")]
pub async fn enter(call: Call, body: Body<Entry>) -> Answer {
    let new = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let entered = exchange_rates::enter(conn, actor, &new)?;
        let location = format!("/api/v1/exchange-rates/{}", entered.id);
        Ok(Reply::created(
            location,
            &ExchangeRateView::from(entered),
            VERSION,
        )?)
    })
    .await
}
