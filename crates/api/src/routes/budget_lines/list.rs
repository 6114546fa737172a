//! `GET /budget-lines`.
use super::BudgetLineView;
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::get;
use serde::Deserialize;
use store::budgets;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which lines.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// The parts given of this line, instead of your own lines.
    part_of: Option<Uuid>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists your organisation's budget lines, or the parts given of a line that you see, in the order in which
/// they were opened.
#[utoipa::path(tag = "Federation", operation_id = "budget_lines_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<BudgetLineView>)),
    extensions(("x-problem-codes" = json!(["not_found"]))))]
#[get("/budget-lines")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let part_of = wanted.part_of.map(Into::into);
    call.read(move |conn, actor| {
        let rows = budgets::list(conn, actor, part_of, page.after(), page.rows())?;
        let views = rows
            .into_iter()
            .map(BudgetLineView::of)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Reply::list(&page.list(views, |view| view.id, |view| view))?)
    })
    .await
}
