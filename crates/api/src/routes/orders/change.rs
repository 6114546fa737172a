//! `PUT /orders/{id}`.
use super::OrderView;
use crate::http::wire::DecimalText;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IfMatch;
use actix_web::{put, web};
use money::Micro;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::orders::{self, LINES_MAX};
use utoipa::ToSchema;
use uuid::Uuid;

/// What is left of a draft.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeOrder {
    /// The lines that are kept; the others are dropped.
    #[schema(min_items = 1, max_items = 1000)]
    lines: Vec<KeptLine>,
}

/// A line that is kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeptLine {
    /// Its place in the order.
    #[schema(example = 1, minimum = 1)]
    position: i32,
    /// At most what it was.
    #[schema(value_type = String, example = "2000")]
    quantity: DecimalText,
}

fn parse(body: &ChangeOrder) -> Result<BTreeMap<i32, Micro>, Problem> {
    let mut fields = Fields::new();
    fields.require(
        (1..=LINES_MAX).contains(&body.lines.len()),
        "/lines",
        format!("An order keeps 1 to {LINES_MAX} lines."),
    );
    let mut kept = BTreeMap::new();
    for (index, line) in body.lines.iter().enumerate().take(LINES_MAX) {
        let at = format!("/lines/{index}/quantity");
        let most = Micro::new(i64::MAX);
        let quantity = line
            .quantity
            .micro_within(&mut fields, at, (Micro::new(1), most));
        let twice = quantity.and_then(|quantity| kept.insert(line.position, quantity));
        fields.require(
            twice.is_none(),
            format!("/lines/{index}/position"),
            "A line is kept once.",
        );
    }
    fields.finish(|| Some(kept))
}

/// Leaves of a draft some of its lines, at the same or lower quantities, at prices made anew. More is a
/// new need. Approvals of the earlier revision are void.
#[utoipa::path(tag = "Orders", operation_id = "orders_change", request_body = ChangeOrder,
    params(("id" = Uuid, Path, description = "The order."), IfMatch),
    responses((status = 200, description = "The order.", body = OrderView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "quantity_not_offered",
        "proposal_stale", "vat_rate_missing", "vat_rate_not_allowed", "no_common_rule_set",
        "workplace_missing", "currency_mismatch", "insufficient_market_evidence", "missing_exchange_rate",
        "no_productive_hours", "not_above_market", "below_floor", "amount_out_of_range"]))))]
#[put("/orders/{id}")]
pub async fn change(call: Call, id: web::Path<Uuid>, body: Body<ChangeOrder>) -> Answer {
    let kept = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let changed = orders::change(conn, actor, (*id).into(), version, &kept)?;
        let seen = orders::see(conn, actor, changed.id)?;
        Ok(Reply::ok(&OrderView::from(seen), changed.version)?)
    })
    .await
}
