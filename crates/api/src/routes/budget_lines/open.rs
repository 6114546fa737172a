//! `POST /budget-lines`.
use super::{BudgetLineView, BudgetTerms};
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::IdempotencyKeyRequired;
use actix_web::post;
use store::budgets;

/// Opens a budget line of your organisation, as an admin or an accountant.
#[utoipa::path(tag = "Federation", operation_id = "budget_lines_open", request_body = BudgetTerms,
    params(IdempotencyKeyRequired),
    responses((status = 201, description = "The line.", body = BudgetLineView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[post("/budget-lines")]
pub async fn open(call: Call, body: Body<BudgetTerms>) -> Answer {
    let terms = body.value.read()?;
    call.write(Some(body.digest), move |conn, actor| {
        let line = budgets::open(conn, actor, &terms)?;
        let (location, version) = (format!("/api/v1/budget-lines/{}", line.id), line.version);
        Ok(Reply::created(
            location,
            &BudgetLineView::of(line)?,
            version,
        )?)
    })
    .await
}
