//! `GET /workplace` and `GET /organisations/{id}/workplace`.
use super::WorkplaceView;
use crate::http::call::Work;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use governance::OrganisationKind;
use store::catalogue::workplaces;
use store::ids::OrganisationId;
use store::{Actor, Conn};
use uuid::Uuid;

/// Your co-operative's workplace.
#[utoipa::path(tag = "Listings", operation_id = "workplace_get",
    responses((status = 200, description = "The workplace.", body = WorkplaceView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_found"]))))]
#[get("/workplace")]
pub async fn own(call: Call) -> Answer {
    call.read(|conn, actor| {
        actor.require_kind(&[OrganisationKind::Cooperative])?;
        show(conn, actor, actor.organisation)
    })
    .await
}

/// A co-operative's workplace: for itself, the verifiers and inspectors of its networks, and buyers where
/// its assembly opened it to them.
#[utoipa::path(tag = "Listings", operation_id = "workplace_of_cooperative",
    params(("id" = Uuid, Path, description = "The co-operative.")),
    responses((status = 200, description = "The workplace.", body = WorkplaceView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/organisations/{id}/workplace")]
pub async fn of_cooperative(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| show(conn, actor, (*id).into()))
        .await
}

fn show(conn: &mut Conn, actor: &Actor, cooperative: OrganisationId) -> Work<Reply> {
    let workplace = workplaces::seen_by(conn, actor, cooperative)?;
    let version = workplace.version;
    Ok(Reply::ok(&WorkplaceView::from(workplace), version)?)
}
