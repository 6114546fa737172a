//! `POST /quotations/{id}/messages`, `/accept`, `/decline` and `/withdraw`.
use super::QuotationView;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::{IdempotencyKey, IdempotencyKeyRequired, IfMatch};
use crate::routes::orders::OrderView;
use actix_web::{post, web};
use serde::Deserialize;
use store::ids::QuotationId;
use store::quotations::{self, Quotation, talk};
use store::{Actor, Conn, Error};
use utoipa::ToSchema;
use uuid::Uuid;

/// What is said to the other side.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TalkText {
    #[schema(example = "Is the print included?", max_length = 2000)]
    note: String,
}

fn note(body: &TalkText) -> Result<String, Problem> {
    let mut fields = Fields::new();
    let note = fields.text("/note", &body.note, 2_000);
    fields.finish(|| note)
}

/// Writes to the other side, while the talk goes on.
#[utoipa::path(tag = "Quotations", operation_id = "quotations_write", request_body = TalkText,
    params(("id" = Uuid, Path, description = "The quotation."), IdempotencyKey),
    responses((status = 200, description = "The quotation.", body = QuotationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/quotations/{id}/messages")]
pub async fn write(call: Call, id: web::Path<Uuid>, body: Body<TalkText>) -> Answer {
    let note = note(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let written = talk::write(conn, actor, (*id).into(), &note)?;
        let seen = quotations::see(conn, actor, written.id)?;
        Ok(Reply::ok(&QuotationView::from(seen), written.version)?)
    })
    .await
}

/// Accepts a quote: it becomes an order at its prices, exactly once, with its capacity held; approvals and
/// confirmation follow as for any order. The other talks about the request end.
#[utoipa::path(tag = "Quotations", operation_id = "quotations_accept",
    params(("id" = Uuid, Path, description = "The quotation."), IfMatch, IdempotencyKeyRequired),
    responses((status = 201, description = "The order.", body = OrderView,
        headers(("ETag" = String, description = "The order's version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "not_verified", "below_floor",
        "sold_out", "quantity_not_offered", "proposal_stale", "vat_rate_missing", "vat_rate_not_allowed",
        "no_common_rule_set", "workplace_missing", "currency_mismatch", "no_productive_hours",
        "amount_out_of_range"]))))]
#[post("/quotations/{id}/accept")]
pub async fn accept(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    let hold_for = call.app.settings.hold_for;
    call.write(None, move |conn, actor| {
        let placed = quotations::accept(conn, actor, (*id).into(), version, hold_for)?;
        let location = format!("/api/v1/orders/{}", placed.order.id);
        let version = placed.order.version;
        Ok(Reply::created(location, &OrderView::from(placed), version)?)
    })
    .await
}

/// Ends the talk, from either side. Nobody is penalised.
#[utoipa::path(tag = "Quotations", operation_id = "quotations_decline", request_body = TalkText,
    params(("id" = Uuid, Path, description = "The quotation."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The quotation.", body = QuotationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/quotations/{id}/decline")]
pub async fn decline(call: Call, id: web::Path<Uuid>, body: Body<TalkText>) -> Answer {
    end(call, *id, body, talk::decline).await
}

/// Takes your quote back, before it is accepted.
#[utoipa::path(tag = "Quotations", operation_id = "quotations_withdraw", request_body = TalkText,
    params(("id" = Uuid, Path, description = "The quotation."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The quotation.", body = QuotationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/quotations/{id}/withdraw")]
pub async fn withdraw(call: Call, id: web::Path<Uuid>, body: Body<TalkText>) -> Answer {
    end(call, *id, body, talk::withdraw).await
}

async fn end(
    call: Call,
    id: Uuid,
    body: Body<TalkText>,
    act: impl Fn(&mut Conn, &Actor, QuotationId, i64, &str) -> Result<Quotation, Error> + Send + 'static,
) -> Answer {
    let note = note(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let ended = act(conn, actor, id.into(), version, &note)?;
        let seen = quotations::see(conn, actor, ended.id)?;
        Ok(Reply::ok(&QuotationView::from(seen), ended.version)?)
    })
    .await
}
