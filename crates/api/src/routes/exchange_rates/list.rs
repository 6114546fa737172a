//! `GET /exchange-rates`.
use super::ExchangeRateView;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply, wire};
use actix_web::get;
use serde::Deserialize;
use store::governance::exchange_rates::{self, Filter};
use utoipa::IntoParams;

/// Which rates.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// ISO 4217: of this currency.
    base: Option<String>,
    /// ISO 4217: in this currency.
    counter: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists exchange rates, the first entered first.
#[utoipa::path(tag = "Exchange rates", operation_id = "exchange_rates_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<ExchangeRateView>)),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/exchange-rates")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let base = wanted
        .base
        .and_then(|code| wire::currency(&mut fields, "?base", &code));
    let counter = wanted
        .counter
        .and_then(|code| wire::currency(&mut fields, "?counter", &code));
    let filter = fields.finish(|| Some(Filter { base, counter }))?;
    call.read(move |conn, actor| {
        actor.require_admitted()?;
        let rows = exchange_rates::list(conn, filter, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            ExchangeRateView::from,
        ))?)
    })
    .await
}
