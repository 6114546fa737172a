//! `GET /pools/{id}/members` and `GET /pools/{id}/members/{organisation_id}`.
use super::PoolMemberView;
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::{get, web};
use serde::Deserialize;
use store::pools::members;
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

/// Lists a pool's members with their quantities and abilities, for its opener and members.
#[utoipa::path(tag = "Pools", operation_id = "pool_members_list",
    params(("id" = Uuid, Path, description = "The pool."), Wanted),
    responses((status = 200, description = "A page.", body = List<PoolMemberView>)))]
#[get("/pools/{id}/members")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Wanted>) -> Answer {
    let page = Page::parse(query.0.limit, query.0.cursor.as_deref())?;
    call.read(move |conn, actor| {
        let rows = members::list(conn, actor, (*id).into(), page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.organisation.uuid(),
            PoolMemberView::from,
        ))?)
    })
    .await
}

/// One member of a pool, for its opener and members.
#[utoipa::path(tag = "Pools", operation_id = "pool_members_get",
    params(("id" = Uuid, Path, description = "The pool."),
        ("organisation_id" = Uuid, Path, description = "The member.")),
    responses((status = 200, description = "The member.", body = PoolMemberView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/pools/{id}/members/{organisation_id}")]
pub async fn get(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    let (pool, organisation) = path.into_inner();
    call.read(move |conn, actor| {
        let member = members::get(conn, actor, pool.into(), organisation.into())?;
        let version = member.version;
        Ok(Reply::ok(&PoolMemberView::from(member), version)?)
    })
    .await
}
