//! `GET /assembly-records`.
use super::AssemblyRecordView;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use governance::TextHash;
use serde::Deserialize;
use store::governance::assembly::{self, Filter, Subject};
use utoipa::IntoParams;

/// Which records.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// verification, `rule_set`, mandate, `price_floor`, `premium_plan` or other.
    subject: Option<String>,
    /// SHA-256 of the text voted on.
    text_hash: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists your organisation's assembly records, the first put on file first.
#[utoipa::path(tag = "Assemblies", operation_id = "assembly_records_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<AssemblyRecordView>)))]
#[get("/assembly-records")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let subject = wanted.subject.and_then(|word| {
        fields.take(
            "?subject",
            Subject::parse(&word).ok_or("This is no subject of an assembly record."),
        )
    });
    let text_hash = wanted
        .text_hash
        .and_then(|hash| fields.take("?text_hash", TextHash::parse(&hash)));
    let filter = fields.finish(|| Some(Filter { subject, text_hash }))?;
    call.read(move |conn, actor| {
        let rows = assembly::list(conn, actor, &filter, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            AssemblyRecordView::from,
        ))?)
    })
    .await
}
