//! `GET /proposals/{id}`.
use super::ProposalView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::needs::proposals;
use uuid::Uuid;

/// One of the proposals to your organisation, with its explanation.
#[utoipa::path(tag = "Needs", operation_id = "proposals_get",
    params(("id" = Uuid, Path, description = "The proposal.")),
    responses((status = 200, description = "The proposal.", body = ProposalView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/proposals/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = proposals::get(conn, actor, (*id).into())?;
        let view = ProposalView::of(conn, &found, actor.now)?;
        Ok(Reply::ok(&view, found.version)?)
    })
    .await
}
