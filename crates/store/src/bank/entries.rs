//! Movements of a bank account: what each pays, and the work list of those that people have to look at.
use super::items;
use crate::actor::Actor;
use crate::books::{require_keeper, require_reader};
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt, taken};
use crate::fulfilment::invoices::{self, DocumentKind, Invoice};
use crate::fulfilment::payments::{self, NewPayment};
use crate::ids::{BankEntryId, BankStatementId, InvoiceId, OrganisationId, PaymentId};
use crate::operations::audit;
use crate::schema::{
    bank_allocations as allocation_table, bank_entries as table, payments as payment_table,
};
use crate::sql::Json;
use accounting::settlement::Direction;
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Currency, Money};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Letters of a bank's reference that a payment is recorded under; of longer ones the movement's own id is taken.
const REFERENCE_MAX: usize = 100;

/// Where a movement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// All of it pays documents.
    Matched,
    /// Something is left of it that people have to look at.
    Unmatched,
    /// Somebody said that the rest is none of our documents.
    Ignored,
}

impl Status {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Unmatched => "unmatched",
            Self::Ignored => "ignored",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Matched, Self::Unmatched, Self::Ignored]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// What a movement pays of a document.
#[derive(Clone, Debug)]
pub struct Allocation {
    /// Which invoice or credit note.
    pub invoice: InvoiceId,
    /// How much, above zero.
    pub amount: Money,
    /// end_to_end, reference, amount_and_counterparty or person.
    pub matched_by: String,
    /// The payment that was recorded with it: where the money came in.
    pub payment: Option<PaymentId>,
}

/// A movement.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Orders the movements of a statement as the file had them.
    pub id: BankEntryId,
    /// Of which statement.
    pub statement: BankStatementId,
    /// When it was booked.
    pub booked_on: NaiveDate,
    /// Above zero came in.
    pub amount: Money,
    /// What of it pays no document, with its sign.
    pub left: Money,
    /// What the bank calls it.
    pub bank_reference: Option<String>,
    /// The end-to-end id.
    pub end_to_end: Option<String>,
    /// What was written with it.
    pub text: String,
    /// Who is on the other side.
    pub counterparty: Option<String>,
    /// Their account.
    pub counterparty_account: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// What it turned out to be.
    pub reason: String,
    /// Documents that could be meant.
    pub candidates: Vec<Uuid>,
    /// Why somebody ignored it.
    pub ignored_because: Option<String>,
    /// Counts changes.
    pub version: i64,
    /// What it pays.
    pub allocations: Vec<Allocation>,
}

#[derive(Queryable)]
struct Row {
    id: BankEntryId,
    _organisation_id: OrganisationId,
    statement_id: BankStatementId,
    _entry_key: String,
    booked_on: NaiveDate,
    currency: String,
    amount_minor: i64,
    left_minor: i64,
    bank_reference: Option<String>,
    end_to_end: Option<String>,
    text: String,
    counterparty: Option<String>,
    counterparty_account: Option<String>,
    status: String,
    reason: String,
    candidates: Json,
    ignored_because: Option<String>,
    version: i64,
}

impl TryFrom<Row> for Entry {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let currency =
            Currency::parse(&row.currency).map_err(|_| corrupt("bank_entries.currency"))?;
        let candidates = serde_json::from_value(row.candidates.0);
        Ok(Self {
            id: row.id,
            statement: row.statement_id,
            booked_on: row.booked_on,
            amount: Money::new(row.amount_minor, currency),
            left: Money::new(row.left_minor, currency),
            bank_reference: row.bank_reference,
            end_to_end: row.end_to_end,
            text: row.text,
            counterparty: row.counterparty,
            counterparty_account: row.counterparty_account,
            status: Status::parse(&row.status).ok_or_else(|| corrupt("bank_entries.status"))?,
            reason: row.reason,
            candidates: candidates.map_err(|_| corrupt("bank_entries.candidates"))?,
            ignored_because: row.ignored_because,
            version: row.version,
            allocations: Vec::new(),
        })
    }
}

/// In which direction the organisation's money moves when this document is paid.
pub(super) fn direction(invoice: &Invoice, organisation: OrganisationId) -> Direction {
    let credit = invoice.kind == DocumentKind::CreditNote;
    if (invoice.payer == organisation) == credit {
        Direction::Receive
    } else {
        Direction::Pay
    }
}

/// A movement that pays a document.
pub(super) struct Pays<'a> {
    /// The movement.
    pub entry: BankEntryId,
    /// What its payment is recorded under.
    pub reference: String,
    /// When.
    pub on: NaiveDate,
    /// Which document.
    pub invoice: &'a Invoice,
    /// How much, above zero.
    pub amount: Money,
    /// How it was found.
    pub matched_by: &'static str,
}

/// The reference under which a movement's payment is recorded: the bank's, or the movement's own id.
pub(super) fn reference(bank: Option<&str>, key: &str, several: Option<&str>) -> String {
    let base = match bank {
        Some(bank) if bank.len() <= REFERENCE_MAX => bank,
        _ => key,
    };
    several.map_or_else(|| base.to_owned(), |document| format!("{base}/{document}"))
}

/// Whether a payment of the document was recorded under this reference before, and stands.
///
/// # Errors
/// Those of the database.
pub(super) fn is_recorded(conn: &mut Conn, invoice: &Invoice, reference: &str) -> Result<bool> {
    let recorded = payment_table::table
        .filter(payment_table::purchase_order_id.eq(invoice.purchase_order))
        .filter(payment_table::kind.eq("invoice"))
        .filter(payment_table::payer_id.eq(invoice.payer))
        .filter(payment_table::bank_reference.eq(reference))
        .filter(payment_table::reversed_on.is_null());
    Ok(diesel::select(diesel::dsl::exists(recorded)).get_result(conn)?)
}

/// Notes what a movement pays. Money that came in is recorded as a payment; of money that went out its receiver records
/// the payment.
///
/// # Errors
/// Those of [`payments::settle_invoice`]; [`Code::Duplicate`] where the movement pays the document already.
pub(super) fn allocate(conn: &mut Conn, by: &Actor, pays: &Pays<'_>) -> Result<()> {
    let payment = match direction(pays.invoice, by.organisation) {
        Direction::Receive => {
            let new = NewPayment {
                amount: pays.amount,
                paid_on: pays.on,
                bank_reference: pays.reference.clone(),
            };
            let version = pays.invoice.version;
            Some(payments::settle_invoice(conn, by, pays.invoice.id, version, &new)?.id)
        }
        Direction::Pay => None,
    };
    let twice = Refusal::new(Code::Duplicate, "The movement pays this document already.");
    diesel::insert_into(allocation_table::table)
        .values((
            allocation_table::entry_id.eq(pays.entry),
            allocation_table::invoice_id.eq(pays.invoice.id),
            allocation_table::organisation_id.eq(by.organisation),
            allocation_table::amount_minor.eq(pays.amount.minor()),
            allocation_table::matched_by.eq(pays.matched_by),
            allocation_table::payment_id.eq(payment),
        ))
        .execute(conn)
        .map_err(|error| taken(error, twice))?;
    Ok(())
}

/// A person says which document a movement pays, and how much of it.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::Stale`], [`Code::WrongState`] unless something of it is left, or
/// where money came in that the document makes go out, [`Code::OverPaid`], [`Code::CurrencyMismatch`],
/// [`Code::Duplicate`].
pub fn assign(
    conn: &mut Conn,
    by: &Actor,
    id: BankEntryId,
    version: i64,
    (invoice, amount): (InvoiceId, Money),
) -> Result<Entry> {
    let (entry, key) = to_change(conn, by, id, version)?;
    let invoice = invoices::get(conn, by, invoice)?;
    let came_in = entry.amount.minor() > 0;
    if came_in != (direction(&invoice, by.organisation) == Direction::Receive) {
        let detail = format!("The money of {} goes the other way.", invoice.reference);
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let left = Money::new(entry.left.minor().saturating_abs(), entry.left.currency());
    at_most(amount, left, "What is left of this movement is")?;
    let open = items::open_of(conn, by, &invoice)?;
    at_most(amount, open, "What is open of the document is")?;
    let several = (!entry.allocations.is_empty()).then_some(invoice.reference.as_str());
    let pays = Pays {
        entry: id,
        reference: reference(entry.bank_reference.as_deref(), &key, several),
        on: entry.booked_on,
        invoice: &invoice,
        amount,
        matched_by: "person",
    };
    allocate(conn, by, &pays)?;
    let left = left.checked_sub(amount)?.minor();
    let signed = if came_in { left } else { -left };
    let status = if left == 0 {
        Status::Matched
    } else {
        Status::Unmatched
    };
    save(conn, &entry, (status, signed, None))?;
    let after = json!({"invoice": invoice.reference, "amount": amount.to_string()});
    audit::change(conn, by, "bank_entry.assign", id.uuid(), None, &after)?;
    get(conn, by, id)
}

fn at_most(amount: Money, most: Money, what: &str) -> Result<()> {
    if amount.checked_sub(most)?.minor() <= 0 {
        return Ok(());
    }
    Err(Refusal::new(Code::OverPaid, format!("{what} {most}.")).into())
}

/// A person says that what is left of a movement pays none of our documents.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::Stale`], [`Code::WrongState`] unless something of it is left.
pub fn ignore(
    conn: &mut Conn,
    by: &Actor,
    id: BankEntryId,
    version: i64,
    reason: &str,
) -> Result<Entry> {
    let (entry, _) = to_change(conn, by, id, version)?;
    let left = entry.left.minor();
    save(conn, &entry, (Status::Ignored, left, Some(reason)))?;
    let after = json!({"reason": reason});
    audit::change(conn, by, "bank_entry.ignore", id.uuid(), None, &after)?;
    get(conn, by, id)
}

fn to_change(
    conn: &mut Conn,
    by: &Actor,
    id: BankEntryId,
    version: i64,
) -> Result<(Entry, String)> {
    require_keeper(by)?;
    let key: Option<String> = table::table
        .find(id)
        .filter(table::organisation_id.eq(by.organisation))
        .select(table::entry_key)
        .first(conn)
        .optional()?;
    let key = key.or_not_found()?;
    let found = get(conn, by, id)?;
    if found.version != version {
        return Err(Refusal::stale().into());
    }
    if found.status != Status::Unmatched {
        let detail = format!("The movement is {}.", found.status.as_str());
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    Ok((found, key))
}

fn save(
    conn: &mut Conn,
    entry: &Entry,
    (status, left, because): (Status, i64, Option<&str>),
) -> Result<()> {
    let changed = diesel::update(table::table.find(entry.id))
        .filter(table::version.eq(entry.version))
        .set((
            table::status.eq(status.as_str()),
            table::left_minor.eq(left),
            table::ignored_because.eq(because),
            table::version.eq(entry.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    Ok(())
}

/// A payment that movements recorded was taken back: what it was of each is left of it again.
///
/// # Errors
/// Those of the database.
pub(crate) fn release(conn: &mut Conn, payment: PaymentId) -> Result<()> {
    let found: Vec<(BankEntryId, InvoiceId, i64)> = allocation_table::table
        .filter(allocation_table::payment_id.eq(payment))
        .select((
            allocation_table::entry_id,
            allocation_table::invoice_id,
            allocation_table::amount_minor,
        ))
        .load(conn)?;
    for (entry, invoice, minor) in found {
        diesel::delete(allocation_table::table.find((entry, invoice))).execute(conn)?;
        // A payment is recorded by who was paid: the movement came in.
        diesel::update(table::table.find(entry))
            .set((
                table::left_minor.eq(table::left_minor + minor),
                table::status.eq(Status::Unmatched.as_str()),
                table::reason.eq("payment_reversed"),
                table::ignored_because.eq(None::<String>),
                table::version.eq(table::version + 1),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// A movement of the actor's organisation.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`].
pub fn get(conn: &mut Conn, by: &Actor, id: BankEntryId) -> Result<Entry> {
    require_reader(by)?;
    let row: Option<Row> = table::table
        .find(id)
        .filter(table::organisation_id.eq(by.organisation))
        .first(conn)
        .optional()?;
    with_allocations(conn, vec![row.or_not_found()?])?
        .pop()
        .or_not_found()
}

/// Which movements are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Those of one statement.
    pub statement: Option<BankStatementId>,
    /// Those that stand so.
    pub status: Option<Status>,
}

/// Movements of the actor's organisation, those of a file in its order.
///
/// # Errors
/// [`Code::Forbidden`].
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    wanted: Wanted,
    after: Option<BankEntryId>,
    limit: i64,
) -> Result<Vec<Entry>> {
    require_reader(by)?;
    let mut query = table::table
        .filter(table::organisation_id.eq(by.organisation))
        .order(table::id)
        .limit(limit)
        .into_boxed();
    if let Some(statement) = wanted.statement {
        query = query.filter(table::statement_id.eq(statement));
    }
    if let Some(status) = wanted.status {
        query = query.filter(table::status.eq(status.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(table::id.gt(after));
    }
    let rows = query.load(conn)?;
    with_allocations(conn, rows)
}

fn with_allocations(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Entry>> {
    type Found = (BankEntryId, InvoiceId, i64, String, Option<PaymentId>);
    let ids: Vec<BankEntryId> = rows.iter().map(|row| row.id).collect();
    let mut entries = rows
        .into_iter()
        .map(Entry::try_from)
        .collect::<Result<Vec<_>>>()?;
    let found: Vec<Found> = allocation_table::table
        .filter(allocation_table::entry_id.eq_any(ids))
        .order((allocation_table::entry_id, allocation_table::invoice_id))
        .select((
            allocation_table::entry_id,
            allocation_table::invoice_id,
            allocation_table::amount_minor,
            allocation_table::matched_by,
            allocation_table::payment_id,
        ))
        .load(conn)?;
    let mut of: BTreeMap<BankEntryId, Vec<_>> = BTreeMap::new();
    for (entry, invoice, amount, matched_by, payment) in found {
        let one = (invoice, amount, matched_by, payment);
        of.entry(entry).or_default().push(one);
    }
    for entry in &mut entries {
        let currency = entry.amount.currency();
        let mine = of.remove(&entry.id).unwrap_or_default().into_iter();
        let mine = mine.map(|(invoice, amount, matched_by, payment)| Allocation {
            invoice,
            amount: Money::new(amount, currency),
            matched_by,
            payment,
        });
        entry.allocations = mine.collect();
    }
    Ok(entries)
}
