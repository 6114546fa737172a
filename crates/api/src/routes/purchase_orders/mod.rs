//! Purchase orders: what a co-operative is asked to make, and its answer.
mod accept;
mod decline;
mod explain;
mod get;
mod list;
mod variants;

use super::orders::{OrderLineView, Party, TotalsView};
use crate::http::wire::DecimalText;
use crate::http::{Page, Problem};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::ids::{OrganisationId, PurchaseOrderId};
use store::orders::SeenPurchaseOrder;
use store::orders::purchase_orders::PurchaseOrder;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(get::get)
        .service(get::response)
        .service(explain::explain)
        .service(variants::get)
        .service(variants::put)
        .service(accept::accept)
        .service(decline::decline);
}

/// Which things of purchase orders a list shows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfPurchaseOrder {
    /// Of this purchase order.
    purchase_order_id: Option<Uuid>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

impl OfPurchaseOrder {
    /// The page that is asked for, and the purchase order.
    ///
    /// # Errors
    /// Those of [`Page::parse`].
    pub fn read(&self) -> Result<(Page, Option<PurchaseOrderId>), Problem> {
        let page = Page::parse(self.limit, self.cursor.as_deref())?;
        Ok((page, self.purchase_order_id.map(Into::into)))
    }
}

/// A purchase order, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurchaseOrderSummary {
    id: Uuid,
    /// Distinct among its buyer's.
    #[schema(example = "PO-2026-000123")]
    reference: String,
    /// issued, accepted, declined, expired, delivered, closed or cancelled.
    #[schema(example = "issued")]
    status: &'static str,
    /// Who ordered it.
    buyer: Party,
    /// Who makes it.
    cooperative: Party,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    totals: TotalsView,
    /// What is paid in advance.
    #[schema(value_type = String, example = "9111.30")]
    advance: DecimalText,
    /// Days until the rest is paid.
    #[schema(example = 30)]
    payment_days: i32,
    issued_at: DateTime<Utc>,
    /// When its capacity is freed unless it was answered.
    answer_by: DateTime<Utc>,
    answered_at: Option<DateTime<Utc>>,
    decline_reason: Option<String>,
}

impl PurchaseOrderSummary {
    fn of(issued: &PurchaseOrder, names: &BTreeMap<OrganisationId, String>) -> Self {
        Self {
            id: issued.id.uuid(),
            reference: issued.reference.clone(),
            status: issued.state.as_str(),
            buyer: Party::of(issued.buyer, names),
            cooperative: Party::of(issued.cooperative, names),
            currency: issued.totals.currency().code(),
            totals: issued.totals.into(),
            advance: issued.advance.into(),
            payment_days: issued.payment_days,
            issued_at: issued.issued_at.utc(),
            answer_by: issued.answer_by.utc(),
            answered_at: issued.answered_at.map(store::sql::Time::utc),
            decline_reason: issued.decline_reason.clone(),
        }
    }
}

/// A purchase order with its lines.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurchaseOrderView {
    #[serde(flatten)]
    purchase_order: PurchaseOrderSummary,
    /// The order it is a part of; null for the co-operative, which sees its own part only.
    order_id: Option<Uuid>,
    lines: Vec<OrderLineView>,
}

impl From<SeenPurchaseOrder> for PurchaseOrderView {
    fn from(seen: SeenPurchaseOrder) -> Self {
        Self {
            purchase_order: PurchaseOrderSummary::of(&seen.issued, &seen.names),
            order_id: seen.of_payer.then(|| seen.issued.order.uuid()),
            lines: seen
                .lines
                .into_iter()
                .map(|line| OrderLineView::of(line, &seen.titles))
                .collect(),
        }
    }
}
