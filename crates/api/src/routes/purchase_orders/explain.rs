//! `GET /purchase-orders/{id}/explanation`.
use crate::http::{Answer, Call, Reply};
use crate::routes::orders::Explanation;
use actix_web::{get, web};
use store::orders;
use uuid::Uuid;

/// How the price of each line came about, in full and as it was kept.
#[utoipa::path(tag = "Purchase orders", operation_id = "purchase_orders_explain",
    params(("id" = Uuid, Path, description = "The purchase order.")),
    responses((status = 200, description = "The explanation.", body = Explanation)))]
#[get("/purchase-orders/{id}/explanation")]
pub async fn explain(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let explained = orders::explain_purchase_order(conn, actor, (*id).into())?;
        Ok(Reply::plain(&Explanation::from(explained))?)
    })
    .await
}
