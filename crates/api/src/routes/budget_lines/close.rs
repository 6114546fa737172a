//! `POST /budget-lines/{id}/close`.
use super::BudgetLineView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use store::budgets;
use uuid::Uuid;

/// Closes a line with all parts given of it, as who spends it or who gave it. What is free goes back to the
/// line above; what is promised to orders stays until they are through.
#[utoipa::path(tag = "Federation", operation_id = "budget_lines_close",
    params(("id" = Uuid, Path, description = "The line."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The line.", body = BudgetLineView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state"]))))]
#[post("/budget-lines/{id}/close")]
pub async fn close(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let line = budgets::close(conn, actor, (*id).into(), version)?;
        let version = line.version;
        Ok(Reply::ok(&BudgetLineView::of(line)?, version)?)
    })
    .await
}
