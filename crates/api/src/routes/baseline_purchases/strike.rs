//! `DELETE /baseline-purchases/{id}`.
use crate::http::{Answer, Call, Reply};
use crate::openapi::IdempotencyKey;
use actix_web::{delete, web};
use store::baseline;
use uuid::Uuid;

/// Strikes a purchase that does not belong to the baseline; the audit log keeps what it was. Buyers and
/// accountants do.
#[utoipa::path(tag = "Tables", operation_id = "baseline_purchases_strike",
    params(("id" = Uuid, Path, description = "The purchase."), IdempotencyKey),
    responses((status = 204, description = "It is struck.")))]
#[delete("/baseline-purchases/{id}")]
pub async fn strike(call: Call, id: web::Path<Uuid>) -> Answer {
    call.write(None, move |conn, actor| {
        baseline::remove(conn, actor, (*id).into())?;
        Ok(Reply::nothing())
    })
    .await
}
