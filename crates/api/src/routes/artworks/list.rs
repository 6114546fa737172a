//! `GET /purchase-orders/{id}/artworks`.
use super::ArtworkView;
use crate::http::page::Paging;
use crate::http::{Answer, Call, List, Query, Reply};
use actix_web::{get, web};
use store::fulfilment::artworks;
use uuid::Uuid;

/// Lists the artworks of a purchase order, oldest first.
#[utoipa::path(tag = "Artwork", operation_id = "artworks_list",
    params(("id" = Uuid, Path, description = "The purchase order."), Paging),
    responses((status = 200, description = "A page.", body = List<ArtworkView>)))]
#[get("/purchase-orders/{id}/artworks")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = artworks::list(conn, actor, (*id).into(), page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            ArtworkView::from,
        ))?)
    })
    .await
}
