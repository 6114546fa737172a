//! `GET /exports`.
use super::ExportView;
use crate::http::page::Paging;
use crate::http::{Answer, Call, List, Query, Reply};
use actix_web::get;
use store::exports;

/// Lists the exports of your organisation, oldest first, for its admins.
#[utoipa::path(tag = "Exports", operation_id = "exports_list", params(Paging),
    responses((status = 200, description = "A page.", body = List<ExportView>)))]
#[get("/exports")]
pub async fn list(call: Call, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = exports::list(conn, actor, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            ExportView::from,
        ))?)
    })
    .await
}
