//! `GET /mandates/{id}`.
use super::MandateView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::identity::memberships;
use uuid::Uuid;

/// One mandate of your organisation.
#[utoipa::path(tag = "Organisations", operation_id = "mandates_get",
    params(("id" = Uuid, Path, description = "The mandate.")),
    responses((status = 200, description = "The mandate.", body = MandateView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/mandates/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let mandate = memberships::mandate(conn, actor.organisation, (*id).into())?;
        let version = mandate.version;
        Ok(Reply::ok(&MandateView::from(mandate), version)?)
    })
    .await
}
