//! Framework agreements as rows and as values.
use crate::actor::Actor;
use crate::catalogue::pricer::{PaymentTerms, Quote};
use crate::db::Conn;
use crate::error::{Error, OrNotFound, Refusal, Result, corrupt};
use crate::identity::tree::ancestors;
use crate::ids::{AgreementId, ListingId, OrganisationId, PersonId, ProductId, RuleSetId};
use crate::schema::{agreement_clauses, agreement_lines, framework_agreements};
use crate::sql::{Json, Time};
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::OrganisationKind;
use money::{Currency, Micro, Money};
use ordering::{AgreementState, ClauseKind, Commitment};

use super::terms::Indexation;

/// A framework agreement, without its lines.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// The id.
    pub id: AgreementId,
    /// What people call it, such as `FA-2026-000012`; distinct among its buyer's.
    pub reference: String,
    /// Who buys.
    pub buyer: OrganisationId,
    /// Who makes.
    pub cooperative: OrganisationId,
    /// A few words for people.
    pub title: String,
    /// Of all its amounts.
    pub currency: Currency,
    /// The first day of its term.
    pub starts_on: NaiveDate,
    /// The last day of its term.
    pub ends_on: NaiveDate,
    /// The share of each call-off that is paid in advance.
    pub advance_rate: Micro,
    /// Days until the rest is paid.
    pub payment_days: i32,
    /// Where it stands.
    pub state: AgreementState,
    /// What signatures are given to: a change is a new revision.
    pub revision: i64,
    /// The value of the committed goods at the agreed prices.
    pub committed: Money,
    /// What moves its price; none where nothing does.
    pub indexation: Option<Indexation>,
    /// Who wrote the present terms, and so cannot sign them.
    pub written_by: PersonId,
    /// Since when its prices are in force: the day of signature, or of the last review.
    pub priced_on: NaiveDate,
    /// When it was written first.
    pub created_at: Time,
    /// When the co-operative was shown it; none while only its buyer sees it.
    pub offered_at: Option<Time>,
    /// When both sides had signed it.
    pub in_force_at: Option<Time>,
    /// Why it ended before its term.
    pub ended_reason: Option<String>,
    /// Counts changes.
    pub version: i64,
}

impl Agreement {
    /// When its prices are paid.
    pub(crate) fn payment(&self) -> PaymentTerms {
        PaymentTerms {
            advance_rate: self.advance_rate,
            payment_days: self.payment_days,
        }
    }
}

#[derive(Queryable)]
struct Row {
    id: AgreementId,
    reference: String,
    buyer_id: OrganisationId,
    cooperative_id: OrganisationId,
    title: String,
    currency: String,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    advance_rate_micro: i64,
    payment_days: i32,
    status: String,
    revision: i64,
    committed_minor: i64,
    indexation: Option<Json>,
    written_by: PersonId,
    priced_on: NaiveDate,
    created_at: Time,
    offered_at: Option<Time>,
    in_force_at: Option<Time>,
    ended_reason: Option<String>,
    version: i64,
}

impl TryFrom<Row> for Agreement {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let column = |name| corrupt(name);
        let currency = Currency::parse(&row.currency);
        let currency = currency.map_err(|_| column("framework_agreements.currency"))?;
        let state = AgreementState::parse(&row.status);
        let indexation = row.indexation.map(|kept| Indexation::read(&kept.0));
        Ok(Self {
            id: row.id,
            reference: row.reference,
            buyer: row.buyer_id,
            cooperative: row.cooperative_id,
            title: row.title,
            currency,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            advance_rate: Micro::new(row.advance_rate_micro),
            payment_days: row.payment_days,
            state: state.map_err(|_| column("framework_agreements.status"))?,
            revision: row.revision,
            committed: Money::new(row.committed_minor, currency),
            indexation: indexation.transpose()?,
            written_by: row.written_by,
            priced_on: row.priced_on,
            created_at: row.created_at,
            offered_at: row.offered_at,
            in_force_at: row.in_force_at,
            ended_reason: row.ended_reason,
            version: row.version,
        })
    }
}

/// A line: a listing, the quantity that the buyer commits to, and the price of a unit.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its place, from 1.
    pub position: i32,
    /// Of which listing.
    pub listing: ListingId,
    /// What it is.
    pub product: ProductId,
    /// The quantity that the buyer commits to.
    pub committed: Micro,
    /// The share of it that may be called off beyond.
    pub allowance: Micro,
    /// What was called off and not cancelled.
    pub called_off: Micro,
    /// What both sides agreed on before the community premium; none for the price by the rules.
    pub agreed_unit_price: Option<Micro>,
    /// What a unit cost at signature.
    pub initial_unit_price: Micro,
    /// What a unit costs a later call-off.
    pub unit_price: Micro,
    /// The market reference of the price.
    pub market_unit_price: Micro,
    /// The committed goods at that price.
    pub goods: Money,
    /// The rules of the price.
    pub rule_set: RuleSetId,
    /// What pricing was asked, with the reviews since.
    pub price_request: serde_json::Value,
    /// What it answered, after them.
    pub price_answer: serde_json::Value,
}

impl Line {
    /// What may be called off.
    ///
    /// # Errors
    /// Where the database was tampered with.
    pub fn commitment(&self) -> Result<Commitment> {
        Commitment::parse(self.committed, self.allowance)
            .ok_or_else(|| corrupt("agreement_lines.committed_micro"))
    }

    /// The price in force with all that led to it.
    ///
    /// # Errors
    /// Where the database was tampered with.
    pub(crate) fn quote(&self, terms: PaymentTerms) -> Result<Quote> {
        Quote::restore(self.price_request.clone(), self.rule_set, terms)
    }
}

#[derive(Queryable)]
struct LineRow {
    _agreement_id: AgreementId,
    position: i32,
    listing_id: ListingId,
    product_id: ProductId,
    committed_micro: i64,
    allowance_micro: i64,
    called_off_micro: i64,
    agreed_unit_price_micro: Option<i64>,
    initial_unit_price_micro: i64,
    unit_price_micro: i64,
    market_unit_price_micro: i64,
    goods_minor: i64,
    rule_set_id: RuleSetId,
    price_request: Json,
    price_answer: Json,
}

impl LineRow {
    fn in_currency(self, currency: Currency) -> Line {
        Line {
            position: self.position,
            listing: self.listing_id,
            product: self.product_id,
            committed: Micro::new(self.committed_micro),
            allowance: Micro::new(self.allowance_micro),
            called_off: Micro::new(self.called_off_micro),
            agreed_unit_price: self.agreed_unit_price_micro.map(Micro::new),
            initial_unit_price: Micro::new(self.initial_unit_price_micro),
            unit_price: Micro::new(self.unit_price_micro),
            market_unit_price: Micro::new(self.market_unit_price_micro),
            goods: Money::new(self.goods_minor, currency),
            rule_set: self.rule_set_id,
            price_request: self.price_request.0,
            price_answer: self.price_answer.0,
        }
    }
}

/// A concrete clause: a promise with a number, and the day on which it is measured.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Its place, from 1.
    pub position: i32,
    /// What it is about, on which side of the number it is kept, and in what it is measured.
    pub kind: ClauseKind,
    /// For people.
    pub wording: String,
    /// The number.
    pub target: Micro,
    /// Its unit: a code of UN/ECE Recommendation 20, or a currency.
    pub unit: String,
    /// The workplace's own figure at signature, where it has one.
    pub stated: Option<Micro>,
    /// When it is measured.
    pub review_on: NaiveDate,
}

#[derive(Queryable)]
struct ClauseRow {
    position: i32,
    kind: String,
    wording: String,
    target_micro: i64,
    unit: String,
    stated_micro: Option<i64>,
    review_on: NaiveDate,
}

impl TryFrom<ClauseRow> for Clause {
    type Error = Error;
    fn try_from(row: ClauseRow) -> Result<Self> {
        let kind = ClauseKind::parse(&row.kind);
        Ok(Self {
            position: row.position,
            kind: kind.map_err(|_| corrupt("agreement_clauses.kind"))?,
            wording: row.wording,
            target: Micro::new(row.target_micro),
            unit: row.unit,
            stated: row.stated_micro.map(Micro::new),
            review_on: row.review_on,
        })
    }
}

/// The agreement, whoever asks.
pub(super) fn find(conn: &mut Conn, id: AgreementId) -> Result<Agreement> {
    let row: Option<Row> = framework_agreements::table
        .find(id)
        .first(conn)
        .optional()?;
    row.or_not_found()?.try_into()
}

/// Its lines, by position.
pub(super) fn lines(conn: &mut Conn, agreement: &Agreement) -> Result<Vec<Line>> {
    let rows: Vec<LineRow> = agreement_lines::table
        .filter(agreement_lines::agreement_id.eq(agreement.id))
        .order(agreement_lines::position)
        .load(conn)?;
    let line = |row: LineRow| row.in_currency(agreement.currency);
    Ok(rows.into_iter().map(line).collect())
}

/// Its clauses, by position.
pub(super) fn clauses(conn: &mut Conn, id: AgreementId) -> Result<Vec<Clause>> {
    let rows: Vec<ClauseRow> = agreement_clauses::table
        .filter(agreement_clauses::agreement_id.eq(id))
        .order(agreement_clauses::position)
        .select((
            agreement_clauses::position,
            agreement_clauses::kind,
            agreement_clauses::wording,
            agreement_clauses::target_micro,
            agreement_clauses::unit,
            agreement_clauses::stated_micro,
            agreement_clauses::review_on,
        ))
        .load(conn)?;
    rows.into_iter().map(Clause::try_from).collect()
}

/// What a list of agreements is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// In this state.
    pub state: Option<AgreementState>,
}

/// The agreements of the actor's organisation after `after`, in the order in which they were written; to a
/// co-operative those that were offered, and to a branch also those that what it belongs to has signed.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    filter: Filter,
    after: Option<AgreementId>,
    limit: i64,
) -> Result<Vec<Agreement>> {
    let mut query = framework_agreements::table
        .order(framework_agreements::id)
        .limit(limit)
        .into_boxed();
    query = if by.kind == OrganisationKind::Cooperative {
        query
            .filter(framework_agreements::cooperative_id.eq(by.organisation))
            .filter(framework_agreements::offered_at.is_not_null())
    } else {
        // Buyers by their ids first: that is what an index finds them by.
        let mut buyers = ancestors(conn, by.organisation)?;
        buyers.push(by.organisation);
        let shown = framework_agreements::buyer_id
            .eq(by.organisation)
            .or(framework_agreements::in_force_at.is_not_null());
        query
            .filter(framework_agreements::buyer_id.eq_any(buyers))
            .filter(shown)
    };
    if let Some(state) = filter.state {
        query = query.filter(framework_agreements::status.eq(state.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(framework_agreements::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Agreement::try_from).collect()
}

/// Agreements, offered or in force, whose last day was before `today`; at most `limit`.
pub(super) fn over(conn: &mut Conn, today: NaiveDate, limit: i64) -> Result<Vec<Agreement>> {
    let live = [AgreementState::Offered, AgreementState::InForce].map(AgreementState::as_str);
    let rows: Vec<Row> = framework_agreements::table
        .filter(framework_agreements::status.eq_any(live))
        .filter(framework_agreements::ends_on.lt(today))
        .order(framework_agreements::ends_on)
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Agreement::try_from).collect()
}

/// Writes where it stands, as its next version.
///
/// # Errors
/// [`Code::Stale`](crate::Code::Stale) where another was faster.
pub(super) fn save(conn: &mut Conn, mut agreement: Agreement) -> Result<Agreement> {
    let changed = diesel::update(framework_agreements::table.find(agreement.id))
        .filter(framework_agreements::version.eq(agreement.version))
        .set((
            framework_agreements::status.eq(agreement.state.as_str()),
            framework_agreements::priced_on.eq(agreement.priced_on),
            framework_agreements::offered_at.eq(agreement.offered_at),
            framework_agreements::in_force_at.eq(agreement.in_force_at),
            framework_agreements::ended_reason.eq(&agreement.ended_reason),
            framework_agreements::version.eq(agreement.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    agreement.version += 1;
    Ok(agreement)
}
