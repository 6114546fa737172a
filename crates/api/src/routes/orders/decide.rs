//! `POST /orders/{id}/assembly-decision`.
use super::OrderView;
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use serde::Deserialize;
use store::orders;
use utoipa::ToSchema;
use uuid::Uuid;

/// The decision of an assembly on an order.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssemblyDecision {
    /// A carried and valid record with the subject order, which names this order and at least what you
    /// pay, put on file after the order was submitted. It is used once.
    assembly_record_id: Uuid,
}

/// Lodges your assembly's decision on what you pay, where your ladder asks for one: as an admin.
#[utoipa::path(tag = "Orders", operation_id = "orders_assembly_decision", request_body = AssemblyDecision,
    params(("id" = Uuid, Path, description = "The order."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The order.", body = OrderView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "ladder_changed",
        "assembly_not_valid", "duplicate"]))))]
#[post("/orders/{id}/assembly-decision")]
pub async fn decide(call: Call, id: web::Path<Uuid>, body: Body<AssemblyDecision>) -> Answer {
    let record = body.value.assembly_record_id;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let decided = orders::decide(conn, actor, (*id).into(), version, record.into())?;
        let seen = orders::see(conn, actor, decided.id)?;
        Ok(Reply::ok(&OrderView::from(seen), decided.version)?)
    })
    .await
}
