//! The three-way check of a document: what was ordered, what was accepted, what is billed.
use super::compare::compare;
use super::difference::Difference;
use super::invoices::ReceivedInvoice;
use super::{expected, tolerances};
use crate::actor::Actor;
use crate::books::ebilling;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, corrupt};
use crate::fulfilment::invoices::{self, DocumentKind};
use crate::ids::{InvoiceId, OrganisationId, PurchaseOrderId};
use crate::orders::payers::Payer;
use crate::orders::purchase_orders;
use crate::schema::invoices as table;
use accounting::ubl::{DocumentType, Received, read};
use diesel::prelude::*;
use money::Money;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Everything that differs, line by line, then the foot.
    pub differences: Vec<Difference>,
}

impl Check {
    /// Whether nothing differs by more than the tolerances.
    pub fn matches(&self) -> bool {
        self.differences.iter().all(|one| one.within)
    }
}

/// The check of a document that was received and says this, as things stand now.
///
/// # Errors
/// Those of the database.
pub(super) fn of_received(
    conn: &mut Conn,
    found: &ReceivedInvoice,
    received: &Received,
) -> Result<Check> {
    let issued = purchase_orders::whichever(conn, found.purchase_order)?;
    let payer = found.organisation;
    let mut ordered = expected::ordered(conn, &issued, payer)?;
    let of = (found.purchase_order, payer);
    expected::received_before(conn, &mut ordered, of, (found.id, found.kind))?;
    let owed = issued_here(conn, of, (&found.number, found.kind))?;
    let owed = owed.map(|(_, payable)| payable);
    let tolerances = tolerances::of(conn, payer, received.draft.currency)?;
    Ok(Check {
        differences: compare(received, &ordered, owed, &tolerances)?,
    })
}

/// The document of this number that was issued here to the payer, and what is to be paid by it.
///
/// # Errors
/// Those of the database.
pub(super) fn issued_here(
    conn: &mut Conn,
    (purchase_order, payer): (PurchaseOrderId, OrganisationId),
    (number, kind): (&str, DocumentType),
) -> Result<Option<(InvoiceId, Money)>> {
    let issued = purchase_orders::whichever(conn, purchase_order)?;
    let row: Option<(InvoiceId, i64)> = table::table
        .filter(table::purchase_order_id.eq(purchase_order))
        .filter(table::payer_id.eq(payer))
        .filter(table::account.eq(Payer::Buyer.as_str()))
        .filter(table::reference.eq(number))
        .filter(table::kind.eq(super::invoices::word(kind)))
        .select((table::id, table::payable_minor))
        .first(conn)
        .optional()?;
    let currency = issued.totals.currency();
    Ok(row.map(|(id, payable)| (id, Money::new(payable, currency))))
}

/// The check of an invoice or a credit note that was issued here, for its co-operative and its payer; by the tolerances
/// of the payer, which its co-operative does not learn.
///
/// # Errors
/// [`Code::NotFound`] for anybody else and for a credit note of what was never invoiced, [`Code::WrongState`] for what
/// has no units to compare: a fund's share, and work that was done when a purchase order was cancelled.
pub fn of_issued(conn: &mut Conn, by: &Actor, id: InvoiceId) -> Result<Check> {
    let invoice = invoices::get(conn, by, id)?;
    let document = match (invoice.kind, invoice.account) {
        (DocumentKind::Invoice, Payer::Buyer) => DocumentType::Invoice,
        (DocumentKind::CreditNote, Payer::Buyer) => DocumentType::CreditNote,
        _ => {
            let detail =
                "Only what bills units is compared: no fund's share, no work that was done.";
            return Err(Refusal::new(Code::WrongState, detail).into());
        }
    };
    let xml = ebilling::get(conn, by, id)?.xml;
    let received = read(xml.as_bytes()).map_err(|_| corrupt("invoice_documents.xml"))?;
    let issued = purchase_orders::whichever(conn, invoice.purchase_order)?;
    let mut ordered = expected::ordered(conn, &issued, invoice.payer)?;
    let of = (invoice.purchase_order, invoice.payer);
    expected::issued_before(conn, &mut ordered, of, (id, document))?;
    // How much it lets pass is the payer's own affair: its seller is told every cent.
    let currency = received.draft.currency;
    let tolerances = if by.organisation == invoice.payer {
        tolerances::of(conn, invoice.payer, currency)?
    } else {
        tolerances::none(currency)
    };
    Ok(Check {
        differences: compare(&received, &ordered, Some(invoice.payable), &tolerances)?,
    })
}
