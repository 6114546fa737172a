//! `GET /dossiers/{id}`.
use super::{DossierView, reply};
use crate::http::{Answer, Call};
use actix_web::{get, web};
use store::governance::dossiers;
use uuid::Uuid;

/// One dossier: the co-operative sees its own, a network those that were submitted to it.
#[utoipa::path(tag = "Verification", operation_id = "dossiers_get",
    params(("id" = Uuid, Path, description = "The dossier.")),
    responses((status = 200, description = "The dossier.", body = DossierView,
        headers(("ETag" = String, description = "Its version, findings included.")))))]
#[get("/dossiers/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| Ok(reply(dossiers::seen_by(conn, actor, (*id).into())?)?))
        .await
}
