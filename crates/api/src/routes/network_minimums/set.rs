//! `PUT /products/{id}/network-minimums/{currency}`.
use super::NetworkMinimumView;
use crate::http::wire::{self, DecimalText, MOST};
use crate::http::{Answer, Body, Call, Fields, Reply};
use crate::openapi::IfMatch;
use actix_web::{put, web};
use money::Micro;
use serde::Deserialize;
use store::catalogue::network_minimums;
use utoipa::ToSchema;
use uuid::Uuid;

/// A minimum price.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkMinimumText {
    /// The least that a unit costs; zero: no minimum.
    #[schema(example = "15000")]
    unit_price: DecimalText,
}

/// Sets your network's minimum price of a product. It holds for every co-operative of the network; where
/// a co-operative has several networks, the highest holds. The first time, If-Match is "0".
#[utoipa::path(tag = "Products", operation_id = "network_minimums_set", request_body = NetworkMinimumText,
    params(("id" = Uuid, Path, description = "The product."),
        ("currency" = String, Path, description = "ISO 4217.", example = "ARS"), IfMatch),
    responses((status = 200, description = "The minimum.", body = NetworkMinimumView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[put("/products/{id}/network-minimums/{currency}")]
pub async fn set(
    call: Call,
    path: web::Path<(Uuid, String)>,
    body: Body<NetworkMinimumText>,
) -> Answer {
    let (id, code) = path.into_inner();
    let mut fields = Fields::new();
    let currency = wire::currency(&mut fields, "", &code);
    let least = &body.value.unit_price;
    let least = least.micro_within(&mut fields, "/unit_price", (Micro::ZERO, MOST));
    let price = fields.finish(|| currency.zip(least))?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let minimum = network_minimums::set(conn, actor, id.into(), price, version)?;
        Ok(Reply::ok(
            &NetworkMinimumView::from(minimum),
            minimum.version,
        )?)
    })
    .await
}
