//! `POST /orders/{id}/rematch`.
use super::OrderView;
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use serde::Deserialize;
use store::ids::ProposalId;
use store::orders::{self, Deadlines};
use utoipa::ToSchema;
use uuid::Uuid;

/// By which proposal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RematchOrder {
    /// An open proposal for the order's need.
    proposal_id: Uuid,
}

/// Puts a new proposal in the place of what co-operatives declined or did not answer. Where the total
/// stays and no price rises the purchase orders go out at once; otherwise the order is submitted again:
/// shares and approvals are asked for anew.
#[utoipa::path(tag = "Orders", operation_id = "orders_rematch", request_body = RematchOrder,
    params(("id" = Uuid, Path, description = "The order."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The order.", body = OrderView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "proposal_stale",
        "nothing_matched", "sold_out", "vat_rate_missing", "vat_rate_not_allowed", "currency_mismatch",
        "no_common_rule_set", "workplace_missing", "insufficient_market_evidence", "missing_exchange_rate",
        "no_productive_hours", "not_above_market", "below_floor", "amount_out_of_range", "shortfall",
        "fund_too_low"]))))]
#[post("/orders/{id}/rematch")]
pub async fn rematch(call: Call, id: web::Path<Uuid>, body: Body<RematchOrder>) -> Answer {
    let proposal = ProposalId::from(body.value.proposal_id);
    let version = call.version()?;
    let settings = &call.app.settings;
    let deadlines = Deadlines {
        hold_for: settings.hold_for,
        answer_within: settings.answer_within,
    };
    super::marking_stale(call, proposal, Some(body.digest), move |conn, actor| {
        let changed = orders::rematch(conn, actor, (*id).into(), version, proposal, deadlines)?;
        let seen = orders::see(conn, actor, changed.id)?;
        Ok(Reply::ok(&OrderView::from(seen), changed.version)?)
    })
    .await
}
