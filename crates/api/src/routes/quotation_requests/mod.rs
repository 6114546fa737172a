//! Requests for quotation: to several co-operatives, each of which sees its own invitation only.
mod comparison;
mod get;
mod list;
mod send;
mod withdraw;

use crate::http::wire::DecimalText;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use store::quotations::requests::Seen;
use store::quotations::{Request, RequestLine};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(send::send)
        .service(list::list)
        .service(get::get)
        .service(comparison::compare)
        .service(withdraw::withdraw);
}

/// A request for quotation, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotationRequestSummary {
    id: Uuid,
    /// Distinct among its buyer's.
    #[schema(example = "RFQ-2026-000004")]
    reference: String,
    buyer_id: Uuid,
    #[schema(example = "Shirts for the May Day march")]
    title: String,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    /// The need that it serves.
    need_id: Option<Uuid>,
    /// open, ordered, expired or withdrawn.
    #[schema(example = "open")]
    status: &'static str,
    note: String,
    /// Until when a first answer counts.
    answer_by: DateTime<Utc>,
    created_at: DateTime<Utc>,
}

impl From<&Request> for QuotationRequestSummary {
    fn from(request: &Request) -> Self {
        Self {
            id: request.id.uuid(),
            reference: request.reference.clone(),
            buyer_id: request.buyer.uuid(),
            title: request.title.clone(),
            currency: request.currency.code(),
            need_id: request.need.map(store::ids::NeedId::uuid),
            status: request.state.as_str(),
            note: request.note.clone(),
            answer_by: request.answer_by.utc(),
            created_at: request.created_at.utc(),
        }
    }
}

/// A line of a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestLineView {
    /// Its place, from 1.
    #[schema(example = 1)]
    position: i32,
    /// The need's line that it serves.
    need_position: Option<i32>,
    product_id: Uuid,
    /// Use, sizes, colours: for people.
    specification: String,
    #[schema(value_type = String, example = "3000")]
    quantity: DecimalText,
    /// ISO 3166-2.
    #[schema(example = "AR-B")]
    region: String,
    due_on: NaiveDate,
}

impl From<RequestLine> for RequestLineView {
    fn from(line: RequestLine) -> Self {
        Self {
            position: line.position,
            need_position: line.need_position,
            product_id: line.product.uuid(),
            specification: line.specification,
            quantity: line.quantity.into(),
            region: line.region,
            due_on: line.due_on,
        }
    }
}

/// A request with its lines, as its buyer sees it. Who was asked is under `/quotations?request_id=`.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotationRequestView {
    #[serde(flatten)]
    request: QuotationRequestSummary,
    lines: Vec<RequestLineView>,
}

impl From<Seen> for QuotationRequestView {
    fn from(seen: Seen) -> Self {
        Self {
            request: QuotationRequestSummary::from(&seen.request),
            lines: seen.lines.into_iter().map(RequestLineView::from).collect(),
        }
    }
}
