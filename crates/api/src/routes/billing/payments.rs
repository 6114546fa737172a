//! `POST /invoices/{id}/payments`, `POST /payments/{id}/reverse` and `GET /purchase-orders/{id}/payments`.
use crate::http::wire::{self, MoneyText};
use crate::http::{Answer, Body, Call, Fields, List, Paging, Query, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{get, post, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use store::fulfilment::payments::{self, NewPayment, Payment};
use store::fulfilment::reversals;
use utoipa::ToSchema;
use uuid::Uuid;

/// Money that came in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentText {
    /// Above zero.
    pub amount: MoneyText,
    /// When it came.
    pub paid_on: NaiveDate,
    /// What the bank calls it: the same twice is the same payment.
    #[schema(example = "TRF-20261201-0044", max_length = 140)]
    pub bank_reference: String,
}

/// A payment.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentView {
    id: Uuid,
    /// advance, invoice (of a credit note: paid back) or refund (of an advance).
    #[schema(example = "invoice")]
    kind: String,
    purchase_order_id: Uuid,
    /// The invoice or credit note that it settles, or null.
    invoice_id: Option<Uuid>,
    /// Who owed it, or has it back.
    payer_id: Uuid,
    amount: MoneyText,
    paid_on: NaiveDate,
    bank_reference: String,
    /// When it was taken back, or null.
    reversed_on: Option<NaiveDate>,
    /// Why it was taken back, or null.
    reversed_because: Option<String>,
}

impl From<Payment> for PaymentView {
    fn from(payment: Payment) -> Self {
        let (reversed_on, reversed_because) = payment.reversed.unzip();
        Self {
            id: payment.id.uuid(),
            kind: payment.kind,
            purchase_order_id: payment.purchase_order.uuid(),
            invoice_id: payment.invoice.map(store::ids::InvoiceId::uuid),
            payer_id: payment.payer.uuid(),
            amount: payment.amount.into(),
            paid_on: payment.paid_on,
            bank_reference: payment.bank_reference,
            reversed_on,
            reversed_because,
        }
    }
}

/// Reads a payment's body.
pub fn parse(fields: &mut Fields, body: &PaymentText) -> Option<NewPayment> {
    let amount = body.amount.read(fields, "/amount");
    if let Some(amount) = amount {
        fields.require(
            amount.minor() > 0,
            "/amount/amount",
            "A payment is above zero.",
        );
    }
    let paid_on = wire::day(fields, "/paid_on", body.paid_on);
    let bank_reference = fields.text("/bank_reference", &body.bank_reference, 140);
    Some(NewPayment {
        amount: amount?,
        paid_on: paid_on?,
        bank_reference: bank_reference?,
    })
}

/// Records that an invoice was paid (as the co-operative's treasurer), or a credit note paid back (as the
/// payer's accountant), in whole or in part.
#[utoipa::path(tag = "Invoices", operation_id = "invoices_settle", request_body = PaymentText,
    params(("id" = Uuid, Path, description = "The invoice or credit note."), IfMatch, IdempotencyKeyRequired),
    responses((status = 201, description = "The payment.", body = PaymentView,
        headers(("Location" = String, description = "The list it stands in.")))),
    extensions(("x-problem-codes" = json!(["over_paid", "duplicate", "currency_mismatch", "wrong_state"]))))]
#[post("/invoices/{id}/payments")]
pub async fn settle(call: Call, id: web::Path<Uuid>, body: Body<PaymentText>) -> Answer {
    let mut fields = Fields::new();
    let new = parse(&mut fields, &body.value);
    let new = fields.finish(|| new)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let paid = payments::settle_invoice(conn, actor, (*id).into(), version, &new)?;
        let location = format!("/api/v1/purchase-orders/{}/payments", paid.purchase_order);
        Ok(Reply::made(location, &PaymentView::from(paid))?)
    })
    .await
}

/// Why a payment is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentReversal {
    /// When the bank took it back, or today where it was never paid.
    reversed_on: NaiveDate,
    #[schema(
        example = "The bank returned it: the account is closed.",
        min_length = 1,
        max_length = 500
    )]
    reason: String,
}

/// Takes back a payment that the bank returned, or that was recorded in error, as the side that recorded it. The books
/// of both sides get an entry that reverses the first; what it settled is open again, also of a closed purchase order;
/// its bank reference is free for the payment that it was.
#[utoipa::path(tag = "Invoices", operation_id = "payments_reverse", request_body = PaymentReversal,
    params(("id" = Uuid, Path, description = "The payment."), IdempotencyKeyRequired),
    responses((status = 200, description = "The payment.", body = PaymentView)),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/payments/{id}/reverse")]
pub async fn reverse(call: Call, id: web::Path<Uuid>, body: Body<PaymentReversal>) -> Answer {
    let mut fields = Fields::new();
    let on = wire::day(&mut fields, "/reversed_on", body.value.reversed_on);
    let reason = fields.text("/reason", &body.value.reason, 500);
    let (on, reason) = fields.finish(|| on.zip(reason))?;
    call.write(Some(body.digest), move |conn, actor| {
        let found = reversals::reverse(conn, actor, (*id).into(), (on, &reason))?;
        Ok(Reply::plain(&PaymentView::from(found))?)
    })
    .await
}

/// Lists the payments of a purchase order: all for its co-operative, its own for a payer.
#[utoipa::path(tag = "Invoices", operation_id = "payments_list",
    params(("id" = Uuid, Path, description = "The purchase order."), Paging),
    responses((status = 200, description = "A page.", body = List<PaymentView>)))]
#[get("/purchase-orders/{id}/payments")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = payments::list(conn, actor, (*id).into(), page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            PaymentView::from,
        ))?)
    })
    .await
}
