//! Claims: `POST /receipts/{id}/claims`, `GET /purchase-orders/{id}/claims`, `GET /claims/{id}`, and the
//! co-operative's two answers.
use crate::http::wire::{self, DecimalText, LEAST, QUANTITY_MAX};
use crate::http::{Answer, Body, Call, Fields, List, Paging, Query, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{get, post, web};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use store::fulfilment::claims::{self, Claim};
use utoipa::ToSchema;
use uuid::Uuid;

/// Days within which goods are made again at most.
const REMAKE_DAYS_MAX: u64 = 180;

/// Goods that had been accepted and proved defective.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClaim {
    /// The position of the order's line.
    #[schema(example = 1, minimum = 1)]
    line: i32,
    #[schema(example = "3")]
    quantity: DecimalText,
    #[schema(example = "The dye ran in the first wash.", max_length = 500)]
    reason: String,
}

/// Until when goods are made again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Remake {
    /// From today, at most 180 days.
    remake_by: NaiveDate,
}

/// A claim about goods.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimView {
    id: Uuid,
    purchase_order_id: Uuid,
    receipt_id: Uuid,
    #[schema(example = 1)]
    line: i32,
    branch_id: Uuid,
    /// rejected, short or defect.
    #[schema(example = "rejected")]
    kind: String,
    /// open, remake_promised, remade or credited.
    #[schema(example = "open")]
    status: &'static str,
    #[schema(value_type = String, example = "15")]
    quantity: DecimalText,
    /// What of it is neither made again nor credited.
    #[schema(value_type = String, example = "15")]
    open: DecimalText,
    /// What of that is on its way.
    #[schema(value_type = String, example = "0")]
    remaking: DecimalText,
    reason: String,
    /// Until when the co-operative says whether it makes the goods again; without an answer they are credited.
    answer_by: NaiveDate,
    /// Until when it has promised to.
    remake_by: Option<NaiveDate>,
    created_at: DateTime<Utc>,
}

impl From<Claim> for ClaimView {
    fn from(claim: Claim) -> Self {
        Self {
            id: claim.id.uuid(),
            purchase_order_id: claim.purchase_order.uuid(),
            receipt_id: claim.receipt.uuid(),
            line: claim.line,
            branch_id: claim.branch.uuid(),
            kind: claim.kind,
            status: claim.state.as_str(),
            quantity: claim.quantity.into(),
            open: claim.open.into(),
            remaking: claim.remaking.into(),
            reason: claim.reason,
            answer_by: claim.answer_by,
            remake_by: claim.remake_by,
            created_at: claim.created_at.utc(),
        }
    }
}

/// Claims goods that were accepted and proved defective, for 180 days after the receipt.
#[utoipa::path(tag = "Deliveries", operation_id = "claims_claim_defect", request_body = NewClaim,
    params(("id" = Uuid, Path, description = "The receipt."), IdempotencyKeyRequired),
    responses((status = 201, description = "The claim.", body = ClaimView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/receipts/{id}/claims")]
pub async fn claim_defect(call: Call, id: web::Path<Uuid>, body: Body<NewClaim>) -> Answer {
    let mut fields = Fields::new();
    let units = (LEAST, QUANTITY_MAX);
    let quantity = body
        .value
        .quantity
        .micro_within(&mut fields, "/quantity", units);
    let reason = fields.text("/reason", &body.value.reason, 500);
    let (quantity, reason) = fields.finish(|| Some((quantity?, reason?)))?;
    let line = body.value.line;
    call.write(Some(body.digest), move |conn, actor| {
        let of = ((*id).into(), line);
        let claim = claims::claim_defect(conn, actor, of, quantity, &reason)?;
        let (version, location) = (claim.version, format!("/api/v1/claims/{}", claim.id));
        Ok(Reply::created(location, &ClaimView::from(claim), version)?)
    })
    .await
}

/// Lists the claims about a purchase order's goods: all for its two sides, its own for a branch or a pool's
/// member.
#[utoipa::path(tag = "Deliveries", operation_id = "claims_list",
    params(("id" = Uuid, Path, description = "The purchase order."), Paging),
    responses((status = 200, description = "A page.", body = List<ClaimView>)))]
#[get("/purchase-orders/{id}/claims")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = claims::list(conn, actor, (*id).into(), page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            ClaimView::from,
        ))?)
    })
    .await
}

/// One claim.
#[utoipa::path(tag = "Deliveries", operation_id = "claims_get",
    params(("id" = Uuid, Path, description = "The claim.")),
    responses((status = 200, description = "The claim.", body = ClaimView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/claims/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let claim = claims::get(conn, actor, (*id).into())?;
        let version = claim.version;
        Ok(Reply::ok(&ClaimView::from(claim), version)?)
    })
    .await
}

/// The co-operative makes the goods again, until a day: its right before anything is credited.
#[utoipa::path(tag = "Deliveries", operation_id = "claims_promise_remake", request_body = Remake,
    params(("id" = Uuid, Path, description = "The claim."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The claim.", body = ClaimView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/claims/{id}/promise-remake")]
pub async fn promise_remake(call: Call, id: web::Path<Uuid>, body: Body<Remake>) -> Answer {
    let mut fields = Fields::new();
    let today = call.now.date();
    let last = today
        .checked_add_days(Days::new(REMAKE_DAYS_MAX))
        .unwrap_or(today);
    let remake_by = body.value.remake_by;
    fields.require(
        (today..=last).contains(&remake_by),
        "/remake_by",
        format!("Goods are made again from {today} to {last}."),
    );
    let remake_by = wire::day(&mut fields, "/remake_by", remake_by);
    let remake_by = fields.finish(|| remake_by)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let claim = claims::promise_remake(conn, actor, (*id).into(), version, remake_by)?;
        let version = claim.version;
        Ok(Reply::ok(&ClaimView::from(claim), version)?)
    })
    .await
}

/// The co-operative does not make the goods again: what is open is credited.
#[utoipa::path(tag = "Deliveries", operation_id = "claims_refuse_remake",
    params(("id" = Uuid, Path, description = "The claim."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The claim.", body = ClaimView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "amount_out_of_range"]))))]
#[post("/claims/{id}/refuse-remake")]
pub async fn refuse_remake(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let claim = claims::refuse_remake(conn, actor, (*id).into(), version)?;
        let version = claim.version;
        Ok(Reply::ok(&ClaimView::from(claim), version)?)
    })
    .await
}
