//! `POST /rounds/{id}/cancel`.
use super::RoundView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use store::rounds;
use uuid::Uuid;

/// Calls off a round that is not planned yet; the needs in it stay as they are.
#[utoipa::path(tag = "Rounds", operation_id = "rounds_cancel",
    params(("id" = Uuid, Path, description = "The round."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The round.", body = RoundView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/rounds/{id}/cancel")]
pub async fn cancel(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let round = rounds::cancel(conn, actor, (*id).into(), version)?;
        let version = round.version;
        Ok(Reply::ok(&RoundView::of(conn, round)?, version)?)
    })
    .await
}
