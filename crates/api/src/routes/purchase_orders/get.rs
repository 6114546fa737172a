//! `GET /purchase-orders/{id}`.
use super::PurchaseOrderView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::orders;
use uuid::Uuid;

/// One purchase order, for its co-operative and for the payers of its order.
#[utoipa::path(tag = "Purchase orders", operation_id = "purchase_orders_get",
    params(("id" = Uuid, Path, description = "The purchase order.")),
    responses((status = 200, description = "The purchase order.", body = PurchaseOrderView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/purchase-orders/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let seen = orders::see_purchase_order(conn, actor, (*id).into())?;
        let version = seen.issued.version;
        Ok(Reply::ok(&PurchaseOrderView::from(seen), version)?)
    })
    .await
}
