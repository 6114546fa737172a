//! `POST /webhooks`.
use super::{WebhookText, WebhookView, WebhookWithSecret};
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::IdempotencyKeyRequired;
use crate::webhooks::fresh_secret;
use actix_web::post;
use store::operations::webhooks::endpoints;

/// Has your organisation's events sent somewhere, from now on: signed, one after the other in the order in which they
/// happened, each tried for three days.
#[utoipa::path(tag = "Webhooks", operation_id = "webhooks_create", request_body = WebhookText,
    params(IdempotencyKeyRequired),
    responses((status = 201, description = "The endpoint with its secret.", body = WebhookWithSecret,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/webhooks")]
pub async fn create(call: Call, body: Body<WebhookText>) -> Answer {
    let new = body.value.parse(call.app.settings.webhooks_anywhere)?;
    let secret = fresh_secret();
    call.write(Some(body.digest), move |conn, actor| {
        let made = endpoints::create(conn, actor, &new, &secret)?;
        let location = format!("/api/v1/webhooks/{}", made.id);
        let view = WebhookView::at(&made, actor.now);
        let (shown, kept) = WebhookWithSecret::pair(view, &secret);
        Ok(Reply::created(location, &shown, made.version)?.once(&kept)?)
    })
    .await
}
