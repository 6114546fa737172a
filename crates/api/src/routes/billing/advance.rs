//! `GET /purchase-orders/{id}/advance`, `POST …/advance-payments` and `POST …/advance-refunds`.
use super::payments::{PaymentText, PaymentView, parse};
use crate::http::wire::{DecimalText, MoneyText};
use crate::http::{Answer, Body, Call, Fields, Reply};
use crate::openapi::IdempotencyKeyRequired;
use actix_web::{get, post, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use store::error::Result;
use store::fulfilment::advance::{self, Account};
use store::fulfilment::payments;
use store::orders::payers::Payer;
use utoipa::ToSchema;
use uuid::Uuid;

/// One payer's advance.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdvanceView {
    payer_id: Uuid,
    /// buyer or fund.
    #[schema(example = "buyer")]
    account: &'static str,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    /// What was agreed: without interest.
    #[schema(value_type = String, example = "9111.30")]
    agreed: DecimalText,
    /// What of it has come in.
    #[schema(value_type = String, example = "9111.30")]
    paid: DecimalText,
    /// What invoices have netted.
    #[schema(value_type = String, example = "4555.65")]
    netted: DecimalText,
    /// What was given back.
    #[schema(value_type = String, example = "0.00")]
    refunded: DecimalText,
    /// What is left of what came in.
    #[schema(value_type = String, example = "4555.65")]
    left: DecimalText,
}

/// The advance accounts of a purchase order.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdvancesView {
    accounts: Vec<AdvanceView>,
}

fn view(account: &Account) -> Result<AdvanceView> {
    Ok(AdvanceView {
        payer_id: account.payer.uuid(),
        account: account.account.as_str(),
        currency: account.holds.agreed.currency().code(),
        agreed: account.holds.agreed.into(),
        paid: account.holds.paid.into(),
        netted: account.holds.netted.into(),
        refunded: account.holds.refunded.into(),
        left: account.left()?.into(),
    })
}

/// What of the advance was agreed, came in, was netted on invoices and given back: all payers' for the
/// co-operative, its own for a payer.
#[utoipa::path(tag = "Invoices", operation_id = "advance_get",
    params(("id" = Uuid, Path, description = "The purchase order.")),
    responses((status = 200, description = "The accounts.", body = AdvancesView)))]
#[get("/purchase-orders/{id}/advance")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let accounts = advance::see(conn, actor, (*id).into())?;
        let accounts = accounts.iter().map(view).collect::<Result<_>>()?;
        Ok(Reply::plain(&AdvancesView { accounts })?)
    })
    .await
}

/// A payer's advance that came in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdvancePayment {
    /// Whose advance it is.
    payer_id: Uuid,
    /// buyer, or fund where a fund pays a share.
    #[schema(example = "buyer")]
    account: String,
    amount: MoneyText,
    paid_on: NaiveDate,
    /// What the bank calls it: the same twice is the same payment.
    #[schema(example = "TRF-20261201-0044", max_length = 140)]
    bank_reference: String,
}

fn account(fields: &mut Fields, word: &str) -> Option<Payer> {
    let known = Payer::parse(word);
    fields.require(known.is_some(), "/account", "An account is buyer or fund.");
    known
}

/// Records, as the co-operative's treasurer, that a payer's advance came in, or a part of it.
#[utoipa::path(tag = "Invoices", operation_id = "advance_receive", request_body = AdvancePayment,
    params(("id" = Uuid, Path, description = "The purchase order."), IdempotencyKeyRequired),
    responses((status = 201, description = "The payment.", body = PaymentView,
        headers(("Location" = String, description = "The list it stands in.")))),
    extensions(("x-problem-codes" = json!(["over_paid", "duplicate", "currency_mismatch", "wrong_state"]))))]
#[post("/purchase-orders/{id}/advance-payments")]
pub async fn receive(call: Call, id: web::Path<Uuid>, body: Body<AdvancePayment>) -> Answer {
    let mut fields = Fields::new();
    let account = account(&mut fields, &body.value.account);
    let payment = PaymentText {
        amount: body.value.amount,
        paid_on: body.value.paid_on,
        bank_reference: body.value.bank_reference,
    };
    let new = parse(&mut fields, &payment);
    let (account, new) = fields.finish(|| Some((account?, new?)))?;
    let payer = body.value.payer_id;
    call.write(Some(body.digest), move |conn, actor| {
        let of = (payer.into(), account);
        let paid = payments::receive_advance(conn, actor, (*id).into(), of, &new)?;
        let location = format!("/api/v1/purchase-orders/{}/payments", paid.purchase_order);
        Ok(Reply::made(location, &PaymentView::from(paid))?)
    })
    .await
}

/// Records, as the payer's accountant, that what no invoice nets of its advance came back.
#[utoipa::path(tag = "Invoices", operation_id = "advance_refund", request_body = PaymentText,
    params(("id" = Uuid, Path, description = "The purchase order."), IdempotencyKeyRequired),
    responses((status = 201, description = "The payment.", body = PaymentView,
        headers(("Location" = String, description = "The list it stands in.")))),
    extensions(("x-problem-codes" = json!(["over_paid", "duplicate", "currency_mismatch", "wrong_state"]))))]
#[post("/purchase-orders/{id}/advance-refunds")]
pub async fn refund(call: Call, id: web::Path<Uuid>, body: Body<PaymentText>) -> Answer {
    let mut fields = Fields::new();
    let new = parse(&mut fields, &body.value);
    let new = fields.finish(|| new)?;
    call.write(Some(body.digest), move |conn, actor| {
        let account = match actor.kind {
            governance::OrganisationKind::Network => Payer::Fund,
            _ => Payer::Buyer,
        };
        let paid = payments::receive_refund(conn, actor, (*id).into(), account, &new)?;
        let location = format!("/api/v1/purchase-orders/{}/payments", paid.purchase_order);
        Ok(Reply::made(location, &PaymentView::from(paid))?)
    })
    .await
}
