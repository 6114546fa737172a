//! `POST /affiliations/{id}/accept`, `/refuse`, `/withdraw` and `/end`.
use super::AffiliationView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use ordering::AffiliationAct;
use store::identity::affiliations;
use uuid::Uuid;

/// Takes the child in, as an admin of the parent.
#[utoipa::path(tag = "Federation", operation_id = "affiliations_accept",
    params(("id" = Uuid, Path, description = "The affiliation."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The affiliation.", body = AffiliationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "not_in_tree"]))))]
#[post("/affiliations/{id}/accept")]
pub async fn accept(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, AffiliationAct::Accept).await
}

/// Does not take the child in, as an admin of the parent.
#[utoipa::path(tag = "Federation", operation_id = "affiliations_refuse",
    params(("id" = Uuid, Path, description = "The affiliation."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The affiliation.", body = AffiliationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/affiliations/{id}/refuse")]
pub async fn refuse(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, AffiliationAct::Refuse).await
}

/// Takes the question back, as an admin of the child.
#[utoipa::path(tag = "Federation", operation_id = "affiliations_withdraw",
    params(("id" = Uuid, Path, description = "The affiliation."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The affiliation.", body = AffiliationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/affiliations/{id}/withdraw")]
pub async fn withdraw(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, AffiliationAct::Withdraw).await
}

/// Leaves the other, as an admin of either side. What is free of the budgets between them goes back; what is
/// committed or spent stays.
#[utoipa::path(tag = "Federation", operation_id = "affiliations_end",
    params(("id" = Uuid, Path, description = "The affiliation."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The affiliation.", body = AffiliationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/affiliations/{id}/end")]
pub async fn end(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, AffiliationAct::End).await
}

async fn act(call: Call, id: Uuid, act: AffiliationAct) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let changed = affiliations::act(conn, actor, id.into(), version, act)?;
        let view = AffiliationView::of(conn, &changed)?;
        Ok(Reply::ok(&view, changed.version)?)
    })
    .await
}
