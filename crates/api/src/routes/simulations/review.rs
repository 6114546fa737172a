//! `POST /simulations/review`.
use super::answers::ReviewAnswerView;
use super::requests::ReviewRequestText;
use crate::http::body::RawJson;
use crate::http::{Answer, Call};
use actix_web::post;

/// Moves a price in force by published indices, within its guards; wages never fall.
#[utoipa::path(tag = "Simulations", operation_id = "simulations_review", request_body = ReviewRequestText,
    responses((status = 200, description = "The reviewed price.", body = ReviewAnswerView)),
    extensions(("x-problem-codes" = json!(["weights_do_not_sum_to_one", "too_soon", "amount_out_of_range"]))))]
#[post("/simulations/review")]
pub async fn simulate(call: Call, body: RawJson) -> Answer {
    super::answer(call, body, pricing::review_json).await
}
