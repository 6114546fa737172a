//! The terms of a framework agreement as they travel.
use crate::http::wire::{DecimalText, LEAST, MOST, QUANTITY_MAX};
use crate::http::{Fields, Problem, wire};
use chrono::NaiveDate;
use money::Micro;
use ordering::ClauseKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::agreements::terms::{
    CLAUSES_MAX, Index, Indexation, LINES_MAX, NewClause, NewLine, Terms,
};
use utoipa::ToSchema;
use uuid::Uuid;

/// A rate from nothing to all.
const RATE: (Micro, Micro) = (Micro::ZERO, Micro::ONE);
/// Nobody waits for longer.
const PAYMENT_DAYS_MAX: i32 = 365;
/// Indices that a price can have.
const INDICES_MAX: usize = 20;
/// A term of ten years.
const TERM_DAYS_MAX: i64 = 3_653;

/// The terms of a framework agreement.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementText {
    #[schema(example = "Uniforms for the union's clinics, 2027", max_length = 200)]
    title: String,
    cooperative_id: Uuid,
    /// ISO 4217: that of the listings.
    #[schema(example = "ARS", pattern = "^[A-Z]{3}$")]
    currency: String,
    /// The first day on which goods are called off.
    #[schema(example = "2027-01-01")]
    starts_on: NaiveDate,
    /// The last day on which they are.
    #[schema(example = "2027-12-31")]
    ends_on: NaiveDate,
    /// The share of the committed quantity that may be called off beyond it: 0 to 1.
    #[schema(value_type = String, example = "0.1")]
    allowance_rate: DecimalText,
    /// The share of each call-off that is paid in advance: 0 to 1.
    #[schema(value_type = String, example = "0.5")]
    advance_rate: DecimalText,
    /// Days until the rest is paid.
    #[schema(example = 30, minimum = 0, maximum = 365)]
    payment_days: i32,
    /// What moves the price; absent: nothing does.
    indexation: Option<IndexationText>,
    #[schema(min_items = 1, max_items = 100)]
    lines: Vec<AgreementLineText>,
    #[serde(default)]
    #[schema(max_items = 50)]
    clauses: Vec<ClauseText>,
}

/// A line: each listing once.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementLineText {
    /// An open listing of the co-operative.
    listing_id: Uuid,
    /// What the buyer commits to, in whole lots from the listing's minimum on.
    #[schema(example = "6475")]
    committed_quantity: DecimalText,
    /// What both sides agree on for a unit before the community premium, not under the price by the rules;
    /// absent: that price.
    #[schema(example = "230")]
    offered_unit_price: Option<DecimalText>,
}

/// A concrete clause with its number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClauseText {
    /// jobs_kept (people, at least), weekly_hours (hours, at most), monthly_pay (money, at least),
    /// cancellation (days of notice, at least) or review (days between reviews, at most).
    #[schema(example = "jobs_kept")]
    kind: String,
    #[schema(
        example = "The co-operative keeps its 42 jobs for the term.",
        max_length = 2000
    )]
    wording: String,
    #[schema(value_type = String, example = "42")]
    target: DecimalText,
    /// When it is measured: within the term.
    #[schema(example = "2027-06-30")]
    review_on: NaiveDate,
}

/// What moves the price: Pn = P × (fixed + Σ weight × now / base), within guards.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexationText {
    /// The share that no index moves; with the weights exactly 1.
    #[schema(example = "0.15")]
    fixed: DecimalText,
    #[schema(max_items = 20)]
    indices: Vec<AgreedIndexText>,
    /// Days that a price stays in force at least; absent: 90.
    #[schema(example = 90, minimum = 1)]
    min_days_between: Option<u32>,
    /// The most that one review adds; absent: 0.10.
    #[schema(example = "0.10")]
    max_step_rate: Option<DecimalText>,
    /// The most that all reviews add; absent: 0.50.
    #[schema(example = "0.50")]
    max_total_rate: Option<DecimalText>,
}

/// A published index.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreedIndexText {
    /// What it measures, and who publishes it.
    #[schema(example = "INDEC wholesale prices, textiles", max_length = 200)]
    name: String,
    /// Its share of the price: 0 to 1.
    #[schema(example = "0.40")]
    weight: DecimalText,
    /// Its value when the price in force was set: above zero.
    #[schema(example = "103.45")]
    base: DecimalText,
}

impl From<&Indexation> for IndexationText {
    fn from(indexation: &Indexation) -> Self {
        Self {
            fixed: indexation.fixed.into(),
            indices: indexation
                .indices
                .iter()
                .map(|index| AgreedIndexText {
                    name: index.name.clone(),
                    weight: index.weight.into(),
                    base: index.base.into(),
                })
                .collect(),
            min_days_between: Some(indexation.min_days_between),
            max_step_rate: Some(indexation.max_step_rate.into()),
            max_total_rate: Some(indexation.max_total_rate.into()),
        }
    }
}

pub(super) fn parse(body: &AgreementText) -> Result<Terms, Problem> {
    let mut fields = Fields::new();
    let title = fields.text("/title", &body.title, 200);
    let currency = wire::currency(&mut fields, "/currency", &body.currency);
    let starts_on = wire::day(&mut fields, "/starts_on", body.starts_on);
    let ends_on = wire::day(&mut fields, "/ends_on", body.ends_on);
    let days = (body.ends_on - body.starts_on).num_days();
    fields.require(
        (0..=TERM_DAYS_MAX).contains(&days),
        "/ends_on",
        "A term ends on its first day or later, within ten years.",
    );
    let allowance = body
        .allowance_rate
        .micro_within(&mut fields, "/allowance_rate", RATE);
    let advance_rate = body
        .advance_rate
        .micro_within(&mut fields, "/advance_rate", RATE);
    fields.require(
        (0..=PAYMENT_DAYS_MAX).contains(&body.payment_days),
        "/payment_days",
        format!("This is 0 to {PAYMENT_DAYS_MAX}."),
    );
    let indexation = match &body.indexation {
        Some(text) => parse_indexation(&mut fields, text).map(Some),
        None => Some(None),
    };
    let lines = parse_lines(&mut fields, &body.lines);
    let clauses = parse_clauses(&mut fields, &body.clauses);
    fields.finish(|| {
        Some(Terms {
            title: title?,
            cooperative: body.cooperative_id.into(),
            currency: currency?,
            starts_on: starts_on?,
            ends_on: ends_on?,
            allowance: allowance?,
            advance_rate: advance_rate?,
            payment_days: body.payment_days,
            indexation: indexation?,
            lines,
            clauses,
        })
    })
}

fn parse_lines(fields: &mut Fields, texts: &[AgreementLineText]) -> Vec<NewLine> {
    fields.require(
        (1..=LINES_MAX).contains(&texts.len()),
        "/lines",
        format!("An agreement has 1 to {LINES_MAX} lines."),
    );
    let mut named = BTreeSet::new();
    let mut lines = Vec::new();
    for (at, line) in texts.iter().take(LINES_MAX).enumerate() {
        let pointer = |field: &str| format!("/lines/{at}/{field}");
        fields.require(
            named.insert(line.listing_id),
            pointer("listing_id"),
            "Name each listing once.",
        );
        let committed = line.committed_quantity.micro_within(
            fields,
            pointer("committed_quantity"),
            (LEAST, QUANTITY_MAX),
        );
        let agreed = line
            .offered_unit_price
            .as_ref()
            .map(|price| price.micro_within(fields, pointer("offered_unit_price"), (LEAST, MOST)));
        if let Some(committed) = committed {
            lines.push(NewLine {
                listing: line.listing_id.into(),
                committed,
                agreed_unit_price: agreed.flatten(),
            });
        }
    }
    lines
}

fn parse_clauses(fields: &mut Fields, texts: &[ClauseText]) -> Vec<NewClause> {
    fields.require(
        texts.len() <= CLAUSES_MAX,
        "/clauses",
        format!("An agreement has at most {CLAUSES_MAX} clauses."),
    );
    let mut clauses = Vec::new();
    for (at, clause) in texts.iter().take(CLAUSES_MAX).enumerate() {
        let pointer = |field: &str| format!("/clauses/{at}/{field}");
        let kind = fields.take(pointer("kind"), ClauseKind::parse(&clause.kind));
        let wording = fields.text(pointer("wording"), &clause.wording, 2_000);
        let target = clause
            .target
            .micro_within(fields, pointer("target"), (Micro::ZERO, MOST));
        let review_on = wire::day(fields, pointer("review_on"), clause.review_on);
        let counted = kind.is_some_and(ClauseKind::is_counted);
        fields.require(
            !counted || target.is_none_or(|target| target.get() % Micro::ONE.get() == 0),
            pointer("target"),
            "People and days are counted in whole numbers.",
        );
        if let (Some(kind), Some(wording), Some(target), Some(review_on)) =
            (kind, wording, target, review_on)
        {
            clauses.push(NewClause {
                kind,
                wording,
                target,
                review_on,
            });
        }
    }
    clauses
}

fn parse_indexation(fields: &mut Fields, text: &IndexationText) -> Option<Indexation> {
    let fixed = text.fixed.micro_within(fields, "/indexation/fixed", RATE);
    fields.require(
        text.indices.len() <= INDICES_MAX,
        "/indexation/indices",
        format!("A price has at most {INDICES_MAX} indices."),
    );
    let mut named = BTreeSet::new();
    let mut indices = Vec::new();
    for (at, index) in text.indices.iter().take(INDICES_MAX).enumerate() {
        let pointer = |field: &str| format!("/indexation/indices/{at}/{field}");
        let name = fields.text(pointer("name"), &index.name, 200);
        let weight = index.weight.micro_within(fields, pointer("weight"), RATE);
        let base = index
            .base
            .micro_within(fields, pointer("base"), (LEAST, MOST));
        fields.require(
            name.as_ref().is_none_or(|name| named.insert(name.clone())),
            pointer("name"),
            "Name each index once.",
        );
        if let (Some(name), Some(weight), Some(base)) = (name, weight, base) {
            indices.push(Index { name, weight, base });
        }
    }
    let min_days_between = text.min_days_between.unwrap_or(90);
    fields.require(
        (1..=3_653).contains(&min_days_between),
        "/indexation/min_days_between",
        "This is 1 to 3653.",
    );
    let mut guard = |rate: &Option<DecimalText>, name: &str, default: i64| match rate {
        Some(rate) => rate.micro_within(fields, format!("/indexation/{name}"), RATE),
        None => Some(Micro::new(default)),
    };
    let max_step_rate = guard(&text.max_step_rate, "max_step_rate", 100_000);
    let max_total_rate = guard(&text.max_total_rate, "max_total_rate", 500_000);
    Some(Indexation {
        fixed: fixed?,
        indices,
        min_days_between,
        max_step_rate: max_step_rate?,
        max_total_rate: max_total_rate?,
    })
}
