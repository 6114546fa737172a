//! The books: every organisation's journal, written in the transaction of what it records, never changed.
//!
//! * [`post`]: the one way into the journal.
//! * [`documents`] and [`money_moved`]: what invoices, credit notes and payments post, in both sides' books.
//! * [`details`] and [`ebilling`]: what documents say of an organisation, and the documents as UBL.
//! * [`authorisations`]: what a tax authority gave a document.
//! * [`ordering_documents`]: purchase orders, answers and despatch advices as UBL.
//! * [`periods`]: months, open until they are locked.
//! * [`accounts`]: the codes that an organisation gives its accounts.
//! * [`entries`] and [`balance`]: what is read.
pub mod accounts;
pub mod authorisations;
pub mod balance;
pub mod details;
pub(crate) mod documents;
pub mod ebilling;
pub mod entries;
pub(crate) mod money_moved;
pub mod ordering_documents;
pub mod periods;
pub(crate) mod reversals;
mod words;

use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::{EntryId, OrganisationId, PurchaseOrderId};
use crate::on_each;
use crate::orders::journal;
use crate::schema::{journal_entries, journal_postings};
use crate::sql::{Key, Time};
use accounting::{EntryKind, Postings};
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use money::Money;
use uuid::Uuid;

/// The actor must keep the books of its organisation; community organisations have nobody but their admins for it.
///
/// # Errors
/// [`crate::Code::Forbidden`].
pub fn require_keeper(by: &Actor) -> Result<()> {
    match by.kind {
        OrganisationKind::Community => by.require(&[Role::Admin]),
        _ => by.require(&periods::KEEPERS),
    }
}

/// The actor must be one of those who may look into its organisation's books.
///
/// # Errors
/// [`crate::Code::Forbidden`].
pub(crate) fn require_reader(by: &Actor) -> Result<()> {
    match by.kind {
        OrganisationKind::Community => by.require(&[Role::Admin, Role::Approver]),
        _ => by.require(&periods::READERS),
    }
}

/// An entry to be written.
#[derive(Clone, Debug)]
pub(crate) struct NewEntry<'a> {
    /// In whose book.
    pub organisation: OrganisationId,
    /// What it records.
    pub kind: EntryKind,
    /// The document or payment behind it: each is posted once in a book.
    pub source: Uuid,
    /// The document's reference, or the bank's.
    pub document: &'a str,
    /// The date of the document.
    pub date: NaiveDate,
    /// Of which purchase order.
    pub purchase_order: Option<PurchaseOrderId>,
    /// The other side.
    pub counterparty: OrganisationId,
    /// The entry that it takes back.
    pub reverses: Option<EntryId>,
    /// What is posted.
    pub postings: Postings,
}

/// Writes an entry into the month of its date, or, where that is locked, into the month of `now`.
///
/// # Errors
/// Those of the database, which refuses what does not balance and what was posted before.
pub(crate) fn post(conn: &mut Conn, new: &NewEntry<'_>, now: Time) -> Result<EntryId> {
    let place = periods::next_place(conn, new.organisation, new.date, now)?;
    let first = new.postings.as_slice().first();
    let currency = first
        .map(|posting| posting.amount.currency())
        .ok_or_else(|| corrupt("journal_postings"))?;
    let count = i32::try_from(new.postings.as_slice().len())
        .map_err(|_| corrupt("journal_entries.postings"))?;
    let id = EntryId::fresh();
    diesel::insert_into(journal_entries::table)
        .values((
            journal_entries::id.eq(id),
            journal_entries::organisation_id.eq(new.organisation),
            journal_entries::period.eq(&place.period),
            journal_entries::number.eq(place.number),
            journal_entries::booked_on.eq(place.booked_on),
            journal_entries::document_date.eq(new.date),
            journal_entries::kind.eq(new.kind.as_str()),
            journal_entries::document.eq(new.document),
            journal_entries::source_id.eq(Key(new.source)),
            journal_entries::purchase_order_id.eq(new.purchase_order),
            journal_entries::counterparty_id.eq(new.counterparty),
            journal_entries::counterparty.eq(journal::name_of(conn, new.counterparty)?),
            journal_entries::reverses_id.eq(new.reverses),
            journal_entries::currency.eq(currency.code()),
            journal_entries::postings.eq(count),
            journal_entries::closing_minor.eq(0_i64),
            journal_entries::created_at.eq(now),
        ))
        .execute(conn)?;
    let mut before = Money::zero(currency);
    let mut rows = Vec::with_capacity(new.postings.as_slice().len());
    for (position, posting) in (1_i32..).zip(new.postings.as_slice()) {
        let after = before.checked_add(posting.amount)?;
        rows.push((
            journal_postings::entry_id.eq(id),
            journal_postings::position.eq(position),
            journal_postings::previous.eq((position > 1).then_some(position - 1)),
            journal_postings::of_postings.eq(count),
            journal_postings::currency.eq(currency.code()),
            journal_postings::account.eq(posting.account.key()),
            journal_postings::amount_minor.eq(posting.amount.minor()),
            journal_postings::before_minor.eq(before.minor()),
            journal_postings::after_minor.eq(after.minor()),
        ));
        before = after;
    }
    on_each!(conn => diesel::insert_into(journal_postings::table).values(&rows).execute(conn))?;
    Ok(id)
}
