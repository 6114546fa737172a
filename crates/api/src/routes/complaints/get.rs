//! `GET /complaints/{id}`.
use super::ComplaintView;
use crate::http::{Answer, Call};
use actix_web::{get, web};
use store::complaints;
use uuid::Uuid;

/// One complaint, for its two sides and the network that decides.
#[utoipa::path(tag = "Complaints", operation_id = "complaints_get",
    params(("id" = Uuid, Path, description = "The complaint.")),
    responses((status = 200, description = "The complaint.", body = ComplaintView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/complaints/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = complaints::seen_by(conn, actor, (*id).into())?;
        super::reply(conn, found)
    })
    .await
}
