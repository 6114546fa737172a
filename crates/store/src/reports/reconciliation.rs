//! What was ordered is what was invoiced, withdrawn and is open: per side, currency and month of the purchase order.
//!
//! The three are read from different rows: invoices and credit notes from the documents, what is open from the units
//! that are neither billed nor credited. So the difference is zero only where all of them agree.
use crate::actor::Actor;
use crate::books::entries::Wanted;
use crate::books::periods::{READERS, name_of};
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::fulfilment::invoices::DocumentKind;
use crate::ids::{OrganisationId, PurchaseOrderId};
use crate::schema::{billing_lines, invoice_lines, invoices, purchase_orders};
use crate::sql::Time;
use diesel::prelude::*;
use governance::OrganisationKind;
use money::{Currency, Micro, Money};
use ordering::{PurchaseOrderState, Totals, value_of};
use std::collections::BTreeMap;

/// On which side of the trade the organisation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// It pays.
    Bought,
    /// It delivers.
    Sold,
}

impl Side {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bought => "bought",
            Self::Sold => "sold",
        }
    }
}

/// One side, month and currency; amounts are goods and freight, without tax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// On which side.
    pub side: Side,
    /// The month in which the purchase orders were issued.
    pub period: String,
    /// What was ordered.
    pub ordered: Money,
    /// What was invoiced, less what was credited of it.
    pub invoiced: Money,
    /// What will not be delivered.
    pub withdrawn: Money,
    /// What is still to be invoiced.
    pub open: Money,
    /// Ordered less the three: zero, unless something is wrong.
    pub difference: Money,
    /// The tax of the documents beyond what was ordered of it for the same units: each document rounds its own.
    pub tax_rounding: Money,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    ordered: i64,
    invoiced: i64,
    withdrawn: i64,
    open: i64,
    tax: i64,
}

type Key = (Side, String, Currency);
/// The purchase orders of the report.
type Known = BTreeMap<PurchaseOrderId, Key>;

#[derive(Queryable)]
struct Issued {
    id: PurchaseOrderId,
    at: Time,
    currency: String,
    status: String,
}

#[derive(Queryable)]
struct Line {
    quantity: i64,
    goods: i64,
    freight: i64,
    tax: i64,
    credited: i64,
    billed: i64,
}

/// The reconciliation of the actor's organisation over the months.
///
/// # Errors
/// [`crate::Code::Forbidden`], [`crate::Code::AmountOutOfRange`].
pub fn report(conn: &mut Conn, by: &Actor, wanted: &Wanted) -> Result<Vec<Row>> {
    by.require(&READERS)?;
    let mut sums: BTreeMap<Key, Sums> = BTreeMap::new();
    add_side(conn, by.organisation, Side::Bought, wanted, &mut sums)?;
    if by.kind == OrganisationKind::Cooperative {
        add_side(conn, by.organisation, Side::Sold, wanted, &mut sums)?;
    }
    sums.into_iter()
        .map(|((side, period, currency), sum)| {
            let money = |minor| Money::new(minor, currency);
            let ordered = money(sum.ordered);
            let difference = ordered
                .checked_sub(money(sum.invoiced))?
                .checked_sub(money(sum.withdrawn))?
                .checked_sub(money(sum.open))?;
            Ok(Row {
                side,
                period,
                ordered,
                invoiced: money(sum.invoiced),
                withdrawn: money(sum.withdrawn),
                open: money(sum.open),
                difference,
                tax_rounding: money(sum.tax),
            })
        })
        .collect()
}

/// Adds one side: what was ordered, and what of it is open or, where the purchase order was cancelled, withdrawn;
/// then what its documents say.
fn add_side(
    conn: &mut Conn,
    organisation: OrganisationId,
    side: Side,
    wanted: &Wanted,
    sums: &mut BTreeMap<Key, Sums>,
) -> Result<()> {
    let mut lines = billing_lines::table
        .inner_join(
            purchase_orders::table.on(purchase_orders::id.eq(billing_lines::purchase_order_id)),
        )
        .select((
            (
                purchase_orders::id,
                purchase_orders::issued_at,
                purchase_orders::currency,
                purchase_orders::status,
            ),
            (
                billing_lines::quantity_micro,
                billing_lines::goods_minor,
                billing_lines::freight_minor,
                billing_lines::tax_minor,
                billing_lines::credited_micro,
                billing_lines::billed_micro,
            ),
        ))
        .into_boxed();
    lines = match side {
        Side::Bought => lines.filter(billing_lines::payer_id.eq(organisation)),
        Side::Sold => lines.filter(purchase_orders::cooperative_id.eq(organisation)),
    };
    let rows: Vec<(Issued, Line)> = lines.load(conn)?;
    let mut known = Known::new();
    for (issued, line) in rows {
        let period = name_of(issued.at.date());
        let before = wanted.from.as_ref().is_some_and(|from| period < *from);
        let after = wanted.to.as_ref().is_some_and(|to| period > *to);
        if before || after {
            continue;
        }
        let currency =
            Currency::parse(&issued.currency).map_err(|_| corrupt("purchase_orders.currency"))?;
        let key = (side, period, currency);
        let cancelled = issued.status == PurchaseOrderState::Cancelled.as_str();
        add_line(
            &line,
            cancelled,
            currency,
            sums.entry(key.clone()).or_default(),
        )?;
        known.insert(issued.id, key);
    }
    add_documents(conn, organisation, side, &known, sums)
}

fn add_line(line: &Line, cancelled: bool, currency: Currency, sum: &mut Sums) -> Result<()> {
    let money = |minor| Money::new(minor, currency);
    let whole = Totals::new(money(line.goods), money(line.freight), money(line.tax))?;
    let quantity = Micro::new(line.quantity);
    let left = quantity.checked_sub(Micro::new(line.credited))?;
    let billed = value_of(whole, Micro::new(line.billed), quantity)?;
    let rest = net(value_of(whole, left, quantity)?) - net(billed);
    sum.ordered += net(whole);
    if cancelled {
        sum.withdrawn += rest;
    } else {
        sum.open += rest;
    }
    sum.tax -= billed.vat().minor();
    Ok(())
}

fn net(totals: Totals) -> i64 {
    totals.goods().minor() + totals.freight().minor()
}

/// What the documents say: a credit note takes back what was invoiced, and withdraws what never was. Work done was
/// not ordered as such, and is no part of this.
fn add_documents(
    conn: &mut Conn,
    organisation: OrganisationId,
    side: Side,
    known: &Known,
    sums: &mut BTreeMap<Key, Sums>,
) -> Result<()> {
    let mut documents = invoice_lines::table
        .inner_join(invoices::table.on(invoices::id.eq(invoice_lines::invoice_id)))
        .filter(invoices::kind.ne(DocumentKind::WorkDone.as_str()))
        .select((
            invoices::purchase_order_id,
            invoices::kind,
            invoice_lines::goods_minor,
            invoice_lines::freight_minor,
            invoice_lines::booked_goods_minor,
            invoice_lines::booked_freight_minor,
            invoice_lines::booked_tax_minor,
        ))
        .into_boxed();
    documents = match side {
        Side::Bought => documents.filter(invoices::payer_id.eq(organisation)),
        Side::Sold => documents.filter(invoices::cooperative_id.eq(organisation)),
    };
    let rows: Vec<(PurchaseOrderId, String, i64, i64, i64, i64, i64)> = documents.load(conn)?;
    for (id, kind, goods, freight, booked_goods, booked_freight, tax) in rows {
        let Some(key) = known.get(&id) else {
            continue;
        };
        let sum = sums.entry(key.clone()).or_default();
        let booked = booked_goods + booked_freight;
        if kind == DocumentKind::CreditNote.as_str() {
            sum.invoiced -= booked;
            sum.withdrawn += goods + freight;
            sum.tax -= tax;
        } else {
            sum.invoiced += booked;
            sum.tax += tax;
        }
    }
    Ok(())
}
