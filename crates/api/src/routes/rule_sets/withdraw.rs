//! `POST /rule-sets/{id}/withdraw`.
use super::RuleSetView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use store::governance::rule_sets;
use uuid::Uuid;

/// Takes back a draft that your organisation proposed.
#[utoipa::path(tag = "Rule sets", operation_id = "rule_sets_withdraw",
    params(("id" = Uuid, Path, description = "The rule set."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The rule set.", body = RuleSetView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state"]))))]
#[post("/rule-sets/{id}/withdraw")]
pub async fn withdraw(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let withdrawn = rule_sets::withdraw(conn, actor, (*id).into(), version)?;
        let version = withdrawn.version;
        Ok(Reply::ok(&RuleSetView::counted(conn, withdrawn)?, version)?)
    })
    .await
}
