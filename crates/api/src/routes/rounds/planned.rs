//! `GET /rounds/{id}/plan`.
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use serde::Serialize;
use serde_json::Value;
use store::rounds;
use utoipa::ToSchema;
use uuid::Uuid;

/// A whole plan, as matching was asked and as it answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlannedView {
    /// What was asked: `POST /simulations/match` and `minga match` take it, and answer the same, byte for
    /// byte.
    #[schema(value_type = Object)]
    request: Value,
    /// What was answered.
    #[schema(value_type = Object)]
    plan: Value,
}

/// The whole plan of a round, for the network that convened it: proof of how the work was given out. Buyers
/// find theirs in their proposals.
#[utoipa::path(tag = "Rounds", operation_id = "rounds_planned",
    params(("id" = Uuid, Path, description = "The round.")),
    responses((status = 200, description = "The plan.", body = PlannedView)))]
#[get("/rounds/{id}/plan")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let (request, plan) = rounds::planned(conn, actor, (*id).into())?;
        Ok(Reply::plain(&PlannedView { request, plan })?)
    })
    .await
}
