//! `GET /exchange-rates/{id}`.
use super::{ExchangeRateView, VERSION};
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::governance::exchange_rates;
use uuid::Uuid;

/// One exchange rate.
#[utoipa::path(tag = "Exchange rates", operation_id = "exchange_rates_get",
    params(("id" = Uuid, Path, description = "The rate.")),
    responses((status = 200, description = "The rate.", body = ExchangeRateView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/exchange-rates/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        actor.require_admitted()?;
        let rate = exchange_rates::get(conn, (*id).into())?;
        Ok(Reply::ok(&ExchangeRateView::from(rate), VERSION)?)
    })
    .await
}
