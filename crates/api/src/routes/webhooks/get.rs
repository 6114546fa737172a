//! `GET /webhooks/{id}`.
use super::WebhookView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::operations::webhooks::endpoints;
use uuid::Uuid;

/// An endpoint of your organisation.
#[utoipa::path(tag = "Webhooks", operation_id = "webhooks_get",
    params(("id" = Uuid, Path, description = "The endpoint.")),
    responses((status = 200, description = "The endpoint.", body = WebhookView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/webhooks/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = endpoints::get(conn, actor, (*id).into())?;
        Ok(Reply::ok(
            &WebhookView::at(&found, actor.now),
            found.version,
        )?)
    })
    .await
}
