//! `POST /funds/{id}/movements/{movement_id}/sign` and `/cancel`.
use super::MovementView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use store::ids::{FundId, FundMovementId};
use store::pools::movements::{self, Movement};
use store::{Actor, Conn};
use uuid::Uuid;

/// Signs a deposit that another steward proposed. The fund's share of an order is signed by approving
/// the order.
#[utoipa::path(tag = "Funds", operation_id = "fund_deposits_sign",
    params(("id" = Uuid, Path, description = "The fund."),
        ("movement_id" = Uuid, Path, description = "The deposit."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The movement.", body = MovementView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "distinct_person_required", "not_admitted", "amount_out_of_range"]))))]
#[post("/funds/{id}/movements/{movement_id}/sign")]
pub async fn sign(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    act(call, path.into_inner(), movements::sign_deposit).await
}

/// Takes back a deposit that was not signed.
#[utoipa::path(tag = "Funds", operation_id = "fund_deposits_cancel",
    params(("id" = Uuid, Path, description = "The fund."),
        ("movement_id" = Uuid, Path, description = "The deposit."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The movement.", body = MovementView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/funds/{id}/movements/{movement_id}/cancel")]
pub async fn cancel(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    act(call, path.into_inner(), movements::cancel_deposit).await
}

type Done = fn(&mut Conn, &Actor, FundId, FundMovementId, i64) -> Result<Movement, store::Error>;

async fn act(call: Call, (fund, movement): (Uuid, Uuid), done: Done) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let moved = done(conn, actor, fund.into(), movement.into(), version)?;
        let version = moved.version;
        Ok(Reply::ok(&MovementView::from(moved), version)?)
    })
    .await
}
