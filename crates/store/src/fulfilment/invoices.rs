//! Invoices: what was accepted and not billed yet, for each payer, with its part of the advance netted.
use super::advance;
use super::billing::{self, BillingLine};
use super::milestones;
use super::notice::{self, Event};
use super::taxed;
use super::trade::Trade;
use crate::actor::Actor;
use crate::books::documents;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt};
use crate::identity::organisations;
use crate::ids::{ClaimId, InvoiceId, OrganisationId, PersonId, PurchaseOrderId};
use crate::operations::{audit, counters};
use crate::orders::payers::Payer;
use crate::orders::rows;
use crate::page::merged;
use crate::schema::{invoice_instalments, invoice_lines, invoices};
use crate::sql::Time;
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use money::{Currency, Micro, Money};
use ordering::{PurchaseOrderState, Totals, instalments, value_between};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// Goods that were accepted.
    Invoice,
    /// Goods that are not made again.
    CreditNote,
    /// Work that was done when the purchase order was cancelled.
    WorkDone,
}

impl DocumentKind {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
            Self::WorkDone => "work_done",
        }
    }
    fn parse(word: &str) -> Option<Self> {
        [Self::Invoice, Self::CreditNote, Self::WorkDone]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
    fn series(self) -> (&'static str, &'static str) {
        match self {
            Self::Invoice | Self::WorkDone => ("INV", "invoices"),
            Self::CreditNote => ("CN", "credit_notes"),
        }
    }
}

/// A line of an invoice or a credit note.
#[derive(Clone, Copy, Debug)]
pub struct LineAmount {
    /// The line of the order.
    pub line: i32,
    /// Units.
    pub quantity: Micro,
    /// What they come to.
    pub totals: Totals,
    /// What of it enters the books: all of it, but for units of a credit note that were never billed.
    pub booked: Booked,
}

/// What of a line enters the books.
#[derive(Clone, Copy, Debug)]
pub struct Booked {
    /// Units.
    pub quantity: Micro,
    /// What the goods would cost at the market price, at most what they cost.
    pub market: Money,
    /// What they come to.
    pub totals: Totals,
}

/// A part of what is payable, and when.
#[derive(Clone, Copy, Debug)]
pub struct Instalment {
    /// The milestone of the order.
    pub milestone: i32,
    /// How much.
    pub amount: Money,
    /// Until when.
    pub due_on: NaiveDate,
}

/// An invoice or a credit note.
#[derive(Clone, Debug)]
pub struct Invoice {
    /// Orders documents in time.
    pub id: InvoiceId,
    /// What people call it: `INV-2026-000001`, distinct among its co-operative's.
    pub reference: String,
    /// What it is.
    pub kind: DocumentKind,
    /// Of which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// Who issued it.
    pub cooperative: OrganisationId,
    /// Whom it is for.
    pub payer: OrganisationId,
    /// On whose account.
    pub account: Payer,
    /// The claim that a credit note settles.
    pub claim: Option<ClaimId>,
    /// What it comes to.
    pub totals: Totals,
    /// Of an invoice, the advance that it nets; of a credit note, what was never billed.
    pub deducted: Money,
    /// What is to be paid (of a credit note: paid back).
    pub payable: Money,
    /// What was paid of that.
    pub paid: Money,
    /// Its date.
    pub issued_on: NaiveDate,
    /// Counts changes.
    pub version: i64,
    /// Its lines; those of work done are for no units.
    pub lines: Vec<LineAmount>,
    /// When what is payable is due.
    pub instalments: Vec<Instalment>,
}

/// A document to be written.
pub(super) struct NewDocument<'a> {
    pub kind: DocumentKind,
    pub payer: OrganisationId,
    pub account: Payer,
    pub claim: Option<ClaimId>,
    pub lines: Vec<LineAmount>,
    pub deducted: Money,
    pub instalments: Vec<Instalment>,
    /// Who issues it for the co-operative; absent where the server does.
    pub by: Option<&'a Actor>,
    pub now: Time,
}

#[derive(Queryable)]
struct Row {
    id: InvoiceId,
    reference: String,
    kind: String,
    purchase_order_id: PurchaseOrderId,
    cooperative_id: OrganisationId,
    payer_id: OrganisationId,
    account: String,
    claim_id: Option<ClaimId>,
    currency: String,
    goods_minor: i64,
    freight_minor: i64,
    tax_minor: i64,
    _total_minor: i64,
    deducted_minor: i64,
    payable_minor: i64,
    paid_minor: i64,
    issued_on: NaiveDate,
    _issued_by: Option<PersonId>,
    _created_at: Time,
    version: i64,
}

impl TryFrom<Row> for Invoice {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let currency = Currency::parse(&row.currency).map_err(|_| corrupt("invoices.currency"))?;
        let amount = |minor| Money::new(minor, currency);
        Ok(Self {
            id: row.id,
            reference: row.reference,
            kind: DocumentKind::parse(&row.kind).ok_or_else(|| corrupt("invoices.kind"))?,
            purchase_order: row.purchase_order_id,
            cooperative: row.cooperative_id,
            payer: row.payer_id,
            account: Payer::parse(&row.account).ok_or_else(|| corrupt("invoices.account"))?,
            claim: row.claim_id,
            totals: rows::totals(
                currency,
                [row.goods_minor, row.freight_minor, row.tax_minor],
            )?,
            deducted: amount(row.deducted_minor),
            payable: amount(row.payable_minor),
            paid: amount(row.paid_minor),
            issued_on: row.issued_on,
            version: row.version,
            lines: Vec::new(),
            instalments: Vec::new(),
        })
    }
}

#[derive(Queryable)]
struct LineRow {
    invoice_id: InvoiceId,
    line_position: i32,
    quantity_micro: i64,
    goods_minor: i64,
    freight_minor: i64,
    tax_minor: i64,
    booked_quantity_micro: i64,
    booked_market_minor: i64,
    booked_goods_minor: i64,
    booked_freight_minor: i64,
    booked_tax_minor: i64,
}

impl LineRow {
    fn in_currency(self, currency: Currency) -> Result<LineAmount> {
        let booked = [
            self.booked_goods_minor,
            self.booked_freight_minor,
            self.booked_tax_minor,
        ];
        Ok(LineAmount {
            line: self.line_position,
            quantity: Micro::new(self.quantity_micro),
            totals: rows::totals(
                currency,
                [self.goods_minor, self.freight_minor, self.tax_minor],
            )?,
            booked: Booked {
                quantity: Micro::new(self.booked_quantity_micro),
                market: Money::new(self.booked_market_minor, currency),
                totals: rows::totals(currency, booked)?,
            },
        })
    }
}

/// Bills every payer for what was accepted and not billed yet.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but the co-operative's treasurers and sellers, [`Code::NothingToBill`],
/// [`Code::WrongState`] before it was accepted, [`Code::NotFound`], [`Code::AmountOutOfRange`].
pub fn bill(conn: &mut Conn, by: &Actor, id: PurchaseOrderId) -> Result<Vec<Invoice>> {
    let trade = Trade::locked(conn, by, id)?;
    trade.require_cooperative(by, &[Role::Treasurer, Role::Seller])?;
    trade.require_state(&[
        PurchaseOrderState::Accepted,
        PurchaseOrderState::Delivered,
        PurchaseOrderState::Cancelled,
    ])?;
    let mut lines = billing::of(conn, &trade.issued)?;
    let payers: BTreeSet<(&'static str, OrganisationId)> = lines
        .iter()
        .map(|line| (line.account.as_str(), line.payer))
        .collect();
    let mut issued = Vec::new();
    for (account, payer) in payers {
        let account = Payer::parse(account).ok_or_else(|| corrupt("billing_lines.account"))?;
        if let Some(id) = bill_payer(conn, by, &trade, &mut lines, (payer, account))? {
            issued.push(id);
        }
    }
    if issued.is_empty() {
        let detail = "Everything that was accepted has been billed.";
        return Err(Refusal::new(Code::NothingToBill, detail).into());
    }
    super::closing::settle(conn, &trade, by.now)?;
    issued.into_iter().map(|id| get(conn, by, id)).collect()
}

fn bill_payer(
    conn: &mut Conn,
    by: &Actor,
    trade: &Trade,
    lines: &mut [BillingLine],
    payer: (OrganisationId, Payer),
) -> Result<Option<InvoiceId>> {
    let currency = trade.issued.totals.currency();
    let billed = billing::billed_to(lines, payer, currency)?;
    let mut due = Vec::new();
    let own = lines
        .iter_mut()
        .filter(|line| (line.payer, line.account) == payer);
    let mut value = Money::zero(currency);
    for line in own.filter(|line| line.accepted > line.billed) {
        let totals = value_between(line.whole, (line.billed, line.accepted), line.quantity)?;
        value = value.checked_add(totals.total())?;
        let quantity = line.accepted.checked_sub(line.billed)?;
        due.push((line.position, quantity, totals));
        line.billed = line.accepted;
        billing::save(conn, trade.issued.id, line)?;
    }
    let due = taxed::lines(conn, trade, payer.1, &due)?;
    let Some(sum) = sum(&due, currency)? else {
        return Ok(None);
    };
    let mut account = advance::of_payer(conn, trade.issued.id, payer)?;
    // The advance follows what was ordered; the document's tax may be a cent beside it.
    let net = account.holds.net(billed, value)?;
    let net = Money::new(net.minor().min(sum.total().minor()), currency);
    if net.minor() > 0 {
        account.holds.netted = account.holds.netted.checked_add(net)?;
        advance::save(conn, &account)?;
    }
    let payable = sum.total().checked_sub(net)?;
    let before = payable_before(conn, trade.issued.id, payer, currency)?;
    let instalments = schedule(conn, trade, before, payable, by.now.date())?;
    let document = NewDocument {
        kind: DocumentKind::Invoice,
        payer: payer.0,
        account: payer.1,
        claim: None,
        lines: due,
        deducted: net,
        instalments,
        by: Some(by),
        now: by.now,
    };
    let id = insert(conn, trade, &document)?;
    let keeper = match organisations::get(conn, payer.0)?.kind {
        OrganisationKind::Cooperative => Role::Treasurer,
        _ => Role::Accountant,
    };
    let url = format!("/invoices/{id}");
    notice::tell(conn, trade, (payer.0, keeper), Event::Invoiced, url, by.now)?;
    Ok(Some(id))
}

fn sum(lines: &[LineAmount], currency: Currency) -> Result<Option<Totals>> {
    let mut sum = Totals::zero(currency);
    for line in lines {
        sum = sum.checked_add(line.totals)?;
    }
    Ok((!lines.is_empty()).then_some(sum))
}

fn payable_before(
    conn: &mut Conn,
    id: PurchaseOrderId,
    (payer, account): (OrganisationId, Payer),
    currency: Currency,
) -> Result<Money> {
    let rows: Vec<i64> = invoices::table
        .filter(invoices::purchase_order_id.eq(id))
        .filter(invoices::kind.eq(DocumentKind::Invoice.as_str()))
        .filter(invoices::payer_id.eq(payer))
        .filter(invoices::account.eq(account.as_str()))
        .select(invoices::payable_minor)
        .load(conn)?;
    Ok(Money::new(rows.iter().sum(), currency))
}

fn schedule(
    conn: &mut Conn,
    trade: &Trade,
    before: Money,
    payable: Money,
    on: NaiveDate,
) -> Result<Vec<Instalment>> {
    let milestones = milestones::of(conn, &trade.order)?;
    let parts = instalments(&milestones, before, payable)?;
    Ok(parts
        .into_iter()
        .map(|(milestone, one, amount)| {
            let days = Days::new(u64::from(one.days.unsigned_abs()));
            Instalment {
                milestone,
                amount,
                due_on: on.checked_add_days(days).unwrap_or(on),
            }
        })
        .collect())
}

/// Writes a document with the next number of the co-operative's series.
///
/// # Errors
/// Those of the database.
pub(super) fn insert(conn: &mut Conn, trade: &Trade, new: &NewDocument<'_>) -> Result<InvoiceId> {
    let currency = trade.issued.totals.currency();
    let totals = sum(&new.lines, currency)?.unwrap_or(Totals::zero(currency));
    let id = write(conn, trade, new, totals)?;
    for line in &new.lines {
        diesel::insert_into(invoice_lines::table)
            .values((
                invoice_lines::invoice_id.eq(id),
                invoice_lines::line_position.eq(line.line),
                invoice_lines::quantity_micro.eq(line.quantity.get()),
                invoice_lines::goods_minor.eq(line.totals.goods().minor()),
                invoice_lines::freight_minor.eq(line.totals.freight().minor()),
                invoice_lines::tax_minor.eq(line.totals.vat().minor()),
                invoice_lines::booked_quantity_micro.eq(line.booked.quantity.get()),
                invoice_lines::booked_market_minor.eq(line.booked.market.minor()),
                invoice_lines::booked_goods_minor.eq(line.booked.totals.goods().minor()),
                invoice_lines::booked_freight_minor.eq(line.booked.totals.freight().minor()),
                invoice_lines::booked_tax_minor.eq(line.booked.totals.vat().minor()),
            ))
            .execute(conn)?;
    }
    for part in new
        .instalments
        .iter()
        .filter(|part| part.amount.minor() > 0)
    {
        diesel::insert_into(invoice_instalments::table)
            .values((
                invoice_instalments::invoice_id.eq(id),
                invoice_instalments::position.eq(part.milestone),
                invoice_instalments::amount_minor.eq(part.amount.minor()),
                invoice_instalments::due_on.eq(part.due_on),
            ))
            .execute(conn)?;
    }
    let issued = of(conn, id)?;
    documents::issued(conn, &issued, new.now)?;
    Ok(id)
}

fn write(
    conn: &mut Conn,
    trade: &Trade,
    new: &NewDocument<'_>,
    totals: Totals,
) -> Result<InvoiceId> {
    let id = InvoiceId::fresh();
    let cooperative = trade.issued.cooperative;
    let reference = counters::reference(conn, cooperative, new.kind.series(), new.now)?;
    diesel::insert_into(invoices::table)
        .values((
            invoices::id.eq(id),
            invoices::reference.eq(&reference),
            invoices::kind.eq(new.kind.as_str()),
            invoices::purchase_order_id.eq(trade.issued.id),
            invoices::cooperative_id.eq(cooperative),
            invoices::payer_id.eq(new.payer),
            invoices::account.eq(new.account.as_str()),
            invoices::claim_id.eq(new.claim),
            invoices::currency.eq(totals.currency().code()),
            invoices::goods_minor.eq(totals.goods().minor()),
            invoices::freight_minor.eq(totals.freight().minor()),
            invoices::tax_minor.eq(totals.vat().minor()),
            invoices::total_minor.eq(totals.total().minor()),
            invoices::deducted_minor.eq(new.deducted.minor()),
            invoices::payable_minor.eq(totals.total().checked_sub(new.deducted)?.minor()),
            invoices::paid_minor.eq(0_i64),
            invoices::issued_on.eq(new.now.date()),
            invoices::issued_by.eq(new.by.map(|actor| actor.person)),
            invoices::created_at.eq(new.now),
            invoices::version.eq(1_i64),
        ))
        .execute(conn)?;
    let after = json!({"reference": reference, "total": totals.total().to_string()});
    let act = audit::Act {
        act: "invoice.issue",
        kind: "invoice",
        id: id.uuid(),
        before: None,
        after: Some(&after),
    };
    match new.by {
        Some(actor) => audit::record(conn, actor, &act)?,
        None => audit::record_by_server(conn, new.now, cooperative, &act)?,
    }
    Ok(id)
}

/// One document, for the co-operative and its payer.
///
/// # Errors
/// [`Code::NotFound`] for anybody else.
pub fn get(conn: &mut Conn, by: &Actor, id: InvoiceId) -> Result<Invoice> {
    let found = of(conn, id)?;
    if [found.cooperative, found.payer].contains(&by.organisation) {
        return Ok(found);
    }
    Err(Refusal::not_found().into())
}

pub(crate) fn of(conn: &mut Conn, id: InvoiceId) -> Result<Invoice> {
    let row: Option<Row> = invoices::table.find(id).first(conn).optional()?;
    with_parts(conn, vec![row.or_not_found()?])?
        .pop()
        .or_not_found()
}

/// Documents that the co-operative issued, or that are the organisation's to pay, in time.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    purchase_order: Option<PurchaseOrderId>,
    after: Option<InvoiceId>,
    limit: i64,
) -> Result<Vec<Invoice>> {
    let page = || {
        let mut query = invoices::table
            .order(invoices::id)
            .limit(limit)
            .select(invoices::id)
            .into_boxed();
        if let Some(id) = purchase_order {
            query = query.filter(invoices::purchase_order_id.eq(id));
        }
        if let Some(after) = after {
            query = query.filter(invoices::id.gt(after));
        }
        query
    };
    // One page of each way to the organisation, and the page of all: an `or` would read the whole table.
    let paid = page().filter(invoices::payer_id.eq(by.organisation));
    let mut ids: Vec<InvoiceId> = paid.load(conn)?;
    if by.kind == OrganisationKind::Cooperative {
        let issued = page().filter(invoices::cooperative_id.eq(by.organisation));
        let issued: Vec<InvoiceId> = issued.load(conn)?;
        ids = merged(ids, issued, limit);
    }
    let rows: Vec<Row> = invoices::table
        .filter(invoices::id.eq_any(ids))
        .order(invoices::id)
        .load(conn)?;
    with_parts(conn, rows)
}

/// Documents since a day that an organisation issued or pays, with something payable; lines and instalments are left
/// out.
pub(crate) fn payable_since(
    conn: &mut Conn,
    organisation: OrganisationId,
    since: NaiveDate,
) -> Result<Vec<Invoice>> {
    let payable = || {
        invoices::table
            .filter(invoices::issued_on.ge(since))
            .filter(invoices::payable_minor.gt(0))
    };
    let mut rows: Vec<Row> = payable()
        .filter(invoices::payer_id.eq(organisation))
        .load(conn)?;
    let issued = payable()
        .filter(invoices::cooperative_id.eq(organisation))
        .filter(invoices::payer_id.ne(organisation));
    rows.extend(issued.load::<Row>(conn)?);
    rows.into_iter().map(Invoice::try_from).collect()
}

fn with_parts(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Invoice>> {
    let ids: Vec<InvoiceId> = rows.iter().map(|row| row.id).collect();
    let lines: Vec<LineRow> = invoice_lines::table
        .filter(invoice_lines::invoice_id.eq_any(ids.clone()))
        .order(invoice_lines::line_position)
        .load(conn)?;
    let parts: Vec<(InvoiceId, i32, i64, NaiveDate)> = invoice_instalments::table
        .filter(invoice_instalments::invoice_id.eq_any(ids))
        .order(invoice_instalments::position)
        .load(conn)?;
    let mut found = rows
        .into_iter()
        .map(Invoice::try_from)
        .collect::<Result<Vec<_>>>()?;
    let at: BTreeMap<InvoiceId, usize> = found
        .iter()
        .enumerate()
        .map(|(at, invoice)| (invoice.id, at))
        .collect();
    for line in lines {
        if let Some(invoice) = at.get(&line.invoice_id).and_then(|at| found.get_mut(*at)) {
            let line = line.in_currency(invoice.totals.currency())?;
            invoice.lines.push(line);
        }
    }
    for (id, milestone, amount, due_on) in parts {
        if let Some(invoice) = at.get(&id).and_then(|at| found.get_mut(*at)) {
            let amount = Money::new(amount, invoice.totals.currency());
            invoice.instalments.push(Instalment {
                milestone,
                amount,
                due_on,
            });
        }
    }
    Ok(found)
}

/// What a payer was billed for work done, in minor units.
///
/// # Errors
/// Those of the database.
pub(super) fn work_done(
    conn: &mut Conn,
    id: PurchaseOrderId,
    (payer, account): (OrganisationId, Payer),
) -> Result<i64> {
    let rows: Vec<i64> = invoices::table
        .filter(invoices::purchase_order_id.eq(id))
        .filter(invoices::kind.eq(DocumentKind::WorkDone.as_str()))
        .filter(invoices::payer_id.eq(payer))
        .filter(invoices::account.eq(account.as_str()))
        .select(invoices::total_minor)
        .load(conn)?;
    Ok(rows.iter().sum())
}
