//! `POST /dossiers/{id}/refuse`.
use super::{DossierView, reply};
use crate::http::{Answer, Body, Call, Fields};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use serde::Deserialize;
use store::governance::dossiers;
use utoipa::ToSchema;
use uuid::Uuid;

/// Why a verification is refused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    #[schema(example = "More people are hired than are members.", max_length = 2000)]
    reason: String,
}

/// Refuses the verification, and says why.
#[utoipa::path(tag = "Verification", operation_id = "dossiers_refuse", request_body = Refusal,
    params(("id" = Uuid, Path, description = "The dossier."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The dossier.", body = DossierView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "conflict_of_interest", "wrong_state"]))))]
#[post("/dossiers/{id}/refuse")]
pub async fn refuse(call: Call, id: web::Path<Uuid>, body: Body<Refusal>) -> Answer {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &body.value.reason, 2000);
    let reason = fields.finish(|| reason)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let refused = dossiers::refuse(conn, actor, (*id).into(), version, &reason)?;
        Ok(reply(refused)?)
    })
    .await
}
