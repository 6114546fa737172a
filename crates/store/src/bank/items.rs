//! The documents that a movement of the bank may pay, and what is open of each.
use super::entries::direction;
use crate::actor::Actor;
use crate::books::details::{self, account_parts};
use crate::db::Conn;
use crate::error::Result;
use crate::fulfilment::invoices::{self, Invoice};
use crate::identity::organisations;
use crate::ids::{InvoiceId, OrganisationId};
use crate::schema::{bank_allocations, payment_transfers};
use accounting::settlement::{Direction, OpenItem};
use chrono::Days;
use diesel::prelude::*;
use governance::OrganisationKind;
use money::Money;
use std::collections::BTreeMap;

/// Days after which a document is no longer looked for: what pays it then is on the work list.
const LOOKED_FOR_DAYS: u64 = 730;
/// Ids asked for in one query.
pub(super) const CHUNK: usize = 500;

/// The other side of a document, as a bank may name it.
#[derive(Clone, Default)]
struct Other {
    name: String,
    tax_id: Option<String>,
    accounts: Vec<String>,
}

/// Documents of the last two years that the organisation issued or pays.
///
/// # Errors
/// Those of the database.
pub(super) fn of(conn: &mut Conn, by: &Actor) -> Result<Vec<OpenItem>> {
    let today = by.now.date();
    let since = today.checked_sub_days(Days::new(LOOKED_FOR_DAYS));
    let mut found = invoices::payable_since(conn, by.organisation, since.unwrap_or(today))?;
    // A community organisation has nobody who records what is paid back to it: that is on its work list.
    if by.kind == OrganisationKind::Community {
        found.retain(|one| direction(one, by.organisation) == Direction::Pay);
    }
    let ids: Vec<InvoiceId> = found.iter().map(|one| one.id).collect();
    let mut sent = end_to_end(conn, &ids)?;
    let shown = shown(conn, by.organisation, &ids)?;
    let mut others: BTreeMap<OrganisationId, Other> = BTreeMap::new();
    let mut items = Vec::with_capacity(found.len());
    for invoice in found {
        let id = if invoice.payer == by.organisation {
            invoice.cooperative
        } else {
            invoice.payer
        };
        let other = match others.get(&id) {
            Some(known) => known.clone(),
            None => {
                let read = other(conn, id)?;
                others.insert(id, read.clone());
                read
            }
        };
        let direction = direction(&invoice, by.organisation);
        let shown = shown.get(&invoice.id).copied().unwrap_or_default();
        items.push(OpenItem {
            id: invoice.id.uuid(),
            end_to_end: sent.remove(&invoice.id).unwrap_or_default(),
            open: open(&invoice, direction, shown)?,
            reference: invoice.reference,
            direction,
            name: other.name,
            accounts: other.accounts,
            tax_id: other.tax_id,
        });
    }
    Ok(items)
}

/// What of a document the organisation's statements have not shown going out yet, or what is not recorded as paid in.
///
/// # Errors
/// Sums out of range.
fn open(invoice: &Invoice, direction: Direction, shown: i64) -> Result<Money> {
    let settled = match direction {
        Direction::Receive => invoice.paid,
        Direction::Pay => Money::new(shown, invoice.payable.currency()),
    };
    Ok(invoice.payable.checked_sub(settled)?)
}

/// What is open of one document.
///
/// # Errors
/// Those of the database.
pub(super) fn open_of(conn: &mut Conn, by: &Actor, invoice: &Invoice) -> Result<Money> {
    let shown = shown(conn, by.organisation, &[invoice.id])?;
    let shown = shown.get(&invoice.id).copied().unwrap_or_default();
    open(invoice, direction(invoice, by.organisation), shown)
}

/// The end-to-end ids under which documents went to a bank.
fn end_to_end(conn: &mut Conn, ids: &[InvoiceId]) -> Result<BTreeMap<InvoiceId, Vec<String>>> {
    let mut of: BTreeMap<InvoiceId, Vec<String>> = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let found: Vec<(InvoiceId, String)> = payment_transfers::table
            .filter(payment_transfers::invoice_id.eq_any(chunk))
            .select((payment_transfers::invoice_id, payment_transfers::end_to_end))
            .load(conn)?;
        for (id, end_to_end) in found {
            of.entry(id).or_default().push(end_to_end);
        }
    }
    Ok(of)
}

/// What the organisation's statements have shown of documents, in minor units.
fn shown(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[InvoiceId],
) -> Result<BTreeMap<InvoiceId, i64>> {
    let mut of: BTreeMap<InvoiceId, i64> = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let found: Vec<(InvoiceId, i64)> = bank_allocations::table
            .filter(bank_allocations::invoice_id.eq_any(chunk))
            .filter(bank_allocations::organisation_id.eq(organisation))
            .select((bank_allocations::invoice_id, bank_allocations::amount_minor))
            .load(conn)?;
        for (id, minor) in found {
            let sum = of.entry(id).or_default();
            *sum = sum.saturating_add(minor);
        }
    }
    Ok(of)
}

fn other(conn: &mut Conn, id: OrganisationId) -> Result<Other> {
    let organisation = organisations::get(conn, id)?;
    let (details, _) = details::of(conn, id)?;
    let account = details.account.as_ref().map(|one| account_parts(one).1);
    Ok(Other {
        name: organisation.name,
        tax_id: organisation.tax_id,
        accounts: account.into_iter().map(str::to_owned).collect(),
    })
}
