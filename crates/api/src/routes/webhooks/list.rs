//! `GET /webhooks`.
use super::WebhookView;
use crate::http::page::Paging;
use crate::http::{Answer, Call, List, Query, Reply};
use actix_web::get;
use store::operations::webhooks::endpoints;

/// Lists the endpoints to which your organisation's events are sent, in the order in which they were made.
#[utoipa::path(tag = "Webhooks", operation_id = "webhooks_list", params(Paging),
    responses((status = 200, description = "A page.", body = List<WebhookView>)))]
#[get("/webhooks")]
pub async fn list(call: Call, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = endpoints::list(conn, actor, page.after(), page.rows())?;
        let view = |row| WebhookView::at(&row, actor.now);
        Ok(Reply::list(&page.list(rows, |row| row.id.uuid(), view))?)
    })
    .await
}
