//! `GET /rule-sets/{id}`.
use super::RuleSetView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::governance::rule_sets;
use uuid::Uuid;

/// One rule set.
#[utoipa::path(tag = "Rule sets", operation_id = "rule_sets_get",
    params(("id" = Uuid, Path, description = "The rule set.")),
    responses((status = 200, description = "The rule set.", body = RuleSetView,
        headers(("ETag" = String, description = "Its version, adoptions included.")))),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/rule-sets/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        actor.require_admitted()?;
        let rule_set = rule_sets::get(conn, (*id).into())?;
        let version = rule_set.version;
        Ok(Reply::ok(&RuleSetView::counted(conn, rule_set)?, version)?)
    })
    .await
}
