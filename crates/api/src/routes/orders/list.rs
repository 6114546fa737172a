//! `GET /orders`.
use super::OrderSummary;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use ordering::OrderState;
use serde::Deserialize;
use store::orders;
use utoipa::IntoParams;

/// Which orders.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// draft, submitted, approved, confirmed, fulfilled, closed or cancelled.
    status: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists the orders that your organisation placed or pays a share of, in the order in which they were placed.
#[utoipa::path(tag = "Orders", operation_id = "orders_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<OrderSummary>)))]
#[get("/orders")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let state = wanted
        .status
        .and_then(|word| fields.take("?status", OrderState::parse(&word)));
    let state = fields.finish(|| Some(state))?;
    call.read(move |conn, actor| {
        let rows = orders::list(conn, actor, state, page.after(), page.rows())?;
        let page = page.list(rows, |row| row.id.uuid(), |row| OrderSummary::from(&row));
        Ok(Reply::list(&page)?)
    })
    .await
}
