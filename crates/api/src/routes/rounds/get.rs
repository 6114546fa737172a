//! `GET /rounds/{id}`.
use super::RoundView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::rounds;
use uuid::Uuid;

/// One round.
#[utoipa::path(tag = "Rounds", operation_id = "rounds_get",
    params(("id" = Uuid, Path, description = "The round.")),
    responses((status = 200, description = "The round.", body = RoundView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/rounds/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, _| {
        let round = rounds::get(conn, (*id).into())?;
        let version = round.version;
        Ok(Reply::ok(&RoundView::of(conn, round)?, version)?)
    })
    .await
}
