//! `GET /dossiers`.
use super::DossierView;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use serde::Deserialize;
use store::governance::dossiers::{self, Status};
use utoipa::IntoParams;

/// Which dossiers.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// draft, submitted, signed, refused or withdrawn.
    status: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists your co-operative's dossiers, or those that were submitted to your network, the first begun first.
#[utoipa::path(tag = "Verification", operation_id = "dossiers_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<DossierView>)))]
#[get("/dossiers")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let status = wanted.status.and_then(|word| {
        fields.take(
            "?status",
            Status::parse(&word).ok_or("This is no status of a dossier."),
        )
    });
    let status = fields.finish(|| Some(status))?;
    call.read(move |conn, actor| {
        let rows = dossiers::list(conn, actor, status, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            DossierView::from,
        ))?)
    })
    .await
}
