//! `POST /invitations/{id}/withdraw`.
use super::InvitationView;
use crate::http::{Answer, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use store::identity::invitations;
use uuid::Uuid;

/// Withdraws an invitation that was not accepted yet.
#[utoipa::path(tag = "Organisations", operation_id = "invitations_withdraw",
    params(("id" = Uuid, Path, description = "The invitation."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The invitation.", body = InvitationView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["invitation_ended"]))))]
#[post("/invitations/{id}/withdraw")]
pub async fn withdraw(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let withdrawn = invitations::withdraw(conn, actor, (*id).into(), version)?;
        let view = InvitationView::at(&withdrawn, actor.now);
        Ok(Reply::ok(&view, withdrawn.version)?)
    })
    .await
}
