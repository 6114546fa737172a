//! What payments post: in the book of who paid, and of who was paid.
use super::documents::in_order;
use super::{NewEntry, post};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{OrganisationId, PurchaseOrderId};
use crate::sql::Time;
use accounting::{Account, EntryKind, postings};
use chrono::NaiveDate;
use money::Money;
use uuid::Uuid;

/// Money that went from one organisation's bank account to another's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moved<'a> {
    /// What it was for.
    pub kind: EntryKind,
    /// The row behind it.
    pub source: Uuid,
    /// What the bank calls it.
    pub bank_reference: &'a str,
    /// When.
    pub on: NaiveDate,
    /// Of which purchase order.
    pub purchase_order: Option<PurchaseOrderId>,
    /// How much, above zero.
    pub amount: Money,
    /// Who paid, and the account that it settles there.
    pub from: (OrganisationId, Account),
    /// Who was paid, and the account that it settles there.
    pub to: (OrganisationId, Account),
}

/// Posts it in both books.
///
/// # Errors
/// Those of the database.
pub(crate) fn both(conn: &mut Conn, moved: Moved<'_>, now: Time) -> Result<()> {
    let sides = [
        ((false, moved.from.1), moved.from.0, moved.to.0),
        ((true, moved.to.1), moved.to.0, moved.from.0),
    ];
    for ((to_bank, account), organisation, counterparty) in in_order(sides) {
        let entry = NewEntry {
            organisation,
            kind: moved.kind,
            source: moved.source,
            document: moved.bank_reference,
            date: moved.on,
            purchase_order: moved.purchase_order,
            counterparty,
            reverses: None,
            postings: postings::moved(to_bank, account, moved.amount)?,
        };
        post(conn, &entry, now)?;
    }
    Ok(())
}

/// Posts money that one paid to another for a third, who owes it from now on: a fund, a co-operative, and a buyer.
///
/// # Errors
/// Those of the database.
pub(crate) fn for_another(
    conn: &mut Conn,
    moved: Moved<'_>,
    debtor: OrganisationId,
    now: Time,
) -> Result<()> {
    let (lender, paid) = (moved.from, moved.to);
    let mut books = [
        (
            lender.0,
            debtor,
            postings::moved(false, lender.1, moved.amount)?,
        ),
        (
            paid.0,
            lender.0,
            postings::moved(true, paid.1, moved.amount)?,
        ),
        (
            debtor,
            lender.0,
            postings::advance_lent_to_us(moved.amount)?,
        ),
    ];
    books.sort_by_key(|(organisation, _, _)| *organisation);
    for (organisation, counterparty, postings) in books {
        let entry = NewEntry {
            organisation,
            kind: moved.kind,
            source: moved.source,
            document: moved.bank_reference,
            date: moved.on,
            purchase_order: moved.purchase_order,
            counterparty,
            reverses: None,
            postings,
        };
        post(conn, &entry, now)?;
    }
    Ok(())
}
