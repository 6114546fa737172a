//! `GET /assembly-records/{id}`.
use super::{AssemblyRecordView, VERSION};
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::governance::assembly;
use uuid::Uuid;

/// One assembly record: your organisation's own; a network also sees those behind the dossiers it was
/// given, and everybody admitted those by which a rule set was adopted.
#[utoipa::path(tag = "Assemblies", operation_id = "assembly_records_get",
    params(("id" = Uuid, Path, description = "The record.")),
    responses((status = 200, description = "The record.", body = AssemblyRecordView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/assembly-records/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let recorded = assembly::seen_by(conn, actor, (*id).into())?;
        Ok(Reply::ok(&AssemblyRecordView::from(recorded), VERSION)?)
    })
    .await
}
