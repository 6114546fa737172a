//! `GET /unmet-needs`.
use super::UnmetNeedView;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply, wire};
use actix_web::get;
use serde::Deserialize;
use store::needs::unmet::{self, Filter};
use utoipa::IntoParams;
use uuid::Uuid;

/// Which unmet needs.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of this product.
    product_id: Option<Uuid>,
    /// Needed in this region, ISO 3166-2.
    #[param(pattern = "^[A-Z]{2}-[A-Z0-9]{1,3}$")]
    region: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists what buyers need and nobody can make yet, oldest first: for admitted co-operatives and networks.
#[utoipa::path(tag = "Needs", operation_id = "unmet_needs_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<UnmetNeedView>)),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/unmet-needs")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let region = wanted
        .region
        .and_then(|code| wire::region(&mut fields, "?region", &code));
    let filter = fields.finish(|| {
        Some(Filter {
            product: wanted.product_id.map(Into::into),
            region,
        })
    })?;
    call.read(move |conn, actor| {
        let rows = unmet::list(conn, actor, &filter, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            UnmetNeedView::from,
        ))?)
    })
    .await
}
