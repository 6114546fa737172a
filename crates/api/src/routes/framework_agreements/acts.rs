//! `POST /framework-agreements/{id}/offer`, `/withdraw`, `/sign` and `/end`.
use super::AgreementView;
use crate::http::{Answer, Body, Call, Fields, Reply};
use crate::openapi::{IdempotencyKey, IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use serde::Deserialize;
use store::agreements::sign::sign as give_signature;
use store::agreements::{self, Agreement};
use store::ids::AgreementId;
use store::{Actor, Conn, Error};
use utoipa::ToSchema;
use uuid::Uuid;

/// Shows a draft to the co-operative: from now on either side can change the terms, and both sign them.
#[utoipa::path(tag = "Framework agreements", operation_id = "framework_agreements_offer",
    params(("id" = Uuid, Path, description = "The agreement."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The agreement.", body = AgreementView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/framework-agreements/{id}/offer")]
pub async fn offer(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, agreements::offer).await
}

/// Takes an offer back to the buyer's own desk.
#[utoipa::path(tag = "Framework agreements", operation_id = "framework_agreements_withdraw",
    params(("id" = Uuid, Path, description = "The agreement."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The agreement.", body = AgreementView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/framework-agreements/{id}/withdraw")]
pub async fn withdraw(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, agreements::withdraw).await
}

/// Signs the present terms: for the buyer as many approvers as its rule asks for at the committed value, for
/// the co-operative one seller or treasurer. Whoever wrote the terms does not sign, nobody signs twice, and the
/// last signature puts the agreement in force.
#[utoipa::path(tag = "Framework agreements", operation_id = "framework_agreements_sign",
    params(("id" = Uuid, Path, description = "The agreement."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The agreement.", body = AgreementView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "distinct_person_required", "duplicate",
        "below_floor", "not_verified", "workplace_missing", "currency_mismatch", "no_common_rule_set",
        "no_productive_hours", "amount_out_of_range"]))))]
#[post("/framework-agreements/{id}/sign")]
pub async fn sign(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, give_signature).await
}

/// Why an agreement is ended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndAgreement {
    #[schema(example = "The clinics were closed.", max_length = 500)]
    reason: String,
}

/// Ends an agreement: nothing more is called off under it, and what was called off stays ordered.
#[utoipa::path(tag = "Framework agreements", operation_id = "framework_agreements_end",
    request_body = EndAgreement,
    params(("id" = Uuid, Path, description = "The agreement."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The agreement.", body = AgreementView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/framework-agreements/{id}/end")]
pub async fn end(call: Call, id: web::Path<Uuid>, body: Body<EndAgreement>) -> Answer {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &body.value.reason, 500);
    let reason = fields.finish(|| reason)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let ended = agreements::end(conn, actor, (*id).into(), version, &reason)?;
        answer(conn, actor, &ended)
    })
    .await
}

async fn act(
    call: Call,
    id: Uuid,
    act: impl Fn(&mut Conn, &Actor, AgreementId, i64) -> Result<Agreement, Error> + Send + 'static,
) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let changed = act(conn, actor, id.into(), version)?;
        answer(conn, actor, &changed)
    })
    .await
}

fn answer(conn: &mut Conn, actor: &Actor, changed: &Agreement) -> crate::http::call::Work<Reply> {
    let seen = agreements::see(conn, actor, changed.id)?;
    Ok(Reply::ok(&AgreementView::of(seen)?, changed.version)?)
}
