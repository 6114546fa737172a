//! The terms of a framework agreement: written by its buyer, changed by either side while it is offered.
use super::{Seen, current, record, see, side_of};
use crate::actor::Actor;
use crate::catalogue::listings;
use crate::catalogue::pricer::{Pricer, Quote};
use crate::catalogue::products;
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result, corrupt};
use crate::ids::{AgreementId, ListingId, OrganisationId};
use crate::needs::need::require_buyer;
use crate::on_each;
use crate::operations::counters;
use crate::schema::{agreement_clauses, agreement_lines, framework_agreements};
use crate::sql::Json;
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Currency, Micro, Money, parse_decimal};
use ordering::{AGREEMENT, AgreementAct, ClauseKind, ListingState, Measure};
use serde_json::{Value, json};

/// The references' prefix: `FA-2026-000001`.
const PREFIX: &str = "FA";
/// The counter behind the references.
const SERIES: &str = "framework_agreements";
/// Lines that an agreement has at most.
pub const LINES_MAX: usize = 100;
/// Clauses that an agreement has at most.
pub const CLAUSES_MAX: usize = 50;

/// What both sides agree on.
#[derive(Clone, Debug)]
pub struct Terms {
    /// A few words for people.
    pub title: String,
    /// Who makes it.
    pub cooperative: OrganisationId,
    /// Of all prices.
    pub currency: Currency,
    /// The first day on which goods are called off.
    pub starts_on: NaiveDate,
    /// The last day on which they are.
    pub ends_on: NaiveDate,
    /// The share of the committed quantity that may be called off beyond it, 0 to 1.
    pub allowance: Micro,
    /// The share of each call-off that is paid in advance, 0 to 1.
    pub advance_rate: Micro,
    /// Days until the rest is paid.
    pub payment_days: i32,
    /// What moves the price; none where nothing does.
    pub indexation: Option<Indexation>,
    /// At least one; each listing once.
    pub lines: Vec<NewLine>,
    /// Concrete clauses.
    pub clauses: Vec<NewClause>,
}

/// A line as it is written.
#[derive(Clone, Debug)]
pub struct NewLine {
    /// A listing of the co-operative.
    pub listing: ListingId,
    /// What the buyer commits to.
    pub committed: Micro,
    /// The price of a unit before the community premium; none for the price by the rules.
    pub agreed_unit_price: Option<Micro>,
}

/// A clause as it is written.
#[derive(Clone, Debug)]
pub struct NewClause {
    /// What it is about.
    pub kind: ClauseKind,
    /// For people.
    pub wording: String,
    /// The number.
    pub target: Micro,
    /// When it is measured.
    pub review_on: NaiveDate,
}

/// What moves the price: a fixed share, published indices with their weights, and guards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indexation {
    /// The share that no index moves.
    pub fixed: Micro,
    /// The indices; with `fixed` their weights are exactly 1.
    pub indices: Vec<Index>,
    /// Days that a price stays in force at least.
    pub min_days_between: u32,
    /// The most that one review adds.
    pub max_step_rate: Micro,
    /// The most that all reviews add.
    pub max_total_rate: Micro,
}

/// A published index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// What it measures, and who publishes it.
    pub name: String,
    /// Its share of the price.
    pub weight: Micro,
    /// Its value when the price in force was set.
    pub base: Micro,
}

impl Indexation {
    /// As it is kept.
    pub(super) fn write(&self) -> Value {
        let text = |value: Micro| value.to_decimal().to_string();
        let index = |index: &Index| json!({"name": index.name, "weight": text(index.weight), "base": text(index.base)});
        json!({
            "fixed": text(self.fixed),
            "indices": self.indices.iter().map(index).collect::<Vec<_>>(),
            "min_days_between": self.min_days_between,
            "max_step_rate": text(self.max_step_rate),
            "max_total_rate": text(self.max_total_rate),
        })
    }

    /// As it was kept.
    pub(super) fn read(kept: &Value) -> Result<Self> {
        let spoilt = || corrupt("framework_agreements.indexation");
        let micro = |value: &Value, field: &str| {
            let text = value.get(field).and_then(Value::as_str);
            let value = text.map(|text| parse_decimal(text).and_then(Micro::from_decimal));
            value.and_then(std::result::Result::ok).ok_or_else(spoilt)
        };
        let indices = kept.get("indices").and_then(Value::as_array);
        let indices = indices.ok_or_else(spoilt)?.iter().map(|index| {
            let name = index.get("name").and_then(Value::as_str);
            Ok(Index {
                name: name.ok_or_else(spoilt)?.to_owned(),
                weight: micro(index, "weight")?,
                base: micro(index, "base")?,
            })
        });
        let days = kept.get("min_days_between").and_then(Value::as_u64);
        Ok(Self {
            fixed: micro(kept, "fixed")?,
            indices: indices.collect::<Result<_>>()?,
            min_days_between: days
                .and_then(|days| u32::try_from(days).ok())
                .ok_or_else(spoilt)?,
            max_step_rate: micro(kept, "max_step_rate")?,
            max_total_rate: micro(kept, "max_total_rate")?,
        })
    }

    /// The fixed share and the weights are exactly 1 together.
    fn check(&self) -> Result<()> {
        let mut sum = self.fixed;
        for index in &self.indices {
            sum = sum.checked_add(index.weight)?;
        }
        if sum == Micro::ONE {
            return Ok(());
        }
        let detail = format!("The fixed part and the weights come to {sum}, and must be 1.");
        Err(Refusal::new(Code::WeightsDoNotSumToOne, detail)
            .at("/indexation")
            .into())
    }
}

/// A buyer writes a draft, at the prices of the day.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`], [`Code::InvalidInput`] for what is not the co-operative's or not
/// counted so finely, [`Code::QuantityNotOffered`], [`Code::CurrencyMismatch`],
/// [`Code::WeightsDoNotSumToOne`], [`Code::BelowFloor`], [`Code::NotAboveMarket`], those of [`Pricer`].
pub fn create(conn: &mut Conn, by: &Actor, terms: &Terms) -> Result<Seen> {
    require_buyer(by)?;
    let priced = check(conn, by, by.organisation, terms)?;
    let id = AgreementId::fresh();
    let reference = counters::reference(conn, by.organisation, (PREFIX, SERIES), by.now)?;
    diesel::insert_into(framework_agreements::table)
        .values((
            framework_agreements::id.eq(id),
            framework_agreements::reference.eq(reference),
            framework_agreements::buyer_id.eq(by.organisation),
            framework_agreements::cooperative_id.eq(terms.cooperative),
            framework_agreements::title.eq(&terms.title),
            framework_agreements::currency.eq(terms.currency.code()),
            framework_agreements::starts_on.eq(terms.starts_on),
            framework_agreements::ends_on.eq(terms.ends_on),
            framework_agreements::advance_rate_micro.eq(terms.advance_rate.get()),
            framework_agreements::payment_days.eq(terms.payment_days),
            framework_agreements::status.eq(AGREEMENT.initial.as_str()),
            framework_agreements::revision.eq(1),
            framework_agreements::committed_minor.eq(committed(terms, &priced)?.minor()),
            framework_agreements::indexation.eq(indexation(terms)),
            framework_agreements::written_by.eq(by.person),
            framework_agreements::priced_on.eq(by.now.date()),
            framework_agreements::created_at.eq(by.now),
            framework_agreements::version.eq(1),
        ))
        .execute(conn)?;
    write_parts(conn, id, terms, &priced)?;
    let seen = see(conn, by, id)?;
    record(
        conn,
        by,
        "framework_agreement.create",
        None,
        &seen.agreement,
    )?;
    Ok(seen)
}

/// Writes the terms anew, at the prices of the day: the buyer while it is a draft, either side while it is
/// offered. All signatures are void.
///
/// # Errors
/// Those of [`create`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`]; [`Code::InvalidInput`] for
/// another co-operative.
pub fn change(
    conn: &mut Conn,
    by: &Actor,
    id: AgreementId,
    version: i64,
    terms: &Terms,
) -> Result<Seen> {
    let before = current(conn, by, id, version)?;
    side_of(by, &before)?;
    AGREEMENT.next(before.state, AgreementAct::Change)?;
    if before.cooperative != terms.cooperative {
        let detail = "The agreement is with another co-operative: write a new one.";
        return Err(invalid("/cooperative_id", detail));
    }
    let priced = check(conn, by, before.buyer, terms)?;
    diesel::update(framework_agreements::table.find(id))
        .set((
            framework_agreements::title.eq(&terms.title),
            framework_agreements::currency.eq(terms.currency.code()),
            framework_agreements::starts_on.eq(terms.starts_on),
            framework_agreements::ends_on.eq(terms.ends_on),
            framework_agreements::advance_rate_micro.eq(terms.advance_rate.get()),
            framework_agreements::payment_days.eq(terms.payment_days),
            framework_agreements::revision.eq(before.revision + 1),
            framework_agreements::committed_minor.eq(committed(terms, &priced)?.minor()),
            framework_agreements::indexation.eq(indexation(terms)),
            framework_agreements::written_by.eq(by.person),
            framework_agreements::priced_on.eq(by.now.date()),
            framework_agreements::version.eq(version + 1),
        ))
        .execute(conn)?;
    diesel::delete(agreement_lines::table.filter(agreement_lines::agreement_id.eq(id)))
        .execute(conn)?;
    diesel::delete(agreement_clauses::table.filter(agreement_clauses::agreement_id.eq(id)))
        .execute(conn)?;
    write_parts(conn, id, terms, &priced)?;
    let seen = see(conn, by, id)?;
    record(
        conn,
        by,
        "framework_agreement.change",
        Some(&before),
        &seen.agreement,
    )?;
    if seen.agreement.offered_at.is_some() {
        let side = side_of(by, &seen.agreement)?;
        super::acts::tell_offered(conn, by, &seen.agreement, side)?;
    }
    Ok(seen)
}

fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Error {
    Refusal::new(Code::InvalidInput, detail).at(pointer).into()
}

fn indexation(terms: &Terms) -> Option<Json> {
    terms.indexation.as_ref().map(|by| Json(by.write()))
}

/// Checks the terms against the catalogue and prices each line at its committed quantity.
fn check(
    conn: &mut Conn,
    by: &Actor,
    buyer: OrganisationId,
    terms: &Terms,
) -> Result<Vec<(Pricer, Quote)>> {
    if terms.ends_on < by.now.date() {
        let detail = "The term is over before it begins: its last day is today or later.";
        return Err(invalid("/ends_on", detail));
    }
    if let Some(indexation) = &terms.indexation {
        indexation.check()?;
    }
    for (at, clause) in terms.clauses.iter().enumerate() {
        let days = by.now.date()..=terms.ends_on;
        if !days.contains(&clause.review_on) {
            let detail = "A clause is measured between today and the last day of the term.";
            return Err(invalid(format!("/clauses/{at}/review_on"), detail));
        }
    }
    let mut priced = Vec::new();
    for (at, line) in terms.lines.iter().enumerate() {
        priced.push(price(conn, by, buyer, terms, (at, line))?);
    }
    Ok(priced)
}

fn price(
    conn: &mut Conn,
    by: &Actor,
    buyer: OrganisationId,
    terms: &Terms,
    (at, line): (usize, &NewLine),
) -> Result<(Pricer, Quote)> {
    let pointer = |field: &str| format!("/lines/{at}/{field}");
    let listing = match listings::seen_by(conn, by, line.listing) {
        Ok(listing) => listing,
        Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => {
            return Err(invalid(pointer("listing_id"), "There is no such listing."));
        }
        Err(error) => return Err(error),
    };
    if listing.cooperative != terms.cooperative || listing.status != ListingState::Open {
        let detail = "This is not an open listing of the co-operative.";
        return Err(invalid(pointer("listing_id"), detail));
    }
    if listing.terms.currency != terms.currency {
        let detail = format!("The listing is in {}.", listing.terms.currency);
        let refusal = Refusal::new(Code::CurrencyMismatch, detail);
        return Err(refusal.at(pointer("listing_id")).into());
    }
    let product = products::get(conn, listing.product)?;
    let whole_lots = line.committed.get() % listing.terms.lot.get().max(1) == 0;
    if !product.counts(line.committed) || !whole_lots || line.committed < listing.terms.minimum {
        let detail = format!(
            "“{}” is sold from {} on, in lots of {}.",
            listing.terms.title, listing.terms.minimum, listing.terms.lot
        );
        let refusal = Refusal::new(Code::QuantityNotOffered, detail);
        return Err(refusal.at(pointer("committed_quantity")).into());
    }
    let pricer = Pricer::load(conn, line.listing, buyer, by.now.date())?;
    let quote = pricer
        .agreed(line.committed, line.agreed_unit_price)
        .map_err(|error| error.without_fields().at(pointer("offered_unit_price")))?;
    Ok((pricer, quote))
}

fn committed(terms: &Terms, priced: &[(Pricer, Quote)]) -> Result<Money> {
    let mut sum = Money::zero(terms.currency);
    for (_, quote) in priced {
        sum = sum.checked_add(quote.goods)?;
    }
    Ok(sum)
}

fn write_parts(
    conn: &mut Conn,
    id: AgreementId,
    terms: &Terms,
    priced: &[(Pricer, Quote)],
) -> Result<()> {
    let lines = (1..).zip(terms.lines.iter().zip(priced));
    for (position, (line, (pricer, quote))) in lines {
        let position: i32 = position;
        diesel::insert_into(agreement_lines::table)
            .values((
                agreement_lines::agreement_id.eq(id),
                agreement_lines::position.eq(position),
                agreement_lines::listing_id.eq(line.listing),
                agreement_lines::product_id.eq(pricer.product()),
                agreement_lines::committed_micro.eq(line.committed.get()),
                agreement_lines::allowance_micro.eq(terms.allowance.get()),
                agreement_lines::called_off_micro.eq(0),
                agreement_lines::agreed_unit_price_micro.eq(line.agreed_unit_price.map(Micro::get)),
                agreement_lines::initial_unit_price_micro.eq(quote.unit_price.get()),
                agreement_lines::unit_price_micro.eq(quote.unit_price.get()),
                agreement_lines::market_unit_price_micro.eq(quote.market_unit_price.get()),
                agreement_lines::goods_minor.eq(quote.goods.minor()),
                agreement_lines::rule_set_id.eq(quote.rule_set),
                agreement_lines::price_request.eq(Json(quote.kept_request()?)),
                agreement_lines::price_answer.eq(Json(quote.kept_answer()?)),
            ))
            .execute(conn)?;
    }
    let clauses: Vec<_> = (1..)
        .zip(&terms.clauses)
        .map(|(position, clause)| {
            let position: i32 = position;
            let unit = match clause.kind.measure() {
                Measure::Money => terms.currency.code(),
                Measure::Unit(unit) => unit,
            };
            (
                agreement_clauses::agreement_id.eq(id),
                agreement_clauses::position.eq(position),
                agreement_clauses::kind.eq(clause.kind.as_str()),
                agreement_clauses::wording.eq(&clause.wording),
                agreement_clauses::target_micro.eq(clause.target.get()),
                agreement_clauses::unit.eq(unit),
                agreement_clauses::review_on.eq(clause.review_on),
            )
        })
        .collect();
    if !clauses.is_empty() {
        on_each!(conn => diesel::insert_into(agreement_clauses::table)
            .values(&clauses)
            .execute(conn))?;
    }
    Ok(())
}
