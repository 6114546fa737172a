//! `PUT /dossiers/{id}`.
use super::{ContentBody, DossierView, reply};
use crate::http::{Answer, Body, Call};
use crate::openapi::IfMatch;
use actix_web::{put, web};
use store::governance::dossiers;
use uuid::Uuid;

/// Changes a draft, the network that is asked too.
#[utoipa::path(tag = "Verification", operation_id = "dossiers_change", request_body = ContentBody,
    params(("id" = Uuid, Path, description = "The dossier."), IfMatch),
    responses((status = 200, description = "The dossier.", body = DossierView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "assembly_not_valid", "wrong_state", "duplicate"]))))]
#[put("/dossiers/{id}")]
pub async fn change(call: Call, id: web::Path<Uuid>, body: Body<ContentBody>) -> Answer {
    let content = body.value.parse()?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let changed = dossiers::change(conn, actor, (*id).into(), version, &content)?;
        Ok(reply(changed)?)
    })
    .await
}
