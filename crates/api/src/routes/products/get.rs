//! `GET /products/{id}`.
use super::ProductView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::catalogue::products;
use uuid::Uuid;

/// One product.
#[utoipa::path(tag = "Products", operation_id = "products_get",
    params(("id" = Uuid, Path, description = "The product.")),
    responses((status = 200, description = "The product.", body = ProductView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/products/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, _| {
        let product = products::get(conn, (*id).into())?;
        let version = product.version;
        Ok(Reply::ok(&ProductView::from(product), version)?)
    })
    .await
}
