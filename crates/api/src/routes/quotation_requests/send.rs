//! `POST /requests-for-quotation`.
use super::QuotationRequestView;
use crate::http::wire::{DecimalText, LEAST, QUANTITY_MAX};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply, wire};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use std::collections::BTreeSet;
use store::quotations::RequestLine;
use store::quotations::requests::{self, COOPERATIVES_MAX, LINES_MAX, NewRequest, Wanted};
use store::sql::Time;
use utoipa::ToSchema;
use uuid::Uuid;

/// A request for quotation: the lines of a need, or lines of its own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuotationRequest {
    #[schema(example = "Shirts for the May Day march", max_length = 200)]
    title: String,
    /// A published need of yours, whose lines and currency these are; absent: `lines` and `currency`.
    need_id: Option<Uuid>,
    /// ISO 4217; absent with a need.
    #[schema(example = "ARS", pattern = "^[A-Z]{3}$")]
    currency: Option<String>,
    /// Absent with a need.
    #[serde(default)]
    #[schema(max_items = 100)]
    lines: Vec<NewRequestLine>,
    /// Co-operatives that are verified and offer at least one of the products.
    #[schema(min_items = 1, max_items = 50)]
    cooperatives: Vec<Uuid>,
    /// For those who are asked.
    #[serde(default)]
    #[schema(example = "Deliveries to three halls.", max_length = 2000)]
    note: String,
    /// Until when a first answer counts.
    answer_by: DateTime<Utc>,
}

/// A line of a request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequestLine {
    product_id: Uuid,
    /// Use, sizes, colours: for people.
    #[serde(default)]
    #[schema(example = "Cotton, union print on the back", max_length = 2000)]
    specification: String,
    /// In the product's unit and decimals.
    #[schema(example = "3000")]
    quantity: DecimalText,
    /// Where it is delivered: ISO 3166-2.
    #[schema(example = "AR-B", pattern = "^[A-Z]{2}-[A-Z0-9]{1,3}$")]
    region: String,
    /// By when it has to be there.
    #[schema(example = "2027-04-15")]
    due_on: NaiveDate,
}

fn parse(body: &NewQuotationRequest) -> Result<NewRequest, Problem> {
    let mut fields = Fields::new();
    let title = fields.text("/title", &body.title, 200);
    let note = words(&mut fields, "/note", &body.note);
    let named: BTreeSet<&Uuid> = body.cooperatives.iter().collect();
    fields.require(
        (1..=COOPERATIVES_MAX).contains(&named.len()) && named.len() == body.cooperatives.len(),
        "/cooperatives",
        format!("Ask 1 to {COOPERATIVES_MAX} co-operatives, each once."),
    );
    let wanted = match body.need_id {
        Some(need) => {
            let alone = body.lines.is_empty() && body.currency.is_none();
            let detail = "The lines and the currency are the need's.";
            fields.require(alone, "/need_id", detail);
            Some(Wanted::Need(need.into()))
        }
        None => parse_lines(&mut fields, body),
    };
    fields.finish(|| {
        Some(NewRequest {
            title: title?,
            wanted: wanted?,
            cooperatives: body.cooperatives.iter().map(|id| (*id).into()).collect(),
            note: note?,
            answer_by: Time::from(body.answer_by),
        })
    })
}

/// Text that may be empty.
fn words(fields: &mut Fields, pointer: &str, text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some(String::new());
    }
    fields.text(pointer, text, 2_000)
}

fn parse_lines(fields: &mut Fields, body: &NewQuotationRequest) -> Option<Wanted> {
    let code = body.currency.as_deref().unwrap_or_default();
    let currency = wire::currency(fields, "/currency", code);
    fields.require(
        (1..=LINES_MAX).contains(&body.lines.len()),
        "/lines",
        format!("A request has 1 to {LINES_MAX} lines, or names a need."),
    );
    let mut lines = Vec::new();
    for (at, line) in body.lines.iter().take(LINES_MAX).enumerate() {
        let pointer = |field: &str| format!("/lines/{at}/{field}");
        let specification = words(fields, &pointer("specification"), &line.specification);
        let quantity =
            line.quantity
                .micro_within(fields, pointer("quantity"), (LEAST, QUANTITY_MAX));
        let region = wire::region(fields, pointer("region"), &line.region);
        let due_on = wire::day(fields, pointer("due_on"), line.due_on);
        if let (Some(specification), Some(quantity), Some(region), Some(due_on)) =
            (specification, quantity, region, due_on)
        {
            lines.push(RequestLine {
                position: i32::try_from(at + 1).ok()?,
                need_position: None,
                product: line.product_id.into(),
                specification,
                quantity,
                region,
                due_on,
            });
        }
    }
    Some(Wanted::Lines(currency?, lines))
}

/// Sends a request for quotation. Each co-operative is told, and sees its own invitation only: neither the others
/// nor what they quote.
#[utoipa::path(tag = "Quotations", operation_id = "quotation_requests_send",
    request_body = NewQuotationRequest, params(IdempotencyKey),
    responses((status = 201, description = "The request.", body = QuotationRequestView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_found", "not_admitted", "wrong_state", "quantity_not_offered"]))))]
#[post("/requests-for-quotation")]
pub async fn send(call: Call, body: Body<NewQuotationRequest>) -> Answer {
    let new = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let seen = requests::send(conn, actor, &new)?;
        let location = format!("/api/v1/requests-for-quotation/{}", seen.request.id);
        let version = seen.request.version;
        let view = QuotationRequestView::from(seen);
        Ok(Reply::created(location, &view, version)?)
    })
    .await
}
