//! `GET /pools/{id}`.
use super::PoolView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::pools::seen;
use uuid::Uuid;

/// One pool: of your own, or that you can join.
#[utoipa::path(tag = "Pools", operation_id = "pools_get",
    params(("id" = Uuid, Path, description = "The pool.")),
    responses((status = 200, description = "The pool.", body = PoolView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/pools/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let seen = seen::seen_by(conn, actor, (*id).into())?;
        let version = seen.pool.version;
        Ok(Reply::ok(&PoolView::from(seen), version)?)
    })
    .await
}
