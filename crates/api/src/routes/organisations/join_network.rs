//! `POST /organisations/{id}/join-network`.
use crate::http::{Answer, Call, Problem, Reply};
use crate::openapi::IdempotencyKey;
use actix_web::{post, web};
use governance::{OrganisationKind, Role};
use store::error::Code;
use store::identity::organisations;
use uuid::Uuid;

/// Makes an admitted co-operative a member of your network too.
#[utoipa::path(tag = "Organisations", operation_id = "organisations_join_network",
    params(("id" = Uuid, Path, description = "The co-operative."), IdempotencyKey),
    responses((status = 204, description = "It is a member.")),
    extensions(("x-problem-codes" = json!(["duplicate", "not_admitted", "wrong_state"]))))]
#[post("/organisations/{id}/join-network")]
pub async fn join(call: Call, id: web::Path<Uuid>) -> Answer {
    call.write(None, move |conn, actor| {
        actor.require_kind(&[OrganisationKind::Network])?;
        actor.require(&[Role::Verifier, Role::Admin])?;
        actor.require_admitted()?;
        let organisation = organisations::seen_by(conn, actor, (*id).into())?;
        if organisation.kind != OrganisationKind::Cooperative
            || organisation.status != organisations::Status::Admitted
        {
            return Err(Problem::new(
                Code::WrongState,
                "Only an admitted co-operative joins a network this way.",
            )
            .into());
        }
        organisations::join_network(conn, actor, organisation.id)?;
        Ok(Reply::nothing())
    })
    .await
}
