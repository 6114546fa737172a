//! `POST /rounds/{id}/needs`.
use super::EntryView;
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::IdempotencyKey;
use actix_web::{post, web};
use serde::Deserialize;
use store::rounds::entries;
use utoipa::ToSchema;
use uuid::Uuid;

/// A need to be entered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEntry {
    /// A published need of yours, in the round's currency, without a limit of its own on the premium.
    need_id: Uuid,
}

/// Enters a need into an open round. A need is in one round at a time.
#[utoipa::path(tag = "Rounds", operation_id = "rounds_enter", request_body = NewEntry,
    params(("id" = Uuid, Path, description = "The round."), IdempotencyKey),
    responses((status = 201, description = "The need in the round.", body = EntryView,
        headers(("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state", "currency_mismatch",
        "no_common_rule_set", "duplicate"]))))]
#[post("/rounds/{id}/needs")]
pub async fn enter(call: Call, id: web::Path<Uuid>, body: Body<NewEntry>) -> Answer {
    let need = body.value.need_id;
    call.write(Some(body.digest), move |conn, actor| {
        let entry = entries::enter(conn, actor, (*id).into(), need.into())?;
        let location = format!("/api/v1/rounds/{id}/needs/{need}");
        Ok(Reply::made(location, &EntryView::from(entry))?)
    })
    .await
}
