//! `GET /me`.
use crate::http::{Answer, Call, Reply};
use actix_web::get;
use serde::Serialize;
use store::error::OrNotFound;
use store::identity::{organisations, people};
use utoipa::ToSchema;
use uuid::Uuid;

/// Who the token acts as.
#[derive(Serialize, ToSchema)]
pub struct Me {
    person_id: Uuid,
    name: String,
    email: String,
    organisation_id: Uuid,
    organisation_name: String,
    /// union, cooperative, network, community or operator.
    organisation_kind: String,
    membership_id: Uuid,
    /// The mandate in force, if any.
    mandate_id: Option<Uuid>,
    /// What the mandate allows.
    roles: Vec<String>,
}

/// Who the token acts as: person, organisation, roles.
#[utoipa::path(tag = "Access", operation_id = "me_get",
    responses((status = 200, description = "The actor.", body = Me)))]
#[get("/me")]
pub async fn me(call: Call) -> Answer {
    call.read(|conn, actor| {
        let person = people::get(conn, actor.person)?.or_not_found()?;
        let organisation = organisations::get(conn, actor.organisation)?;
        Ok(Reply::plain(&Me {
            person_id: person.id.uuid(),
            name: person.name,
            email: person.email,
            organisation_id: organisation.id.uuid(),
            organisation_name: organisation.name,
            organisation_kind: organisation.kind.to_string(),
            membership_id: actor.membership.uuid(),
            mandate_id: actor.mandate.map(store::ids::MandateId::uuid),
            roles: actor.roles.iter().map(ToString::to_string).collect(),
        })?)
    })
    .await
}
