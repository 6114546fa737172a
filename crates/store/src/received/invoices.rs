//! Documents that were received: a copy to compare, which posts nothing. One that matches is accepted, any can be
//! refused; what was found then is kept with the decision.
use super::check::{self, Check};
use super::compare::units;
use super::document::Document;
use super::{expected, parties};
use crate::actor::Actor;
use crate::books::{require_keeper, require_reader};
use crate::db::Conn;
use crate::error::{Code, Error, FieldError, OrNotFound, Refusal, Result, corrupt, taken};
use crate::ids::{InvoiceId, OrganisationId, PersonId, PurchaseOrderId, ReceivedInvoiceId};
use crate::on_each;
use crate::operations::audit;
use crate::schema::{received_invoice_lines as lines_table, received_invoices as table};
use crate::sql::{Json, Time};
use accounting::ubl::{DocumentType, read};
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Currency, Micro, Money};
use serde_json::json;
use std::collections::BTreeMap;

/// Where a document stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It waits for somebody's decision.
    Received,
    /// It matches, and somebody said so.
    Accepted,
    /// It will not be paid as it is; another may have its number.
    Refused,
}

impl Status {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }
    fn parse(word: &str) -> Option<Self> {
        [Self::Received, Self::Accepted, Self::Refused]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// The word for a kind of document in the database and in JSON.
pub fn word(kind: DocumentType) -> &'static str {
    match kind {
        DocumentType::Invoice => "invoice",
        DocumentType::CreditNote => "credit_note",
    }
}

/// A document that was received.
#[derive(Clone, Debug)]
pub struct ReceivedInvoice {
    /// Orders documents in time.
    pub id: ReceivedInvoiceId,
    /// Who received it.
    pub organisation: OrganisationId,
    /// Who says that it is owed.
    pub cooperative: OrganisationId,
    /// By which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// What it is.
    pub kind: DocumentType,
    /// The number that its seller gave it.
    pub number: String,
    /// Its date.
    pub issued_on: NaiveDate,
    /// What it comes to without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// What it says was paid in advance.
    pub prepaid: Money,
    /// What it says is to be paid.
    pub payable: Money,
    /// Of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Where it stands.
    pub status: Status,
    /// When it came.
    pub received_at: Time,
    /// Who decided, and when.
    pub decided: Option<(PersonId, Time)>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// Counts changes.
    pub version: i64,
}

/// A document with what the check finds: now, or as it was when somebody decided.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The document.
    pub document: ReceivedInvoice,
    /// The document of the same number that was issued here.
    pub copy_of: Option<InvoiceId>,
    /// What differs.
    pub check: Check,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = table)]
struct Row {
    id: ReceivedInvoiceId,
    organisation_id: OrganisationId,
    cooperative_id: OrganisationId,
    purchase_order_id: PurchaseOrderId,
    kind: String,
    number: String,
    issued_on: NaiveDate,
    currency: String,
    net_minor: i64,
    tax_minor: i64,
    prepaid_minor: i64,
    payable_minor: i64,
    sha256: String,
    status: String,
    received_at: Time,
    decided_by: Option<PersonId>,
    decided_at: Option<Time>,
    reason: Option<String>,
    version: i64,
}

impl TryFrom<Row> for ReceivedInvoice {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let currency = Currency::parse(&row.currency);
        let currency = currency.map_err(|_| corrupt("received_invoices.currency"))?;
        let kind = [DocumentType::Invoice, DocumentType::CreditNote]
            .into_iter()
            .find(|kind| word(*kind) == row.kind);
        Ok(Self {
            id: row.id,
            organisation: row.organisation_id,
            cooperative: row.cooperative_id,
            purchase_order: row.purchase_order_id,
            kind: kind.ok_or_else(|| corrupt("received_invoices.kind"))?,
            number: row.number,
            issued_on: row.issued_on,
            net: Money::new(row.net_minor, currency),
            tax: Money::new(row.tax_minor, currency),
            prepaid: Money::new(row.prepaid_minor, currency),
            payable: Money::new(row.payable_minor, currency),
            sha256: row.sha256,
            status: Status::parse(&row.status)
                .ok_or_else(|| corrupt("received_invoices.status"))?,
            received_at: row.received_at,
            decided: row.decided_by.zip(row.decided_at),
            reason: row.reason,
            version: row.version,
        })
    }
}

/// Whether the actor may hand in documents: asked before one is read.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but those who keep its organisation's books.
pub fn may_receive(by: &Actor) -> Result<()> {
    require_keeper(by)
}

/// Records a document that reached the actor's organisation. The same bytes again are the same document: the answer
/// says whether it is new.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but those who keep its books, [`Code::NotFound`] where it names no purchase order
/// that the organisation pays as a buyer, [`Code::DocumentRefused`] where its parties are not those of that order,
/// [`Code::CurrencyMismatch`], [`Code::Duplicate`] where another of its seller's has its number.
pub fn receive(conn: &mut Conn, by: &Actor, document: &Document) -> Result<(Compared, bool)> {
    require_keeper(by)?;
    let known: Option<ReceivedInvoiceId> = table::table
        .filter(table::organisation_id.eq(by.organisation))
        .filter(table::sha256.eq(&document.sha256))
        .select(table::id)
        .first(conn)
        .optional()?;
    if let Some(id) = known {
        return Ok((get(conn, by, id)?, false));
    }
    let draft = &document.received.draft;
    let issued = parties::purchase_order(conn, by.organisation, &document.received)?;
    let ordered = expected::ordered(conn, &issued, by.organisation)?;
    let stated = &document.received.stated;
    let id = ReceivedInvoiceId::fresh();
    let new = (
        table::id.eq(id),
        table::organisation_id.eq(by.organisation),
        table::cooperative_id.eq(issued.cooperative),
        table::purchase_order_id.eq(issued.id),
        table::kind.eq(word(draft.document_type)),
        table::number.eq(&draft.number),
        table::issued_on.eq(draft.issued_on),
        table::currency.eq(draft.currency.code()),
        table::net_minor.eq(stated.tax_exclusive.minor()),
        table::tax_minor.eq(stated.tax.minor()),
        table::prepaid_minor.eq(stated.prepaid.minor()),
        table::payable_minor.eq(stated.payable.minor()),
        table::xml.eq(&document.xml),
        table::sha256.eq(&document.sha256),
        table::status.eq(Status::Received.as_str()),
        table::received_by.eq(by.person),
        table::received_at.eq(by.now),
        table::version.eq(1_i64),
    );
    let twice = format!("{} of this co-operative was received before.", draft.number);
    diesel::insert_into(table::table)
        .values(new)
        .execute(conn)
        .map_err(|error| taken(error, Refusal::new(Code::Duplicate, twice)))?;
    insert_units(conn, id, &units(&document.received, &ordered)?)?;
    let after = json!({"number": draft.number, "payable": stated.payable.to_string()});
    audit::change(conn, by, "received_invoice.record", id.uuid(), None, &after)?;
    Ok((get(conn, by, id)?, true))
}

fn insert_units(
    conn: &mut Conn,
    id: ReceivedInvoiceId,
    units: &BTreeMap<i32, Micro>,
) -> Result<()> {
    let rows: Vec<_> = units
        .iter()
        .map(|(position, quantity)| {
            (
                lines_table::received_invoice_id.eq(id),
                lines_table::line_position.eq(*position),
                lines_table::quantity_micro.eq(quantity.get()),
            )
        })
        .collect();
    on_each!(conn => diesel::insert_into(lines_table::table).values(&rows).execute(conn))?;
    Ok(())
}

/// A document of the actor's organisation, compared.
///
/// # Errors
/// [`Code::NotFound`] for another's, [`Code::Forbidden`] for those who may not look into its books.
pub fn get(conn: &mut Conn, by: &Actor, id: ReceivedInvoiceId) -> Result<Compared> {
    require_reader(by)?;
    let (row, xml, kept): (Row, String, Option<Json>) = table::table
        .find(id)
        .filter(table::organisation_id.eq(by.organisation))
        .select((Row::as_select(), table::xml, table::differences))
        .first(conn)
        .optional()?
        .or_not_found()?;
    let document = ReceivedInvoice::try_from(row)?;
    let check = match kept {
        Some(kept) => Check {
            differences: serde_json::from_value(kept.0)
                .map_err(|_| corrupt("received_invoices.differences"))?,
        },
        None => {
            let received = read(xml.as_bytes()).map_err(|_| corrupt("received_invoices.xml"))?;
            check::of_received(conn, &document, &received)?
        }
    };
    let of = (document.purchase_order, document.organisation);
    let copy_of = check::issued_here(conn, of, (&document.number, document.kind))?;
    Ok(Compared {
        copy_of: copy_of.map(|(id, _)| id),
        document,
        check,
    })
}

/// A document as it was sent, and the digest of its bytes.
///
/// # Errors
/// Those of [`get`].
pub fn xml(conn: &mut Conn, by: &Actor, id: ReceivedInvoiceId) -> Result<(String, String)> {
    require_reader(by)?;
    let found: Option<(String, String)> = table::table
        .find(id)
        .filter(table::organisation_id.eq(by.organisation))
        .select((table::xml, table::sha256))
        .first(conn)
        .optional()?;
    found.or_not_found()
}

/// The documents that the actor's organisation received, in time, of one purchase order where it is named.
///
/// # Errors
/// [`Code::Forbidden`] for those who may not look into its books.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    purchase_order: Option<PurchaseOrderId>,
    after: Option<ReceivedInvoiceId>,
    limit: i64,
) -> Result<Vec<ReceivedInvoice>> {
    require_reader(by)?;
    let mut query = table::table
        .filter(table::organisation_id.eq(by.organisation))
        .order(table::id)
        .limit(limit)
        .select(Row::as_select())
        .into_boxed();
    if let Some(id) = purchase_order {
        query = query.filter(table::purchase_order_id.eq(id));
    }
    if let Some(after) = after {
        query = query.filter(table::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(ReceivedInvoice::try_from).collect()
}

/// Accepts a document that matches now, whatever it did when somebody last looked.
///
/// # Errors
/// [`Code::InvoiceDiffers`] with what differs, [`Code::WrongState`] where it was decided, [`Code::Forbidden`] for
/// anybody but those who keep the books, [`Code::NotFound`], [`Code::Stale`].
pub fn accept(
    conn: &mut Conn,
    by: &Actor,
    id: ReceivedInvoiceId,
    version: i64,
) -> Result<Compared> {
    let found = to_decide(conn, by, id, version)?;
    if !found.check.matches() {
        return Err(differs(&found).into());
    }
    decide(conn, by, &found, (Status::Accepted, None))
}

/// Refuses a document, and says why.
///
/// # Errors
/// [`Code::WrongState`] where it was decided, [`Code::Forbidden`] for anybody but those who keep the books,
/// [`Code::NotFound`], [`Code::Stale`].
pub fn refuse(
    conn: &mut Conn,
    by: &Actor,
    id: ReceivedInvoiceId,
    version: i64,
    reason: &str,
) -> Result<Compared> {
    let found = to_decide(conn, by, id, version)?;
    decide(conn, by, &found, (Status::Refused, Some(reason)))
}

fn to_decide(conn: &mut Conn, by: &Actor, id: ReceivedInvoiceId, version: i64) -> Result<Compared> {
    require_keeper(by)?;
    let found = get(conn, by, id)?;
    if found.document.version != version {
        return Err(Refusal::stale().into());
    }
    if found.document.status != Status::Received {
        let status = found.document.status.as_str();
        let detail = format!("{} was {status} before.", found.document.number);
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    Ok(found)
}

fn differs(found: &Compared) -> Refusal {
    let differences = found.check.differences.iter();
    let fields: Vec<FieldError> = differences
        .filter(|one| !one.within)
        .map(|one| FieldError {
            pointer: one
                .line
                .as_ref()
                .map_or_else(String::new, |line| format!("/lines/{line}")),
            detail: format!("{} [{}]", one.detail, one.code),
        })
        .collect();
    let detail = format!(
        "{} differs in {} ways.",
        found.document.number,
        fields.len()
    );
    Refusal {
        fields,
        ..Refusal::new(Code::InvoiceDiffers, detail)
    }
}

fn decide(
    conn: &mut Conn,
    by: &Actor,
    found: &Compared,
    (status, reason): (Status, Option<&str>),
) -> Result<Compared> {
    let (id, version) = (found.document.id, found.document.version);
    let differences = serde_json::to_value(&found.check.differences)
        .map_err(|_| corrupt("received_invoices.differences"))?;
    let changed = diesel::update(table::table.find(id))
        .filter(table::version.eq(version))
        .set((
            table::status.eq(status.as_str()),
            table::reason.eq(reason),
            table::differences.eq(Json(differences)),
            table::decided_by.eq(by.person),
            table::decided_at.eq(by.now),
            table::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    let before = json!({"status": found.document.status.as_str()});
    let after = json!({"status": status.as_str(), "reason": reason});
    let act = match status {
        Status::Refused => "received_invoice.refuse",
        Status::Received | Status::Accepted => "received_invoice.accept",
    };
    audit::change(conn, by, act, id.uuid(), Some(&before), &after)?;
    get(conn, by, id)
}
