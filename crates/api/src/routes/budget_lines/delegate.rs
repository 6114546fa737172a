//! `POST /budget-lines/{id}/delegations`.
use super::{BudgetLineView, BudgetTerms};
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use serde::Deserialize;
use store::budgets;
use utoipa::ToSchema;
use uuid::Uuid;

/// A part of a line, for an organisation that belongs directly to yours.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// Who spends it.
    organisation_id: Uuid,
    /// In the line's currency, within its days, and never more than it has left.
    part: BudgetTerms,
}

/// Gives a part of a line on. It is a line of its own for who receives it, who can give it on in turn; you
/// see its figures, not the orders behind them. Only a line without limit gives a part without limit.
#[utoipa::path(tag = "Federation", operation_id = "budget_lines_delegate", request_body = Delegation,
    params(("id" = Uuid, Path, description = "The line that a part is given of."), IfMatch, IdempotencyKeyRequired),
    responses((status = 201, description = "The part.", body = BudgetLineView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state", "not_in_tree", "over_budget"]))))]
#[post("/budget-lines/{id}/delegations")]
pub async fn delegate(call: Call, id: web::Path<Uuid>, body: Body<Delegation>) -> Answer {
    let terms = body
        .value
        .part
        .read()
        .map_err(|problem| problem.below("/part"))?;
    let to = body.value.organisation_id;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let part = budgets::delegate(conn, actor, (*id).into(), version, to.into(), &terms)?;
        let (location, version) = (format!("/api/v1/budget-lines/{}", part.id), part.version);
        Ok(Reply::created(
            location,
            &BudgetLineView::of(part)?,
            version,
        )?)
    })
    .await
}
