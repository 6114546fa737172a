//! Requests for quotation as rows and as values.
use crate::db::Conn;
use crate::error::{Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{NeedId, OrganisationId, PersonId, ProductId, QuotationRequestId};
use crate::schema::{quotation_request_lines, quotation_requests};
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Currency, Micro};
use ordering::QuotationRequestState;

/// A request for quotation.
#[derive(Clone, Debug)]
pub struct Request {
    /// The id.
    pub id: QuotationRequestId,
    /// Who asks.
    pub buyer: OrganisationId,
    /// For people: `RFQ-2026-000001`, distinct among its buyer's.
    pub reference: String,
    /// A few words for people.
    pub title: String,
    /// Of all quotes.
    pub currency: Currency,
    /// The need that it serves.
    pub need: Option<NeedId>,
    /// Where it stands.
    pub state: QuotationRequestState,
    /// For those who are asked.
    pub note: String,
    /// Until when a first answer counts.
    pub answer_by: Time,
    /// When it was sent.
    pub created_at: Time,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
struct RequestRow {
    id: QuotationRequestId,
    buyer_id: OrganisationId,
    reference: String,
    title: String,
    currency: String,
    need_id: Option<NeedId>,
    status: String,
    note: String,
    answer_by: Time,
    _created_by: PersonId,
    created_at: Time,
    version: i64,
}

impl TryFrom<RequestRow> for Request {
    type Error = Error;
    fn try_from(row: RequestRow) -> Result<Self> {
        let currency = Currency::parse(&row.currency);
        let state = QuotationRequestState::parse(&row.status);
        Ok(Self {
            id: row.id,
            buyer: row.buyer_id,
            reference: row.reference,
            title: row.title,
            currency: currency.map_err(|_| corrupt("quotation_requests.currency"))?,
            need: row.need_id,
            state: state.map_err(|_| corrupt("quotation_requests.status"))?,
            note: row.note,
            answer_by: row.answer_by,
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// A line of a request.
#[derive(Clone, Debug)]
pub struct RequestLine {
    /// Its place, from 1.
    pub position: i32,
    /// The need's line that it serves.
    pub need_position: Option<i32>,
    /// What is asked for.
    pub product: ProductId,
    /// Use, sizes, colours: for people.
    pub specification: String,
    /// How much.
    pub quantity: Micro,
    /// Where to: ISO 3166-2.
    pub region: String,
    /// By when.
    pub due_on: NaiveDate,
}

/// The request, whoever asks.
pub(in crate::quotations) fn request(conn: &mut Conn, id: QuotationRequestId) -> Result<Request> {
    let row: Option<RequestRow> = quotation_requests::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// Holds the request's row until the end of the transaction. SQLite has one writer, who holds everything.
pub(in crate::quotations) fn lock(conn: &mut Conn, id: QuotationRequestId) -> Result<()> {
    let row = quotation_requests::table
        .find(id)
        .select(quotation_requests::id);
    let held: Option<QuotationRequestId> = match conn {
        Conn::Postgres(conn) => row.for_update().first(conn).optional()?,
        Conn::Sqlite(conn) => row.first(conn).optional()?,
    };
    held.map(|_| ()).or_not_found()
}

/// The request's lines, by position.
pub(in crate::quotations) fn asked(
    conn: &mut Conn,
    id: QuotationRequestId,
) -> Result<Vec<RequestLine>> {
    type AskedRow = (
        QuotationRequestId,
        i32,
        Option<i32>,
        ProductId,
        String,
        i64,
        String,
        NaiveDate,
    );
    let rows: Vec<AskedRow> = quotation_request_lines::table
        .filter(quotation_request_lines::request_id.eq(id))
        .order(quotation_request_lines::position)
        .load(conn)?;
    let line = |(_, position, need_position, product, specification, quantity, region, due_on): AskedRow| {
        RequestLine {
            position,
            need_position,
            product,
            specification,
            quantity: Micro::new(quantity),
            region,
            due_on,
        }
    };
    Ok(rows.into_iter().map(line).collect())
}

/// A buyer's requests after `after`, in the order in which they were sent.
pub(in crate::quotations) fn requests(
    conn: &mut Conn,
    buyer: OrganisationId,
    state: Option<QuotationRequestState>,
    (after, limit): (Option<QuotationRequestId>, i64),
) -> Result<Vec<Request>> {
    let mut query = quotation_requests::table
        .filter(quotation_requests::buyer_id.eq(buyer))
        .order(quotation_requests::id)
        .limit(limit)
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(quotation_requests::status.eq(state.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(quotation_requests::id.gt(after));
    }
    let rows: Vec<RequestRow> = query.load(conn)?;
    rows.into_iter().map(Request::try_from).collect()
}

/// Moves a request to a state, from the version that was read.
pub(in crate::quotations) fn save_request(
    conn: &mut Conn,
    request: &Request,
    state: QuotationRequestState,
) -> Result<()> {
    let changed = diesel::update(quotation_requests::table.find(request.id))
        .filter(quotation_requests::version.eq(request.version))
        .set((
            quotation_requests::status.eq(state.as_str()),
            quotation_requests::version.eq(request.version + 1),
        ))
        .execute(conn)?;
    match changed {
        0 => Err(Refusal::stale().into()),
        _ => Ok(()),
    }
}
