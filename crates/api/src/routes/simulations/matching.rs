//! `POST /simulations/match`.
use super::match_shape::{MatchPlan, MatchRequest};
use crate::http::body::RawJson;
use crate::http::problem::internal;
use crate::http::{Answer, Call, Problem, Reply};
use actix_web::{post, web};
use matching::{ErrorCode, Line, MatchingError, Request};
use std::collections::BTreeMap;
use store::error::Code;

/// Pairs of a line and an offer of its product that a simulation may have: each gets its reason in the
/// answer. `minga match` has no such limit.
const PAIRS_MAX: usize = 20_000;

/// Plans a round of matching. The request holds integers in the smallest units; the same request gives
/// the same plan, and `minga match` gives it too. Writes nothing.
#[utoipa::path(tag = "Simulations", operation_id = "simulations_match", request_body = MatchRequest,
    responses((status = 200, description = "The plan.", body = MatchPlan)),
    extensions(("x-problem-codes" = json!(["duplicate_id", "dangling_reference", "out_of_range", "overflow"]))))]
#[post("/simulations/match")]
pub async fn simulate(call: Call, body: RawJson) -> Answer {
    // Whoever asks has to be somebody; what they are does not matter.
    call.claims()?;
    let request = Request::from_json(&body.0).map_err(refused)?;
    bounded(&request)?;
    let plan = web::block(move || matching::plan(&request))
        .await
        .map_err(|error| {
            tracing::error!(%error, "a matching did not end");
            internal()
        })?
        .map_err(refused)?;
    call.answer(Ok(Reply::plain(&plan)?))
}

fn bounded(request: &Request) -> Result<(), Problem> {
    let mut offers: BTreeMap<&str, usize> = BTreeMap::new();
    for offer in &request.offers {
        *offers.entry(&offer.product).or_default() += 1;
    }
    let of_line = |line: &Line| offers.get(line.product.as_str()).copied().unwrap_or(0);
    let pairs: usize = request.lines.iter().map(of_line).sum();
    if pairs <= PAIRS_MAX {
        return Ok(());
    }
    Err(Problem::new(
        Code::OutOfRange,
        format!("The round has {pairs} pairs of a line and an offer of its product; a simulation takes {PAIRS_MAX}."),
    )
    .at(""))
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
