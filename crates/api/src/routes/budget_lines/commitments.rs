//! `GET /budget-lines/{id}/commitments`.
use crate::http::wire::DecimalText;
use crate::http::{Answer, Call, List, Paging, Query, Reply};
use actix_web::{get, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::budgets::commitments::{self, Commitment};
use utoipa::ToSchema;
use uuid::Uuid;

/// What an order takes of a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommitmentView {
    order_id: Uuid,
    #[schema(example = "O-2026-000123")]
    reference: String,
    /// In the line's currency.
    #[schema(value_type = String, example = "301464.00")]
    amount: DecimalText,
    /// committed, released (the order came to nothing) or spent.
    #[schema(example = "committed")]
    status: &'static str,
    changed_at: DateTime<Utc>,
}

impl From<Commitment> for CommitmentView {
    fn from(commitment: Commitment) -> Self {
        Self {
            order_id: commitment.order.uuid(),
            reference: commitment.reference,
            amount: commitment.amount.into(),
            status: commitment.status.as_str(),
            changed_at: commitment.changed_at.utc(),
        }
    }
}

/// Lists what orders take of one of your own lines, in the order in which they were placed. Who gave the
/// line sees its figures only.
#[utoipa::path(tag = "Federation", operation_id = "budget_lines_commitments",
    params(("id" = Uuid, Path, description = "The line."), Paging),
    responses((status = 200, description = "A page.", body = List<CommitmentView>)))]
#[get("/budget-lines/{id}/commitments")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = commitments::list(conn, actor, (*id).into(), page.after(), page.rows())?;
        let page = page.list(rows, |row| row.order.uuid(), CommitmentView::from);
        Ok(Reply::list(&page)?)
    })
    .await
}
