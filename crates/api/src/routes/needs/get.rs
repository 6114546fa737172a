//! `GET /needs/{id}`.
use super::NeedView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::needs::need;
use uuid::Uuid;

/// One of your organisation's needs.
#[utoipa::path(tag = "Needs", operation_id = "needs_get",
    params(("id" = Uuid, Path, description = "The need.")),
    responses((status = 200, description = "The need.", body = NeedView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/needs/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = need::get(conn, actor, (*id).into())?;
        let version = found.version;
        Ok(Reply::ok(&NeedView::from(found), version)?)
    })
    .await
}
