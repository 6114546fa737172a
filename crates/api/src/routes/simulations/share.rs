//! `POST /simulations/share`.
use super::answers::ShareAnswerView;
use super::requests::ShareRequestText;
use crate::http::body::RawJson;
use crate::http::{Answer, Call};
use actix_web::post;

/// Shares what a pool pays above the market by its buyers' ability to pay.
#[utoipa::path(tag = "Simulations", operation_id = "simulations_share", request_body = ShareRequestText,
    responses((status = 200, description = "The shares.", body = ShareAnswerView)),
    extensions(("x-problem-codes" = json!(["amount_out_of_range"]))))]
#[post("/simulations/share")]
pub async fn simulate(call: Call, body: RawJson) -> Answer {
    super::answer(call, body, pricing::share_json).await
}
