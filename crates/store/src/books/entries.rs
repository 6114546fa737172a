//! Entries of a book, as they were written.
use super::accounts::account;
use super::periods::READERS;
use crate::actor::Actor;
use crate::db::{AnyBackend, Conn};
use crate::error::{OrNotFound, Result, corrupt};
use crate::ids::{EntryId, OrganisationId, PurchaseOrderId};
use crate::schema::{journal_entries as table, journal_postings, purchase_orders};
use accounting::{Entry, EntryKind, Posting, Postings};
use chrono::NaiveDate;
use diesel::dsl::{max, min};
use diesel::prelude::*;
use money::{Currency, Money};
use std::collections::BTreeMap;

/// An entry with what programs outside are not given.
#[derive(Clone, Debug)]
pub struct Booked {
    /// The entry.
    pub entry: Entry,
    /// `2026-11`.
    pub period: String,
    /// The date of the document, which is not that of the book where its month was locked.
    pub document_date: NaiveDate,
    /// The purchase order.
    pub purchase_order: Option<PurchaseOrderId>,
    /// The other side.
    pub counterparty: OrganisationId,
}

/// Which entries: all, or those of some months, or of one purchase order.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// From this month on.
    pub from: Option<String>,
    /// Up to this month.
    pub to: Option<String>,
    /// Of this purchase order.
    pub purchase_order: Option<PurchaseOrderId>,
}

/// Where a page begins: after the entry of this month and number.
pub type After = (String, i64);

#[derive(Queryable, Selectable)]
#[diesel(table_name = crate::schema::journal_entries)]
struct Row {
    id: EntryId,
    period: String,
    number: i64,
    booked_on: NaiveDate,
    document_date: NaiveDate,
    kind: String,
    document: String,
    purchase_order_id: Option<PurchaseOrderId>,
    counterparty_id: OrganisationId,
    counterparty: String,
    reverses_id: Option<EntryId>,
    currency: String,
}

/// Entries of the actor's book in the order in which they were written.
///
/// # Errors
/// [`crate::Code::Forbidden`].
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    wanted: &Wanted,
    after: Option<EntryId>,
    limit: i64,
) -> Result<Vec<Booked>> {
    by.require(&READERS)?;
    let mut query = chosen(by.organisation, wanted)
        .order(table::id)
        .limit(limit);
    if let Some(after) = after {
        query = query.filter(table::id.gt(after));
    }
    let rows: Vec<Row> = query.select(Row::as_select()).load(conn)?;
    with_postings(conn, rows)
}

/// Entries of an organisation's book in the order of its months and their numbers, for files.
///
/// # Errors
/// Those of the database.
pub fn page(
    conn: &mut Conn,
    organisation: OrganisationId,
    wanted: &Wanted,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<Booked>> {
    let mut rows = Vec::new();
    let mut following = chosen(organisation, wanted);
    if let Some((period, number)) = after {
        // Apart from the later months, so that an index leads to the number and nothing before it is read again.
        rows = chosen(organisation, wanted)
            .filter(table::period.eq(period.clone()))
            .filter(table::number.gt(*number))
            .order(table::number)
            .limit(limit)
            .select(Row::as_select())
            .load(conn)?;
        following = following.filter(table::period.gt(period.clone()));
    }
    let found = i64::try_from(rows.len()).unwrap_or(limit);
    if found < limit {
        let mut later: Vec<Row> = following
            .order((table::period, table::number))
            .limit(limit.saturating_sub(found))
            .select(Row::as_select())
            .load(conn)?;
        rows.append(&mut later);
    }
    with_postings(conn, rows)
}

/// The first and the last day on which something of it was booked.
///
/// # Errors
/// Those of the database.
pub fn days(
    conn: &mut Conn,
    organisation: OrganisationId,
    wanted: &Wanted,
) -> Result<Option<(NaiveDate, NaiveDate)>> {
    let found: (Option<NaiveDate>, Option<NaiveDate>) = chosen(organisation, wanted)
        .select((min(table::booked_on), max(table::booked_on)))
        .first(conn)?;
    Ok(found.0.zip(found.1))
}

fn chosen(organisation: OrganisationId, wanted: &Wanted) -> table::BoxedQuery<'static, AnyBackend> {
    let mut query = table::table
        .filter(table::organisation_id.eq(organisation))
        .into_boxed();
    if let Some(from) = &wanted.from {
        query = query.filter(table::period.ge(from.clone()));
    }
    if let Some(to) = &wanted.to {
        query = query.filter(table::period.le(to.clone()));
    }
    if let Some(id) = wanted.purchase_order {
        query = query.filter(table::purchase_order_id.eq(id));
    }
    query
}

/// One entry of the actor's book.
///
/// # Errors
/// [`crate::Code::NotFound`] for one of another book, [`crate::Code::Forbidden`].
pub fn get(conn: &mut Conn, by: &Actor, id: EntryId) -> Result<Booked> {
    by.require(&READERS)?;
    let row: Option<Row> = table::table
        .find(id)
        .filter(table::organisation_id.eq(by.organisation))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    with_postings(conn, vec![row.or_not_found()?])?
        .pop()
        .or_not_found()
}

fn with_postings(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Booked>> {
    let issued: Vec<PurchaseOrderId> = rows
        .iter()
        .filter_map(|row| row.purchase_order_id)
        .collect();
    let references: BTreeMap<PurchaseOrderId, String> = purchase_orders::table
        .filter(purchase_orders::id.eq_any(issued))
        .select((purchase_orders::id, purchase_orders::reference))
        .load(conn)?
        .into_iter()
        .collect();
    let ids: Vec<EntryId> = rows.iter().map(|row| row.id).collect();
    let mut postings = parts_of(conn, &ids)?;
    rows.into_iter()
        .map(|row| {
            let parts = postings.remove(&row.id).unwrap_or_default();
            let reference = row
                .purchase_order_id
                .and_then(|id| references.get(&id).cloned());
            booked(row, reference, parts)
        })
        .collect()
}

fn parts_of(conn: &mut Conn, ids: &[EntryId]) -> Result<BTreeMap<EntryId, Vec<Posting>>> {
    let lines: Vec<(EntryId, String, String, i64)> = journal_postings::table
        .filter(journal_postings::entry_id.eq_any(ids))
        .order((journal_postings::entry_id, journal_postings::position))
        .select((
            journal_postings::entry_id,
            journal_postings::currency,
            journal_postings::account,
            journal_postings::amount_minor,
        ))
        .load(conn)?;
    let mut postings: BTreeMap<EntryId, Vec<Posting>> = BTreeMap::new();
    for (id, currency, key, minor) in lines {
        let currency =
            Currency::parse(&currency).map_err(|_| corrupt("journal_postings.currency"))?;
        postings.entry(id).or_default().push(Posting {
            account: account(&key)?,
            amount: Money::new(minor, currency),
        });
    }
    Ok(postings)
}

/// What an entry posted.
///
/// # Errors
/// Those of the database.
pub(super) fn postings_of(conn: &mut Conn, id: EntryId) -> Result<Postings> {
    let parts = parts_of(conn, &[id])?.remove(&id).unwrap_or_default();
    Ok(Postings::new(parts)?)
}

fn booked(row: Row, reference: Option<String>, parts: Vec<Posting>) -> Result<Booked> {
    // What was written balances: an entry is checked again whenever it is read.
    let postings = Postings::new(parts)?;
    if postings
        .as_slice()
        .iter()
        .any(|posting| posting.amount.currency().code() != row.currency)
    {
        return Err(corrupt("journal_entries.currency"));
    }
    Ok(Booked {
        entry: Entry {
            id: row.id.uuid(),
            number: row.number,
            date: row.booked_on,
            kind: EntryKind::parse(&row.kind).map_err(|_| corrupt("journal_entries.kind"))?,
            document: row.document,
            purchase_order: reference,
            counterparty: row.counterparty,
            reverses: row.reverses_id.map(EntryId::uuid),
            postings,
        },
        period: row.period,
        document_date: row.document_date,
        purchase_order: row.purchase_order_id,
        counterparty: row.counterparty_id,
    })
}
