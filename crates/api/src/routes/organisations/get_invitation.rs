//! `GET /invitations/{id}`.
use super::InvitationView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use governance::Role;
use store::identity::invitations;
use uuid::Uuid;

/// One invitation of your organisation.
#[utoipa::path(tag = "Organisations", operation_id = "invitations_get",
    params(("id" = Uuid, Path, description = "The invitation.")),
    responses((status = 200, description = "The invitation.", body = InvitationView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/invitations/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let invitation = invitations::get(conn, actor, (*id).into())?;
        actor.require(&[Role::Admin])?;
        let view = InvitationView::at(&invitation, actor.now);
        Ok(Reply::ok(&view, invitation.version)?)
    })
    .await
}
