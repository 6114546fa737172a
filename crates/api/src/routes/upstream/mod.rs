//! Upstream: what co-operatives need themselves, offered to their networks first, and what they recorded of it.
mod get;
mod list;
mod record;
mod records;

use super::orders::Party;
use crate::http::wire::DecimalText;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use store::ids::{OrganisationId, ProductId};
use store::needs::need::{Need, NeedLine};
use store::needs::upstream::{Named, records::Record};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(get::get)
        .service(record::record)
        .service(records::list)
        .service(records::get);
}

/// What a co-operative needs, as it is offered to others.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpstreamNeedView {
    id: Uuid,
    /// Who needs it.
    cooperative: Party,
    #[schema(example = "Cloth for the uniforms")]
    title: String,
    /// published, proposed or unmet.
    #[schema(example = "published")]
    status: String,
    /// The currency that it pays in, ISO 4217.
    #[schema(example = "ARS")]
    currency: String,
    /// Until then it is matched with nobody but co-operatives that its networks accept.
    offered_first_until: Option<DateTime<Utc>>,
    lines: Vec<UpstreamLineView>,
}

/// One thing that a co-operative needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpstreamLineView {
    /// From 1.
    #[schema(example = 1)]
    position: i32,
    product_id: Uuid,
    #[schema(example = "Gabardine")]
    product_name: String,
    /// UN/ECE Rec 20.
    #[schema(example = "MTR")]
    unit: String,
    #[schema(example = "Navy blue, 1.50 m wide")]
    specification: String,
    /// All that was asked for.
    #[schema(example = "700")]
    quantity: DecimalText,
    /// ISO 3166-2.
    #[schema(example = "AR-B")]
    region: String,
    due_on: NaiveDate,
}

type Names = (BTreeMap<OrganisationId, String>, BTreeMap<ProductId, Named>);

impl UpstreamLineView {
    fn new(line: NeedLine, products: &BTreeMap<ProductId, Named>) -> Self {
        let (product_name, unit) = products.get(&line.product).cloned().unwrap_or_default();
        Self {
            position: line.position,
            product_id: line.product.uuid(),
            product_name,
            unit,
            specification: line.specification,
            quantity: line.quantity.into(),
            region: line.region,
            due_on: line.due_on,
        }
    }
}

impl UpstreamNeedView {
    fn new(need: Need, (names, products): &Names) -> Self {
        let lines = need.terms.lines.into_iter();
        Self {
            id: need.id.uuid(),
            cooperative: Party::of(need.buyer, names),
            title: need.terms.title,
            status: need.state.to_string(),
            currency: need.terms.currency.code().to_owned(),
            offered_first_until: need.first_until.map(store::sql::Time::utc),
            lines: lines
                .map(|line| UpstreamLineView::new(line, products))
                .collect(),
        }
    }
}

/// What a co-operative had to buy elsewhere, or went without.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpstreamRecordView {
    id: Uuid,
    need_id: Uuid,
    /// The need's line.
    #[schema(example = 1)]
    position: i32,
    cooperative: Party,
    product_id: Uuid,
    #[schema(example = "Gabardine")]
    product_name: String,
    /// UN/ECE Rec 20.
    #[schema(example = "MTR")]
    unit: String,
    #[schema(example = "300")]
    quantity: DecimalText,
    /// ISO 3166-2.
    #[schema(example = "AR-B")]
    region: String,
    /// `bought_elsewhere` or unmet.
    #[schema(example = "bought_elsewhere")]
    outcome: &'static str,
    #[schema(example = "No co-operative weaves it in this width.")]
    reason: String,
    recorded_at: DateTime<Utc>,
}

impl From<Record> for UpstreamRecordView {
    fn from(record: Record) -> Self {
        let names = BTreeMap::from([(record.cooperative, record.cooperative_name)]);
        Self {
            id: record.id.uuid(),
            need_id: record.need.uuid(),
            position: record.position,
            cooperative: Party::of(record.cooperative, &names),
            product_id: record.product.uuid(),
            product_name: record.product_name,
            unit: record.unit,
            quantity: record.quantity.into(),
            region: record.region,
            outcome: record.outcome.as_str(),
            reason: record.reason,
            recorded_at: record.recorded_at.utc(),
        }
    }
}
