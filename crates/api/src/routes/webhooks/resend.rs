//! `POST /webhooks/{id}/deliveries/{delivery_id}/resend`.
use super::DeliveryView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use store::operations::webhooks::deliveries;
use uuid::Uuid;

/// Sends a delivery again that was parked or has arrived: the same message, for another three days, before what is
/// younger.
#[utoipa::path(tag = "Webhooks", operation_id = "webhook_deliveries_resend",
    params(("id" = Uuid, Path, description = "The endpoint."),
        ("delivery_id" = Uuid, Path, description = "The delivery."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The delivery.", body = DeliveryView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/webhooks/{id}/deliveries/{delivery_id}/resend")]
pub async fn resend(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    let (id, delivery) = path.into_inner();
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let which = (id.into(), delivery.into());
        let sent = deliveries::resend(conn, actor, which, version)?;
        let version = sent.version;
        Ok(Reply::ok(&DeliveryView::from(sent), version)?)
    })
    .await
}
