//! `GET /clients`.
use super::ClientView;
use crate::http::page::Paging;
use crate::http::{Answer, Call, List, Query, Reply};
use actix_web::get;
use store::identity::clients;

/// Lists your organisation's machines, in the order in which they were registered.
#[utoipa::path(tag = "Machines", operation_id = "clients_list", params(Paging),
    responses((status = 200, description = "A page.", body = List<ClientView>)))]
#[get("/clients")]
pub async fn list(call: Call, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = clients::list(conn, actor, page.after(), page.rows())?;
        let list = page.list(
            rows,
            |row| row.id.uuid(),
            |row| ClientView::at(&row, actor.now),
        );
        Ok(Reply::list(&list)?)
    })
    .await
}
