//! `POST /rule-sets`.
use super::{Parameters, RuleSetView};
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use serde::Deserialize;
use store::governance::rule_sets;
use utoipa::ToSchema;

/// Rules to be voted on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    parameters: Parameters,
}

/// Proposes a rule set: unions, community organisations and co-operatives do. Its parameters never
/// change; other rules are another rule set.
#[utoipa::path(tag = "Rule sets", operation_id = "rule_sets_propose", request_body = Proposal, params(IdempotencyKey),
    responses((status = 201, description = "The draft.", body = RuleSetView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "duplicate", "amount_out_of_range"]))))]
#[post("/rule-sets")]
pub async fn propose(call: Call, body: Body<Proposal>) -> Answer {
    let rules = body.value.parameters.read()?;
    call.write(Some(body.digest), move |conn, actor| {
        let proposed = rule_sets::propose(conn, actor, &rules)?;
        let (version, location) = (
            proposed.version,
            format!("/api/v1/rule-sets/{}", proposed.id),
        );
        let view = RuleSetView::counted(conn, proposed)?;
        Ok(Reply::created(location, &view, version)?)
    })
    .await
}
