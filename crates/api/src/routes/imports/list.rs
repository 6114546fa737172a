//! `GET /imports`.
use super::ImportView;
use crate::http::page::Paging;
use crate::http::{Answer, Call, List, Query, Reply};
use actix_web::get;
use store::imports;

/// Lists the imports that jobs carried out for your organisation, oldest first.
#[utoipa::path(tag = "Tables", operation_id = "imports_list", params(Paging),
    responses((status = 200, description = "A page.", body = List<ImportView>)))]
#[get("/imports")]
pub async fn list(call: Call, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = imports::list(conn, actor, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            ImportView::from,
        ))?)
    })
    .await
}
