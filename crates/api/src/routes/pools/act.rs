//! `POST /pools/{id}/extend` and `/cancel`.
use super::PoolView;
use crate::http::call::Work;
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use store::pools::opening;
use store::pools::pool::Pool;
use store::pools::seen::SeenPool;
use utoipa::ToSchema;
use uuid::Uuid;

/// More time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// Until when buyers join and change their parts: from now to the day that the pool is due.
    #[schema(example = "2027-01-20T18:00:00Z")]
    closes_at: DateTime<Utc>,
}

/// Gives buyers more time to join and to change their parts, as the pool's opener; its time may be over already.
/// Parts that were fixed, and bids, are void. Below the minimum its buyers decide instead.
#[utoipa::path(tag = "Pools", operation_id = "pools_extend", request_body = Extension,
    params(("id" = Uuid, Path, description = "The pool."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The pool.", body = PoolView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/pools/{id}/extend")]
pub async fn extend(call: Call, id: web::Path<Uuid>, body: Body<Extension>) -> Answer {
    let version = call.version()?;
    let closes_at = body.value.closes_at.into();
    call.write(Some(body.digest), move |conn, actor| {
        reply(opening::extend(
            conn,
            actor,
            (*id).into(),
            version,
            closes_at,
        )?)
    })
    .await
}

/// Calls a pool off before it is ordered, unless its buyers are deciding on it; its members are told. Afterwards
/// its order is cancelled instead.
#[utoipa::path(tag = "Pools", operation_id = "pools_cancel",
    params(("id" = Uuid, Path, description = "The pool."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The pool.", body = PoolView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/pools/{id}/cancel")]
pub async fn cancel(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        reply(opening::cancel(conn, actor, (*id).into(), version)?)
    })
    .await
}

/// What the opener did answers with the pool.
pub(super) fn reply(pool: Pool) -> Work<Reply> {
    let version = pool.version;
    let seen = SeenPool { pool, inside: true };
    Ok(Reply::ok(&PoolView::from(seen), version)?)
}
