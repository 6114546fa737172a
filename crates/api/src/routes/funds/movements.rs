//! `GET /funds/{id}/movements` and `GET /funds/{id}/movements/{movement_id}`.
use super::MovementView;
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::{get, web};
use serde::Deserialize;
use store::pools::movements;
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

/// Lists the movements of a fund of your network, oldest first. None is ever removed.
#[utoipa::path(tag = "Funds", operation_id = "fund_movements_list",
    params(("id" = Uuid, Path, description = "The fund."), Wanted),
    responses((status = 200, description = "A page.", body = List<MovementView>)))]
#[get("/funds/{id}/movements")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Wanted>) -> Answer {
    let page = Page::parse(query.0.limit, query.0.cursor.as_deref())?;
    call.read(move |conn, actor| {
        let rows = movements::list(conn, actor, (*id).into(), page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            MovementView::from,
        ))?)
    })
    .await
}

/// One movement of a fund of your network.
#[utoipa::path(tag = "Funds", operation_id = "fund_movements_get",
    params(("id" = Uuid, Path, description = "The fund."),
        ("movement_id" = Uuid, Path, description = "The movement.")),
    responses((status = 200, description = "The movement.", body = MovementView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/funds/{id}/movements/{movement_id}")]
pub async fn get(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    let (fund, id) = path.into_inner();
    call.read(move |conn, actor| {
        let movement = movements::get(conn, actor, fund.into(), id.into())?;
        let version = movement.version;
        Ok(Reply::ok(&MovementView::from(movement), version)?)
    })
    .await
}
