//! `GET /rounds/{id}/needs` and `GET /rounds/{id}/needs/{need_id}`.
use super::EntryView;
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::{get, web};
use serde::Deserialize;
use store::rounds::entries;
use utoipa::IntoParams;
use uuid::Uuid;

/// A page of them.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists the needs in a round: all for the network that convened it, for others their own.
#[utoipa::path(tag = "Rounds", operation_id = "round_needs_list",
    params(("id" = Uuid, Path, description = "The round."), Wanted),
    responses((status = 200, description = "A page.", body = List<EntryView>)))]
#[get("/rounds/{id}/needs")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Wanted>) -> Answer {
    let page = Page::parse(query.0.limit, query.0.cursor.as_deref())?;
    call.read(move |conn, actor| {
        let rows = entries::list(conn, actor, (*id).into(), page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.need.uuid(),
            EntryView::from,
        ))?)
    })
    .await
}

/// One need in a round, for its buyer and for the network that convened the round.
#[utoipa::path(tag = "Rounds", operation_id = "round_needs_get",
    params(("id" = Uuid, Path, description = "The round."), ("need_id" = Uuid, Path, description = "The need.")),
    responses((status = 200, description = "The need in the round.", body = EntryView)))]
#[get("/rounds/{id}/needs/{need_id}")]
pub async fn get(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    let (round, need) = path.into_inner();
    call.read(move |conn, actor| {
        let entry = entries::seen_by(conn, actor, round.into(), need.into())?;
        Ok(Reply::plain(&EntryView::from(entry))?)
    })
    .await
}
