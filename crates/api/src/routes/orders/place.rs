//! `POST /orders`.
use super::OrderView;
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::IdempotencyKeyRequired;
use actix_web::post;
use serde::Deserialize;
use store::ids::ProposalId;
use store::orders;
use store::orders::payers::Payers;
use utoipa::ToSchema;
use uuid::Uuid;

/// By which proposal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceOrder {
    /// An open proposal for a need of yours.
    proposal_id: Uuid,
}

/// Places an order by a proposal: the order is a draft at today's prices, none above the proposal's, and
/// holds its capacity for some days. A proposal that is overtaken by prices is marked stale.
#[utoipa::path(tag = "Orders", operation_id = "orders_place", request_body = PlaceOrder,
    params(IdempotencyKeyRequired),
    responses((status = 201, description = "The order.", body = OrderView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_found", "not_admitted", "wrong_state", "proposal_stale",
        "nothing_matched", "sold_out", "vat_rate_missing", "vat_rate_not_allowed", "currency_mismatch",
        "no_common_rule_set", "workplace_missing", "insufficient_market_evidence", "missing_exchange_rate",
        "no_productive_hours", "not_above_market", "below_floor", "amount_out_of_range"]))))]
#[post("/orders")]
pub async fn place(call: Call, body: Body<PlaceOrder>) -> Answer {
    let proposal = ProposalId::from(body.value.proposal_id);
    let hold_for = call.app.settings.hold_for;
    super::marking_stale(call, proposal, Some(body.digest), move |conn, actor| {
        let placed = orders::place(conn, actor, proposal, &Payers::Single, hold_for)?;
        let location = format!("/api/v1/orders/{}", placed.order.id);
        let version = placed.order.version;
        Ok(Reply::created(location, &OrderView::from(placed), version)?)
    })
    .await
}
