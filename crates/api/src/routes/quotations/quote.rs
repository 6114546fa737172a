//! `POST /quotations/{id}/quote`.
use super::QuotationView;
use crate::http::wire::{DecimalText, LEAST, MOST, QUANTITY_MAX};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply, wire};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use chrono::NaiveDate;
use money::Micro;
use serde::Deserialize;
use store::quotations;
use store::quotations::requests::LINES_MAX;
use store::quotations::talk::{self, NewQuote, Offer};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a co-operative quotes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuotation {
    #[schema(min_items = 1, max_items = 100)]
    lines: Vec<NewOffer>,
    /// The last day on which it can be accepted.
    #[schema(example = "2027-03-31")]
    valid_until: NaiveDate,
    /// The share asked for in advance, 0 to 1; absent: that of the rules.
    #[schema(example = "0.5")]
    advance_rate: Option<DecimalText>,
    /// Days until the rest is paid; absent: those of the rules.
    #[schema(example = 30, minimum = 0, maximum = 365)]
    payment_days: Option<i32>,
    #[schema(example = "We can print on both sides.", max_length = 2000)]
    note: String,
}

/// An offer for a line of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOffer {
    /// The request's line.
    #[schema(example = 1, minimum = 1)]
    line: i32,
    /// An open listing of yours of its product.
    listing_id: Uuid,
    /// In whole lots, at most what was asked for.
    #[schema(example = "3000")]
    quantity: DecimalText,
    /// What you ask for a unit before the community premium, not under the price by the rules; absent: that price.
    #[schema(example = "4.8")]
    offered_unit_price: Option<DecimalText>,
}

fn parse(body: &NewQuotation) -> Result<NewQuote, Problem> {
    let mut fields = Fields::new();
    fields.require(
        (1..=LINES_MAX).contains(&body.lines.len()),
        "/lines",
        format!("A quote has 1 to {LINES_MAX} lines."),
    );
    let mut offers = Vec::new();
    for (at, line) in body.lines.iter().take(LINES_MAX).enumerate() {
        let pointer = |field: &str| format!("/lines/{at}/{field}");
        let quantity =
            line.quantity
                .micro_within(&mut fields, pointer("quantity"), (LEAST, QUANTITY_MAX));
        let price = line.offered_unit_price.as_ref().map(|price| {
            price.micro_within(&mut fields, pointer("offered_unit_price"), (LEAST, MOST))
        });
        if let Some(quantity) = quantity {
            offers.push(Offer {
                line: line.line,
                listing: line.listing_id.into(),
                quantity,
                unit_price: price.flatten(),
            });
        }
    }
    let valid_until = wire::day(&mut fields, "/valid_until", body.valid_until);
    let advance_rate = body.advance_rate.as_ref().and_then(|rate| {
        rate.micro_within(&mut fields, "/advance_rate", (Micro::ZERO, Micro::ONE))
    });
    fields.require(
        body.payment_days
            .is_none_or(|days| (0..=365).contains(&days)),
        "/payment_days",
        "This is 0 to 365.",
    );
    let note = fields.text("/note", &body.note, 2_000);
    fields.finish(|| {
        Some(NewQuote {
            offers,
            valid_until: valid_until?,
            advance_rate,
            payment_days: body.payment_days,
            note: note?,
        })
    })
}

/// Quotes for a request, for the first time or anew. The price by the rules is the least: what is asked under the
/// floor or the market is refused.
#[utoipa::path(tag = "Quotations", operation_id = "quotations_quote", request_body = NewQuotation,
    params(("id" = Uuid, Path, description = "The quotation."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The quotation.", body = QuotationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "quantity_not_offered",
        "proposal_stale", "vat_rate_missing", "vat_rate_not_allowed", "no_common_rule_set", "workplace_missing",
        "currency_mismatch", "insufficient_market_evidence", "missing_exchange_rate", "no_productive_hours",
        "not_above_market", "below_floor", "amount_out_of_range"]))))]
#[post("/quotations/{id}/quote")]
pub async fn quote(call: Call, id: web::Path<Uuid>, body: Body<NewQuotation>) -> Answer {
    let new = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let quoted = talk::quote(conn, actor, (*id).into(), version, &new)?;
        let seen = quotations::see(conn, actor, quoted.id)?;
        Ok(Reply::ok(&QuotationView::from(seen), quoted.version)?)
    })
    .await
}
