//! Entries that take others back: the same postings with debits and credits exchanged.
use super::entries::postings_of;
use super::{NewEntry, post};
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::{EntryId, OrganisationId, PurchaseOrderId};
use crate::schema::journal_entries as table;
use crate::sql::{Key, Time};
use accounting::EntryKind;
use chrono::NaiveDate;
use diesel::prelude::*;
use uuid::Uuid;

/// What the books say that something was; nothing where it stands in none.
///
/// # Errors
/// Those of the database.
pub(crate) fn kind_of(conn: &mut Conn, source: Uuid) -> Result<Option<EntryKind>> {
    let kind: Option<String> = table::table
        .filter(table::source_id.eq(Key(source)))
        .filter(table::reverses_id.is_null())
        .select(table::kind)
        .first(conn)
        .optional()?;
    let parsed = kind.as_deref().map(EntryKind::parse).transpose();
    parsed.map_err(|_| corrupt("journal_entries.kind"))
}

type Posted = (
    EntryId,
    OrganisationId,
    OrganisationId,
    Option<PurchaseOrderId>,
    String,
);

/// Reverses what was posted of `source` in every book, in the month of `on`, or of `now` where that is locked.
///
/// # Errors
/// Those of the database, which refuses a second reversal.
pub(crate) fn reverse(conn: &mut Conn, source: Uuid, on: NaiveDate, now: Time) -> Result<()> {
    // In the order of organisations, as every act writes books.
    let posted: Vec<Posted> = table::table
        .filter(table::source_id.eq(Key(source)))
        .filter(table::reverses_id.is_null())
        .order(table::organisation_id)
        .select((
            table::id,
            table::organisation_id,
            table::counterparty_id,
            table::purchase_order_id,
            table::document,
        ))
        .load(conn)?;
    for (id, organisation, counterparty, purchase_order, document) in posted {
        let entry = NewEntry {
            organisation,
            kind: EntryKind::Reversal,
            source,
            document: &document,
            date: on,
            purchase_order,
            counterparty,
            reverses: Some(id),
            postings: postings_of(conn, id)?.reversed()?,
        };
        post(conn, &entry, now)?;
    }
    Ok(())
}
