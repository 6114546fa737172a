//! `PUT /needs/{id}`.
use super::NeedView;
use super::write::{NeedText, parse};
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::IfMatch;
use actix_web::{put, web};
use store::needs::need;
use uuid::Uuid;

/// Rewrites a draft. A published need is withdrawn first.
#[utoipa::path(tag = "Needs", operation_id = "needs_change", request_body = NeedText,
    params(("id" = Uuid, Path, description = "The need."), IfMatch),
    responses((status = 200, description = "The need.", body = NeedView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "duplicate"]))))]
#[put("/needs/{id}")]
pub async fn change(call: Call, id: web::Path<Uuid>, body: Body<NeedText>) -> Answer {
    let terms = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let changed = need::change(conn, actor, (*id).into(), version, &terms)?;
        let version = changed.version;
        Ok(Reply::ok(&NeedView::from(changed), version)?)
    })
    .await
}
