//! `GET /rounds`.
use super::RoundView;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use ordering::RoundState;
use serde::Deserialize;
use store::rounds;
use utoipa::IntoParams;

/// Which rounds.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// open, planning, planned or cancelled.
    status: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists the rounds; that they take place is public.
#[utoipa::path(tag = "Rounds", operation_id = "rounds_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<RoundView>)))]
#[get("/rounds")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let state = wanted
        .status
        .and_then(|status| fields.take("?status", RoundState::parse(&status)));
    let state = fields.finish(|| Some(state))?;
    call.read(move |conn, _| {
        let rows = rounds::list(conn, state, page.after(), page.rows())?;
        let views = RoundView::all(conn, rows)?;
        Ok(Reply::list(&page.list(views, |view| view.id, |view| view))?)
    })
    .await
}
