//! `POST /rounds`.
use super::RoundView;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply, wire};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use serde::Deserialize;
use store::rounds::{self, Terms};
use utoipa::ToSchema;
use uuid::Uuid;

/// A round to be convened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRound {
    #[schema(example = "School supplies, first half of 2027", max_length = 200)]
    title: String,
    /// ISO 4217: needs and listings in it take part.
    #[schema(example = "ARS", pattern = "^[A-Z]{3}$")]
    currency: String,
    /// A published rule set: buyers and co-operatives take part whose assemblies adopted it.
    rule_set_id: Uuid,
}

fn parse(body: &NewRound) -> Result<Terms, Problem> {
    let mut fields = Fields::new();
    let title = fields.text("/title", &body.title, 200);
    let currency = wire::currency(&mut fields, "/currency", &body.currency);
    fields.finish(|| {
        Some(Terms {
            title: title?,
            currency: currency?,
            rule_set: body.rule_set_id.into(),
        })
    })
}

/// Convenes a round: buyers enter their needs, and all of them are matched as one, so that together they
/// reach minimums and price steps that none reaches alone.
#[utoipa::path(tag = "Rounds", operation_id = "rounds_convene", request_body = NewRound, params(IdempotencyKey),
    responses((status = 201, description = "The round.", body = RoundView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[post("/rounds")]
pub async fn convene(call: Call, body: Body<NewRound>) -> Answer {
    let terms = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let round = rounds::convene(conn, actor, &terms)?;
        let (version, location) = (round.version, format!("/api/v1/rounds/{}", round.id));
        Ok(Reply::created(
            location,
            &RoundView::of(conn, round)?,
            version,
        )?)
    })
    .await
}
