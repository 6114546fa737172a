//! `GET /funds/{id}`.
use super::FundView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::pools::funds;
use uuid::Uuid;

/// One fund: its network sees all of it, admitted buyers that it exists, and its balance while they are in
/// an open pool that counts on it.
#[utoipa::path(tag = "Funds", operation_id = "funds_get",
    params(("id" = Uuid, Path, description = "The fund.")),
    responses((status = 200, description = "The fund.", body = FundView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/funds/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let seen = funds::seen_by(conn, actor, (*id).into())?;
        let version = seen.fund.version;
        Ok(Reply::ok(&FundView::from(seen), version)?)
    })
    .await
}
