//! Quotations: the talk with one co-operative that was asked, until it is an order or over.
mod acts;
mod counter;
mod get;
mod list;
mod quote;

use super::orders::{Party, TotalsView};
use super::quotation_requests::RequestLineView;
use crate::http::wire::DecimalText;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use store::ids::ListingId;
use store::quotations::{Message, Quotation, QuotedLine, Seen};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(get::get)
        .service(get::explain)
        .service(quote::quote)
        .service(counter::counter)
        .service(acts::write)
        .service(acts::accept)
        .service(acts::decline)
        .service(acts::withdraw);
}

/// A quotation, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotationSummary {
    id: Uuid,
    request_id: Uuid,
    /// The request's.
    #[schema(example = "RFQ-2026-000004")]
    reference: String,
    cooperative_id: Uuid,
    /// asked, quoted, countered, accepted, declined, expired or withdrawn.
    #[schema(example = "quoted")]
    status: &'static str,
    /// The last day on which it can be accepted; null before there is a quote.
    valid_until: Option<NaiveDate>,
    /// The share that the co-operative asks for in advance.
    #[schema(value_type = Option<String>, example = "0.5")]
    advance_rate: Option<DecimalText>,
    /// Days until the rest is paid.
    payment_days: Option<i32>,
    /// When the talk lapses if nobody moves it.
    lapses_at: DateTime<Utc>,
    quoted_at: Option<DateTime<Utc>>,
}

impl QuotationSummary {
    fn of(quotation: &Quotation, reference: String) -> Self {
        Self {
            id: quotation.id.uuid(),
            request_id: quotation.request.uuid(),
            reference,
            cooperative_id: quotation.cooperative.uuid(),
            status: quotation.state.as_str(),
            valid_until: quotation.valid_until,
            advance_rate: quotation.advance_rate.map(DecimalText::from),
            payment_days: quotation.payment_days,
            lapses_at: quotation.lapses_at.utc(),
            quoted_at: quotation.quoted_at.map(store::sql::Time::utc),
        }
    }
}

/// What was quoted for a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotedLineView {
    /// The request's line.
    #[schema(example = 1)]
    position: i32,
    listing_id: Uuid,
    listing: String,
    #[schema(value_type = String, example = "3000")]
    quantity: DecimalText,
    /// Quantities are multiples of it.
    #[schema(value_type = String, example = "1")]
    lot: DecimalText,
    /// What the co-operative asks before the community premium; null: the price by the rules.
    #[schema(value_type = Option<String>, example = "4.8")]
    offered_unit_price: Option<DecimalText>,
    #[schema(value_type = String, example = "4.9")]
    unit_price: DecimalText,
    #[schema(value_type = String, example = "4.3")]
    market_unit_price: DecimalText,
    #[schema(value_type = String, example = "0.12")]
    unit_freight: DecimalText,
    totals: TotalsView,
    /// The first day on which it can be there.
    earliest_on: NaiveDate,
}

impl QuotedLineView {
    fn of(line: QuotedLine, titles: &BTreeMap<ListingId, String>) -> Self {
        Self {
            position: line.position,
            listing_id: line.listing.uuid(),
            listing: titles.get(&line.listing).cloned().unwrap_or_default(),
            quantity: line.quantity.into(),
            lot: line.lot.into(),
            offered_unit_price: line.agreed_unit_price.map(DecimalText::from),
            unit_price: line.unit_price.into(),
            market_unit_price: line.market_unit_price.into(),
            unit_freight: line.unit_freight.into(),
            totals: line.totals.into(),
            earliest_on: line.earliest_on,
        }
    }
}

/// Something said in the talk.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageView {
    id: Uuid,
    organisation_id: Uuid,
    #[schema(example = "Ana Quiroga")]
    person: String,
    /// message, quote, counter, accept, decline or withdraw.
    #[schema(example = "counter")]
    act: String,
    note: String,
    /// The terms that were offered with it.
    #[schema(value_type = Object)]
    terms: Option<Value>,
    written_at: DateTime<Utc>,
}

impl From<Message> for MessageView {
    fn from(message: Message) -> Self {
        Self {
            id: message.id.uuid(),
            organisation_id: message.organisation.uuid(),
            person: message.person,
            act: message.act,
            note: message.note,
            terms: message.terms,
            written_at: message.written_at.utc(),
        }
    }
}

/// The talk with one co-operative, as its two sides see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotationView {
    #[serde(flatten)]
    quotation: QuotationSummary,
    buyer: Party,
    cooperative: Party,
    #[schema(example = "Shirts for the May Day march")]
    title: String,
    note: String,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    /// Until when a first answer counts.
    answer_by: DateTime<Utc>,
    /// What was asked for.
    asked: Vec<RequestLineView>,
    /// What was quoted last.
    lines: Vec<QuotedLineView>,
    /// All that was said, oldest first.
    messages: Vec<MessageView>,
}

impl From<Seen> for QuotationView {
    fn from(seen: Seen) -> Self {
        let titles = &seen.titles;
        Self {
            buyer: Party::of(seen.request.buyer, &seen.names),
            cooperative: Party::of(seen.quotation.cooperative, &seen.names),
            title: seen.request.title,
            note: seen.request.note,
            currency: seen.request.currency.code(),
            answer_by: seen.request.answer_by.utc(),
            asked: seen.asked.into_iter().map(RequestLineView::from).collect(),
            lines: seen
                .lines
                .into_iter()
                .map(|line| QuotedLineView::of(line, titles))
                .collect(),
            messages: seen.messages.into_iter().map(MessageView::from).collect(),
            quotation: QuotationSummary::of(&seen.quotation, seen.request.reference),
        }
    }
}
