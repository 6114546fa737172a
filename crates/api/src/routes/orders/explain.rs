//! `GET /orders/{id}/explanation`.
use super::Explanation;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::orders;
use uuid::Uuid;

/// How the price of each line came about, in full and as it was kept. The cost sheet and the pay behind it
/// are the co-operative's, unless its assembly opened them.
#[utoipa::path(tag = "Orders", operation_id = "orders_explain",
    params(("id" = Uuid, Path, description = "The order.")),
    responses((status = 200, description = "The explanation.", body = Explanation)))]
#[get("/orders/{id}/explanation")]
pub async fn explain(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let explained = orders::explain(conn, actor, (*id).into())?;
        Ok(Reply::plain(&Explanation::from(explained))?)
    })
    .await
}
