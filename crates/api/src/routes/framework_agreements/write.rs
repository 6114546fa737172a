//! `POST /framework-agreements` and `PUT /framework-agreements/{id}`.
use super::AgreementView;
use super::terms::{AgreementText, parse};
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, put, web};
use store::agreements::terms;
use uuid::Uuid;

/// Writes a framework agreement, as a draft at the prices of the day. A buyer does.
#[utoipa::path(tag = "Framework agreements", operation_id = "framework_agreements_create",
    request_body = AgreementText, params(IdempotencyKey),
    responses((status = 201, description = "The agreement.", body = AgreementView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "quantity_not_offered", "currency_mismatch",
        "weights_do_not_sum_to_one", "no_common_rule_set", "workplace_missing", "insufficient_market_evidence",
        "missing_exchange_rate", "no_productive_hours", "not_above_market", "below_floor",
        "amount_out_of_range"]))))]
#[post("/framework-agreements")]
pub async fn create(call: Call, body: Body<AgreementText>) -> Answer {
    let terms = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let seen = terms::create(conn, actor, &terms)?;
        let version = seen.agreement.version;
        let location = format!("/api/v1/framework-agreements/{}", seen.agreement.id);
        Ok(Reply::created(
            location,
            &AgreementView::of(seen)?,
            version,
        )?)
    })
    .await
}

/// Writes the terms anew, at the prices of the day: the buyer while it is a draft, either side while it is
/// offered. Signatures that were given are void.
#[utoipa::path(tag = "Framework agreements", operation_id = "framework_agreements_change",
    request_body = AgreementText,
    params(("id" = Uuid, Path, description = "The agreement."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The agreement.", body = AgreementView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state", "quantity_not_offered",
        "currency_mismatch", "weights_do_not_sum_to_one", "no_common_rule_set", "workplace_missing",
        "insufficient_market_evidence", "missing_exchange_rate", "no_productive_hours", "not_above_market",
        "below_floor", "amount_out_of_range"]))))]
#[put("/framework-agreements/{id}")]
pub async fn change(call: Call, id: web::Path<Uuid>, body: Body<AgreementText>) -> Answer {
    let terms = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let seen = terms::change(conn, actor, (*id).into(), version, &terms)?;
        let version = seen.agreement.version;
        Ok(Reply::ok(&AgreementView::of(seen)?, version)?)
    })
    .await
}
