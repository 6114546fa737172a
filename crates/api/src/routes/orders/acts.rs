//! `POST /orders/{id}/approve`, `/withdraw` and `/confirm`.
use super::OrderView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use store::ids::OrderId;
use store::orders::{self, Order};
use store::{Actor, Conn, Error};
use uuid::Uuid;

/// Approves what your organisation pays, in an office that its approval ladder asks for (without one, as
/// an approver), or as a steward of the fund. Whoever placed the order cannot, and nobody can twice.
#[utoipa::path(tag = "Orders", operation_id = "orders_approve",
    params(("id" = Uuid, Path, description = "The order."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The order.", body = OrderView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "distinct_person_required",
        "duplicate", "ladder_changed"]))))]
#[post("/orders/{id}/approve")]
pub async fn approve(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, orders::approve).await
}

/// Takes an order back to change it: its approvals are void. Where a part of it is contracted already,
/// only the replacement that waits for approvals is taken back, and what was confirmed stands.
#[utoipa::path(tag = "Orders", operation_id = "orders_withdraw",
    params(("id" = Uuid, Path, description = "The order."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The order.", body = OrderView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/orders/{id}/withdraw")]
pub async fn withdraw(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, orders::withdraw).await
}

/// Locks the price and sends each co-operative its purchase order. Prices are made again: none above
/// what was approved.
#[utoipa::path(tag = "Orders", operation_id = "orders_confirm",
    params(("id" = Uuid, Path, description = "The order."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The order.", body = OrderView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "approvals_missing", "ladder_changed",
        "proposal_stale", "vat_rate_missing", "vat_rate_not_allowed", "no_common_rule_set",
        "workplace_missing", "currency_mismatch", "insufficient_market_evidence", "missing_exchange_rate",
        "no_productive_hours", "not_above_market", "below_floor", "amount_out_of_range", "shortfall"]))))]
#[post("/orders/{id}/confirm")]
pub async fn confirm(call: Call, id: web::Path<Uuid>) -> Answer {
    let answer_within = call.app.settings.answer_within;
    act(call, *id, move |conn, actor, id, version| {
        orders::confirm(conn, actor, id, version, answer_within)
    })
    .await
}

async fn act(
    call: Call,
    id: Uuid,
    act: impl Fn(&mut Conn, &Actor, OrderId, i64) -> Result<Order, Error> + Send + 'static,
) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let changed = act(conn, actor, id.into(), version)?;
        let seen = orders::see(conn, actor, changed.id)?;
        Ok(Reply::ok(&OrderView::from(seen), changed.version)?)
    })
    .await
}
