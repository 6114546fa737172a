//! `POST /simulations/approval-ladder`.
use crate::http::wire::MoneyText;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::routes::approval_ladders::text::{self, CurrencyStepsText, DemandView};
use actix_web::post;
use money::Money;
use ordering::{ApprovalPath, Ladder, OrderingError};
use serde::{Deserialize, Serialize};
use store::Error;
use store::governance::ladders;
use utoipa::ToSchema;

/// A ladder, and amounts to try it on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LadderRequest {
    /// The steps, by currency.
    #[schema(min_items = 1, max_items = 50)]
    ladders: Vec<CurrencyStepsText>,
    #[schema(max_items = 100)]
    cases: Vec<LadderCase>,
}

/// An amount to try a ladder on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LadderCase {
    total: MoneyText,
    /// full, `within_budget` or emergency.
    #[schema(example = "full")]
    path: String,
}

/// The text of a ladder, and what it asks for.
#[derive(Debug, Serialize, ToSchema)]
pub struct LadderAnswer {
    /// What an assembly votes on to adopt the ladder.
    text: String,
    /// Its SHA-256.
    text_hash: String,
    /// Case by case.
    demands: Vec<DemandView>,
}

fn cases(written: &[LadderCase]) -> Result<Vec<(ApprovalPath, Money)>, Problem> {
    let mut fields = Fields::new();
    fields.require(
        written.len() <= 100,
        "/cases",
        "There are at most 100 cases.",
    );
    let read: Vec<Option<(ApprovalPath, Money)>> = written
        .iter()
        .enumerate()
        .map(|(index, case)| {
            let pointer = format!("/cases/{index}/path");
            let path = fields.take(pointer.clone(), ApprovalPath::parse(&case.path));
            let simulated = path != Some(ApprovalPath::TwoPersons);
            fields.require(simulated, pointer, "This is a path without a ladder.");
            let total = case
                .total
                .read(&mut fields, &format!("/cases/{index}/total"));
            Some((path?, total?))
        })
        .collect();
    fields.finish(|| read.into_iter().collect())
}

fn answer(ladder: &Ladder, cases: &[(ApprovalPath, Money)]) -> Result<LadderAnswer, Error> {
    let (text, hash) = ladders::text(ladder)?;
    let demands = cases
        .iter()
        .enumerate()
        .map(|(index, (path, total))| {
            let demand = match path {
                ApprovalPath::Emergency => ladder.emergency(*total),
                ApprovalPath::WithinBudget => ladder.demand(*total, true),
                ApprovalPath::Full | ApprovalPath::TwoPersons => ladder.demand(*total, false),
            };
            let refused =
                |error: OrderingError| Error::from(error).at(format!("/cases/{index}/total"));
            Ok(DemandView::from(&demand.map_err(refused)?))
        })
        .collect::<Result<_, Error>>()?;
    Ok(LadderAnswer {
        text,
        text_hash: hash.to_string(),
        demands,
    })
}

/// Tries an approval ladder on amounts, and gives the text that an assembly votes on to adopt it.
#[utoipa::path(tag = "Simulations", operation_id = "simulations_approval_ladder", request_body = LadderRequest,
    responses((status = 200, description = "The text, and what each amount asks for.", body = LadderAnswer)),
    extensions(("x-problem-codes" = json!(["no_ladder_steps", "above_emergency"]))))]
#[post("/simulations/approval-ladder")]
pub async fn simulate(call: Call, body: Body<LadderRequest>) -> Answer {
    let ladder = text::read(&body.value.ladders)?;
    let cases = cases(&body.value.cases)?;
    call.read(move |_, _| Ok(Reply::plain(&answer(&ladder, &cases)?)?))
        .await
}
