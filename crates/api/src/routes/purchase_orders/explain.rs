//! `GET /purchase-orders/{id}/explanation`.
use crate::http::negotiation::Form;
use crate::http::printed::{self, PrintedIn};
use crate::http::{Answer, Call, Reply};
use crate::routes::orders::{Explanation, print_explanation};
use actix_web::{HttpRequest, get, web};
use store::{Actor, Conn, orders};
use uuid::Uuid;

/// How the price of each line came about, in full and as it was kept. With `Accept: application/pdf` it is printed
/// (PDF/A-3) with that inside.
#[utoipa::path(tag = "Purchase orders", operation_id = "purchase_orders_explain",
    params(("id" = Uuid, Path, description = "The purchase order."), PrintedIn),
    responses((status = 200, description = "The explanation.",
        content((Explanation = "application/json"), (Vec<u8> = "application/pdf")))))]
#[get("/purchase-orders/{id}/explanation")]
pub async fn explain(call: Call, request: HttpRequest, id: web::Path<Uuid>) -> Answer {
    let id = (*id).into();
    if Form::wanted(&request, &[Form::Pdf]) == Form::Pdf {
        let look = move |conn: &mut Conn, actor: &Actor| {
            let described = orders::describe_purchase_order(conn, actor, id)?;
            Ok((format!("{}-prices", described.reference), described))
        };
        return printed::pdf(&call, &request, look, print_explanation).await;
    }
    call.read(move |conn, actor| {
        let explained = orders::explain_purchase_order(conn, actor, id)?;
        Ok(Reply::plain(&Explanation::from(explained))?)
    })
    .await
}
