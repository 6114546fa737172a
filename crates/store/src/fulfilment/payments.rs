//! Payments: recorded by the side that received the money, once for each bank reference.
use super::advance;
use super::closing;
use super::invoices::{self, DocumentKind, Invoice};
use super::trade::Trade;
use crate::actor::Actor;
use crate::books::money_moved::{self, Moved};
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt, taken};
use crate::ids::{InvoiceId, OrganisationId, PaymentId, PersonId, PurchaseOrderId};
use crate::operations::audit;
use crate::orders::payers::Payer;
use crate::schema::{invoices as invoice_table, payments};
use crate::sql::Time;
use accounting::{Account, EntryKind};
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use money::{Currency, Money};
use ordering::PurchaseOrderState;
use serde_json::json;

/// Money that came in.
#[derive(Clone, Debug)]
pub struct NewPayment {
    /// How much, above zero.
    pub amount: Money,
    /// When.
    pub paid_on: NaiveDate,
    /// What the bank calls it; the same twice is the same payment.
    pub bank_reference: String,
}

/// A payment.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Orders payments in time.
    pub id: PaymentId,
    /// `advance`, `invoice` or `refund` (of an advance).
    pub kind: String,
    /// Of which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// The invoice or credit note that it settles.
    pub invoice: Option<InvoiceId>,
    /// Who owed it, or gets it back.
    pub payer: OrganisationId,
    /// On whose account.
    pub account: Payer,
    /// How much.
    pub amount: Money,
    /// When.
    pub paid_on: NaiveDate,
    /// What the bank calls it.
    pub bank_reference: String,
    /// When and why it was taken back.
    pub reversed: Option<(NaiveDate, String)>,
}

#[derive(Queryable)]
struct Row {
    id: PaymentId,
    kind: String,
    purchase_order_id: PurchaseOrderId,
    invoice_id: Option<InvoiceId>,
    payer_id: OrganisationId,
    account: String,
    currency: String,
    amount_minor: i64,
    paid_on: NaiveDate,
    bank_reference: String,
    _recorded_by: PersonId,
    _created_at: Time,
    reversed_on: Option<NaiveDate>,
    reversed_because: Option<String>,
}

impl TryFrom<Row> for Payment {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let currency = Currency::parse(&row.currency).map_err(|_| corrupt("payments.currency"))?;
        Ok(Self {
            id: row.id,
            kind: row.kind,
            purchase_order: row.purchase_order_id,
            invoice: row.invoice_id,
            payer: row.payer_id,
            account: Payer::parse(&row.account).ok_or_else(|| corrupt("payments.account"))?,
            amount: Money::new(row.amount_minor, currency),
            paid_on: row.paid_on,
            bank_reference: row.bank_reference,
            reversed: row.reversed_on.zip(row.reversed_because),
        })
    }
}

/// The co-operative received a payer's advance, or a part of it.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but its treasurers, [`Code::WrongState`] unless the purchase order is in
/// production, [`Code::OverPaid`] past what was agreed, [`Code::Duplicate`] for the same bank reference,
/// [`Code::CurrencyMismatch`], [`Code::NotFound`] for somebody who pays nothing of it.
pub fn receive_advance(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
    (payer, account): (OrganisationId, Payer),
    new: &NewPayment,
) -> Result<Payment> {
    let trade = Trade::locked(conn, by, id)?;
    trade.require_cooperative(by, &[Role::Treasurer])?;
    trade.require_state(&[PurchaseOrderState::Accepted])?;
    let paid = add_to_advance(conn, by, id, (payer, account), new)?;
    let moved = Moved {
        from: (payer, Account::AdvancesPaid),
        to: (by.organisation, Account::AdvancesReceived),
        ..booked(EntryKind::Advance, &paid)
    };
    money_moved::both(conn, moved, by.now)?;
    Ok(paid)
}

/// A fund paid a buyer's advance.
///
/// # Errors
/// [`Code::OverPaid`] past what is still to come of it.
pub(super) fn advance_from_fund(
    conn: &mut Conn,
    by: &Actor,
    trade: &Trade,
    payer: OrganisationId,
    new: &NewPayment,
) -> Result<()> {
    let paid = add_to_advance(conn, by, trade.issued.id, (payer, Payer::Buyer), new)?;
    let moved = Moved {
        from: (by.organisation, Account::FundAdvancesLent),
        to: (trade.issued.cooperative, Account::AdvancesReceived),
        ..booked(EntryKind::FundAdvance, &paid)
    };
    money_moved::for_another(conn, moved, payer, by.now)
}

/// What the books are told of every payment; who paid whom, on which accounts, is the caller's to say.
fn booked(kind: EntryKind, paid: &Payment) -> Moved<'_> {
    let nobody = (paid.payer, Account::Bank);
    Moved {
        kind,
        source: paid.id.uuid(),
        bank_reference: &paid.bank_reference,
        on: paid.paid_on,
        purchase_order: Some(paid.purchase_order),
        amount: paid.amount,
        from: nobody,
        to: nobody,
    }
}

fn add_to_advance(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
    (payer, account): (OrganisationId, Payer),
    new: &NewPayment,
) -> Result<Payment> {
    let mut held = advance::of_payer(conn, id, (payer, account))?;
    let most = held.holds.agreed.checked_sub(held.holds.paid)?;
    let made = insert(conn, by, id, ("advance", None, payer, account), new)?;
    advance::at_most(new.amount, most, "What is still to come of this advance is")?;
    held.holds.paid = held.holds.paid.checked_add(new.amount)?;
    advance::save(conn, &held)?;
    Ok(made)
}

/// Money that comes back to a payer is its accountants' to record, a fund's stewards', or the treasurers' of a
/// co-operative that buys.
pub(super) fn require_payer(by: &Actor, trade: &Trade) -> Result<()> {
    if by.kind == OrganisationKind::Cooperative && trade.issued.buyer == by.organisation {
        return by.require(&[Role::Treasurer]);
    }
    by.require(&[Role::Accountant, Role::FundSteward])
}

/// A payer got back what no invoice will net of its advance.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but the payer's accountants, [`Code::WrongState`] while goods may still be
/// billed, [`Code::OverPaid`], [`Code::Duplicate`], [`Code::NotFound`].
pub fn receive_refund(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
    account: Payer,
    new: &NewPayment,
) -> Result<Payment> {
    let trade = Trade::locked(conn, by, id)?;
    require_payer(by, &trade)?;
    trade.require_state(&[PurchaseOrderState::Delivered, PurchaseOrderState::Cancelled])?;
    let payer = (by.organisation, account);
    let mut held = advance::of_payer(conn, id, payer)?;
    let made = insert(conn, by, id, ("refund", None, payer.0, payer.1), new)?;
    advance::at_most(new.amount, held.left()?, "What is left of this advance is")?;
    held.holds.refunded = held.holds.refunded.checked_add(new.amount)?;
    advance::save(conn, &held)?;
    let moved = Moved {
        from: (trade.issued.cooperative, Account::AdvancesReceived),
        to: (by.organisation, Account::AdvancesPaid),
        ..booked(EntryKind::Refund, &made)
    };
    money_moved::both(conn, moved, by.now)?;
    closing::settle(conn, &trade, by.now)?;
    Ok(made)
}

/// An invoice was paid, or a credit note paid back, in whole or in part.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but the side that received the money: the co-operative's treasurers, or the
/// payer's accountants; [`Code::OverPaid`], [`Code::Duplicate`], [`Code::CurrencyMismatch`], [`Code::NotFound`],
/// [`Code::Stale`].
pub fn settle_invoice(
    conn: &mut Conn,
    by: &Actor,
    id: InvoiceId,
    version: i64,
    new: &NewPayment,
) -> Result<Payment> {
    let invoice = invoices::get(conn, by, id)?;
    let trade = Trade::locked(conn, by, invoice.purchase_order)?;
    require_receiver(by, &trade, &invoice)?;
    let of = ("invoice", Some(id), invoice.payer, invoice.account);
    let made = insert(conn, by, invoice.purchase_order, of, new)?;
    let most = invoice.payable.checked_sub(invoice.paid)?;
    advance::at_most(new.amount, most, "What is still to be paid of it is")?;
    let changed = diesel::update(invoice_table::table.find(id))
        .filter(invoice_table::version.eq(version))
        .set((
            invoice_table::paid_minor.eq(invoice_table::paid_minor + new.amount.minor()),
            invoice_table::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    let seller = trade.issued.cooperative;
    let (from, to) = match invoice.kind {
        DocumentKind::Invoice | DocumentKind::WorkDone => (
            (invoice.payer, Account::Payables),
            (seller, Account::Receivables),
        ),
        DocumentKind::CreditNote => (
            (seller, Account::Payables),
            (invoice.payer, Account::Receivables),
        ),
    };
    let moved = Moved {
        from,
        to,
        ..booked(EntryKind::Payment, &made)
    };
    money_moved::both(conn, moved, by.now)?;
    closing::settle(conn, &trade, by.now)?;
    Ok(made)
}

/// The actor must be of the side that a document's money goes to.
///
/// # Errors
/// [`Code::Forbidden`].
pub(super) fn require_receiver(by: &Actor, trade: &Trade, invoice: &Invoice) -> Result<()> {
    match invoice.kind {
        DocumentKind::Invoice | DocumentKind::WorkDone => {
            trade.require_cooperative(by, &[Role::Treasurer])
        }
        DocumentKind::CreditNote if invoice.payer == by.organisation => require_payer(by, trade),
        DocumentKind::CreditNote => {
            let detail = "The payer records what was paid back.";
            Err(Refusal::new(Code::Forbidden, detail).into())
        }
    }
}

fn insert(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
    (kind, invoice, payer, account): (&str, Option<InvoiceId>, OrganisationId, Payer),
    new: &NewPayment,
) -> Result<Payment> {
    let payment = PaymentId::fresh();
    let twice = Refusal::new(
        Code::Duplicate,
        format!(
            "The payment {} has been recorded already.",
            new.bank_reference
        ),
    );
    diesel::insert_into(payments::table)
        .values((
            payments::id.eq(payment),
            payments::kind.eq(kind),
            payments::purchase_order_id.eq(id),
            payments::invoice_id.eq(invoice),
            payments::payer_id.eq(payer),
            payments::account.eq(account.as_str()),
            payments::currency.eq(new.amount.currency().code()),
            payments::amount_minor.eq(new.amount.minor()),
            payments::paid_on.eq(new.paid_on),
            payments::bank_reference.eq(&new.bank_reference),
            payments::recorded_by.eq(by.person),
            payments::created_at.eq(by.now),
        ))
        .execute(conn)
        .map_err(|error| taken(error, twice))?;
    let after = json!({
        "kind": kind,
        "amount": new.amount.to_string(),
        "bank_reference": new.bank_reference,
    });
    audit::change(conn, by, "payment.record", payment.uuid(), None, &after)?;
    of(conn, payment)
}

/// One payment, whoever asks.
///
/// # Errors
/// [`Code::NotFound`].
pub(super) fn of(conn: &mut Conn, id: PaymentId) -> Result<Payment> {
    let row: Option<Row> = payments::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// Payments of a purchase order: all of them for the co-operative, its own for a payer, in time.
///
/// # Errors
/// [`Code::NotFound`] for anybody else.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
    after: Option<PaymentId>,
    limit: i64,
) -> Result<Vec<Payment>> {
    let trade = Trade::seen(conn, by, id)?;
    let mut query = payments::table
        .filter(payments::purchase_order_id.eq(id))
        .order(payments::id)
        .limit(limit)
        .into_boxed();
    if trade.issued.cooperative != by.organisation {
        query = query.filter(payments::payer_id.eq(by.organisation));
    }
    if let Some(after) = after {
        query = query.filter(payments::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Payment::try_from).collect()
}
