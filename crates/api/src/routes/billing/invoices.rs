//! `POST /purchase-orders/{id}/invoices`, `GET /invoices`, `GET /invoices/{id}`.
use crate::http::negotiation::{Form, xml};
use crate::http::printed::{self, PrintedIn};
use crate::http::wire::DecimalText;
use crate::http::{Answer, Call, List, Query, Reply};
use crate::openapi::IdempotencyKeyRequired;
use crate::routes::orders::TotalsView;
use crate::routes::purchase_orders::OfPurchaseOrder;
use accounting::ubl::{self, Received};
use actix_web::{HttpRequest, get, post, web};
use chrono::NaiveDate;
use printing::{Language, PrintError};
use serde::Serialize;
use store::books::ebilling;
use store::error::corrupt;
use store::fulfilment::invoices::{self, Invoice};
use store::ids::InvoiceId;
use store::{Actor, Conn, Error};
use utoipa::ToSchema;
use uuid::Uuid;

/// A line of an invoice or a credit note.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceLineView {
    /// The position of the order's line.
    #[schema(example = 1)]
    line: i32,
    #[schema(value_type = String, example = "480")]
    quantity: DecimalText,
    totals: TotalsView,
}

/// A part of what is payable, and when.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstalmentView {
    /// The order's milestone.
    #[schema(example = 2)]
    milestone: i32,
    #[schema(value_type = String, example = "5467.00")]
    amount: DecimalText,
    due_on: NaiveDate,
}

/// An invoice or a credit note.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceView {
    id: Uuid,
    /// Distinct among its co-operative's.
    #[schema(example = "INV-2026-000001")]
    reference: String,
    /// invoice, credit_note or work_done (when a purchase order was cancelled).
    #[schema(example = "invoice")]
    kind: &'static str,
    purchase_order_id: Uuid,
    cooperative_id: Uuid,
    payer_id: Uuid,
    /// buyer or fund.
    #[schema(example = "buyer")]
    account: &'static str,
    /// The claim that a credit note settles, or null.
    claim_id: Option<Uuid>,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    totals: TotalsView,
    /// Of an invoice, the advance that it nets; of a credit note, what was never billed.
    #[schema(value_type = String, example = "9111.30")]
    deducted: DecimalText,
    /// What is to be paid; of a credit note, paid back.
    #[schema(value_type = String, example = "9111.30")]
    payable: DecimalText,
    #[schema(value_type = String, example = "0.00")]
    paid: DecimalText,
    issued_on: NaiveDate,
    /// None for work done.
    lines: Vec<InvoiceLineView>,
    /// When what is payable is due.
    instalments: Vec<InstalmentView>,
}

impl From<Invoice> for InvoiceView {
    fn from(invoice: Invoice) -> Self {
        let line = |line: invoices::LineAmount| InvoiceLineView {
            line: line.line,
            quantity: line.quantity.into(),
            totals: line.totals.into(),
        };
        let part = |part: invoices::Instalment| InstalmentView {
            milestone: part.milestone,
            amount: part.amount.into(),
            due_on: part.due_on,
        };
        Self {
            id: invoice.id.uuid(),
            reference: invoice.reference,
            kind: invoice.kind.as_str(),
            purchase_order_id: invoice.purchase_order.uuid(),
            cooperative_id: invoice.cooperative.uuid(),
            payer_id: invoice.payer.uuid(),
            account: invoice.account.as_str(),
            claim_id: invoice.claim.map(store::ids::ClaimId::uuid),
            currency: invoice.totals.currency().code(),
            totals: invoice.totals.into(),
            deducted: invoice.deducted.into(),
            payable: invoice.payable.into(),
            paid: invoice.paid.into(),
            issued_on: invoice.issued_on,
            lines: invoice.lines.into_iter().map(line).collect(),
            instalments: invoice.instalments.into_iter().map(part).collect(),
        }
    }
}

/// The invoices that were issued.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedInvoices {
    /// One for each payer.
    invoices: Vec<InvoiceView>,
}

/// Bills, as the co-operative, what was accepted and not billed yet: one invoice for each payer, with its part
/// of the advance netted.
#[utoipa::path(tag = "Invoices", operation_id = "invoices_bill",
    params(("id" = Uuid, Path, description = "The purchase order."), IdempotencyKeyRequired),
    responses((status = 201, description = "The invoices.", body = IssuedInvoices,
        headers(("Location" = String, description = "The first of them.")))),
    extensions(("x-problem-codes" = json!(["nothing_to_bill", "wrong_state", "amount_out_of_range"]))))]
#[post("/purchase-orders/{id}/invoices")]
pub async fn bill(call: Call, id: web::Path<Uuid>) -> Answer {
    call.write(None, move |conn, actor| {
        let issued = invoices::bill(conn, actor, (*id).into())?;
        let first = issued.first().map(|invoice| invoice.id.to_string());
        let location = format!("/api/v1/invoices/{}", first.unwrap_or_default());
        let invoices = issued.into_iter().map(InvoiceView::from).collect();
        Ok(Reply::made(location, &IssuedInvoices { invoices })?)
    })
    .await
}

/// Lists invoices and credit notes: a co-operative's own, or those that your organisation pays.
#[utoipa::path(tag = "Invoices", operation_id = "invoices_list", params(OfPurchaseOrder),
    responses((status = 200, description = "A page.", body = List<InvoiceView>)))]
#[get("/invoices")]
pub async fn list(call: Call, query: Query<OfPurchaseOrder>) -> Answer {
    let (page, of) = query.0.read()?;
    call.read(move |conn, actor| {
        let rows = invoices::list(conn, actor, of, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            InvoiceView::from,
        ))?)
    })
    .await
}

/// One invoice or credit note, for its co-operative and its payer. With `Accept: application/xml` it is the UBL 2.1
/// document as it was issued, by EN 16931 and, where both sides have a GLN, Peppol BIS Billing 3.0; a credit note of
/// what was never invoiced has none. With `Accept: application/pdf` it is printed (PDF/A-3) with that UBL inside.
#[utoipa::path(tag = "Invoices", operation_id = "invoices_get",
    params(("id" = Uuid, Path, description = "The invoice or credit note."), PrintedIn),
    responses((status = 200, description = "The document.",
        content((InvoiceView = "application/json"), (String = "application/xml"), (Vec<u8> = "application/pdf")),
        headers(("ETag" = String, description = "Its version; of XML and PDF, a digest.")))))]
#[get("/invoices/{id}")]
pub async fn get(call: Call, request: HttpRequest, id: web::Path<Uuid>) -> Answer {
    let id = (*id).into();
    match Form::wanted(&request, &[Form::Xml, Form::Pdf]) {
        Form::Xml => {
            let issued = call
                .look(move |conn, actor| ebilling::get(conn, actor, id))
                .await?;
            Ok(xml(issued.xml, &issued.sha256))
        }
        Form::Pdf => {
            printed::pdf(
                &call,
                &request,
                move |conn, actor| to_print(conn, actor, id),
                print,
            )
            .await
        }
        Form::Json => {
            call.read(move |conn, actor| {
                let found = invoices::get(conn, actor, id)?;
                let version = found.version;
                Ok(Reply::ok(&InvoiceView::from(found), version)?)
            })
            .await
        }
    }
}

/// A document as it was issued, and what it says.
fn to_print(
    conn: &mut Conn,
    actor: &Actor,
    id: InvoiceId,
) -> Result<(String, (Received, String)), Error> {
    let xml = ebilling::get(conn, actor, id)?.xml;
    let said = ubl::read(xml.as_bytes()).map_err(|_| corrupt("invoice_documents.xml"))?;
    Ok((said.draft.number.clone(), (said, xml)))
}

fn print((said, xml): (Received, String), language: Language) -> Result<Vec<u8>, PrintError> {
    printing::billing(&said, xml.into_bytes(), language)
}
