//! The golden rounds, for tests of single steps.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use crate::plan::Objective;
use crate::request::Request;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Round {
    request: Value,
    objective: Objective,
}

/// Small rounds with the objective of their best plans.
pub(crate) fn rounds() -> Vec<(Request, Objective)> {
    let text = include_str!("../tests/golden/rounds.json");
    let rounds: Vec<Round> = serde_json::from_str(text).unwrap();
    let read = |round: Round| {
        let request = Request::from_json(&round.request.to_string()).unwrap();
        (request, round.objective)
    };
    rounds.into_iter().map(read).collect()
}
