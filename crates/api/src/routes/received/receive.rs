//! `POST /received-invoices`.
use super::ReceivedInvoiceView;
use crate::http::body::XmlFile;
use crate::http::problem::internal;
use crate::http::{Answer, Call, Reply};
use crate::openapi::IdempotencyKeyRequired;
use actix_web::{post, web};
use store::received::document::Document;
use store::received::invoices;

/// Hands in an invoice or a credit note that reached your organisation, as UBL 2.1 of at most 4 MiB. It is held to the
/// rules of EN 16931 (and of Peppol BIS Billing 3.0 where it says that it keeps them), tied to the purchase order that
/// its `OrderReference` names and to its sides by their tax ids, and compared with what was ordered, accepted and
/// billed before. Faults are named by the element's path or the business term, with the rule. The same file again is
/// the same record: 200. Nothing of it is posted to your books.
#[utoipa::path(tag = "Invoices", operation_id = "received_invoices_receive",
    params(IdempotencyKeyRequired),
    request_body(description = "The document.", content((String = "application/xml"), (String = "text/xml"))),
    responses(
        (status = 201, description = "The document, compared.", body = ReceivedInvoiceView,
            headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is."))),
        (status = 200, description = "It was received before.", body = ReceivedInvoiceView,
            headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_found", "document_refused", "currency_mismatch", "duplicate",
        "amount_out_of_range"]))))]
#[post("/received-invoices")]
pub async fn receive(call: Call, body: XmlFile) -> Answer {
    // A large document is read only for those who may hand it in.
    call.look(|_, actor| invoices::may_receive(actor)).await?;
    let XmlFile { bytes, digest } = body;
    let document = web::block(move || Document::read(bytes))
        .await
        .map_err(|_| internal())??;
    call.write(Some(digest), move |conn, actor| {
        let (found, new) = invoices::receive(conn, actor, &document)?;
        let (id, version) = (found.document.id, found.document.version);
        let view = ReceivedInvoiceView::from(found);
        if !new {
            return Ok(Reply::ok(&view, version)?);
        }
        let location = format!("/api/v1/received-invoices/{id}");
        Ok(Reply::created(location, &view, version)?)
    })
    .await
}
