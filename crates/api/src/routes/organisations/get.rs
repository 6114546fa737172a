//! `GET /organisations/{id}`.
use super::OrganisationView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::identity::organisations;
use uuid::Uuid;

/// One organisation.
#[utoipa::path(tag = "Organisations", operation_id = "organisations_get",
    params(("id" = Uuid, Path, description = "The organisation.")),
    responses((status = 200, description = "The organisation.", body = OrganisationView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/organisations/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let organisation = organisations::seen_by(conn, actor, (*id).into())?;
        let version = organisation.version;
        Ok(Reply::ok(&OrganisationView::from(organisation), version)?)
    })
    .await
}
