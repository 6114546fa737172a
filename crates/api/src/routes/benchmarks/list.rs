//! `GET /benchmarks`.
use super::BenchmarkView;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply, wire};
use actix_web::get;
use serde::Deserialize;
use store::governance::benchmarks;
use utoipa::IntoParams;

/// Which benchmarks.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// ISO 3166 alpha-2.
    country: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists living-wage benchmarks, the first entered first.
#[utoipa::path(tag = "Benchmarks", operation_id = "benchmarks_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<BenchmarkView>)),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/benchmarks")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let country = wanted
        .country
        .and_then(|code| wire::country(&mut fields, "?country", &code));
    let country = fields.finish(|| Some(country))?;
    call.read(move |conn, actor| {
        actor.require_admitted()?;
        let rows = benchmarks::list(conn, country.as_deref(), page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            BenchmarkView::from,
        ))?)
    })
    .await
}
