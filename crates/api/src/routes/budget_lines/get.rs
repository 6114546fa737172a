//! `GET /budget-lines/{id}`.
use super::BudgetLineView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::budgets;
use uuid::Uuid;

/// A budget line with its figures, for who spends it and for those whose line it is a part of.
#[utoipa::path(tag = "Federation", operation_id = "budget_lines_get",
    params(("id" = Uuid, Path, description = "The line.")),
    responses((status = 200, description = "The line.", body = BudgetLineView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/budget-lines/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let line = budgets::seen_by(conn, actor, (*id).into())?;
        let version = line.version;
        Ok(Reply::ok(&BudgetLineView::of(line)?, version)?)
    })
    .await
}
