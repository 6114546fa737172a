//! `GET /imports/{id}`.
use super::ImportView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::imports;
use uuid::Uuid;

/// An import that a job carries out for your organisation.
#[utoipa::path(tag = "Tables", operation_id = "imports_get",
    params(("id" = Uuid, Path, description = "The import.")),
    responses((status = 200, description = "The import.", body = ImportView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/imports/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let import = imports::get(conn, actor, (*id).into())?;
        let version = import.version;
        Ok(Reply::ok(&ImportView::from(import), version)?)
    })
    .await
}
