//! `POST /orders`.
use super::OrderView;
use crate::http::body::{JsonOrXml, XmlFile};
use crate::http::problem::internal;
use crate::http::{Answer, Call, Problem, Reply};
use crate::openapi::IdempotencyKeyRequired;
use actix_web::{post, web};
use serde::Deserialize;
use store::ids::ProposalId;
use store::needs::need::require_buyer;
use store::orders::payers::Payers;
use store::orders::{self, SeenOrder, document};
use utoipa::ToSchema;
use uuid::Uuid;

/// By which proposal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceOrder {
    /// An open proposal for a need of yours.
    proposal_id: Uuid,
}

/// Places an order by a proposal: the order is a draft at today's prices, none above the proposal's, and
/// holds its capacity for some days. A proposal that is overtaken by prices is marked stale.
///
/// A UBL 2.1 Order (`application/xml`) is a need of its number, a proposal for all of it and its order at once. It names
/// products by GTIN, or by their id as the seller's item; the region as ISO 3166-2 in `CountrySubentity`; the day as the
/// end of the requested delivery period. Its prices, amounts and seller are held to: nobody pays more than it says.
/// Whatever cannot be taken over is refused with the place of the element, and nothing is written. The number again is
/// 409 and says where the first order is.
#[utoipa::path(tag = "Orders", operation_id = "orders_place",
    request_body(description = "A proposal, or an order by UBL 2.1.",
        content((PlaceOrder = "application/json"), (String = "application/xml"), (String = "text/xml"))),
    params(IdempotencyKeyRequired),
    responses((status = 201, description = "The order.", body = OrderView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_found", "not_admitted", "wrong_state", "proposal_stale",
        "nothing_matched", "sold_out", "vat_rate_missing", "vat_rate_not_allowed", "currency_mismatch",
        "no_common_rule_set", "workplace_missing", "insufficient_market_evidence", "missing_exchange_rate",
        "no_productive_hours", "not_above_market", "below_floor", "amount_out_of_range", "document_refused",
        "duplicate"]))))]
#[post("/orders")]
pub async fn place(call: Call, body: JsonOrXml<PlaceOrder>) -> Answer {
    let hold_for = call.app.settings.hold_for;
    match body {
        JsonOrXml::Json(body) => {
            let proposal = ProposalId::from(body.value.proposal_id);
            super::marking_stale(call, proposal, Some(body.digest), move |conn, actor| {
                let placed = orders::place(conn, actor, proposal, &Payers::Single, hold_for)?;
                Ok(created(placed)?)
            })
            .await
        }
        JsonOrXml::Xml(file) => {
            // A large document is read only for those who may order.
            call.look(|_, actor| require_buyer(actor)).await?;
            let XmlFile { bytes, digest } = file;
            let read = web::block(move || document::read(&bytes));
            let read = read.await.map_err(|_| internal())??;
            call.write(Some(digest), move |conn, actor| {
                Ok(created(document::place_document(
                    conn, actor, &read, hold_for,
                )?)?)
            })
            .await
        }
    }
}

fn created(placed: SeenOrder) -> Result<Reply, Problem> {
    let location = format!("/api/v1/orders/{}", placed.order.id);
    let version = placed.order.version;
    Reply::created(location, &OrderView::from(placed), version)
}
