//! `GET /dossiers/{id}/findings/{finding_id}`.
use super::{FINDING_VERSION, FindingView};
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::governance::findings;
use uuid::Uuid;

/// One finding.
#[utoipa::path(tag = "Verification", operation_id = "findings_get",
    params(("id" = Uuid, Path, description = "The dossier."),
        ("finding_id" = Uuid, Path, description = "The finding.")),
    responses((status = 200, description = "The finding.", body = FindingView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/dossiers/{id}/findings/{finding_id}")]
pub async fn get(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    let (dossier, id) = path.into_inner();
    call.read(move |conn, actor| {
        let filed = findings::get(conn, actor, dossier.into(), id.into())?;
        Ok(Reply::ok(&FindingView::from(filed), FINDING_VERSION)?)
    })
    .await
}
