//! `POST /webhooks/{id}/ping`.
use super::DeliveryView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::IdempotencyKey;
use crate::webhooks::ping_body;
use actix_web::{post, web};
use store::operations::webhooks::endpoints;
use uuid::Uuid;

/// Sends a test, of the type `webhook.ping`, behind what waits already; the endpoint is tried at once, however long it
/// would have waited after its last failure.
#[utoipa::path(tag = "Webhooks", operation_id = "webhooks_ping",
    params(("id" = Uuid, Path, description = "The endpoint."), IdempotencyKey),
    responses((status = 202, description = "The test is on its way.", body = DeliveryView,
        headers(("Location" = String, description = "Where to see what became of it.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/webhooks/{id}/ping")]
pub async fn ping(call: Call, id: web::Path<Uuid>) -> Answer {
    call.write(None, move |conn, actor| {
        let body = ping_body(actor.organisation.uuid(), actor.now.utc());
        let sent = endpoints::ping(conn, actor, (*id).into(), body)?;
        let location = format!("/api/v1/webhooks/{}/deliveries/{}", *id, sent.id);
        Ok(Reply::accepted(location, &DeliveryView::from(sent))?)
    })
    .await
}
