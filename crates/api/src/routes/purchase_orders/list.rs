//! `GET /purchase-orders`.
use super::PurchaseOrderSummary;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use ordering::PurchaseOrderState;
use serde::Deserialize;
use store::orders::{self, purchase_orders::Filter};
use utoipa::IntoParams;
use uuid::Uuid;

/// Which purchase orders.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// issued, accepted, declined, expired, delivered, closed or cancelled.
    status: Option<String>,
    /// Of this order.
    order_id: Option<Uuid>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists purchase orders: a co-operative's own, or those that your organisation pays a share of.
#[utoipa::path(tag = "Purchase orders", operation_id = "purchase_orders_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<PurchaseOrderSummary>)))]
#[get("/purchase-orders")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let state = wanted
        .status
        .and_then(|word| fields.take("?status", PurchaseOrderState::parse(&word)));
    let filter = fields.finish(|| {
        Some(Filter {
            state,
            order: wanted.order_id.map(Into::into),
        })
    })?;
    call.read(move |conn, actor| {
        let (rows, names) =
            orders::see_purchase_orders(conn, actor, &filter, page.after(), page.rows())?;
        let page = page.list(
            rows,
            |row| row.id.uuid(),
            |row| PurchaseOrderSummary::of(&row, &names),
        );
        Ok(Reply::list(&page)?)
    })
    .await
}
