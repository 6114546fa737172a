//! `GET /dossiers/{id}/findings`.
use super::FindingView;
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::{get, web};
use serde::Deserialize;
use store::governance::findings;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which findings.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists everything that the dossier's network ever found in the co-operative: amended originals and the
/// findings of earlier dossiers too.
#[utoipa::path(tag = "Verification", operation_id = "findings_list",
    params(("id" = Uuid, Path, description = "The dossier."), Wanted),
    responses((status = 200, description = "A page.", body = List<FindingView>)))]
#[get("/dossiers/{id}/findings")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Wanted>) -> Answer {
    let page = Page::parse(query.0.limit, query.0.cursor.as_deref())?;
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
