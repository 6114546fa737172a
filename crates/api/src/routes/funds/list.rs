//! `GET /funds`.
use super::FundView;
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::get;
use serde::Deserialize;
use store::pools::funds;
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

/// Lists funds: a network's own; all of them for admitted unions and communities, who may pool on them.
#[utoipa::path(tag = "Funds", operation_id = "funds_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<FundView>)))]
#[get("/funds")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let page = Page::parse(query.0.limit, query.0.cursor.as_deref())?;
    call.read(move |conn, actor| {
        let rows = funds::list(conn, actor, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.fund.id.uuid(),
            FundView::from,
        ))?)
    })
    .await
}
