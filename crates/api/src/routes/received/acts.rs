//! `POST /received-invoices/{id}/accept` and `/refuse`.
use super::ReceivedInvoiceView;
use crate::http::{Answer, Body, Call, Fields, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use serde::Deserialize;
use store::received::invoices;
use utoipa::ToSchema;
use uuid::Uuid;

/// Why it is refused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceRefusal {
    #[schema(
        example = "Ten tiles of the hundred were broken.",
        min_length = 1,
        max_length = 500
    )]
    reason: String,
}

/// Accepts a document that matches. It is compared again, with what was accepted and billed by now; one that differs
/// by more than your tolerances is refused with what differs.
#[utoipa::path(tag = "Invoices", operation_id = "received_invoices_accept",
    params(("id" = Uuid, Path, description = "The document."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The document.", body = ReceivedInvoiceView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["invoice_differs", "wrong_state"]))))]
#[post("/received-invoices/{id}/accept")]
pub async fn accept(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let found = invoices::accept(conn, actor, (*id).into(), version)?;
        let version = found.document.version;
        Ok(Reply::ok(&ReceivedInvoiceView::from(found), version)?)
    })
    .await
}

/// Refuses a document, whether it matches or not: it bills nothing any more, and its seller may send another of its
/// number.
#[utoipa::path(tag = "Invoices", operation_id = "received_invoices_refuse", request_body = InvoiceRefusal,
    params(("id" = Uuid, Path, description = "The document."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The document.", body = ReceivedInvoiceView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/received-invoices/{id}/refuse")]
pub async fn refuse(call: Call, id: web::Path<Uuid>, body: Body<InvoiceRefusal>) -> Answer {
    let version = call.version()?;
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &body.value.reason, 500);
    let reason = fields.finish(|| reason)?;
    call.write(Some(body.digest), move |conn, actor| {
        let found = invoices::refuse(conn, actor, (*id).into(), version, &reason)?;
        let version = found.document.version;
        Ok(Reply::ok(&ReceivedInvoiceView::from(found), version)?)
    })
    .await
}
