//! `GET /requests-for-quotation`.
use super::QuotationRequestSummary;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use ordering::QuotationRequestState;
use serde::Deserialize;
use store::quotations::requests;
use utoipa::IntoParams;

/// Which requests.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// open, ordered, expired or withdrawn.
    status: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists the requests for quotation of your organisation, in the order in which they were sent.
#[utoipa::path(tag = "Quotations", operation_id = "quotation_requests_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<QuotationRequestSummary>)))]
#[get("/requests-for-quotation")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let state = wanted
        .status
        .and_then(|word| fields.take("?status", QuotationRequestState::parse(&word)));
    let state = fields.finish(|| Some(state))?;
    call.read(move |conn, actor| {
        let rows = requests::list(conn, actor, state, page.after(), page.rows())?;
        let id = |row: &store::quotations::Request| row.id.uuid();
        let page = page.list(rows, id, |row| QuotationRequestSummary::from(&row));
        Ok(Reply::list(&page)?)
    })
    .await
}
