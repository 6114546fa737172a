//! `GET /framework-agreements/{id}` and `GET /framework-agreements/{id}/explanation`.
use super::AgreementView;
use crate::http::{Answer, Call, Reply};
use crate::routes::orders::Explanation;
use actix_web::{get, web};
use store::agreements;
use uuid::Uuid;

/// One framework agreement, for its two sides, and for the verifiers of the co-operative's networks once it is
/// signed.
#[utoipa::path(tag = "Framework agreements", operation_id = "framework_agreements_get",
    params(("id" = Uuid, Path, description = "The agreement.")),
    responses((status = 200, description = "The agreement.", body = AgreementView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/framework-agreements/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let seen = agreements::see(conn, actor, (*id).into())?;
        let version = seen.agreement.version;
        Ok(Reply::ok(&AgreementView::of(seen)?, version)?)
    })
    .await
}

/// How the price of each line came about, with the reviews since (`reviews` in the request).
#[utoipa::path(tag = "Framework agreements", operation_id = "framework_agreements_explain",
    params(("id" = Uuid, Path, description = "The agreement.")),
    responses((status = 200, description = "The explanation.", body = Explanation)))]
#[get("/framework-agreements/{id}/explanation")]
pub async fn explain(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let explained = agreements::explain(conn, actor, (*id).into())?;
        Ok(Reply::plain(&Explanation::from(explained))?)
    })
    .await
}
