//! `GET /dossiers/{id}/findings`.
use super::FindingView;
use crate::http::{Answer, Call, List, Paging, Query, Reply};
use actix_web::{get, web};
use store::governance::findings;
use uuid::Uuid;

/// Lists everything that the dossier's network ever found in the co-operative: amended originals and the
/// findings of earlier dossiers too.
#[utoipa::path(tag = "Verification", operation_id = "findings_list",
    params(("id" = Uuid, Path, description = "The dossier."), Paging),
    responses((status = 200, description = "A page.", body = List<FindingView>)))]
#[get("/dossiers/{id}/findings")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = findings::list(conn, actor, (*id).into(), page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            FindingView::from,
        ))?)
    })
    .await
}
