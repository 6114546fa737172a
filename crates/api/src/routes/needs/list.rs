//! `GET /needs`.
use super::NeedView;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use ordering::NeedState;
use serde::Deserialize;
use store::needs::need;
use utoipa::IntoParams;

/// Which needs.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// draft, published, proposed, ordered, unmet or closed.
    status: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists your organisation's needs, oldest first.
#[utoipa::path(tag = "Needs", operation_id = "needs_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<NeedView>)))]
#[get("/needs")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let status = wanted
        .status
        .and_then(|status| fields.take("?status", NeedState::parse(&status)));
    let status = fields.finish(|| Some(status))?;
    call.read(move |conn, actor| {
        let rows = need::list(conn, actor, status, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            NeedView::from,
        ))?)
    })
    .await
}
