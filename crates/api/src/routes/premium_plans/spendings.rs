//! `POST /premium-plans/{id}/lines/{position}/spendings`, and what was spent.
use crate::http::page::Page;
use crate::http::wire::{self, MoneyText};
use crate::http::{Answer, Body, Call, Fields, List, Query, Reply};
use crate::openapi::IdempotencyKeyRequired;
use actix_web::{get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use store::premium::spendings::{self, NewSpending, Spending};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Something spent of the premium.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPremiumSpending {
    /// Above zero, in the plan's currency.
    amount: MoneyText,
    /// A day of the plan, not one to come.
    spent_on: NaiveDate,
    /// On what.
    #[schema(
        example = "The dentist's fee for November",
        min_length = 1,
        max_length = 500
    )]
    description: String,
}

/// Something spent of a line of a premium plan. It is never changed; a mistake is taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct PremiumSpendingView {
    id: Uuid,
    plan_id: Uuid,
    /// The line's place in the plan.
    #[schema(example = 1)]
    position: i32,
    amount: MoneyText,
    spent_on: NaiveDate,
    #[schema(example = "The dentist's fee for November")]
    description: String,
    recorded_by: Uuid,
    recorded_at: DateTime<Utc>,
    /// When it was taken back, or null.
    reversed_at: Option<DateTime<Utc>>,
    /// Why it was taken back, or null.
    reversed_because: Option<String>,
}

impl From<Spending> for PremiumSpendingView {
    fn from(spending: Spending) -> Self {
        let reversal = spending.reversed;
        let (reversed_at, reversed_because) =
            reversal.map(|one| (one.at.utc(), one.reason)).unzip();
        Self {
            id: spending.id.uuid(),
            plan_id: spending.plan.uuid(),
            position: spending.position,
            amount: spending.amount.into(),
            spent_on: spending.spent_on,
            description: spending.description,
            recorded_by: spending.recorded_by.uuid(),
            recorded_at: spending.recorded_at.utc(),
            reversed_at,
            reversed_because,
        }
    }
}

/// Records what was spent of a line of a plan, as one who keeps the books of the co-operative. A line is never
/// overspent, and no more is spent for a purpose than was received for it. Nothing is posted in the journal.
#[utoipa::path(tag = "Premium plans", operation_id = "premium_spendings_record", request_body = NewPremiumSpending,
    params(("id" = Uuid, Path, description = "The plan."),
        ("position" = i32, Path, description = "The line's place in the plan."), IdempotencyKeyRequired),
    responses((status = 201, description = "What was spent.", body = PremiumSpendingView,
        headers(("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["over_plan_line", "premium_too_low", "currency_mismatch"]))))]
#[post("/premium-plans/{id}/lines/{position}/spendings")]
pub async fn record(
    call: Call,
    path: web::Path<(Uuid, i32)>,
    body: Body<NewPremiumSpending>,
) -> Answer {
    let (plan, position) = path.into_inner();
    let mut fields = Fields::new();
    let amount = body.value.amount.read(&mut fields, "/amount");
    if let Some(amount) = amount {
        let detail = "What is spent is above zero.";
        fields.require(amount.minor() > 0, "/amount/amount", detail);
    }
    let spent_on = wire::day(&mut fields, "/spent_on", body.value.spent_on);
    let description = fields.text("/description", &body.value.description, 500);
    let new = fields.finish(|| {
        Some(NewSpending {
            plan: plan.into(),
            position,
            amount: amount?,
            spent_on: spent_on?,
            description: description?,
        })
    })?;
    call.write(Some(body.digest), move |conn, actor| {
        let made = spendings::record(conn, actor, &new)?;
        let location = format!("/api/v1/premium-spendings/{}", made.id);
        Ok(Reply::made(location, &PremiumSpendingView::from(made))?)
    })
    .await
}

/// Which spendings.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Those of one plan.
    plan_id: Option<Uuid>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists what your organisation spent of the premium, as it was recorded, with what was taken back.
#[utoipa::path(tag = "Premium plans", operation_id = "premium_spendings_list", params(Filter),
    responses((status = 200, description = "A page.", body = List<PremiumSpendingView>)))]
#[get("/premium-spendings")]
pub async fn list(call: Call, query: Query<Filter>) -> Answer {
    let page = Page::parse(query.0.limit, query.0.cursor.as_deref())?;
    let plan = query.0.plan_id.map(Into::into);
    call.read(move |conn, actor| {
        let rows = spendings::list(conn, actor, plan, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            PremiumSpendingView::from,
        ))?)
    })
    .await
}

/// One spending of your organisation.
#[utoipa::path(tag = "Premium plans", operation_id = "premium_spendings_get",
    params(("id" = Uuid, Path, description = "The spending.")),
    responses((status = 200, description = "What was spent.", body = PremiumSpendingView)))]
#[get("/premium-spendings/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = spendings::get(conn, actor, (*id).into())?;
        Ok(Reply::plain(&PremiumSpendingView::from(found))?)
    })
    .await
}

/// Why a spending is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PremiumSpendingReversal {
    #[schema(example = "It was recorded twice.", min_length = 1, max_length = 500)]
    reason: String,
}

/// Takes back a spending that was recorded in error, once: its line and the premium are as before, and it stays on file.
#[utoipa::path(tag = "Premium plans", operation_id = "premium_spendings_reverse", request_body = PremiumSpendingReversal,
    params(("id" = Uuid, Path, description = "The spending."), IdempotencyKeyRequired),
    responses((status = 200, description = "What was spent.", body = PremiumSpendingView)),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/premium-spendings/{id}/reverse")]
pub async fn reverse(
    call: Call,
    id: web::Path<Uuid>,
    body: Body<PremiumSpendingReversal>,
) -> Answer {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &body.value.reason, 500);
    let reason = fields.finish(|| reason)?;
    call.write(Some(body.digest), move |conn, actor| {
        let found = spendings::reverse(conn, actor, (*id).into(), &reason)?;
        Ok(Reply::plain(&PremiumSpendingView::from(found))?)
    })
    .await
}
