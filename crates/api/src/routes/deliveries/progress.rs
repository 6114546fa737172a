//! `GET /purchase-orders/{id}/progress`.
use crate::http::wire::DecimalText;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use serde::Serialize;
use store::fulfilment::progress::{self, LineProgress};
use utoipa::ToSchema;
use uuid::Uuid;

/// The figures of one line, in units.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineProgressView {
    #[schema(example = 1)]
    line: i32,
    #[schema(value_type = String, example = "6475")]
    ordered: DecimalText,
    /// What of the schedule was sent; what was made again is not counted twice.
    #[schema(value_type = String, example = "1000")]
    despatched: DecimalText,
    #[schema(value_type = String, example = "980")]
    accepted: DecimalText,
    /// Claimed, and neither made again nor credited yet.
    #[schema(value_type = String, example = "20")]
    claimed: DecimalText,
    #[schema(value_type = String, example = "0")]
    credited: DecimalText,
    /// Billed, and not credited.
    #[schema(value_type = String, example = "980")]
    billed: DecimalText,
}

/// Where a purchase order stands, line by line.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressView {
    lines: Vec<LineProgressView>,
}

fn view((line, figures): (i32, LineProgress)) -> LineProgressView {
    LineProgressView {
        line,
        ordered: figures.ordered.into(),
        despatched: figures.despatched.into(),
        accepted: figures.accepted.into(),
        claimed: figures.claimed.into(),
        credited: figures.credited.into(),
        billed: figures.billed.into(),
    }
}

/// What of each line was sent, accepted, claimed, credited and billed, for both sides of the purchase order.
#[utoipa::path(tag = "Deliveries", operation_id = "progress_get",
    params(("id" = Uuid, Path, description = "The purchase order.")),
    responses((status = 200, description = "The figures.", body = ProgressView)))]
#[get("/purchase-orders/{id}/progress")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let lines = progress::see(conn, actor, (*id).into())?;
        Ok(Reply::plain(&ProgressView {
            lines: lines.into_iter().map(view).collect(),
        })?)
    })
    .await
}
