//! `POST /rule-sets/{id}/adopt`.
use super::RuleSetView;
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::IdempotencyKey;
use actix_web::{post, web};
use serde::Deserialize;
use store::governance::rule_sets;
use utoipa::ToSchema;
use uuid::Uuid;

/// The vote behind an adoption.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Adoption {
    /// Your own assembly's record: it carried this very text.
    assembly_record_id: Uuid,
}

/// Adopts a rule set for your organisation, drafts and published ones alike. It binds your trade with
/// those who adopted it too, once it is published.
#[utoipa::path(tag = "Rule sets", operation_id = "rule_sets_adopt", request_body = Adoption,
    params(("id" = Uuid, Path, description = "The rule set."), IdempotencyKey),
    responses((status = 200, description = "The rule set.", body = RuleSetView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "cannot_adopt", "other_text", "not_carried",
        "wrong_state", "duplicate"]))))]
#[post("/rule-sets/{id}/adopt")]
pub async fn adopt(call: Call, id: web::Path<Uuid>, body: Body<Adoption>) -> Answer {
    let record = body.value.assembly_record_id.into();
    call.write(Some(body.digest), move |conn, actor| {
        let adopted = rule_sets::adopt(conn, actor, (*id).into(), record)?;
        let version = adopted.version;
        Ok(Reply::ok(&RuleSetView::counted(conn, adopted)?, version)?)
    })
    .await
}
