//! `GET /exports/{id}`.
use super::ExportView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::exports;
use uuid::Uuid;

/// An export of your organisation, for its admins.
#[utoipa::path(tag = "Exports", operation_id = "exports_get",
    params(("id" = Uuid, Path, description = "The export.")),
    responses((status = 200, description = "The export.", body = ExportView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/exports/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let export = exports::get(conn, actor, (*id).into())?;
        let version = export.version;
        Ok(Reply::ok(&ExportView::from(export), version)?)
    })
    .await
}
