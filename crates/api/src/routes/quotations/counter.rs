//! `POST /quotations/{id}/counter`.
use super::QuotationView;
use crate::http::wire::{DecimalText, LEAST, MOST};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use money::Micro;
use serde::Deserialize;
use store::quotations;
use store::quotations::talk::{self, Counter};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a buyer asks for instead.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CounterText {
    /// Other prices for some of the quoted lines.
    #[serde(default)]
    #[schema(max_items = 100)]
    lines: Vec<CounterLineText>,
    /// Another share in advance, 0 to 1.
    #[schema(example = "0.3")]
    advance_rate: Option<DecimalText>,
    #[schema(example = "Could you do it with less in advance?", max_length = 2000)]
    note: String,
}

/// Another price for a line.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CounterLineText {
    /// The request's line.
    #[schema(example = 1, minimum = 1)]
    line: i32,
    /// For a unit, before the community premium; not under the price by the rules.
    #[schema(example = "4.6")]
    offered_unit_price: DecimalText,
}

fn parse(body: &CounterText) -> Result<Counter, Problem> {
    let mut fields = Fields::new();
    fields.require(
        body.lines.len() <= 100,
        "/lines",
        "A counter-offer has at most 100 lines.",
    );
    let mut prices = Vec::new();
    for (at, line) in body.lines.iter().enumerate() {
        let pointer = format!("/lines/{at}/offered_unit_price");
        let price = line
            .offered_unit_price
            .micro_within(&mut fields, pointer, (LEAST, MOST));
        prices.extend(price.map(|price| (line.line, price)));
    }
    let advance_rate = body.advance_rate.as_ref().and_then(|rate| {
        rate.micro_within(&mut fields, "/advance_rate", (Micro::ZERO, Micro::ONE))
    });
    let note = fields.text("/note", &body.note, 2_000);
    fields.finish(|| {
        Some(Counter {
            prices,
            advance_rate,
            note: note?,
        })
    })
}

/// Answers a quote with a counter-offer; the co-operative may quote anew. What nobody may accept, a price under
/// the floor or the market, is not asked for either.
#[utoipa::path(tag = "Quotations", operation_id = "quotations_counter", request_body = CounterText,
    params(("id" = Uuid, Path, description = "The quotation."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The quotation.", body = QuotationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "no_common_rule_set",
        "workplace_missing", "currency_mismatch", "insufficient_market_evidence", "missing_exchange_rate",
        "no_productive_hours", "not_above_market", "below_floor", "amount_out_of_range"]))))]
#[post("/quotations/{id}/counter")]
pub async fn counter(call: Call, id: web::Path<Uuid>, body: Body<CounterText>) -> Answer {
    let new = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let countered = talk::counter(conn, actor, (*id).into(), version, &new)?;
        let seen = quotations::see(conn, actor, countered.id)?;
        Ok(Reply::ok(&QuotationView::from(seen), countered.version)?)
    })
    .await
}
