//! `POST /despatches/{id}/receipts`, `GET /receipts`, `GET /receipts/{id}`.
use crate::http::wire::{self, DecimalText, QUANTITY_MAX};
use crate::http::{Answer, Body, Call, Fields, List, Problem, Query, Reply};
use crate::openapi::IdempotencyKeyRequired;
use crate::routes::purchase_orders::OfPurchaseOrder;
use actix_web::{get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use money::Micro;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::fulfilment::receipts::{self, NewReceipt, Receipt, ReceivedLine};
use utoipa::ToSchema;
use uuid::Uuid;

/// What came of a line: the three add up to what was sent.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceivedText {
    /// The position of the order's line.
    #[schema(example = 1, minimum = 1)]
    line: i32,
    /// Good for use.
    #[schema(example = "480")]
    accepted: DecimalText,
    /// Arrived, and not taken.
    #[schema(example = "15")]
    rejected: DecimalText,
    /// Did not arrive.
    #[schema(example = "5")]
    short: DecimalText,
    /// Why it was not taken: required where something is rejected.
    #[schema(example = "Seams open at the shoulder.", max_length = 500)]
    reason: Option<String>,
}

/// What a branch received of a despatch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReceiptText {
    /// The branch that the buyer records it for; absent: your own organisation.
    branch_id: Option<Uuid>,
    received_on: NaiveDate,
    /// Every line that was sent to the branch.
    #[schema(min_items = 1, max_items = 1000)]
    lines: Vec<ReceivedText>,
}

/// A receipt.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptView {
    id: Uuid,
    despatch_id: Uuid,
    purchase_order_id: Uuid,
    cooperative_id: Uuid,
    branch_id: Uuid,
    received_on: NaiveDate,
    created_at: DateTime<Utc>,
    /// How fit for use the goods are, 1 to 5, by those who use them; null until they have said so.
    #[schema(example = 4)]
    fitness: Option<i32>,
    /// What they said of it.
    comment: Option<String>,
    lines: Vec<ReceivedText>,
}

impl From<Receipt> for ReceiptView {
    fn from(receipt: Receipt) -> Self {
        let line = |(line, received): (i32, ReceivedLine)| ReceivedText {
            line,
            accepted: received.accepted.into(),
            rejected: received.rejected.into(),
            short: received.short.into(),
            reason: received.reason,
        };
        Self {
            id: receipt.id.uuid(),
            despatch_id: receipt.despatch.uuid(),
            purchase_order_id: receipt.purchase_order.uuid(),
            cooperative_id: receipt.cooperative.uuid(),
            branch_id: receipt.branch.uuid(),
            received_on: receipt.received_on,
            created_at: receipt.created_at.utc(),
            fitness: receipt.fitness,
            comment: receipt.comment,
            lines: receipt.lines.into_iter().map(line).collect(),
        }
    }
}

fn parse(id: Uuid, body: &NewReceiptText) -> Result<NewReceipt, Problem> {
    let mut fields = Fields::new();
    let received_on = wire::day(&mut fields, "/received_on", body.received_on);
    let mut lines = BTreeMap::new();
    for (at, line) in body.lines.iter().enumerate() {
        let pointer = format!("/lines/{at}");
        if let Some(received) = parse_line(&mut fields, &pointer, line) {
            let first = lines.insert(line.line, received).is_none();
            fields.require(first, pointer, "This line stands here twice.");
        }
    }
    fields.finish(|| {
        Some(NewReceipt {
            despatch: id.into(),
            branch: body.branch_id.map(Into::into),
            received_on: received_on?,
            lines,
        })
    })
}

fn parse_line(fields: &mut Fields, pointer: &str, line: &ReceivedText) -> Option<ReceivedLine> {
    let mut units = |name: &str, text: &DecimalText| {
        text.micro_within(
            fields,
            format!("{pointer}/{name}"),
            (Micro::ZERO, QUANTITY_MAX),
        )
    };
    let accepted = units("accepted", &line.accepted);
    let rejected = units("rejected", &line.rejected);
    let short = units("short", &line.short);
    let reason = match &line.reason {
        None => Some(None),
        Some(reason) => fields
            .text(format!("{pointer}/reason"), reason, 500)
            .map(Some),
    };
    Some(ReceivedLine {
        accepted: accepted?,
        rejected: rejected?,
        short: short?,
        reason: reason?,
    })
}

/// Records what a branch received, once. What was rejected or missing becomes a claim, which the co-operative
/// may answer by making it again.
#[utoipa::path(tag = "Deliveries", operation_id = "receipts_record", request_body = NewReceiptText,
    params(("id" = Uuid, Path, description = "The despatch."), IdempotencyKeyRequired),
    responses((status = 201, description = "The receipt.", body = ReceiptView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["duplicate", "wrong_state", "amount_out_of_range"]))))]
#[post("/despatches/{id}/receipts")]
pub async fn record(call: Call, id: web::Path<Uuid>, body: Body<NewReceiptText>) -> Answer {
    let new = parse(*id, &body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let made = receipts::record(conn, actor, &new)?;
        let (version, location) = (made.version, format!("/api/v1/receipts/{}", made.id));
        Ok(Reply::created(location, &ReceiptView::from(made), version)?)
    })
    .await
}

/// Lists receipts: of a co-operative's goods, or of your organisation and its branches.
#[utoipa::path(tag = "Deliveries", operation_id = "receipts_list", params(OfPurchaseOrder),
    responses((status = 200, description = "A page.", body = List<ReceiptView>)))]
#[get("/receipts")]
pub async fn list(call: Call, query: Query<OfPurchaseOrder>) -> Answer {
    let (page, of) = query.0.read()?;
    call.read(move |conn, actor| {
        let rows = receipts::list(conn, actor, of, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            ReceiptView::from,
        ))?)
    })
    .await
}

/// One receipt.
#[utoipa::path(tag = "Deliveries", operation_id = "receipts_get",
    params(("id" = Uuid, Path, description = "The receipt.")),
    responses((status = 200, description = "The receipt.", body = ReceiptView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/receipts/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = receipts::get(conn, actor, (*id).into())?;
        let version = found.version;
        Ok(Reply::ok(&ReceiptView::from(found), version)?)
    })
    .await
}
