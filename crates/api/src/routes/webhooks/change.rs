//! `PUT /webhooks/{id}`.
use super::{WebhookText, WebhookView};
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::IfMatch;
use actix_web::{put, web};
use store::operations::webhooks::endpoints;
use uuid::Uuid;

/// Changes an endpoint. What waits goes to the new address, and is tried at once.
#[utoipa::path(tag = "Webhooks", operation_id = "webhooks_change", request_body = WebhookText,
    params(("id" = Uuid, Path, description = "The endpoint."), IfMatch),
    responses((status = 200, description = "The endpoint.", body = WebhookView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[put("/webhooks/{id}")]
pub async fn change(call: Call, id: web::Path<Uuid>, body: Body<WebhookText>) -> Answer {
    let new = body.value.parse(call.app.settings.webhooks_anywhere)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let changed = endpoints::change(conn, actor, (*id).into(), version, &new)?;
        Ok(Reply::ok(
            &WebhookView::at(&changed, actor.now),
            changed.version,
        )?)
    })
    .await
}
