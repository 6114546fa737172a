//! What an invoice is compared with: what one payer ordered, what was accepted, what was billed before.
use crate::books::ebilling::products_of;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, corrupt};
use crate::fulfilment::billing;
use crate::ids::{InvoiceId, OrganisationId, PurchaseOrderId, ReceivedInvoiceId};
use crate::orders::payers::Payer;
use crate::orders::purchase_orders::{self, PurchaseOrder};
use crate::schema::{invoice_lines, invoices, received_invoice_lines, received_invoices};
use accounting::ubl::{DocumentType, one_line};
use diesel::prelude::*;
use money::{Micro, Money, amount_of, round_half_away};
use ordering::{Totals, value_between};
use std::collections::BTreeMap;

/// A line of the order, as one payer has it.
#[derive(Clone, Debug)]
pub(super) struct OrderedLine {
    /// What it is.
    pub name: String,
    /// In which unit it is counted.
    pub unit: String,
    /// At which rate it is taxed.
    pub tax_rate: Micro,
    /// How much was ordered.
    pub quantity: Micro,
    /// What all of it costs this payer.
    pub whole: Totals,
    /// How much was accepted.
    pub accepted: Micro,
    /// How much of it other documents billed, less what credit notes took back.
    pub before: Micro,
}

impl OrderedLine {
    /// What a unit costs this payer.
    ///
    /// # Errors
    /// [`Code::AmountOutOfRange`].
    pub(super) fn unit_price(&self) -> Result<Micro> {
        price_of_one(self.whole.goods(), self.quantity)
    }

    /// What so many units more come to, or (of a credit note) so many less; as far as they were ordered.
    ///
    /// # Errors
    /// [`Code::AmountOutOfRange`].
    pub(super) fn value(&self, document: DocumentType, units: Micro) -> Result<Totals> {
        let within = |at: i64| Micro::new(at.clamp(0, self.quantity.get()));
        let before = within(self.before.get());
        let (from, upto) = match document {
            DocumentType::Invoice => (before, within(before.get().saturating_add(units.get()))),
            DocumentType::CreditNote => (within(before.get().saturating_sub(units.get())), before),
        };
        Ok(value_between(self.whole, (from, upto), self.quantity)?)
    }

    /// Whether this is what so many units cost: their part of the line, or their number times the price.
    ///
    /// # Errors
    /// [`Code::AmountOutOfRange`].
    pub(super) fn is_price_of(
        &self,
        document: DocumentType,
        units: Micro,
        net: Money,
    ) -> Result<bool> {
        let part = self.value(document, units)?.goods();
        let product = amount_of(units, self.unit_price()?, net.currency());
        Ok(net == part || product == Ok(net))
    }
}

/// What one of so many units costs, where all of them cost this; to the millionth.
///
/// # Errors
/// [`Code::AmountOutOfRange`], and for no units at all.
pub(super) fn price_of_one(amount: Money, units: Micro) -> Result<Micro> {
    let whole = Micro::from_decimal(amount.to_decimal())?;
    round_half_away(i128::from(whole.get()) * 1_000_000, i128::from(units.get()))
        .and_then(|price| i64::try_from(price).ok())
        .map(Micro::new)
        .ok_or_else(|| Refusal::new(Code::AmountOutOfRange, "A price is past its limits.").into())
}

/// The lines of a purchase order that `payer` pays as a buyer, by position, nothing billed yet; none where it pays
/// none.
///
/// # Errors
/// Those of the database.
pub(super) fn ordered(
    conn: &mut Conn,
    issued: &PurchaseOrder,
    payer: OrganisationId,
) -> Result<BTreeMap<i32, OrderedLine>> {
    let mut own = billing::of(conn, issued)?;
    own.retain(|line| line.payer == payer && line.account == Payer::Buyer);
    let lines = purchase_orders::lines_of(conn, issued)?;
    let products = products_of(conn, lines.iter())?;
    let mut found = BTreeMap::new();
    for line in own {
        let of_order = lines.iter().find(|one| one.position == line.position);
        let of_order = of_order.ok_or_else(|| corrupt("billing_lines.line_position"))?;
        let product = products
            .get(&of_order.product)
            .ok_or_else(|| corrupt("order_lines.product_id"))?;
        let one = OrderedLine {
            name: one_line(&product.name).unwrap_or_default(),
            unit: product.unit.clone(),
            tax_rate: of_order.vat_rate,
            quantity: line.quantity,
            whole: line.whole,
            accepted: line.accepted,
            before: Micro::ZERO,
        };
        found.insert(line.position, one);
    }
    Ok(found)
}

/// What another document bills or takes back: its id, its kind, the line, how many units.
type Billed<I> = (I, String, i32, i64);

/// Puts in what other documents billed. An invoice counts where it is the earlier one. What a credit note takes back
/// is not billed, whenever it came; for another credit note only the earlier ones count.
fn put_in<I: Ord>(
    lines: &mut BTreeMap<i32, OrderedLine>,
    (id, document): (I, DocumentType),
    others: Vec<Billed<I>>,
) -> Result<()> {
    for (other, kind, position, units) in others {
        let credit = kind == "credit_note";
        let counts = other < id || (credit && document == DocumentType::Invoice);
        let Some(line) = lines.get_mut(&position).filter(|_| counts) else {
            continue;
        };
        let units = Micro::new(units);
        line.before = if credit {
            line.before.checked_sub(units)?
        } else {
            line.before.checked_add(units)?
        };
    }
    Ok(())
}

/// Counts what the documents received before this one bill, those that were refused left out.
///
/// # Errors
/// Those of the database.
pub(super) fn received_before(
    conn: &mut Conn,
    lines: &mut BTreeMap<i32, OrderedLine>,
    (purchase_order, organisation): (PurchaseOrderId, OrganisationId),
    (id, document): (ReceivedInvoiceId, DocumentType),
) -> Result<()> {
    let others: Vec<Billed<ReceivedInvoiceId>> = received_invoice_lines::table
        .inner_join(received_invoices::table)
        .filter(received_invoices::purchase_order_id.eq(purchase_order))
        .filter(received_invoices::organisation_id.eq(organisation))
        .filter(received_invoices::status.ne("refused"))
        .filter(received_invoices::id.ne(id))
        .select((
            received_invoices::id,
            received_invoices::kind,
            received_invoice_lines::line_position,
            received_invoice_lines::quantity_micro,
        ))
        .load(conn)?;
    put_in(lines, (id, document), others)
}

/// Counts what the documents issued here before this one bill to the same payer.
///
/// # Errors
/// Those of the database.
pub(super) fn issued_before(
    conn: &mut Conn,
    lines: &mut BTreeMap<i32, OrderedLine>,
    (purchase_order, payer): (PurchaseOrderId, OrganisationId),
    (id, document): (InvoiceId, DocumentType),
) -> Result<()> {
    let others: Vec<Billed<InvoiceId>> = invoice_lines::table
        .inner_join(invoices::table)
        .filter(invoices::purchase_order_id.eq(purchase_order))
        .filter(invoices::payer_id.eq(payer))
        .filter(invoices::account.eq(Payer::Buyer.as_str()))
        .filter(invoices::id.ne(id))
        .select((
            invoices::id,
            invoices::kind,
            invoice_lines::line_position,
            invoice_lines::booked_quantity_micro,
        ))
        .load(conn)?;
    put_in(lines, (id, document), others)
}
