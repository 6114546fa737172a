//! `POST` and `GET /premium-plans`, and the result of a line.
use crate::http::wire::{self, DecimalText};
use crate::http::{Answer, Body, Call, Fields, List, Paging, Problem, Query, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use accounting::Purpose;
use actix_web::{get, post, put, web};
use chrono::{DateTime, NaiveDate, Utc};
use money::Currency;
use serde::{Deserialize, Serialize};
use store::error::Result;
use store::premium::plans::{self, LINES_MAX, Line, NewLine, NewPlan, Plan};
use utoipa::ToSchema;
use uuid::Uuid;

/// What an assembly decided to spend the premium on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPremiumPlan {
    /// The decision: an assembly of yours that carried a vote with the subject `premium_plan`. It carries one plan.
    assembly_record_id: Uuid,
    /// The first day on which something is spent by it.
    starts_on: NaiveDate,
    /// The last.
    ends_on: NaiveDate,
    /// ISO 4217, of all its lines.
    #[schema(example = "ARS", pattern = "^[A-Z]{3}$")]
    currency: String,
    /// What is planned.
    #[schema(min_items = 1, max_items = 100)]
    lines: Vec<NewPremiumPlanLine>,
}

/// A line of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPremiumPlanLine {
    /// `materials_and_overhead`, wages, hours, democracy, jobs, reserve or community: of the premium for which purpose.
    #[schema(example = "community")]
    purpose: String,
    /// On what.
    #[schema(
        example = "A dentist at the clinic, two days a week",
        min_length = 1,
        max_length = 500
    )]
    description: String,
    /// How much, above zero, in the plan's currency.
    amount: DecimalText,
}

/// A line of a premium plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PremiumPlanLineView {
    /// Its place in the plan, from 1.
    #[schema(example = 1)]
    position: i32,
    /// `materials_and_overhead`, wages, hours, democracy, jobs, reserve or community.
    #[schema(example = "community")]
    purpose: &'static str,
    #[schema(example = "A dentist at the clinic, two days a week")]
    description: String,
    #[schema(value_type = String, example = "1200.00")]
    planned: DecimalText,
    #[schema(value_type = String, example = "300.00")]
    spent: DecimalText,
    /// What is left to spend.
    #[schema(value_type = String, example = "900.00")]
    left: DecimalText,
    /// What came of it, or null.
    result: Option<String>,
    result_recorded_at: Option<DateTime<Utc>>,
}

/// A premium plan. It is never changed; a result can be recorded for each line.
#[derive(Debug, Serialize, ToSchema)]
pub struct PremiumPlanView {
    id: Uuid,
    /// The decision.
    assembly_record_id: Uuid,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    recorded_by: Uuid,
    recorded_at: DateTime<Utc>,
    lines: Vec<PremiumPlanLineView>,
}

impl PremiumPlanLineView {
    fn of(line: Line) -> Result<Self> {
        let (text, at) = line
            .result
            .map(|result| (result.text, result.recorded_at.utc()))
            .unzip();
        Ok(Self {
            position: line.position,
            purpose: line.purpose.as_str(),
            description: line.description,
            left: line.account.left()?.into(),
            planned: line.account.planned.into(),
            spent: line.account.spent.into(),
            result: text,
            result_recorded_at: at,
        })
    }
}

impl PremiumPlanView {
    /// A plan as it is shown.
    ///
    /// # Errors
    /// Where the database was tampered with.
    pub fn of(plan: Plan) -> Result<Self> {
        let lines = plan.lines.into_iter().map(PremiumPlanLineView::of);
        Ok(Self {
            id: plan.id.uuid(),
            assembly_record_id: plan.assembly_record.uuid(),
            starts_on: plan.starts_on,
            ends_on: plan.ends_on,
            currency: plan.currency.code(),
            recorded_by: plan.recorded_by.uuid(),
            recorded_at: plan.recorded_at.utc(),
            lines: lines.collect::<Result<_>>()?,
        })
    }
}

fn line(
    fields: &mut Fields,
    at: usize,
    body: &NewPremiumPlanLine,
    currency: Currency,
) -> Option<NewLine> {
    let pointer = |field: &str| format!("/lines/{at}/{field}");
    let purpose = fields.take(pointer("purpose"), Purpose::parse(&body.purpose));
    let description = fields.text(pointer("description"), &body.description, 500);
    let amount = body.amount.money(fields, pointer("amount"), currency);
    if let Some(amount) = amount {
        let detail = "What is planned is above zero.";
        fields.require(amount.minor() > 0, pointer("amount"), detail);
    }
    Some(NewLine {
        purpose: purpose?,
        description: description?,
        amount: amount?,
    })
}

fn parse(body: &NewPremiumPlan) -> std::result::Result<NewPlan, Problem> {
    let mut fields = Fields::new();
    let starts_on = wire::day(&mut fields, "/starts_on", body.starts_on);
    let ends_on = wire::day(&mut fields, "/ends_on", body.ends_on);
    fields.require(
        body.starts_on <= body.ends_on,
        "/ends_on",
        "A plan ends on its first day or later.",
    );
    fields.require(
        (1..=LINES_MAX).contains(&body.lines.len()),
        "/lines",
        format!("A plan has 1 to {LINES_MAX} lines."),
    );
    let currency = wire::currency(&mut fields, "/currency", &body.currency);
    let lines: Option<Vec<NewLine>> = currency.and_then(|currency| {
        let lines = body.lines.iter().enumerate();
        // All are read before any is missed, so that all that is wrong is said.
        let read: Vec<Option<NewLine>> = lines
            .map(|(at, body)| line(&mut fields, at, body, currency))
            .collect();
        read.into_iter().collect()
    });
    fields.finish(|| {
        Some(NewPlan {
            assembly_record: body.assembly_record_id.into(),
            starts_on: starts_on?,
            ends_on: ends_on?,
            currency: currency?,
            lines: lines?,
        })
    })
}

/// Records a plan that your assembly carried, as one who keeps the books of a co-operative. It is never changed: what
/// the assembly decides later is another plan.
#[utoipa::path(tag = "Premium plans", operation_id = "premium_plans_record", request_body = NewPremiumPlan,
    params(IdempotencyKeyRequired),
    responses((status = 201, description = "The plan.", body = PremiumPlanView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["assembly_not_valid", "duplicate"]))))]
#[post("/premium-plans")]
pub async fn record(call: Call, body: Body<NewPremiumPlan>) -> Answer {
    let new = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let made = plans::record(conn, actor, &new)?;
        let (location, version) = (format!("/api/v1/premium-plans/{}", made.id), made.version);
        let view = PremiumPlanView::of(made)?;
        Ok(Reply::created(location, &view, version)?)
    })
    .await
}

/// Lists your organisation's premium plans, oldest first.
#[utoipa::path(tag = "Premium plans", operation_id = "premium_plans_list", params(Paging),
    responses((status = 200, description = "A page.", body = List<PremiumPlanView>)))]
#[get("/premium-plans")]
pub async fn list(call: Call, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let found = plans::list(conn, actor, page.after(), page.rows())?;
        let rows = found.into_iter().map(PremiumPlanView::of);
        let rows = rows.collect::<Result<Vec<_>>>()?;
        Ok(Reply::list(&page.list(rows, |row| row.id, |row| row))?)
    })
    .await
}

/// One premium plan of your organisation.
#[utoipa::path(tag = "Premium plans", operation_id = "premium_plans_get",
    params(("id" = Uuid, Path, description = "The plan.")),
    responses((status = 200, description = "The plan.", body = PremiumPlanView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/premium-plans/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = plans::get(conn, actor, (*id).into())?;
        let version = found.version;
        Ok(Reply::ok(&PremiumPlanView::of(found)?, version)?)
    })
    .await
}

/// What came of a line.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PremiumPlanResult {
    #[schema(
        example = "412 people were treated; the queue is down to three weeks.",
        min_length = 1,
        max_length = 2000
    )]
    result: String,
}

/// Records what came of a line, in the place of what was recorded before. Buyers read it in the premium report.
#[utoipa::path(tag = "Premium plans", operation_id = "premium_plans_record_result", request_body = PremiumPlanResult,
    params(("id" = Uuid, Path, description = "The plan."),
        ("position" = i32, Path, description = "The line's place in the plan."), IfMatch),
    responses((status = 200, description = "The plan.", body = PremiumPlanView,
        headers(("ETag" = String, description = "Its version.")))))]
#[put("/premium-plans/{id}/lines/{position}/result")]
pub async fn record_result(
    call: Call,
    path: web::Path<(Uuid, i32)>,
    body: Body<PremiumPlanResult>,
) -> Answer {
    let (id, position) = path.into_inner();
    let mut fields = Fields::new();
    let text = fields.text("/result", &body.value.result, 2000);
    let text = fields.finish(|| text)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let found = plans::record_result(conn, actor, id.into(), version, (position, &text))?;
        let version = found.version;
        Ok(Reply::ok(&PremiumPlanView::of(found)?, version)?)
    })
    .await
}
