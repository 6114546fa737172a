//! `POST /products/{id}/market-quotes`.
use super::MarketQuoteView;
use crate::http::wire::{self, DecimalText, LEAST, MOST};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IdempotencyKey;
use actix_web::{post, web};
use chrono::NaiveDate;
use money::Micro;
use serde::Deserialize;
use store::catalogue::market_quotes::{self, NewQuote};
use utoipa::ToSchema;
use uuid::Uuid;

/// A price seen on the market.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarketQuoteText {
    /// Who quoted. Each source counts once in a price.
    #[schema(example = "Wholesale price list of a chain store", max_length = 200)]
    pub source: String,
    /// Where it can be seen.
    #[schema(example = "https://prices.example/tiles", max_length = 2000)]
    pub source_url: Option<String>,
    /// Price of a unit, before VAT.
    #[schema(example = "14850")]
    pub unit_price: DecimalText,
    /// ISO 4217.
    #[schema(example = "ARS", pattern = "^[A-Z]{3}$")]
    pub currency: String,
    /// The day on which the price held: today or before.
    #[schema(example = "2026-11-02")]
    pub observed_on: NaiveDate,
    /// The smallest order, in units, at that price; absent: any.
    #[schema(example = "100")]
    pub min_quantity: Option<DecimalText>,
}

/// Reads a quote.
///
/// # Errors
/// `invalid_input` with a pointer for each field.
pub fn parse(body: &MarketQuoteText) -> Result<NewQuote, Problem> {
    let mut fields = Fields::new();
    let source = fields.text("/source", &body.source, 200);
    let source_url = match &body.source_url {
        Some(link) => wire::link(&mut fields, "/source_url", link).map(Some),
        None => Some(None),
    };
    let unit_price = body
        .unit_price
        .micro_within(&mut fields, "/unit_price", (LEAST, MOST));
    let currency = wire::currency(&mut fields, "/currency", &body.currency);
    let min_quantity = match &body.min_quantity {
        Some(least) => least.micro_within(&mut fields, "/min_quantity", (Micro::ZERO, MOST)),
        None => Some(Micro::ZERO),
    };
    fields.finish(|| {
        Some(NewQuote {
            source: source?,
            source_url: source_url?,
            unit_price: unit_price?,
            currency: currency?,
            observed_on: body.observed_on,
            min_quantity: min_quantity?,
        })
    })
}

/// Puts a market quote on file. It is never changed: a later quote of the same source outdates it. Both
/// sides of the trade and networks enter quotes; the operator does not.
#[utoipa::path(tag = "Products", operation_id = "market_quotes_enter", request_body = MarketQuoteText,
    params(("id" = Uuid, Path, description = "The product."), IdempotencyKey),
    responses((status = 201, description = "The quote.", body = MarketQuoteView,
        headers(("Location" = String, description = "The product's quotes.")))),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[post("/products/{id}/market-quotes")]
pub async fn enter(call: Call, id: web::Path<Uuid>, body: Body<MarketQuoteText>) -> Answer {
    let new = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let quote = market_quotes::enter(conn, actor, (*id).into(), &new)?;
        let location = format!("/api/v1/products/{}/market-quotes", quote.product);
        Ok(Reply::made(location, &MarketQuoteView::from(quote))?)
    })
    .await
}
