//! `GET` and `PUT /invoice-tolerances`.
use crate::http::wire::{DecimalText, MoneyText};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IfMatch;
use actix_web::{get, put};
use money::Micro;
use serde::{Deserialize, Serialize};
use store::received::tolerances::{self, Setting};
use utoipa::ToSchema;

/// How far an invoice may be off and still match: a difference is within where its share and its amount both are. A
/// line that nobody ordered, another unit and another rate of tax never are.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceTolerances {
    /// Of a quantity, as a fraction of the one expected.
    #[schema(value_type = String, example = "0.02")]
    quantity: DecimalText,
    /// Of a unit price, as a fraction of the one ordered.
    #[schema(value_type = String, example = "0.005")]
    price: DecimalText,
    /// What a difference may come to, either way, in invoices of this currency. Null: nothing; and so in others.
    amount: Option<MoneyText>,
}

impl From<Setting> for InvoiceTolerances {
    fn from(setting: Setting) -> Self {
        Self {
            quantity: setting.quantity.into(),
            price: setting.price.into(),
            amount: setting.amount.map(MoneyText::from),
        }
    }
}

fn parse(body: &InvoiceTolerances) -> Result<Setting, Problem> {
    let mut fields = Fields::new();
    let share = (Micro::ZERO, Micro::ONE);
    let quantity = body.quantity.micro_within(&mut fields, "/quantity", share);
    let price = body.price.micro_within(&mut fields, "/price", share);
    let amount = match &body.amount {
        None => Some(None),
        Some(amount) => amount.read(&mut fields, "/amount").map(Some),
    };
    if let Some(Some(amount)) = amount {
        let detail = "A tolerance is not below zero.";
        fields.require(amount.minor() >= 0, "/amount/amount", detail);
    }
    fields.finish(|| {
        Some(Setting {
            quantity: quantity?,
            price: price?,
            amount: amount?,
        })
    })
}

/// How far your organisation lets an invoice be off. Nothing, until it is set.
#[utoipa::path(tag = "Invoices", operation_id = "invoice_tolerances_get",
    responses((status = 200, description = "The tolerances.", body = InvoiceTolerances,
        headers(("ETag" = String, description = "Their version.")))))]
#[get("/invoice-tolerances")]
pub async fn get(call: Call) -> Answer {
    call.read(|conn, actor| {
        let (found, version) = tolerances::see(conn, actor)?;
        Ok(Reply::ok(&InvoiceTolerances::from(found), version)?)
    })
    .await
}

/// Sets how far an invoice may be off. Documents that were decided stay as they are.
#[utoipa::path(tag = "Invoices", operation_id = "invoice_tolerances_put", request_body = InvoiceTolerances,
    params(IfMatch),
    responses((status = 200, description = "The tolerances.", body = InvoiceTolerances,
        headers(("ETag" = String, description = "Their version.")))))]
#[put("/invoice-tolerances")]
pub async fn put(call: Call, body: Body<InvoiceTolerances>) -> Answer {
    let wanted = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let (found, version) = tolerances::set(conn, actor, version, &wanted)?;
        Ok(Reply::ok(&InvoiceTolerances::from(found), version)?)
    })
    .await
}
