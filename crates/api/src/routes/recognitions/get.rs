//! `GET /recognitions/{network_id}`.
use super::RecognitionView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::governance::recognitions;
use uuid::Uuid;

/// Your own network's latest word on another.
#[utoipa::path(tag = "Verification", operation_id = "recognitions_get",
    params(("network_id" = Uuid, Path, description = "The network that is recognised.")),
    responses((status = 200, description = "The recognition.", body = RecognitionView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/recognitions/{network_id}")]
pub async fn get(call: Call, network: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let own = recognitions::own(conn, actor, (*network).into())?;
        let version = own.version;
        Ok(Reply::ok(&RecognitionView::from(own), version)?)
    })
    .await
}
