//! `GET /framework-agreements`.
use super::AgreementSummary;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use ordering::AgreementState;
use serde::Deserialize;
use store::agreements::{self, Filter};
use utoipa::IntoParams;

/// Which agreements.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// draft, offered, in_force, expired or ended.
    status: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists the framework agreements of your organisation, in the order in which they were written.
#[utoipa::path(tag = "Framework agreements", operation_id = "framework_agreements_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<AgreementSummary>)))]
#[get("/framework-agreements")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let state = wanted
        .status
        .and_then(|word| fields.take("?status", AgreementState::parse(&word)));
    let filter = fields.finish(|| Some(Filter { state }))?;
    call.read(move |conn, actor| {
        let rows = agreements::list(conn, actor, filter, page.after(), page.rows())?;
        let page = page.list(
            rows,
            |row| row.id.uuid(),
            |row| AgreementSummary::from(&row),
        );
        Ok(Reply::list(&page)?)
    })
    .await
}
