//! `GET /affiliations`.
use super::AffiliationView;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use ordering::AffiliationState;
use serde::Deserialize;
use store::identity::affiliations::{self, Filter};
use utoipa::IntoParams;
use uuid::Uuid;

/// Which affiliations.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of this organisation of your tree, instead of your own.
    organisation_id: Option<Uuid>,
    /// proposed, accepted, refused, withdrawn or ended.
    status: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists the affiliations of an organisation, as child and as parent: your own, or, of those that hold,
/// another's in your tree. From one to the next, the whole tree can be walked.
#[utoipa::path(tag = "Federation", operation_id = "affiliations_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<AffiliationView>)),
    extensions(("x-problem-codes" = json!(["not_found"]))))]
#[get("/affiliations")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let state = wanted
        .status
        .and_then(|status| fields.take("?status", AffiliationState::parse(&status)));
    let filter = fields.finish(|| {
        Some(Filter {
            organisation: wanted.organisation_id.map(Into::into),
            state,
        })
    })?;
    call.read(move |conn, actor| {
        let rows = affiliations::list(conn, actor, &filter, page.after(), page.rows())?;
        let names = affiliations::names(conn, &rows)?;
        let view = |row| AffiliationView::new(&row, &names);
        Ok(Reply::list(&page.list(rows, |row| row.id.uuid(), view))?)
    })
    .await
}
