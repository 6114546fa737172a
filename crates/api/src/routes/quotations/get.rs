//! `GET /quotations/{id}` and `GET /quotations/{id}/explanation`.
use super::QuotationView;
use crate::http::{Answer, Call, Reply};
use crate::routes::orders::Explanation;
use actix_web::{get, web};
use store::quotations;
use uuid::Uuid;

/// One quotation with all that was asked, quoted and said, for its co-operative and for the buyer.
#[utoipa::path(tag = "Quotations", operation_id = "quotations_get",
    params(("id" = Uuid, Path, description = "The quotation.")),
    responses((status = 200, description = "The quotation.", body = QuotationView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/quotations/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let seen = quotations::see(conn, actor, (*id).into())?;
        let version = seen.quotation.version;
        Ok(Reply::ok(&QuotationView::from(seen), version)?)
    })
    .await
}

/// How the quoted prices came about.
#[utoipa::path(tag = "Quotations", operation_id = "quotations_explain",
    params(("id" = Uuid, Path, description = "The quotation.")),
    responses((status = 200, description = "The explanation.", body = Explanation)))]
#[get("/quotations/{id}/explanation")]
pub async fn explain(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let explained = quotations::explain(conn, actor, (*id).into())?;
        Ok(Reply::plain(&Explanation::from(explained))?)
    })
    .await
}
