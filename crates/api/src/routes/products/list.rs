//! `GET /products`.
use super::ProductView;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use serde::Deserialize;
use store::catalogue::products::{self, Filter};
use utoipa::IntoParams;

/// Which products.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// In this category.
    category: Option<String>,
    /// With all of these words in the name; accents and case do not matter.
    q: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists products.
#[utoipa::path(tag = "Products", operation_id = "products_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<ProductView>)))]
#[get("/products")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let category = wanted
        .category
        .map(|category| fields.text("?category", &category, 80));
    let words = wanted.q.map(|words| fields.text("?q", &words, 200));
    let filter = fields.finish(|| {
        Some(Filter {
            category: category.flatten(),
            words: words.flatten(),
        })
    })?;
    call.read(move |conn, _| {
        let rows = products::list(conn, &filter, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            ProductView::from,
        ))?)
    })
    .await
}
