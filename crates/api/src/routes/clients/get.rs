//! `GET /clients/{id}`.
use super::ClientView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::identity::clients;
use uuid::Uuid;

/// A machine of your organisation.
#[utoipa::path(tag = "Machines", operation_id = "clients_get",
    params(("id" = Uuid, Path, description = "The machine.")),
    responses((status = 200, description = "The machine.", body = ClientView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/clients/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let client = clients::get(conn, actor, (*id).into())?;
        Ok(Reply::ok(
            &ClientView::at(&client, actor.now),
            client.version,
        )?)
    })
    .await
}
