//! `POST /dossiers`.
use super::{ContentBody, DossierView};
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use store::governance::dossiers;

/// Begins a dossier for a network, which does not see it before it is submitted. The co-operative's
/// assembly secretary does.
#[utoipa::path(tag = "Verification", operation_id = "dossiers_create", request_body = ContentBody, params(IdempotencyKey),
    responses((status = 201, description = "The draft.", body = DossierView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "not_found", "assembly_not_valid", "duplicate"]))))]
#[post("/dossiers")]
pub async fn create(call: Call, body: Body<ContentBody>) -> Answer {
    let content = body.value.parse()?;
    call.write(Some(body.digest), move |conn, actor| {
        let dossier = dossiers::create(conn, actor, &content)?;
        let (version, location) = (dossier.version, format!("/api/v1/dossiers/{}", dossier.id));
        Ok(Reply::created(
            location,
            &DossierView::from(dossier),
            version,
        )?)
    })
    .await
}
