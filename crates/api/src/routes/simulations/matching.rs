//! `POST /simulations/match`.
use super::match_shape::{MatchPlan, MatchRequest};
use crate::http::problem::internal;
use crate::http::{Answer, Body, Call, Problem, Reply};
use actix_web::{post, web};
use matching::{ErrorCode, MatchingError, Request};
use store::error::Code;

/// Plans a round of matching. The request holds integers in the smallest units; the same request gives
/// the same plan, and `minga match` gives it too. Writes nothing.
#[utoipa::path(tag = "Simulations", operation_id = "simulations_match", request_body = MatchRequest,
    responses((status = 200, description = "The plan.", body = MatchPlan)),
    extensions(("x-problem-codes" = json!(["duplicate_id", "dangling_reference", "out_of_range", "overflow"]))))]
#[post("/simulations/match")]
pub async fn simulate(call: Call, body: Body<Request>) -> Answer {
    // Whoever asks has to be somebody; what they are does not matter.
    call.claims().await?;
    let request = body.value;
    let plan = web::block(move || matching::plan(&request))
        .await
        .map_err(|error| {
            tracing::error!(%error, "a matching did not end");
            internal()
        })?
        .map_err(refused)?;
    call.answer(Ok(Reply::plain(&plan)?))
}

fn refused(error: MatchingError) -> Problem {
    let code = match error.code {
        ErrorCode::DuplicateId => Code::DuplicateId,
        ErrorCode::DanglingReference => Code::DanglingReference,
        ErrorCode::OutOfRange => Code::OutOfRange,
        ErrorCode::Overflow => Code::Overflow,
        _ => Code::InvalidInput,
    };
    Problem::new(code, format!("{}.", error.message)).at(error.field)
}
