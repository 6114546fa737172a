//! `GET /invoices/{id}/three-way-check`.
use super::InvoiceCheck;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::received::check::of_issued;
use uuid::Uuid;

/// Compares an invoice or a credit note that was issued here with what was ordered, accepted and billed before; for
/// its co-operative and its payer. The payer's tolerances count for the payer alone. A fund's share and work that was done
/// bill no units, and are not compared.
#[utoipa::path(tag = "Invoices", operation_id = "invoices_three_way_check",
    params(("id" = Uuid, Path, description = "The invoice or credit note.")),
    responses((status = 200, description = "What differs, as things stand now.", body = InvoiceCheck)),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[get("/invoices/{id}/three-way-check")]
pub async fn check(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = of_issued(conn, actor, (*id).into())?;
        Ok(Reply::plain(&InvoiceCheck::from(found))?)
    })
    .await
}
