//! `POST /dossiers/{id}/submit` and `/withdraw`.
use super::{DossierView, reply};
use crate::http::{Answer, Call};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use store::governance::dossiers;
use uuid::Uuid;

/// Gives the dossier to the network, which sees it, and the assembly record behind it, from now on.
#[utoipa::path(tag = "Verification", operation_id = "dossiers_submit",
    params(("id" = Uuid, Path, description = "The dossier."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The dossier.", body = DossierView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state"]))))]
#[post("/dossiers/{id}/submit")]
pub async fn submit(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        Ok(reply(dossiers::submit(
            conn,
            actor,
            (*id).into(),
            version,
        )?)?)
    })
    .await
}

/// Takes a draft or a submitted dossier back. What was found stays on file.
#[utoipa::path(tag = "Verification", operation_id = "dossiers_withdraw",
    params(("id" = Uuid, Path, description = "The dossier."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The dossier.", body = DossierView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state"]))))]
#[post("/dossiers/{id}/withdraw")]
pub async fn withdraw(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        Ok(reply(dossiers::withdraw(
            conn,
            actor,
            (*id).into(),
            version,
        )?)?)
    })
    .await
}
