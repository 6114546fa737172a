//! `POST /webhooks/{id}/rotate-secret`.
use super::{WebhookView, WebhookWithSecret};
use crate::http::body::OptionalBody;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use crate::routes::clients::RotateSecret;
use crate::webhooks::fresh_secret;
use actix_web::{post, web};
use store::operations::webhooks::endpoints;
use uuid::Uuid;

/// Gives an endpoint a new secret. What is sent is signed with the one before as well, for the hours that you say, a
/// day if you say nothing.
#[utoipa::path(tag = "Webhooks", operation_id = "webhooks_rotate_secret",
    request_body(content = Option<RotateSecret>, content_type = "application/json"),
    params(("id" = Uuid, Path, description = "The endpoint."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The endpoint with its new secret.", body = WebhookWithSecret,
        headers(("ETag" = String, description = "Its version.")))))]
#[post("/webhooks/{id}/rotate-secret")]
pub async fn rotate(call: Call, id: web::Path<Uuid>, body: OptionalBody<RotateSecret>) -> Answer {
    let overlap = body.value.overlap()?;
    let version = call.version()?;
    let secret = fresh_secret();
    call.write(body.digest, move |conn, actor| {
        let new = (secret.as_str(), overlap);
        let rotated = endpoints::rotate(conn, actor, (*id).into(), version, new)?;
        let view = WebhookView::at(&rotated, actor.now);
        let (shown, kept) = WebhookWithSecret::pair(view, &secret);
        Ok(Reply::ok(&shown, rotated.version)?.once(&kept)?)
    })
    .await
}
