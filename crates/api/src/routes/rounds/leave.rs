//! `POST /rounds/{id}/needs/{need_id}/leave`.
use crate::http::{Answer, Call, Reply};
use crate::openapi::IdempotencyKey;
use actix_web::{post, web};
use store::rounds::entries;
use uuid::Uuid;

/// Takes a need of yours out of an open round.
#[utoipa::path(tag = "Rounds", operation_id = "rounds_leave",
    params(("id" = Uuid, Path, description = "The round."), ("need_id" = Uuid, Path, description = "The need."),
        IdempotencyKey),
    responses((status = 204, description = "It is out.")),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state"]))))]
#[post("/rounds/{id}/needs/{need_id}/leave")]
pub async fn leave(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    let (round, need) = path.into_inner();
    call.write(None, move |conn, actor| {
        entries::leave(conn, actor, round.into(), need.into())?;
        Ok(Reply::nothing())
    })
    .await
}
