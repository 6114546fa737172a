//! `GET /needs/{id}/proposals`.
use crate::http::{Answer, Call, List, Page, Query, Reply};
use crate::routes::proposals::ProposalSummary;
use actix_web::{get, web};
use serde::Deserialize;
use store::needs::{need, proposals};
use utoipa::IntoParams;
use uuid::Uuid;

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

/// Lists the proposals that were made for one of your needs, oldest first.
#[utoipa::path(tag = "Needs", operation_id = "needs_list_proposals",
    params(("id" = Uuid, Path, description = "The need."), Wanted),
    responses((status = 200, description = "A page.", body = List<ProposalSummary>)))]
#[get("/needs/{id}/proposals")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Wanted>) -> Answer {
    let page = Page::parse(query.0.limit, query.0.cursor.as_deref())?;
    call.read(move |conn, actor| {
        let found = need::get(conn, actor, (*id).into())?;
        let rows = proposals::list_of_need(conn, found.id, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            |row| ProposalSummary::at(&row, actor.now),
        ))?)
    })
    .await
}
