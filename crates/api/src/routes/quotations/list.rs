//! `GET /quotations`.
use super::QuotationSummary;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use ordering::QuotationState;
use serde::Deserialize;
use store::quotations::{self, Filter};
use utoipa::IntoParams;
use uuid::Uuid;

/// Which quotations.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// asked, quoted, countered, accepted, declined, expired or withdrawn.
    status: Option<String>,
    /// About this request.
    request_id: Option<Uuid>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists quotations: a co-operative's own, or those that your organisation asked for.
#[utoipa::path(tag = "Quotations", operation_id = "quotations_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<QuotationSummary>)))]
#[get("/quotations")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let state = wanted
        .status
        .and_then(|word| fields.take("?status", QuotationState::parse(&word)));
    let request = wanted.request_id.map(Into::into);
    let filter = fields.finish(|| Some(Filter { state, request }))?;
    call.read(move |conn, actor| {
        let rows = quotations::list(conn, actor, &filter, page.after(), page.rows())?;
        let page = page.list(
            rows,
            |(row, _)| row.id.uuid(),
            |(row, reference)| QuotationSummary::of(&row, reference),
        );
        Ok(Reply::list(&page)?)
    })
    .await
}
