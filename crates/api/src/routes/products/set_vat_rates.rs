//! `PUT /products/{id}/vat-rates`.
use super::{ProductView, VatRateText, read_vat_rates};
use crate::http::{Answer, Body, Call, Fields, Reply};
use crate::openapi::IfMatch;
use actix_web::{put, web};
use serde::Deserialize;
use store::catalogue::products;
use utoipa::ToSchema;
use uuid::Uuid;

/// All VAT rates of a product.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VatRatesText {
    #[schema(max_items = 250)]
    vat_rates: Vec<VatRateText>,
}

/// Replaces a product's VAT rates; the organisation that described it does. Orders that were placed keep
/// theirs.
#[utoipa::path(tag = "Products", operation_id = "products_set_vat_rates", request_body = VatRatesText,
    params(("id" = Uuid, Path, description = "The product."), IfMatch),
    responses((status = 200, description = "The product.", body = ProductView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "vat_rate_not_allowed", "country_not_supported"]))))]
#[put("/products/{id}/vat-rates")]
pub async fn set(call: Call, id: web::Path<Uuid>, body: Body<VatRatesText>) -> Answer {
    let mut fields = Fields::new();
    let rates = read_vat_rates(&mut fields, &body.value.vat_rates);
    let rates = fields.finish(|| rates)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let product = products::set_vat_rates(conn, actor, (*id).into(), version, &rates)?;
        let version = product.version;
        Ok(Reply::ok(&ProductView::from(product), version)?)
    })
    .await
}
