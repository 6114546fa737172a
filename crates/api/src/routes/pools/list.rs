//! `GET /pools`.
use super::PoolView;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use ordering::PoolState;
use serde::Deserialize;
use store::pools::seen::{self, Filter};
use utoipa::IntoParams;
use uuid::Uuid;

/// Which pools.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// open, `topping_up`, deciding, bidding, closing, ordered or cancelled.
    status: Option<String>,
    /// Over this listing only.
    listing_id: Option<Uuid>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists your pools, and for admitted unions and communities those that they can join.
#[utoipa::path(tag = "Pools", operation_id = "pools_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<PoolView>)))]
#[get("/pools")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let state = wanted
        .status
        .and_then(|status| fields.take("?status", PoolState::parse(&status)));
    let filter = fields.finish(|| {
        Some(Filter {
            state,
            listing: wanted.listing_id.map(Into::into),
        })
    })?;
    call.read(move |conn, actor| {
        let rows = seen::list(conn, actor, filter, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.pool.id.uuid(),
            PoolView::from,
        ))?)
    })
    .await
}
