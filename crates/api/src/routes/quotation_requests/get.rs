//! `GET /requests-for-quotation/{id}`.
use super::QuotationRequestView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::quotations::requests;
use uuid::Uuid;

/// One request for quotation, for its buyer.
#[utoipa::path(tag = "Quotations", operation_id = "quotation_requests_get",
    params(("id" = Uuid, Path, description = "The request.")),
    responses((status = 200, description = "The request.", body = QuotationRequestView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/requests-for-quotation/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let seen = requests::see(conn, actor, (*id).into())?;
        let version = seen.request.version;
        Ok(Reply::ok(&QuotationRequestView::from(seen), version)?)
    })
    .await
}
