//! Consultations: heard before anything accepted is cancelled.
use crate::http::wire::MoneyText;
use crate::http::{Answer, Body, Call, Fields, List, Paging, Query, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use store::error::Result;
use store::fulfilment::consultations::{self, Consultation};
use store::ids::ConsultationId;
use store::{Actor, Conn};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(open)
        .service(list)
        .service(get)
        .service(answer)
        .service(settle)
        .service(cancel);
}

/// Why a purchase order should end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConsultation {
    #[schema(example = "The congress was moved to next year.", max_length = 500)]
    reason: String,
}

/// Where the work stands.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsultationAnswer {
    #[schema(example = "200 are sewn and 300 cut.", max_length = 1000)]
    statement: String,
    /// Work done on what has not been accepted, before tax: it is billed when the purchase order is cancelled.
    work_done: MoneyText,
}

/// A consultation about a purchase order.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsultationView {
    id: Uuid,
    purchase_order_id: Uuid,
    /// cancellation or late_delivery.
    #[schema(example = "cancellation")]
    kind: String,
    /// open, answered, unanswered, cancelled or settled.
    #[schema(example = "open")]
    status: &'static str,
    /// The stage that is late, or null.
    stage_id: Option<Uuid>,
    reason: String,
    opened_at: DateTime<Utc>,
    /// Until when the co-operative answers.
    answer_by: NaiveDate,
    statement: Option<String>,
    work_done: Option<MoneyText>,
}

impl From<Consultation> for ConsultationView {
    fn from(found: Consultation) -> Self {
        Self {
            id: found.id.uuid(),
            purchase_order_id: found.purchase_order.uuid(),
            kind: found.kind,
            status: found.state.as_str(),
            stage_id: found.stage.map(store::ids::StageId::uuid),
            reason: found.reason,
            opened_at: found.opened_at.utc(),
            answer_by: found.answer_by,
            statement: found.statement,
            work_done: found.work_done.map(Into::into),
        }
    }
}

/// Asks to end an accepted purchase order: the co-operative is heard first.
#[utoipa::path(tag = "Consultations", operation_id = "consultations_open", request_body = NewConsultation,
    params(("id" = Uuid, Path, description = "The purchase order."), IdempotencyKeyRequired),
    responses((status = 201, description = "The consultation.", body = ConsultationView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "duplicate"]))))]
#[post("/purchase-orders/{id}/consultations")]
pub async fn open(call: Call, id: web::Path<Uuid>, body: Body<NewConsultation>) -> Answer {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &body.value.reason, 500);
    let reason = fields.finish(|| reason)?;
    call.write(Some(body.digest), move |conn, actor| {
        let made = consultations::open(conn, actor, (*id).into(), &reason)?;
        let (version, location) = (made.version, format!("/api/v1/consultations/{}", made.id));
        Ok(Reply::created(
            location,
            &ConsultationView::from(made),
            version,
        )?)
    })
    .await
}

/// Lists the consultations about a purchase order, for both sides of it.
#[utoipa::path(tag = "Consultations", operation_id = "consultations_list",
    params(("id" = Uuid, Path, description = "The purchase order."), Paging),
    responses((status = 200, description = "A page.", body = List<ConsultationView>)))]
#[get("/purchase-orders/{id}/consultations")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = consultations::list(conn, actor, (*id).into(), page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            ConsultationView::from,
        ))?)
    })
    .await
}

/// One consultation.
#[utoipa::path(tag = "Consultations", operation_id = "consultations_get",
    params(("id" = Uuid, Path, description = "The consultation.")),
    responses((status = 200, description = "The consultation.", body = ConsultationView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/consultations/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = consultations::get(conn, actor, (*id).into())?;
        let version = found.version;
        Ok(Reply::ok(&ConsultationView::from(found), version)?)
    })
    .await
}

/// Says, as the co-operative, where the work stands and what of it is done: that is paid whatever the buyer decides.
#[utoipa::path(tag = "Consultations", operation_id = "consultations_answer", request_body = ConsultationAnswer,
    params(("id" = Uuid, Path, description = "The consultation."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The consultation.", body = ConsultationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "over_paid", "currency_mismatch"]))))]
#[post("/consultations/{id}/answer")]
pub async fn answer(call: Call, id: web::Path<Uuid>, body: Body<ConsultationAnswer>) -> Answer {
    let mut fields = Fields::new();
    let statement = fields.text("/statement", &body.value.statement, 1000);
    let work_done = body.value.work_done.read(&mut fields, "/work_done");
    if let Some(work) = work_done {
        fields.require(
            work.minor() >= 0,
            "/work_done/amount",
            "Work is not below zero.",
        );
    }
    let (statement, work_done) = fields.finish(|| Some((statement?, work_done?)))?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let said = (statement.as_str(), work_done);
        let found = consultations::answer(conn, actor, (*id).into(), version, said)?;
        let version = found.version;
        Ok(Reply::ok(&ConsultationView::from(found), version)?)
    })
    .await
}

/// Settles the matter, as the buyer: both go on with the purchase order.
#[utoipa::path(tag = "Consultations", operation_id = "consultations_settle",
    params(("id" = Uuid, Path, description = "The consultation."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The consultation.", body = ConsultationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/consultations/{id}/settle")]
pub async fn settle(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, consultations::settle).await
}

/// Cancels, as the buyer, what has not been accepted, once the co-operative was heard or its time to answer is
/// over. Work done is billed at once; what was accepted can still be billed.
#[utoipa::path(tag = "Consultations", operation_id = "consultations_cancel",
    params(("id" = Uuid, Path, description = "The consultation."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The consultation.", body = ConsultationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "amount_out_of_range"]))))]
#[post("/consultations/{id}/cancel")]
pub async fn cancel(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, consultations::cancel).await
}

async fn act(
    call: Call,
    id: Uuid,
    act: impl Fn(&mut Conn, &Actor, ConsultationId, i64) -> Result<Consultation> + Send + 'static,
) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let found = act(conn, actor, id.into(), version)?;
        let version = found.version;
        Ok(Reply::ok(&ConsultationView::from(found), version)?)
    })
    .await
}
