//! `POST /needs/{id}/publish`, `/withdraw` and `/close`.
use super::NeedView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use store::ids::NeedId;
use store::needs::need::Need;
use store::needs::states;
use store::{Actor, Conn, Error};
use uuid::Uuid;

/// Publishes a draft: from now on it can be matched.
#[utoipa::path(tag = "Needs", operation_id = "needs_publish",
    params(("id" = Uuid, Path, description = "The need."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The need.", body = NeedView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/needs/{id}/publish")]
pub async fn publish(call: Call, id: web::Path<Uuid>) -> Answer {
    carry_out(call, *id, states::publish).await
}

/// Takes a need back to change it: its proposals can no longer be ordered, and it leaves the unmet list.
#[utoipa::path(tag = "Needs", operation_id = "needs_withdraw",
    params(("id" = Uuid, Path, description = "The need."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The need.", body = NeedView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/needs/{id}/withdraw")]
pub async fn withdraw(call: Call, id: web::Path<Uuid>) -> Answer {
    carry_out(call, *id, states::withdraw).await
}

/// Ends a need: its proposals can no longer be ordered, and it leaves the unmet list.
#[utoipa::path(tag = "Needs", operation_id = "needs_close",
    params(("id" = Uuid, Path, description = "The need."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The need.", body = NeedView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/needs/{id}/close")]
pub async fn close(call: Call, id: web::Path<Uuid>) -> Answer {
    carry_out(call, *id, states::close).await
}

/// One of the store's acts on a need.
type Carry = fn(&mut Conn, &Actor, NeedId, i64) -> Result<Need, Error>;

async fn carry_out(call: Call, id: Uuid, act: Carry) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let need = act(conn, actor, id.into(), version)?;
        let version = need.version;
        Ok(Reply::ok(&NeedView::from(need), version)?)
    })
    .await
}
