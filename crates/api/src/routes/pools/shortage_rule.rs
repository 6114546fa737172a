//! `PUT /pools/{id}/shortage-rule`.
use super::PoolView;
use super::act::reply;
use crate::http::{Answer, Body, Call, Fields};
use crate::openapi::IfMatch;
use actix_web::{put, web};
use ordering::ShortageRule;
use serde::Deserialize;
use store::pools::opening;
use utoipa::ToSchema;
use uuid::Uuid;

/// Another rule.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShortageRuleText {
    /// proportional, `need_weighted` or `by_time`.
    #[schema(example = "need_weighted")]
    shortage_rule: String,
}

/// Chooses how a delivery that falls short is shared, as the pool's opener, while nobody has joined. Afterwards
/// the rule is fixed: everybody joined by it.
#[utoipa::path(tag = "Pools", operation_id = "pools_set_shortage_rule", request_body = ShortageRuleText,
    params(("id" = Uuid, Path, description = "The pool."), IfMatch),
    responses((status = 200, description = "The pool.", body = PoolView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[put("/pools/{id}/shortage-rule")]
pub async fn set(call: Call, id: web::Path<Uuid>, body: Body<ShortageRuleText>) -> Answer {
    let mut fields = Fields::new();
    let rule = fields.take(
        "/shortage_rule",
        ShortageRule::parse(&body.value.shortage_rule),
    );
    let rule = fields.finish(|| rule)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        reply(opening::set_shortage_rule(
            conn,
            actor,
            (*id).into(),
            version,
            rule,
        )?)
    })
    .await
}
