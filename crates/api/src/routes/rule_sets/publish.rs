//! `POST /rule-sets/{id}/publish`.
use super::RuleSetView;
use crate::http::{Answer, Body, Call, Fields, Reply, wire};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use store::governance::rule_sets;
use utoipa::ToSchema;
use uuid::Uuid;

/// From when on a rule set holds.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// The first day: today or later.
    starts_on: NaiveDate,
}

/// Publishes a rule set that assemblies of buyers and of suppliers have adopted. A member of an
/// organisation that adopted it does so, never the operator.
#[utoipa::path(tag = "Rule sets", operation_id = "rule_sets_publish", request_body = Publication,
    params(("id" = Uuid, Path, description = "The rule set."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The rule set.", body = RuleSetView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "operator_cannot_publish", "wrong_state",
        "not_adopted_by_both_sides"]))))]
#[post("/rule-sets/{id}/publish")]
pub async fn publish(call: Call, id: web::Path<Uuid>, body: Body<Publication>) -> Answer {
    let mut fields = Fields::new();
    let starts_on = wire::day(&mut fields, "/starts_on", body.value.starts_on);
    let starts_on = fields.finish(|| starts_on)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let published = rule_sets::publish(conn, actor, (*id).into(), version, starts_on)?;
        let version = published.version;
        Ok(Reply::ok(&RuleSetView::counted(conn, published)?, version)?)
    })
    .await
}
