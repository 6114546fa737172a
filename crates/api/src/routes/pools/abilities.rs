//! `PUT /pools/{id}/members/{organisation_id}/ability`.
use super::PoolMemberView;
use super::part::reply;
use crate::http::wire::DecimalText;
use crate::http::{Answer, Body, Call, Fields};
use crate::openapi::IfMatch;
use actix_web::{put, web};
use money::Micro;
use serde::Deserialize;
use store::pools::joining::{self, Weights};
use store::pools::members::NEED_WEIGHT_DEFAULT;
use utoipa::ToSchema;
use uuid::Uuid;

/// Only the proportions between members count: a thousand to one is more than any pool needs.
const ABILITY_MAX: Micro = Micro::new(1_000_000_000);

/// An ability to pay, and a need.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbilityText {
    /// 0 to 1000; only the proportions between members count, and 0 pays no extra.
    #[schema(example = "0.5")]
    ability: DecimalText,
    /// Above 0, to 1000; absent: 1. Where a delivery falls short and the pool's rule is `need_weighted`, only the
    /// proportions between members count.
    #[schema(example = "2")]
    need_weight: Option<DecimalText>,
}

/// Proposes a member's ability to pay and its need weight, as the pool's opener. Others than before have to be
/// accepted anew.
#[utoipa::path(tag = "Pools", operation_id = "pool_abilities_propose", request_body = AbilityText,
    params(("id" = Uuid, Path, description = "The pool."),
        ("organisation_id" = Uuid, Path, description = "The member."), IfMatch),
    responses((status = 200, description = "The member.", body = PoolMemberView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state"]))))]
#[put("/pools/{id}/members/{organisation_id}/ability")]
pub async fn propose(call: Call, path: web::Path<(Uuid, Uuid)>, body: Body<AbilityText>) -> Answer {
    let (pool, organisation) = path.into_inner();
    let mut fields = Fields::new();
    let range = (Micro::ZERO, ABILITY_MAX);
    let ability = body
        .value
        .ability
        .micro_within(&mut fields, "/ability", range);
    let need = match &body.value.need_weight {
        None => Some(NEED_WEIGHT_DEFAULT),
        Some(weight) => {
            weight.micro_within(&mut fields, "/need_weight", (Micro::new(1), ABILITY_MAX))
        }
    };
    let weights = fields.finish(|| {
        Some(Weights {
            ability: ability?,
            need: need?,
        })
    })?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let member = (pool.into(), organisation.into());
        reply(joining::propose_ability(
            conn, actor, member, version, weights,
        )?)
    })
    .await
}
