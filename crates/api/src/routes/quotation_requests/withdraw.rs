//! `POST /requests-for-quotation/{id}/withdraw`.
use super::QuotationRequestView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use store::quotations::requests;
use uuid::Uuid;

/// Takes a request back: every talk about it ends, and who was asked is told.
#[utoipa::path(tag = "Quotations", operation_id = "quotation_requests_withdraw",
    params(("id" = Uuid, Path, description = "The request."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The request.", body = QuotationRequestView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/requests-for-quotation/{id}/withdraw")]
pub async fn withdraw(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let seen = requests::withdraw(conn, actor, (*id).into(), version)?;
        let version = seen.request.version;
        Ok(Reply::ok(&QuotationRequestView::from(seen), version)?)
    })
    .await
}
