//! `POST /pools/{id}/close`.
use super::PoolView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use store::pools::closing;
use store::pools::seen::SeenPool;
use uuid::Uuid;

/// Closes a pool, as its opener. What is pooled becomes one order to the co-operative, which receives the same
/// whatever the abilities or bids are; each buyer, and the fund, is asked to approve its own share. Where buyers
/// bid, closing an open pool begins the first round; it is ordered by the same call once the bids are enough.
#[utoipa::path(tag = "Pools", operation_id = "pools_close",
    params(("id" = Uuid, Path, description = "The pool."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The pool, with its order, or with its first round of bids.", body = PoolView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "ability_not_accepted",
        "quantity_not_offered", "nothing_matched", "shortfall", "fund_too_low", "proposal_stale", "sold_out",
        "vat_rate_missing", "vat_rate_not_allowed", "currency_mismatch", "no_common_rule_set",
        "workplace_missing", "insufficient_market_evidence", "missing_exchange_rate", "no_productive_hours",
        "not_above_market", "below_floor", "amount_out_of_range"]))))]
#[post("/pools/{id}/close")]
pub async fn close(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    let hold_for = call.app.settings.hold_for;
    call.write(None, move |conn, actor| {
        let pool = closing::close(conn, actor, (*id).into(), version, hold_for)?;
        let version = pool.version;
        let seen = SeenPool { pool, inside: true };
        Ok(Reply::ok(&PoolView::from(seen), version)?)
    })
    .await
}
