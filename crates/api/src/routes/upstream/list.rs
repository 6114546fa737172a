//! `GET /upstream-needs`.
use super::UpstreamNeedView;
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::get;
use serde::Deserialize;
use store::needs::upstream;
use utoipa::IntoParams;

/// Which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists what co-operatives need themselves and is offered to yours first, because one of their networks
/// verified it or recognises who did; a network sees what its members need. Oldest first.
#[utoipa::path(tag = "Upstream", operation_id = "upstream_needs_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<UpstreamNeedView>)),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/upstream-needs")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let page = Page::parse(query.0.limit, query.0.cursor.as_deref())?;
    call.read(move |conn, actor| {
        let rows = upstream::list(conn, actor, page.after(), page.rows())?;
        let names = upstream::names(conn, &rows)?;
        let view = |need| UpstreamNeedView::new(need, &names);
        Ok(Reply::list(&page.list(rows, |need| need.id.uuid(), view))?)
    })
    .await
}
