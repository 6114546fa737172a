//! `POST /invitations`.
use super::{InvitationView, read_roles};
use crate::auth::secrets;
use crate::http::{Answer, Body, Call, Fields, Reply, wire};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;
use store::error::OrNotFound;
use store::identity::invitations::{self, NewInvitation};
use store::identity::{organisations, people};
use store::operations::notices;
use utoipa::ToSchema;

/// Whom to invite, with which mandate.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    #[schema(example = "delegado@sindicato.example")]
    email: String,
    /// The roles of the mandate that comes with it.
    #[schema(example = json!(["approver"]))]
    roles: Vec<String>,
    /// The mandate's last day; at most two years from today.
    mandate_expires_on: NaiveDate,
}

/// Invites somebody to join your organisation, by e-mail. The link in it is good for 14 days.
#[utoipa::path(tag = "Organisations", operation_id = "invitations_send", request_body = Invite, params(IdempotencyKey),
    responses((status = 201, description = "The invitation.", body = InvitationView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))))]
#[post("/invitations")]
pub async fn invite(call: Call, body: Body<Invite>) -> Answer {
    let mut fields = Fields::new();
    let email = wire::email(&mut fields, "/email", &body.value.email);
    let roles = read_roles(&mut fields, &body.value.roles);
    let mandate_expires_on = body.value.mandate_expires_on;
    let (token, token_hash) = secrets::fresh();
    let new = fields.finish(|| {
        Some(NewInvitation {
            email: email?,
            roles,
            mandate_expires_on,
            token_hash,
        })
    })?;
    call.write(Some(body.digest), move |conn, actor| {
        let invitation = invitations::invite(conn, actor, &new)?;
        let organisation = organisations::get(conn, actor.organisation)?;
        let inviter = people::get(conn, actor.person)?.or_not_found()?;
        let notice = json!({
            "kind": "invitation",
            "organisation": organisation.name,
            "inviter": inviter.name,
            "accept_url": format!("/invitations/{token}"),
            "expires_on": invitation.expires_at.date(),
        });
        notices::tell_address(conn, organisation.id, &invitation.email, &notice, actor.now)?;
        let location = format!("/api/v1/invitations/{}", invitation.id);
        let view = InvitationView::at(&invitation, actor.now);
        Ok(Reply::created(location, &view, invitation.version)?)
    })
    .await
}
