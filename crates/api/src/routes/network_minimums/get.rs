//! `GET /products/{id}/network-minimums/{currency}`.
use super::NetworkMinimumView;
use crate::http::{Answer, Call, Fields, Reply, wire};
use actix_web::{get, web};
use governance::OrganisationKind;
use store::catalogue::network_minimums;
use store::error::OrNotFound;
use uuid::Uuid;

/// The minimum price that your network set.
#[utoipa::path(tag = "Products", operation_id = "network_minimums_get",
    params(("id" = Uuid, Path, description = "The product."),
        ("currency" = String, Path, description = "ISO 4217.", example = "ARS")),
    responses((status = 200, description = "The minimum.", body = NetworkMinimumView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/products/{id}/network-minimums/{currency}")]
pub async fn get(call: Call, path: web::Path<(Uuid, String)>) -> Answer {
    let (id, code) = path.into_inner();
    let mut fields = Fields::new();
    let currency = wire::currency(&mut fields, "", &code);
    let currency = fields.finish(|| currency)?;
    call.read(move |conn, actor| {
        actor.require_kind(&[OrganisationKind::Network])?;
        let minimum = network_minimums::find(conn, actor.organisation, id.into(), currency)?;
        let minimum = minimum.or_not_found()?;
        Ok(Reply::ok(
            &NetworkMinimumView::from(minimum),
            minimum.version,
        )?)
    })
    .await
}
