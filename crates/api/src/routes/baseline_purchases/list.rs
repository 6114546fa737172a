//! `GET /baseline-purchases`.
use super::BaselinePurchaseView;
use crate::http::page::Paging;
use crate::http::{Answer, Call, List, Query, Reply};
use actix_web::get;
use store::baseline;

/// Lists what your organisation bought before, and from whom, as its imports of the table `baseline` say.
#[utoipa::path(tag = "Tables", operation_id = "baseline_purchases_list", params(Paging),
    responses((status = 200, description = "A page.", body = List<BaselinePurchaseView>)))]
#[get("/baseline-purchases")]
pub async fn list(call: Call, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = baseline::list(conn, actor, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            BaselinePurchaseView::from,
        ))?)
    })
    .await
}
