//! `POST /organisations/{id}/admit` and `/refuse`.
use super::OrganisationView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use store::identity::organisations::{self, Answer as Decision};
use uuid::Uuid;

/// Admits an applicant: a network a co-operative (which becomes its member), the operator all others.
#[utoipa::path(tag = "Organisations", operation_id = "organisations_admit",
    params(("id" = Uuid, Path, description = "The applicant."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The organisation.", body = OrganisationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/organisations/{id}/admit")]
pub async fn admit(call: Call, id: web::Path<Uuid>) -> Answer {
    decide(call, *id, Decision::Admit).await
}

/// Refuses an applicant.
#[utoipa::path(tag = "Organisations", operation_id = "organisations_refuse",
    params(("id" = Uuid, Path, description = "The applicant."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The organisation.", body = OrganisationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/organisations/{id}/refuse")]
pub async fn refuse(call: Call, id: web::Path<Uuid>) -> Answer {
    decide(call, *id, Decision::Refuse).await
}

async fn decide(call: Call, id: Uuid, decision: Decision) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let answered =
            organisations::answer_application(conn, actor, id.into(), version, decision)?;
        let version = answered.version;
        Ok(Reply::ok(&OrganisationView::from(answered), version)?)
    })
    .await
}
