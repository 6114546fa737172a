//! `POST /dossiers/{id}/sign`.
use super::{DossierView, reply};
use crate::http::{Answer, Body, Call, Fields, wire};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use store::governance::dossiers;
use utoipa::ToSchema;
use uuid::Uuid;

/// How long a signature holds.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The last day; null: as long as the standing allows (two years; one where it is provisional).
    expires_on: Option<NaiveDate>,
}

/// Signs: the co-operative is verified, or provisionally so in its first year. `not_verifiable` lists
/// each condition that is not met, with its code as the detail: `members_not_majority`,
/// `not_one_person_one_vote`, `no_recent_assembly`, `no_valid_assembly_record`, `open_major_finding`.
#[utoipa::path(tag = "Verification", operation_id = "dossiers_sign", request_body = Signature,
    params(("id" = Uuid, Path, description = "The dossier."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The dossier.", body = DossierView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "conflict_of_interest", "wrong_state", "not_verifiable"]))))]
#[post("/dossiers/{id}/sign")]
pub async fn sign(call: Call, id: web::Path<Uuid>, body: Body<Signature>) -> Answer {
    let mut fields = Fields::new();
    let expires_on = body
        .value
        .expires_on
        .and_then(|day| wire::day(&mut fields, "/expires_on", day));
    let expires_on = fields.finish(|| Some(expires_on))?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let signed = dossiers::sign(conn, actor, (*id).into(), version, expires_on)?;
        Ok(reply(signed)?)
    })
    .await
}
