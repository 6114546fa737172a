//! The talks about requests for quotation as rows and as values.
use crate::db::Conn;
use crate::error::{Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{
    ListingId, OrganisationId, QuotationId, QuotationMessageId, QuotationRequestId, RuleSetId,
};
use crate::schema::{people, quotation_lines, quotation_messages, quotation_requests, quotations};
use crate::sql::{Json, Time};
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Currency, Micro, Money};
use ordering::{QuotationState, Totals};
use serde_json::Value;

/// The talk with one co-operative.
#[derive(Clone, Debug)]
pub struct Quotation {
    /// The id.
    pub id: QuotationId,
    /// About which request.
    pub request: QuotationRequestId,
    /// Who was asked.
    pub cooperative: OrganisationId,
    /// Where it stands.
    pub state: QuotationState,
    /// The last day on which the quote can be accepted; none before there is one.
    pub valid_until: Option<NaiveDate>,
    /// The share that it asks for in advance.
    pub advance_rate: Option<Micro>,
    /// Days until the rest is paid.
    pub payment_days: Option<i32>,
    /// When the talk lapses if nobody moves it.
    pub lapses_at: Time,
    /// When it was quoted last.
    pub quoted_at: Option<Time>,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    id: QuotationId,
    request_id: QuotationRequestId,
    _buyer_id: OrganisationId,
    cooperative_id: OrganisationId,
    status: String,
    valid_until: Option<NaiveDate>,
    advance_rate_micro: Option<i64>,
    payment_days: Option<i32>,
    lapses_at: Time,
    quoted_at: Option<Time>,
    version: i64,
}

impl TryFrom<Row> for Quotation {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let state = QuotationState::parse(&row.status);
        Ok(Self {
            id: row.id,
            request: row.request_id,
            cooperative: row.cooperative_id,
            state: state.map_err(|_| corrupt("quotations.status"))?,
            valid_until: row.valid_until,
            advance_rate: row.advance_rate_micro.map(Micro::new),
            payment_days: row.payment_days,
            lapses_at: row.lapses_at,
            quoted_at: row.quoted_at,
            version: row.version,
        })
    }
}

/// What a co-operative quoted for a line.
#[derive(Clone, Debug)]
pub struct QuotedLine {
    /// The request's line.
    pub position: i32,
    /// By which listing.
    pub listing: ListingId,
    /// How much of it.
    pub quantity: Micro,
    /// Quantities are multiples of it.
    pub lot: Micro,
    /// What it asks before the community premium; none for the price by the rules.
    pub agreed_unit_price: Option<Micro>,
    /// What a unit costs.
    pub unit_price: Micro,
    /// The market reference of a unit.
    pub market_unit_price: Micro,
    /// The carriage of a unit.
    pub unit_freight: Micro,
    /// What it comes to.
    pub totals: Totals,
    /// The first day on which it can be there.
    pub earliest_on: NaiveDate,
    /// The rules of the price.
    pub rule_set: RuleSetId,
    /// What pricing was asked.
    pub price_request: Value,
    /// What it answered.
    pub price_answer: Value,
}

#[derive(Queryable)]
struct LineRow {
    _quotation_id: QuotationId,
    position: i32,
    listing_id: ListingId,
    quantity_micro: i64,
    lot_micro: i64,
    agreed_unit_price_micro: Option<i64>,
    unit_price_micro: i64,
    market_unit_price_micro: i64,
    unit_freight_micro: i64,
    goods_minor: i64,
    freight_minor: i64,
    tax_minor: i64,
    _total_minor: i64,
    earliest_on: NaiveDate,
    rule_set_id: RuleSetId,
    price_request: Json,
    price_answer: Json,
}

/// Something said in a talk.
#[derive(Clone, Debug)]
pub struct Message {
    /// The id.
    pub id: QuotationMessageId,
    /// For which side.
    pub organisation: OrganisationId,
    /// By whom.
    pub person: String,
    /// message, quote, counter, accept, decline or withdraw.
    pub act: String,
    /// The words.
    pub note: String,
    /// The terms that were offered with them.
    pub terms: Option<Value>,
    /// When.
    pub written_at: Time,
}

/// The talk, whoever asks.
pub(in crate::quotations) fn quotation(conn: &mut Conn, id: QuotationId) -> Result<Quotation> {
    let row: Option<Row> = quotations::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// All talks about a request, in the order in which they were opened.
pub(in crate::quotations) fn of_request(
    conn: &mut Conn,
    id: QuotationRequestId,
) -> Result<Vec<Quotation>> {
    let rows: Vec<Row> = quotations::table
        .filter(quotations::request_id.eq(id))
        .order(quotations::id)
        .load(conn)?;
    rows.into_iter().map(Quotation::try_from).collect()
}

/// Talks that may still lead to an order and lapsed before `now`; at most `limit`.
pub(in crate::quotations) fn lapsed(
    conn: &mut Conn,
    now: Time,
    limit: i64,
) -> Result<Vec<Quotation>> {
    let rows: Vec<Row> = quotations::table
        .filter(quotations::status.eq_any(LIVE.map(QuotationState::as_str)))
        .filter(quotations::lapses_at.lt(now))
        .order(quotations::lapses_at)
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Quotation::try_from).collect()
}

/// The states that may still lead to an order.
pub(in crate::quotations) const LIVE: [QuotationState; 3] = [
    QuotationState::Asked,
    QuotationState::Quoted,
    QuotationState::Countered,
];

/// What a list of quotations is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// In this state.
    pub state: Option<QuotationState>,
    /// About this request.
    pub request: Option<QuotationRequestId>,
}

/// An organisation's quotations with their requests' references.
pub(in crate::quotations) fn quotations(
    conn: &mut Conn,
    organisation: OrganisationId,
    of_cooperative: bool,
    filter: &Filter,
    (after, limit): (Option<QuotationId>, i64),
) -> Result<Vec<(Quotation, String)>> {
    let mut query = quotations::table
        .inner_join(quotation_requests::table)
        .select((quotations::all_columns, quotation_requests::reference))
        .order(quotations::id)
        .limit(limit)
        .into_boxed();
    query = if of_cooperative {
        query.filter(quotations::cooperative_id.eq(organisation))
    } else {
        query.filter(quotations::buyer_id.eq(organisation))
    };
    if let Some(state) = filter.state {
        query = query.filter(quotations::status.eq(state.as_str()));
    }
    if let Some(request) = filter.request {
        query = query.filter(quotations::request_id.eq(request));
    }
    if let Some(after) = after {
        query = query.filter(quotations::id.gt(after));
    }
    let rows: Vec<(Row, String)> = query.load(conn)?;
    rows.into_iter()
        .map(|(row, reference)| Ok((row.try_into()?, reference)))
        .collect()
}

/// What was quoted last, by the request's lines.
pub(in crate::quotations) fn quoted(
    conn: &mut Conn,
    id: QuotationId,
    currency: Currency,
) -> Result<Vec<QuotedLine>> {
    let rows: Vec<LineRow> = quotation_lines::table
        .filter(quotation_lines::quotation_id.eq(id))
        .order(quotation_lines::position)
        .load(conn)?;
    let amount = |minor| Money::new(minor, currency);
    rows.into_iter()
        .map(|row| {
            let totals = Totals::new(
                amount(row.goods_minor),
                amount(row.freight_minor),
                amount(row.tax_minor),
            );
            Ok(QuotedLine {
                position: row.position,
                listing: row.listing_id,
                quantity: Micro::new(row.quantity_micro),
                lot: Micro::new(row.lot_micro),
                agreed_unit_price: row.agreed_unit_price_micro.map(Micro::new),
                unit_price: Micro::new(row.unit_price_micro),
                market_unit_price: Micro::new(row.market_unit_price_micro),
                unit_freight: Micro::new(row.unit_freight_micro),
                totals: totals.map_err(|_| corrupt("quotation_lines.total_minor"))?,
                earliest_on: row.earliest_on,
                rule_set: row.rule_set_id,
                price_request: row.price_request.0,
                price_answer: row.price_answer.0,
            })
        })
        .collect()
}

/// All that was said, oldest first.
pub(in crate::quotations) fn messages(conn: &mut Conn, id: QuotationId) -> Result<Vec<Message>> {
    type MessageRow = (
        QuotationMessageId,
        OrganisationId,
        String,
        String,
        String,
        Option<Json>,
        Time,
    );
    let rows: Vec<MessageRow> = quotation_messages::table
        .inner_join(people::table)
        .filter(quotation_messages::quotation_id.eq(id))
        .order(quotation_messages::id)
        .select((
            quotation_messages::id,
            quotation_messages::organisation_id,
            people::name,
            quotation_messages::act,
            quotation_messages::note,
            quotation_messages::terms,
            quotation_messages::written_at,
        ))
        .load(conn)?;
    let message = |(id, organisation, person, act, note, terms, written_at): MessageRow| Message {
        id,
        organisation,
        person,
        act,
        note,
        terms: terms.map(|terms| terms.0),
        written_at,
    };
    Ok(rows.into_iter().map(message).collect())
}

/// Writes where a talk stands, as its next version.
///
/// # Errors
/// [`Code::Stale`](crate::Code::Stale) where another was faster.
pub(in crate::quotations) fn save(conn: &mut Conn, mut quotation: Quotation) -> Result<Quotation> {
    let changed = diesel::update(quotations::table.find(quotation.id))
        .filter(quotations::version.eq(quotation.version))
        .set((
            quotations::status.eq(quotation.state.as_str()),
            quotations::valid_until.eq(quotation.valid_until),
            quotations::advance_rate_micro.eq(quotation.advance_rate.map(Micro::get)),
            quotations::payment_days.eq(quotation.payment_days),
            quotations::lapses_at.eq(quotation.lapses_at),
            quotations::quoted_at.eq(quotation.quoted_at),
            quotations::version.eq(quotation.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    quotation.version += 1;
    Ok(quotation)
}
