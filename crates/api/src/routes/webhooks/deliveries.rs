//! `GET /webhooks/{id}/deliveries` and one of them.
use super::DeliveryView;
use crate::http::{Answer, Call, List, Page, Problem, Query, Reply};
use actix_web::{get, web};
use serde::Deserialize;
use store::error::Code;
use store::operations::webhooks::deliveries;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which deliveries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// pending, delivered or parked.
    status: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists what was sent to an endpoint, what waits, and what was given up (`parked`), in the order in which it was
/// queued. What arrived is forgotten after 30 days.
#[utoipa::path(tag = "Webhooks", operation_id = "webhook_deliveries_list",
    params(("id" = Uuid, Path, description = "The endpoint."), Wanted),
    responses((status = 200, description = "A page.", body = List<DeliveryView>)))]
#[get("/webhooks/{id}/deliveries")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    if let Some(status) = &wanted.status
        && !["pending", "delivered", "parked"].contains(&status.as_str())
    {
        let detail = "A delivery is pending, delivered or parked.";
        return Err(Problem::new(Code::InvalidInput, detail).at("?status"));
    }
    call.read(move |conn, actor| {
        let status = wanted.status.as_deref();
        let part = (page.after(), page.rows());
        let rows = deliveries::list(conn, actor, (*id).into(), status, part)?;
        let list = page.list(rows, |row| row.id.uuid(), DeliveryView::from);
        Ok(Reply::list(&list)?)
    })
    .await
}

/// A delivery, and what became of it.
#[utoipa::path(tag = "Webhooks", operation_id = "webhook_deliveries_get",
    params(("id" = Uuid, Path, description = "The endpoint."),
        ("delivery_id" = Uuid, Path, description = "The delivery.")),
    responses((status = 200, description = "The delivery.", body = DeliveryView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/webhooks/{id}/deliveries/{delivery_id}")]
pub async fn get(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    let (id, delivery) = path.into_inner();
    call.read(move |conn, actor| {
        let found = deliveries::get(conn, actor, id.into(), delivery.into())?;
        let version = found.version;
        Ok(Reply::ok(&DeliveryView::from(found), version)?)
    })
    .await
}
