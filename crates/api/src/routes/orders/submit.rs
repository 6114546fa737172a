//! `POST /orders/{id}/submit`.
use super::OrderView;
use crate::http::body::OptionalBody;
use crate::http::{Answer, Call, Fields, Problem, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use serde::Deserialize;
use store::orders::{self, Submission};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a submission states.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitOrder {
    /// The budget line of your organisation that your share is promised from: then the steps inside a
    /// budget hold, and the share has to fit into what is left.
    budget_line_id: Option<Uuid>,
    /// Why it cannot wait: then the emergency steps of your ladder hold, and all members are told.
    emergency: Option<Emergency>,
}

/// Why an order cannot wait.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Emergency {
    #[schema(example = "The flood took the school's roof.", max_length = 500)]
    reason: String,
}

fn parse(body: &SubmitOrder) -> Result<Submission, Problem> {
    let mut fields = Fields::new();
    let emergency = body
        .emergency
        .as_ref()
        .map(|emergency| fields.text("/emergency/reason", &emergency.reason, 500));
    fields.finish(|| {
        Some(Submission {
            emergency: match emergency {
                Some(reason) => Some(reason?),
                None => None,
            },
            budget_line: body.budget_line_id.map(Into::into),
        })
    })
}

/// Asks for approvals, at the prices of the day. The approval ladder that holds now, the amount, the budget
/// line and an emergency decide who has to sign; whoever can is told by e-mail. Without a body the order is
/// outside any budget line.
#[utoipa::path(tag = "Orders", operation_id = "orders_submit",
    request_body(content = Option<SubmitOrder>, content_type = "application/json"),
    params(("id" = Uuid, Path, description = "The order."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The order.", body = OrderView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "no_ladder_steps", "above_emergency",
        "over_budget", "budget_line_not_open", "proposal_stale",
        "vat_rate_missing", "vat_rate_not_allowed", "no_common_rule_set", "workplace_missing",
        "currency_mismatch", "insufficient_market_evidence", "missing_exchange_rate", "no_productive_hours",
        "not_above_market", "below_floor", "amount_out_of_range", "shortfall", "fund_too_low"]))))]
#[post("/orders/{id}/submit")]
pub async fn submit(call: Call, id: web::Path<Uuid>, body: OptionalBody<SubmitOrder>) -> Answer {
    let submission = parse(&body.value)?;
    let version = call.version()?;
    call.write(body.digest, move |conn, actor| {
        let changed = orders::submit(conn, actor, (*id).into(), version, &submission)?;
        let seen = orders::see(conn, actor, changed.id)?;
        Ok(Reply::ok(&OrderView::from(seen), changed.version)?)
    })
    .await
}
