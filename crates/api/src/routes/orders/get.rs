//! `GET /orders/{id}`.
use super::OrderView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::orders;
use uuid::Uuid;

/// One order, for whoever placed it or pays a share of it.
#[utoipa::path(tag = "Orders", operation_id = "orders_get",
    params(("id" = Uuid, Path, description = "The order.")),
    responses((status = 200, description = "The order.", body = OrderView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/orders/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let seen = orders::see(conn, actor, (*id).into())?;
        let version = seen.order.version;
        Ok(Reply::ok(&OrderView::from(seen), version)?)
    })
    .await
}
