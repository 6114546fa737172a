//! `POST /purchase-orders/{id}/accept`.
use super::PurchaseOrderView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use store::orders;
use uuid::Uuid;

/// Takes a purchase order, until its deadline. Nobody can accept a price under what the work costs today.
#[utoipa::path(tag = "Purchase orders", operation_id = "purchase_orders_accept",
    params(("id" = Uuid, Path, description = "The purchase order."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The purchase order.", body = PurchaseOrderView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "below_floor", "variants_missing", "workplace_missing",
        "currency_mismatch", "no_common_rule_set", "no_productive_hours", "amount_out_of_range"]))))]
#[post("/purchase-orders/{id}/accept")]
pub async fn accept(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let accepted = orders::accept(conn, actor, (*id).into(), version)?;
        let seen = orders::see_purchase_order(conn, actor, accepted.id)?;
        Ok(Reply::ok(&PurchaseOrderView::from(seen), accepted.version)?)
    })
    .await
}
