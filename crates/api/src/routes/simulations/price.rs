//! `POST /simulations/price`.
use super::answers::PriceAnswerView;
use super::requests::PriceRequestText;
use crate::http::body::RawJson;
use crate::http::{Answer, Call};
use actix_web::post;

/// Calculates the solidarity price of an order from all that decides it, with every step.
#[utoipa::path(tag = "Simulations", operation_id = "simulations_price", request_body = PriceRequestText,
    responses((status = 200, description = "The price.", body = PriceAnswerView)),
    extensions(("x-problem-codes" = json!(["insufficient_market_evidence", "missing_exchange_rate",
        "no_productive_hours", "below_floor", "not_above_market", "amount_out_of_range"]))))]
#[post("/simulations/price")]
pub async fn simulate(call: Call, body: RawJson) -> Answer {
    super::answer(call, body, pricing::price_json).await
}
