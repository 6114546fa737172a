//! `GET /purchase-orders/{id}` and `GET /purchase-orders/{id}/response`.
use super::PurchaseOrderView;
use crate::http::negotiation::{Form, fresh_xml};
use crate::http::printed::{self, PrintedIn};
use crate::http::{Answer, Call, Reply};
use actix_web::{HttpRequest, get, web};
use printing::{Language, PrintError, Terms};
use store::books::ordering_documents::{self, IssuedOrder};
use store::{Actor, Conn, orders};
use uuid::Uuid;

/// One purchase order, for its co-operative and for the payers of its order. With `Accept: application/xml` it is a
/// UBL 2.1 order, with `Accept: application/pdf` printed (PDF/A-3) with that order inside.
#[utoipa::path(tag = "Purchase orders", operation_id = "purchase_orders_get",
    params(("id" = Uuid, Path, description = "The purchase order."), PrintedIn),
    responses((status = 200, description = "The purchase order.",
        content((PurchaseOrderView = "application/json"), (String = "application/xml"),
            (Vec<u8> = "application/pdf")),
        headers(("ETag" = String, description = "Its version; of XML and PDF, a digest.")))),
    extensions(("x-problem-codes" = json!(["billing_details_missing"]))))]
#[get("/purchase-orders/{id}")]
pub async fn get(call: Call, request: HttpRequest, id: web::Path<Uuid>) -> Answer {
    let id = (*id).into();
    match Form::wanted(&request, &[Form::Xml, Form::Pdf]) {
        Form::Xml => {
            let made = call
                .look(move |conn, actor| ordering_documents::order(conn, actor, id))
                .await?;
            Ok(fresh_xml(made.xml))
        }
        Form::Pdf => {
            let look = move |conn: &mut Conn, actor: &Actor| {
                let made = ordering_documents::order(conn, actor, id)?;
                Ok((made.issued.reference.clone(), made))
            };
            printed::pdf(&call, &request, look, print).await
        }
        Form::Json => {
            call.read(move |conn, actor| {
                let seen = orders::see_purchase_order(conn, actor, id)?;
                let version = seen.issued.version;
                Ok(Reply::ok(&PurchaseOrderView::from(seen), version)?)
            })
            .await
        }
    }
}

fn print(made: IssuedOrder, language: Language) -> Result<Vec<u8>, PrintError> {
    let terms = Terms {
        advance: made.issued.advance,
        payment_days: made.issued.payment_days,
    };
    printing::order(&made.order, terms, made.xml.into_bytes(), language)
}

/// The co-operative's answer to a purchase order as a UBL 2.1 order response: accepted (AP), rejected (RE), or received
/// (AB) while it has not answered.
#[utoipa::path(tag = "Purchase orders", operation_id = "purchase_orders_response",
    params(("id" = Uuid, Path, description = "The purchase order.")),
    responses((status = 200, description = "The order response.", content((String = "application/xml")),
        headers(("ETag" = String, description = "A digest.")))),
    extensions(("x-problem-codes" = json!(["billing_details_missing", "wrong_state"]))))]
#[get("/purchase-orders/{id}/response")]
pub async fn response(call: Call, id: web::Path<Uuid>) -> Answer {
    let response = call
        .look(move |conn, actor| ordering_documents::response(conn, actor, (*id).into()))
        .await?;
    Ok(fresh_xml(response))
}
