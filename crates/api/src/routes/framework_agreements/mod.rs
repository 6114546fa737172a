//! Framework agreements: terms that both sides sign, call-offs, clauses that are measured, price reviews.
mod acts;
mod call_offs;
mod checks;
mod get;
mod list;
mod reviews;
mod terms;
mod write;

use super::orders::Party;
use crate::http::wire::DecimalText;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use store::agreements::{Agreement, Clause, Line, Seen};
use store::error::Result;
use store::ids::ListingId;
use terms::IndexationText;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(write::create)
        .service(list::list)
        .service(get::get)
        .service(get::explain)
        .service(write::change)
        .service(acts::offer)
        .service(acts::withdraw)
        .service(acts::sign)
        .service(acts::end)
        .service(call_offs::call_off)
        .service(call_offs::list)
        .service(checks::record)
        .service(checks::list)
        .service(checks::get)
        .service(checks::confirm)
        .service(reviews::propose)
        .service(reviews::list)
        .service(reviews::get)
        .service(reviews::accept)
        .service(reviews::refuse)
        .service(reviews::withdraw);
}

/// A framework agreement, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementSummary {
    id: Uuid,
    /// Distinct among its buyer's.
    #[schema(example = "FA-2026-000012")]
    reference: String,
    /// draft, offered, in_force, expired or ended.
    #[schema(example = "in_force")]
    status: &'static str,
    buyer_id: Uuid,
    cooperative_id: Uuid,
    #[schema(example = "Uniforms for the union's clinics, 2027")]
    title: String,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    /// The first day on which goods are called off.
    starts_on: NaiveDate,
    /// The last day on which they are.
    ends_on: NaiveDate,
    /// The committed goods at the prices of signature.
    #[schema(value_type = String, example = "1564200.00")]
    committed: DecimalText,
    /// The share of each call-off that is paid in advance.
    #[schema(value_type = String, example = "0.5")]
    advance_rate: DecimalText,
    /// Days until the rest is paid.
    #[schema(example = 30)]
    payment_days: i32,
    /// What signatures are given to: a change is a new revision, and voids them.
    #[schema(example = 1)]
    revision: i64,
    /// Who wrote the present terms, and so cannot sign them.
    written_by: Uuid,
    /// Since when its prices are in force.
    priced_on: NaiveDate,
    created_at: DateTime<Utc>,
    /// When the co-operative was shown it.
    offered_at: Option<DateTime<Utc>>,
    /// When both sides had signed it.
    in_force_at: Option<DateTime<Utc>>,
    /// Why it ended before its term.
    ended_reason: Option<String>,
}

impl From<&Agreement> for AgreementSummary {
    fn from(agreement: &Agreement) -> Self {
        Self {
            id: agreement.id.uuid(),
            reference: agreement.reference.clone(),
            status: agreement.state.as_str(),
            buyer_id: agreement.buyer.uuid(),
            cooperative_id: agreement.cooperative.uuid(),
            title: agreement.title.clone(),
            currency: agreement.currency.code(),
            starts_on: agreement.starts_on,
            ends_on: agreement.ends_on,
            committed: agreement.committed.into(),
            advance_rate: agreement.advance_rate.into(),
            payment_days: agreement.payment_days,
            revision: agreement.revision,
            written_by: agreement.written_by.uuid(),
            priced_on: agreement.priced_on,
            created_at: agreement.created_at.utc(),
            offered_at: agreement.offered_at.map(store::sql::Time::utc),
            in_force_at: agreement.in_force_at.map(store::sql::Time::utc),
            ended_reason: agreement.ended_reason.clone(),
        }
    }
}

/// A line of an agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementLineView {
    /// Its place, from 1.
    #[schema(example = 1)]
    position: i32,
    listing_id: Uuid,
    #[schema(example = "Nurse's uniform, cotton")]
    listing: String,
    product_id: Uuid,
    /// What the buyer commits to.
    #[schema(value_type = String, example = "6475")]
    committed_quantity: DecimalText,
    /// The share of it that may be called off beyond.
    #[schema(value_type = String, example = "0.1")]
    allowance_rate: DecimalText,
    /// What was called off and not cancelled.
    #[schema(value_type = String, example = "1500")]
    called_off_quantity: DecimalText,
    /// What can still be called off, the allowance included.
    #[schema(value_type = String, example = "5622.5")]
    left_quantity: DecimalText,
    /// What both sides agreed on before the community premium; null: the price by the rules.
    #[schema(value_type = Option<String>, example = "230")]
    offered_unit_price: Option<DecimalText>,
    /// What a unit cost at signature.
    #[schema(value_type = String, example = "241.2")]
    initial_unit_price: DecimalText,
    /// What a unit costs the next call-off.
    #[schema(value_type = String, example = "241.2")]
    unit_price: DecimalText,
    /// The market reference of the price.
    #[schema(value_type = String, example = "210")]
    market_unit_price: DecimalText,
    /// The committed goods at the price of signature.
    #[schema(value_type = String, example = "1561770.00")]
    goods: DecimalText,
    rule_set_id: Uuid,
}

impl AgreementLineView {
    fn of(line: Line, titles: &BTreeMap<ListingId, String>) -> Result<Self> {
        let left = line.commitment()?.left(line.called_off);
        Ok(Self {
            position: line.position,
            listing_id: line.listing.uuid(),
            listing: titles.get(&line.listing).cloned().unwrap_or_default(),
            product_id: line.product.uuid(),
            committed_quantity: line.committed.into(),
            allowance_rate: line.allowance.into(),
            called_off_quantity: line.called_off.into(),
            left_quantity: left.into(),
            offered_unit_price: line.agreed_unit_price.map(DecimalText::from),
            initial_unit_price: line.initial_unit_price.into(),
            unit_price: line.unit_price.into(),
            market_unit_price: line.market_unit_price.into(),
            goods: line.goods.into(),
            rule_set_id: line.rule_set.uuid(),
        })
    }
}

/// A concrete clause.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClauseView {
    /// Its place, from 1.
    #[schema(example = 1)]
    position: i32,
    /// jobs_kept, weekly_hours, monthly_pay, cancellation or review.
    #[schema(example = "jobs_kept")]
    kind: &'static str,
    #[schema(example = "The co-operative keeps its 42 jobs for the term.")]
    wording: String,
    /// The promised number.
    #[schema(value_type = String, example = "42")]
    target: DecimalText,
    /// at_least or at_most: on which side of the number it is kept.
    #[schema(example = "at_least")]
    bound: &'static str,
    /// A code of UN/ECE Recommendation 20, or a currency.
    #[schema(example = "C62")]
    unit: String,
    /// The workplace's own figure at signature, where it has one.
    #[schema(value_type = Option<String>, example = "44")]
    stated: Option<DecimalText>,
    /// When it is measured.
    review_on: NaiveDate,
}

impl From<Clause> for ClauseView {
    fn from(clause: Clause) -> Self {
        Self {
            position: clause.position,
            kind: clause.kind.as_str(),
            wording: clause.wording,
            target: clause.target.into(),
            bound: clause.kind.bound().as_str(),
            unit: clause.unit,
            stated: clause.stated.map(DecimalText::from),
            review_on: clause.review_on,
        }
    }
}

/// A signature under the present terms.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementSignature {
    organisation: Party,
    person_id: Uuid,
    #[schema(example = "Ana Quiroga")]
    person: String,
    signed_at: DateTime<Utc>,
}

/// What a side's signatures still lack.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignatureMissing {
    organisation: Party,
    /// Persons.
    #[schema(example = 1)]
    persons: usize,
}

/// A framework agreement, as both sides see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementView {
    #[serde(flatten)]
    agreement: AgreementSummary,
    buyer: Party,
    cooperative: Party,
    lines: Vec<AgreementLineView>,
    clauses: Vec<ClauseView>,
    /// What moves its prices; null where nothing does.
    indexation: Option<IndexationText>,
    signatures: Vec<AgreementSignature>,
    /// What is missing until it is in force, while it is offered.
    signatures_missing: Vec<SignatureMissing>,
}

impl AgreementView {
    fn of(seen: Seen) -> Result<Self> {
        let names = &seen.names;
        let titles = &seen.titles;
        let lines = seen.lines.into_iter();
        Ok(Self {
            buyer: Party::of(seen.agreement.buyer, names),
            cooperative: Party::of(seen.agreement.cooperative, names),
            lines: lines
                .map(|line| AgreementLineView::of(line, titles))
                .collect::<Result<_>>()?,
            clauses: seen.clauses.into_iter().map(ClauseView::from).collect(),
            indexation: seen.agreement.indexation.as_ref().map(IndexationText::from),
            signatures: seen
                .signatures
                .into_iter()
                .map(|signature| AgreementSignature {
                    organisation: Party::of(signature.organisation, names),
                    person_id: signature.person.uuid(),
                    person: signature.name,
                    signed_at: signature.at.utc(),
                })
                .collect(),
            signatures_missing: seen
                .missing
                .into_iter()
                .map(|missing| SignatureMissing {
                    organisation: Party::of(missing.organisation, names),
                    persons: missing.persons,
                })
                .collect(),
            agreement: AgreementSummary::from(&seen.agreement),
        })
    }
}
