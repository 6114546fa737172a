//! `GET /products/{id}/market-quotes`.
use super::MarketQuoteView;
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::{get, web};
use serde::Deserialize;
use store::catalogue::market_quotes;
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

/// Lists a product's market quotes, outdated ones too.
#[utoipa::path(tag = "Products", operation_id = "market_quotes_list",
    params(("id" = Uuid, Path, description = "The product."), Wanted),
    responses((status = 200, description = "A page.", body = List<MarketQuoteView>)))]
#[get("/products/{id}/market-quotes")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Wanted>) -> Answer {
    let page = Page::parse(query.0.limit, query.0.cursor.as_deref())?;
    call.read(move |conn, _| {
        let rows = market_quotes::list(conn, (*id).into(), page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            MarketQuoteView::from,
        ))?)
    })
    .await
}
