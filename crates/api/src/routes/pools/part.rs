//! `PUT /pools/{id}/members/me`, `POST /pools/{id}/members/me/accept` and `/leave`.
use super::PoolMemberView;
use super::join::{PartText, parse};
use crate::http::call::Work;
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, put, web};
use store::pools::joining;
use store::pools::members::Member;
use uuid::Uuid;

/// Changes your part. With another quantity or tolerance you have to accept your ability anew. While the pool is
/// topped up, parts only rise.
#[utoipa::path(tag = "Pools", operation_id = "pool_members_change", request_body = PartText,
    params(("id" = Uuid, Path, description = "The pool."), IfMatch),
    responses((status = 200, description = "Your membership.", body = PoolMemberView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state"]))))]
#[put("/pools/{id}/members/me")]
pub async fn change(call: Call, id: web::Path<Uuid>, body: Body<PartText>) -> Answer {
    let part = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        reply(joining::change(conn, actor, (*id).into(), version, part)?)
    })
    .await
}

/// Accepts the ability and need weight that are proposed for you, as you read them, at any time before the pool is
/// ordered.
#[utoipa::path(tag = "Pools", operation_id = "pool_members_accept",
    params(("id" = Uuid, Path, description = "The pool."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "Your membership.", body = PoolMemberView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state"]))))]
#[post("/pools/{id}/members/me/accept")]
pub async fn accept(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        reply(joining::accept(conn, actor, (*id).into(), version)?)
    })
    .await
}

/// Leaves a pool while it is open.
#[utoipa::path(tag = "Pools", operation_id = "pool_members_leave",
    params(("id" = Uuid, Path, description = "The pool."), IfMatch, IdempotencyKey),
    responses((status = 204, description = "You are no member any more.")),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state"]))))]
#[post("/pools/{id}/members/me/leave")]
pub async fn leave(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        joining::leave(conn, actor, (*id).into(), version)?;
        Ok(Reply::nothing())
    })
    .await
}

pub(super) fn reply(member: Member) -> Work<Reply> {
    let version = member.version;
    Ok(Reply::ok(&PoolMemberView::from(member), version)?)
}
