//! `POST /clients/{id}/revoke`.
use super::ClientView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use store::identity::clients;
use uuid::Uuid;

/// Revokes a machine: its tokens stop with the next request.
#[utoipa::path(tag = "Machines", operation_id = "clients_revoke",
    params(("id" = Uuid, Path, description = "The machine."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The machine.", body = ClientView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/clients/{id}/revoke")]
pub async fn revoke(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let client = clients::revoke(conn, actor, (*id).into(), version)?;
        Ok(Reply::ok(
            &ClientView::at(&client, actor.now),
            client.version,
        )?)
    })
    .await
}
