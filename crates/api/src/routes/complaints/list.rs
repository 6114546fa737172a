//! `GET /complaints`.
use super::ComplaintView;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use ordering::ComplaintState;
use serde::Deserialize;
use store::complaints;
use utoipa::IntoParams;

/// Which complaints.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// filed, unanswered, answered, decided or withdrawn.
    status: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists the complaints in which your organisation is a side, or whose inspectors decide, the first filed
/// first.
#[utoipa::path(tag = "Complaints", operation_id = "complaints_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<ComplaintView>)))]
#[get("/complaints")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let state = wanted
        .status
        .and_then(|status| fields.take("?status", ComplaintState::parse(&status)));
    let state = fields.finish(|| Some(state))?;
    call.read(move |conn, actor| {
        let rows = complaints::list(conn, actor, state, page.after(), page.rows())?;
        let names = complaints::names(conn, &rows)?;
        let view = |row| ComplaintView::new(row, &names);
        Ok(Reply::list(&page.list(rows, |row| row.id.uuid(), view))?)
    })
    .await
}
