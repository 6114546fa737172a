//! `GET /received-invoices` and `GET /received-invoices/{id}`.
use super::{ReceivedInvoiceSummary, ReceivedInvoiceView};
use crate::http::negotiation::{Form, xml};
use crate::http::{Answer, Call, List, Query, Reply};
use crate::routes::purchase_orders::OfPurchaseOrder;
use actix_web::{HttpRequest, get, web};
use store::received::invoices;
use uuid::Uuid;

/// Lists the invoices and credit notes that your organisation received, oldest first.
#[utoipa::path(tag = "Invoices", operation_id = "received_invoices_list", params(OfPurchaseOrder),
    responses((status = 200, description = "A page.", body = List<ReceivedInvoiceSummary>)))]
#[get("/received-invoices")]
pub async fn list(call: Call, query: Query<OfPurchaseOrder>) -> Answer {
    let (page, of) = query.0.read()?;
    call.read(move |conn, actor| {
        let rows = invoices::list(conn, actor, of, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            ReceivedInvoiceSummary::from,
        ))?)
    })
    .await
}

/// One invoice or credit note that your organisation received, with what differs. With `Accept: application/xml` it is
/// the file as it was sent.
#[utoipa::path(tag = "Invoices", operation_id = "received_invoices_get",
    params(("id" = Uuid, Path, description = "The document.")),
    responses((status = 200, description = "The document.",
        content((ReceivedInvoiceView = "application/json"), (String = "application/xml")),
        headers(("ETag" = String, description = "Its version; of the XML, its digest.")))))]
#[get("/received-invoices/{id}")]
pub async fn get(call: Call, request: HttpRequest, id: web::Path<Uuid>) -> Answer {
    if Form::wanted(&request, &[Form::Xml]) == Form::Xml {
        let (document, sha256) = call
            .look(move |conn, actor| invoices::xml(conn, actor, (*id).into()))
            .await?;
        return Ok(xml(document, &sha256));
    }
    call.read(move |conn, actor| {
        let found = invoices::get(conn, actor, (*id).into())?;
        let version = found.document.version;
        Ok(Reply::ok(&ReceivedInvoiceView::from(found), version)?)
    })
    .await
}
