//! `POST /orders/{id}/cancel`.
use super::OrderView;
use crate::http::{Answer, Body, Call, Fields, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use serde::Deserialize;
use store::orders;
use utoipa::ToSchema;
use uuid::Uuid;

/// Why an order is cancelled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelOrder {
    #[schema(example = "The congress was moved to next year.", max_length = 500)]
    reason: String,
}

/// Calls an order off: its capacity and the fund's share are free again. Once a co-operative has accepted
/// its part, that needs a consultation first, and is refused.
#[utoipa::path(tag = "Orders", operation_id = "orders_cancel", request_body = CancelOrder,
    params(("id" = Uuid, Path, description = "The order."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The order.", body = OrderView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/orders/{id}/cancel")]
pub async fn cancel(call: Call, id: web::Path<Uuid>, body: Body<CancelOrder>) -> Answer {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &body.value.reason, 500);
    let reason = fields.finish(|| reason)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let cancelled = orders::cancel(conn, actor, (*id).into(), version, &reason)?;
        let seen = orders::see(conn, actor, cancelled.id)?;
        Ok(Reply::ok(&OrderView::from(seen), cancelled.version)?)
    })
    .await
}
