//! Needs: what a buyer asks for, its states, and matching it.
mod act;
mod change;
mod get;
mod list;
mod list_proposals;
mod propose;
mod simulate;
mod write;

use crate::http::wire::DecimalText;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use store::ids::OrganisationId;
use store::needs::need::{Need, NeedLine};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(write::create)
        .service(list::list)
        .service(get::get)
        .service(change::change)
        .service(act::publish)
        .service(act::withdraw)
        .service(act::close)
        .service(propose::propose)
        .service(list_proposals::list)
        .service(simulate::simulate);
}

/// A need.
#[derive(Debug, Serialize, ToSchema)]
pub struct NeedView {
    id: Uuid,
    /// For people; unique among the buyer's.
    #[schema(example = "N-2026-000001")]
    reference: String,
    buyer_id: Uuid,
    #[schema(example = "Shirts for the May Day march")]
    title: String,
    /// draft, published, proposed, ordered, unmet or closed.
    #[schema(example = "published")]
    status: String,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: String,
    /// The highest premium over the market that the buyer pays, as a fraction; null: any.
    #[schema(example = "0.35")]
    max_premium_rate: Option<DecimalText>,
    /// The networks whose verifications count; empty: any network's.
    accepted_networks: Vec<Uuid>,
    lines: Vec<NeedLineView>,
    created_at: DateTime<Utc>,
    /// A co-operative's need: until then it is matched with nobody but co-operatives that its networks
    /// accept; null for other buyers, and for a draft.
    offered_first_until: Option<DateTime<Utc>>,
}

/// One thing that is needed.
#[derive(Debug, Serialize, ToSchema)]
pub struct NeedLineView {
    /// From 1.
    #[schema(example = 1)]
    position: i32,
    product_id: Uuid,
    #[schema(example = "Cotton, union print on the back; 40 % M, 40 % L, 20 % XL")]
    specification: String,
    /// In the product's unit.
    #[schema(example = "3000")]
    quantity: DecimalText,
    /// Its weight against the other lines.
    #[schema(example = 1)]
    priority: i32,
    /// ISO 3166-2.
    #[schema(example = "AR-B")]
    region: String,
    due_on: NaiveDate,
    /// The most that a unit with its freight may cost; null: any.
    max_unit_price: Option<DecimalText>,
    /// The most that the line with its freight may cost; null: any.
    budget: Option<DecimalText>,
    /// The most listings that may serve it; null: any number.
    max_suppliers: Option<i32>,
}

impl From<NeedLine> for NeedLineView {
    fn from(line: NeedLine) -> Self {
        Self {
            position: line.position,
            product_id: line.product.uuid(),
            specification: line.specification,
            quantity: line.quantity.into(),
            priority: line.priority,
            region: line.region,
            due_on: line.due_on,
            max_unit_price: line.max_unit_price.map(DecimalText::from),
            budget: line.budget.map(DecimalText::from),
            max_suppliers: line.max_suppliers,
        }
    }
}

impl From<Need> for NeedView {
    fn from(need: Need) -> Self {
        let terms = need.terms;
        Self {
            id: need.id.uuid(),
            reference: need.reference,
            buyer_id: need.buyer.uuid(),
            title: terms.title,
            status: need.state.to_string(),
            currency: terms.currency.code().to_owned(),
            max_premium_rate: terms.max_premium_rate.map(DecimalText::from),
            accepted_networks: terms
                .networks
                .into_iter()
                .map(OrganisationId::uuid)
                .collect(),
            lines: terms.lines.into_iter().map(NeedLineView::from).collect(),
            created_at: need.created_at.utc(),
            offered_first_until: need.first_until.map(store::sql::Time::utc),
        }
    }
}
