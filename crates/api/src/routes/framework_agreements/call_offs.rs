//! `POST /framework-agreements/{id}/call-offs` and `GET /framework-agreements/{id}/call-offs`.
use crate::http::page::Paging;
use crate::http::wire::{DecimalText, LEAST, QUANTITY_MAX};
use crate::http::{Answer, Body, Call, Fields, List, Problem, Query, Reply, wire};
use crate::openapi::IdempotencyKeyRequired;
use crate::routes::orders::{OrderSummary, OrderView};
use actix_web::{get, post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use store::agreements::call_offs::Part;
use store::orders;
use utoipa::ToSchema;
use uuid::Uuid;

/// Parts that a call-off has at most.
const PARTS_MAX: usize = 100;

/// What is called off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallOffText {
    /// By line, region and day.
    #[schema(min_items = 1, max_items = 100)]
    lines: Vec<CallOffLineText>,
}

/// A part of a call-off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallOffLineText {
    /// The line of the agreement.
    #[schema(example = 1, minimum = 1)]
    line: i32,
    /// In whole lots.
    #[schema(example = "500")]
    quantity: DecimalText,
    /// Where it is delivered: ISO 3166-2.
    #[schema(example = "AR-B", pattern = "^[A-Z]{2}-[A-Z0-9]{1,3}$")]
    region: String,
    /// By when it has to be there.
    #[schema(example = "2027-04-15")]
    due_on: NaiveDate,
}

fn parse(body: &CallOffText) -> Result<Vec<Part>, Problem> {
    let mut fields = Fields::new();
    fields.require(
        (1..=PARTS_MAX).contains(&body.lines.len()),
        "/lines",
        format!("A call-off has 1 to {PARTS_MAX} lines."),
    );
    let mut parts = Vec::new();
    for (at, line) in body.lines.iter().take(PARTS_MAX).enumerate() {
        let pointer = |field: &str| format!("/lines/{at}/{field}");
        let quantity =
            line.quantity
                .micro_within(&mut fields, pointer("quantity"), (LEAST, QUANTITY_MAX));
        let region = wire::region(&mut fields, pointer("region"), &line.region);
        let due_on = wire::day(&mut fields, pointer("due_on"), line.due_on);
        if let (Some(quantity), Some(region), Some(due_on)) = (quantity, region, due_on) {
            parts.push(Part {
                line: line.line,
                quantity,
                region,
                due_on,
            });
        }
    }
    fields.finish(|| Some(parts))
}

/// Calls goods off under an agreement in force: an order at the agreed price, confirmed at once, since the vote
/// was the agreement's. It holds its capacity, and its purchase order goes out.
#[utoipa::path(tag = "Framework agreements", operation_id = "framework_agreements_call_off",
    request_body = CallOffText,
    params(("id" = Uuid, Path, description = "The agreement."), IdempotencyKeyRequired),
    responses((status = 201, description = "The order.", body = OrderView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "over_call", "quantity_not_offered",
        "sold_out", "not_verified", "below_floor", "proposal_stale", "vat_rate_missing", "vat_rate_not_allowed",
        "workplace_missing", "currency_mismatch", "no_common_rule_set", "no_productive_hours",
        "amount_out_of_range"]))))]
#[post("/framework-agreements/{id}/call-offs")]
pub async fn call_off(call: Call, id: web::Path<Uuid>, body: Body<CallOffText>) -> Answer {
    let parts = parse(&body.value)?;
    let answer_within = call.app.settings.answer_within;
    call.write(Some(body.digest), move |conn, actor| {
        let placed = orders::call_off(conn, actor, (*id).into(), &parts, answer_within)?;
        let location = format!("/api/v1/orders/{}", placed.order.id);
        let version = placed.order.version;
        Ok(Reply::created(location, &OrderView::from(placed), version)?)
    })
    .await
}

/// Lists the orders that were called off under an agreement, in the order in which they were placed.
#[utoipa::path(tag = "Framework agreements", operation_id = "framework_agreements_call_offs",
    params(("id" = Uuid, Path, description = "The agreement."), Paging),
    responses((status = 200, description = "A page.", body = List<OrderSummary>)))]
#[get("/framework-agreements/{id}/call-offs")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = orders::called_off(conn, actor, (*id).into(), page.after(), page.rows())?;
        let page = page.list(rows, |row| row.id.uuid(), |row| OrderSummary::from(&row));
        Ok(Reply::list(&page)?)
    })
    .await
}
