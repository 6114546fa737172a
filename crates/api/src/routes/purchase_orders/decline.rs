//! `POST /purchase-orders/{id}/decline`.
use super::PurchaseOrderView;
use crate::http::{Answer, Body, Call, Fields, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use serde::Deserialize;
use store::orders;
use utoipa::ToSchema;
use uuid::Uuid;

/// Why a purchase order is declined.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclinePurchaseOrder {
    #[schema(example = "The kiln is being repaired until March.", max_length = 500)]
    reason: String,
}

/// Declines a purchase order, until its deadline. Nothing is penalised: the capacity is free again, and
/// the buyer is offered a new match.
#[utoipa::path(tag = "Purchase orders", operation_id = "purchase_orders_decline",
    request_body = DeclinePurchaseOrder,
    params(("id" = Uuid, Path, description = "The purchase order."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The purchase order.", body = PurchaseOrderView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/purchase-orders/{id}/decline")]
pub async fn decline(call: Call, id: web::Path<Uuid>, body: Body<DeclinePurchaseOrder>) -> Answer {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &body.value.reason, 500);
    let reason = fields.finish(|| reason)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let declined = orders::decline(conn, actor, (*id).into(), version, &reason)?;
        let seen = orders::see_purchase_order(conn, actor, declined.id)?;
        Ok(Reply::ok(&PurchaseOrderView::from(seen), declined.version)?)
    })
    .await
}
