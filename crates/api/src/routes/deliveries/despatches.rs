//! `POST /purchase-orders/{id}/despatches`, `GET /despatches`, `GET /despatches/{id}`.
use super::schedule::DeliveryPart;
use crate::http::negotiation::{Form, fresh_xml};
use crate::http::wire::{self, DecimalText, LEAST, QUANTITY_MAX};
use crate::http::{Answer, Body, Call, Fields, List, Problem, Query, Reply};
use crate::openapi::IdempotencyKeyRequired;
use crate::routes::purchase_orders::OfPurchaseOrder;
use actix_web::{HttpRequest, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::books::ordering_documents;
use store::fulfilment::despatches::{self, Despatch, NewDespatch, Origin};
use utoipa::ToSchema;
use uuid::Uuid;

/// Units of a line.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DespatchLineText {
    /// The position of the order's line.
    #[schema(example = 1, minimum = 1)]
    line: i32,
    #[schema(example = "500")]
    quantity: DecimalText,
}

/// Goods that have left.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "stage_id": "0193f4a0-7c1e-7b7e-9b1e-2f6d1c0a4e11", "despatched_on": "2026-12-15",
    "carrier": "Cooperativa de Transporte Los Andes, remito 311",
    "lines": [{"line": 1, "quantity": "500"}]
}))]
pub struct NewDespatchText {
    /// The stage of the schedule that it fulfils, or
    stage_id: Option<Uuid>,
    /// the claim for which the goods were made again: one of the two.
    claim_id: Option<Uuid>,
    despatched_on: NaiveDate,
    /// Who carries it.
    #[schema(
        example = "Cooperativa de Transporte Los Andes, remito 311",
        max_length = 200
    )]
    carrier: Option<String>,
    /// To this branch alone; absent: to all branches of the stage. A pool's stage goes to all its members.
    branch_id: Option<Uuid>,
    /// Each line once. Where less is sent than the stage waits for, it is shared by the rule chosen before.
    #[schema(min_items = 1, max_items = 1000)]
    lines: Vec<DespatchLineText>,
}

/// A despatch advice.
#[derive(Debug, Serialize, ToSchema)]
pub struct DespatchView {
    id: Uuid,
    /// Distinct among its co-operative's.
    #[schema(example = "DA-2026-000001")]
    reference: String,
    purchase_order_id: Uuid,
    cooperative_id: Uuid,
    /// The stage that it fulfils, or null.
    stage_id: Option<Uuid>,
    /// The claim for which the goods were made again, or null.
    claim_id: Option<Uuid>,
    despatched_on: NaiveDate,
    carrier: Option<String>,
    /// What goes where; a branch and a pool's member see their own.
    parts: Vec<DeliveryPart>,
    created_at: DateTime<Utc>,
}

impl From<Despatch> for DespatchView {
    fn from(despatch: Despatch) -> Self {
        let (stage, claim) = match despatch.of {
            Origin::Stage(stage) => (Some(stage.uuid()), None),
            Origin::Claim(claim) => (None, Some(claim.uuid())),
        };
        Self {
            id: despatch.id.uuid(),
            reference: despatch.reference,
            purchase_order_id: despatch.purchase_order.uuid(),
            cooperative_id: despatch.cooperative.uuid(),
            stage_id: stage,
            claim_id: claim,
            despatched_on: despatch.despatched_on,
            carrier: despatch.carrier,
            parts: despatch.parts.iter().map(DeliveryPart::from).collect(),
            created_at: despatch.created_at.utc(),
        }
    }
}

fn parse(id: Uuid, body: &NewDespatchText) -> Result<NewDespatch, Problem> {
    let mut fields = Fields::new();
    let of = match (body.stage_id, body.claim_id) {
        (Some(stage), None) => Some(Origin::Stage(stage.into())),
        (None, Some(claim)) => Some(Origin::Claim(claim.into())),
        _ => {
            fields.refuse(
                "/stage_id",
                "Goods fulfil a stage or a claim: name one of the two.",
            );
            None
        }
    };
    let despatched_on = wire::day(&mut fields, "/despatched_on", body.despatched_on);
    let carrier = match &body.carrier {
        None => Some(None),
        Some(carrier) => fields.text("/carrier", carrier, 200).map(Some),
    };
    let mut lines = BTreeMap::new();
    for (at, line) in body.lines.iter().enumerate() {
        let pointer = format!("/lines/{at}");
        let units = (LEAST, QUANTITY_MAX);
        let quantity =
            line.quantity
                .micro_within(&mut fields, format!("{pointer}/quantity"), units);
        if let Some(quantity) = quantity {
            let first = lines.insert(line.line, quantity).is_none();
            fields.require(first, pointer, "This line stands here twice.");
        }
    }
    fields.require(
        (1..=1000).contains(&body.lines.len()),
        "/lines",
        "A despatch has 1 to 1000 lines.",
    );
    fields.finish(|| {
        Some(NewDespatch {
            purchase_order: id.into(),
            of: of?,
            despatched_on: despatched_on?,
            carrier: carrier?,
            branch: body.branch_id.map(Into::into),
            lines,
        })
    })
}

/// Advises goods on their way. What is short of a stage is shared among its branches by the pool's rule, or in
/// proportion; the answer says who gets what.
#[utoipa::path(tag = "Deliveries", operation_id = "despatches_advise", request_body = NewDespatchText,
    params(("id" = Uuid, Path, description = "The purchase order."), IdempotencyKeyRequired),
    responses((status = 201, description = "The despatch advice.", body = DespatchView,
        headers(("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "proof_not_approved"]))))]
#[post("/purchase-orders/{id}/despatches")]
pub async fn advise(call: Call, id: web::Path<Uuid>, body: Body<NewDespatchText>) -> Answer {
    let new = parse(*id, &body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let made = despatches::advise(conn, actor, &new)?;
        let location = format!("/api/v1/despatches/{}", made.id);
        Ok(Reply::made(location, &DespatchView::from(made))?)
    })
    .await
}

/// Lists despatch advices: a co-operative's own, or those that went to your organisation and its branches.
#[utoipa::path(tag = "Deliveries", operation_id = "despatches_list", params(OfPurchaseOrder),
    responses((status = 200, description = "A page.", body = List<DespatchView>)))]
#[get("/despatches")]
pub async fn list(call: Call, query: Query<OfPurchaseOrder>) -> Answer {
    let (page, of) = query.0.read()?;
    call.read(move |conn, actor| {
        let rows = despatches::list(conn, actor, of, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            DespatchView::from,
        ))?)
    })
    .await
}

/// One despatch advice. With `Accept: application/xml` it is one of UBL 2.1.
#[utoipa::path(tag = "Deliveries", operation_id = "despatches_get",
    params(("id" = Uuid, Path, description = "The despatch.")),
    responses((status = 200, description = "The despatch advice.",
        content((DespatchView = "application/json"), (String = "application/xml")))),
    extensions(("x-problem-codes" = json!(["billing_details_missing"]))))]
#[get("/despatches/{id}")]
pub async fn get(call: Call, request: HttpRequest, id: web::Path<Uuid>) -> Answer {
    if Form::wanted(&request, &[Form::Xml]) == Form::Xml {
        let advice = call
            .look(move |conn, actor| ordering_documents::despatch_advice(conn, actor, (*id).into()))
            .await?;
        return Ok(fresh_xml(advice));
    }
    call.read(move |conn, actor| {
        let found = despatches::get(conn, actor, (*id).into())?;
        Ok(Reply::plain(&DespatchView::from(found))?)
    })
    .await
}
