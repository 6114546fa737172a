//! A payment that is taken back: the bank returned it, or it was recorded in error. Nothing is erased: the books get an
//! entry that reverses the first, the payment says when and why, and what it settled is open again.
use super::invoices;
use super::payments::{self, Payment};
use super::trade::Trade;
use super::{advance, closing};
use crate::actor::Actor;
use crate::bank::entries;
use crate::books;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::ids::{InvoiceId, PaymentId};
use crate::operations::audit;
use crate::schema::{invoices as invoice_table, payments as table};
use accounting::EntryKind;
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::Role;
use money::Money;
use serde_json::json;

/// Takes a payment back, as the side that recorded it.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but those who record such payments, [`Code::NotFound`] outside the purchase order,
/// [`Code::WrongState`] where it was taken back before, where it came from a fund (which has its own record of it), or
/// where an invoice has netted the advance.
pub fn reverse(
    conn: &mut Conn,
    by: &Actor,
    id: PaymentId,
    (on, reason): (NaiveDate, &str),
) -> Result<Payment> {
    let purchase_order = payments::of(conn, id)?.purchase_order;
    let trade = Trade::locked(conn, by, purchase_order)?;
    let found = payments::of(conn, id)?;
    let invoice = match found.invoice {
        Some(invoice) => Some(invoices::get(conn, by, invoice)?),
        None => None,
    };
    match &invoice {
        Some(invoice) => payments::require_receiver(by, &trade, invoice)?,
        None if found.kind == "refund" => {
            if found.payer != by.organisation {
                let detail = "Only the payer takes back what it recorded.";
                return Err(Refusal::new(Code::Forbidden, detail).into());
            }
            payments::require_payer(by, &trade)?;
        }
        None => trade.require_cooperative(by, &[Role::Treasurer])?,
    }
    if let Some((day, _)) = &found.reversed {
        return Err(wrong(format!("The payment was taken back on {day}.")));
    }
    match invoice {
        Some(invoice) => unsettle(conn, invoice.id, found.amount)?,
        None => unfill(conn, &found)?,
    }
    let changed = diesel::update(table::table.find(id))
        .filter(table::reversed_on.is_null())
        .set((
            table::reversed_on.eq(on),
            table::reversed_because.eq(reason),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    books::reversals::reverse(conn, id.uuid(), on, by.now)?;
    entries::release(conn, id)?;
    closing::reopen(conn, &trade, by.now)?;
    let after = json!({"reversed_on": on.to_string(), "reason": reason});
    audit::change(conn, by, "payment.reverse", id.uuid(), None, &after)?;
    payments::of(conn, id)
}

fn wrong(detail: impl Into<String>) -> crate::Error {
    Refusal::new(Code::WrongState, detail.into()).into()
}

/// What a document's payment settled is open again.
fn unsettle(conn: &mut Conn, id: InvoiceId, amount: Money) -> Result<()> {
    diesel::update(invoice_table::table.find(id))
        .set((
            invoice_table::paid_minor.eq(invoice_table::paid_minor - amount.minor()),
            invoice_table::version.eq(invoice_table::version + 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// What came into an advance, or was given back of one, did not.
fn unfill(conn: &mut Conn, payment: &Payment) -> Result<()> {
    if books::reversals::kind_of(conn, payment.id.uuid())? == Some(EntryKind::FundAdvance) {
        return Err(wrong("A fund paid this advance: what it lent is repaid."));
    }
    let payer = (payment.payer, payment.account);
    let mut held = advance::of_payer(conn, payment.purchase_order, payer)?;
    if payment.kind == "refund" {
        held.holds.refunded = held.holds.refunded.checked_sub(payment.amount)?;
    } else {
        let left = held.left()?;
        if left.checked_sub(payment.amount)?.minor() < 0 {
            let detail =
                format!("Of this advance {left} is left; the rest was netted or given back.");
            return Err(wrong(detail));
        }
        held.holds.paid = held.holds.paid.checked_sub(payment.amount)?;
    }
    advance::save(conn, &held)
}
