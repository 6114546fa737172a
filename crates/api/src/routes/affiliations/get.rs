//! `GET /affiliations/{id}`.
use super::AffiliationView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::identity::affiliations;
use uuid::Uuid;

/// One affiliation, for its two sides and, while it holds, for all who stand in the same tree.
#[utoipa::path(tag = "Federation", operation_id = "affiliations_get",
    params(("id" = Uuid, Path, description = "The affiliation.")),
    responses((status = 200, description = "The affiliation.", body = AffiliationView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/affiliations/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = affiliations::seen_by(conn, actor, (*id).into())?;
        let view = AffiliationView::of(conn, &found)?;
        Ok(Reply::ok(&view, found.version)?)
    })
    .await
}
