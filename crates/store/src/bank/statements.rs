//! Bank statements: the file as the bank wrote it, kept whole and taken once, and what each of its movements pays.
use super::entries::{self, Pays, direction, reference};
use super::items;
use crate::actor::Actor;
use crate::books::{require_keeper, require_reader};
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, taken};
use crate::fulfilment::invoices;
use crate::ids::{BankEntryId, BankStatementId, InvoiceId, OrganisationId, PersonId};
use crate::operations::audit;
use crate::schema::{bank_entries as entry_table, bank_statements as table};
use crate::sql::{Json, Time};
use accounting::settlement::{self, Decision, Direction, MatchedBy, Outcome};
use accounting::statements::{self as bank, FileKind, StatementEntry};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Warnings that are kept.
const WARNINGS_MAX: usize = 200;

/// A file that was read.
#[derive(Clone, Debug)]
pub struct NewStatement {
    /// What it is.
    pub kind: FileKind,
    /// Its bytes.
    pub content: Vec<u8>,
    /// Their SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// What it says, account by account.
    pub read: Vec<bank::Statement>,
}

/// A statement that was taken.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Orders statements in time.
    pub id: BankStatementId,
    /// camt, ofx or table.
    pub media: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Movements that came with it first.
    pub entries: i32,
    /// Movements that were known before.
    pub known: i32,
    /// Movements that the bank may still change, which come once more.
    pub pending: i32,
    /// What looked odd.
    pub warnings: Vec<String>,
    /// Who brought it.
    pub imported_by: PersonId,
    /// When.
    pub imported_at: Time,
}

type Columns = (
    BankStatementId,
    String,
    String,
    i32,
    i32,
    i32,
    Json,
    PersonId,
    Time,
);

impl TryFrom<Columns> for Statement {
    type Error = Error;
    fn try_from(row: Columns) -> Result<Self> {
        let (id, media, sha256, entries, known, pending, warnings, imported_by, imported_at) = row;
        let warnings = serde_json::from_value(warnings.0);
        Ok(Self {
            id,
            media,
            sha256,
            entries,
            known,
            pending,
            warnings: warnings.map_err(|_| crate::error::corrupt("bank_statements.warnings"))?,
            imported_by,
            imported_at,
        })
    }
}

const COLUMNS: (
    table::id,
    table::media,
    table::sha256,
    table::entries,
    table::known,
    table::pending,
    table::warnings,
    table::imported_by,
    table::imported_at,
) = (
    table::id,
    table::media,
    table::sha256,
    table::entries,
    table::known,
    table::pending,
    table::warnings,
    table::imported_by,
    table::imported_at,
);

/// Takes a statement: each new movement is matched with the organisation's documents. What came in for one is recorded
/// as its payment; what went out is noted, for its receiver records the payment. The rest is a work list.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but those who keep the books, [`Code::Duplicate`] for the same file.
pub fn take(conn: &mut Conn, by: &Actor, new: &NewStatement) -> Result<Statement> {
    require_keeper(by)?;
    refuse_twice(conn, by, &new.sha256)?;
    let all: Vec<StatementEntry> = new
        .read
        .iter()
        .flat_map(|one| one.entries.clone())
        .collect();
    let seen = known(conn, by.organisation, &all)?;
    let decisions = settlement::settle(&items::of(conn, by)?, &all, &seen);
    let id = BankStatementId::fresh();
    let of = |outcome: &Outcome| {
        let count = decisions
            .iter()
            .filter(|one| one.outcome == *outcome)
            .count();
        i32::try_from(count).unwrap_or(i32::MAX)
    };
    let (known, pending) = (of(&Outcome::SameEntry), of(&Outcome::Pending));
    let fresh: Vec<(&StatementEntry, &Decision)> = all
        .iter()
        .zip(&decisions)
        .filter(|(entry, decision)| {
            !matches!(decision.outcome, Outcome::SameEntry | Outcome::Pending)
                && entry.amount.minor() != 0
        })
        .collect();
    let statement = Statement {
        id,
        media: media(new.kind).to_owned(),
        sha256: new.sha256.clone(),
        entries: i32::try_from(fresh.len()).unwrap_or(i32::MAX),
        known,
        pending,
        warnings: warnings(&new.read),
        imported_by: by.person,
        imported_at: by.now,
    };
    insert(conn, by, &statement, &new.content)?;
    for (entry, decision) in fresh {
        enter(conn, by, id, entry, decision)?;
    }
    let after = json!({"sha256": statement.sha256, "entries": statement.entries});
    audit::change(conn, by, "bank_statement.record", id.uuid(), None, &after)?;
    get(conn, by, id)
}

fn media(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Camt => "camt",
        FileKind::Ofx => "ofx",
        FileKind::Table => "table",
    }
}

fn warnings(read: &[bank::Statement]) -> Vec<String> {
    let all = read.iter().flat_map(|one| &one.warnings);
    let named = all.map(|warning| format!("{}: {}", warning.place, warning.detail));
    named.take(WARNINGS_MAX).collect()
}

fn refuse_twice(conn: &mut Conn, by: &Actor, sha256: &str) -> Result<()> {
    let first: Option<(BankStatementId, Time)> = table::table
        .filter(table::organisation_id.eq(by.organisation))
        .filter(table::sha256.eq(sha256))
        .select((table::id, table::imported_at))
        .first(conn)
        .optional()?;
    let Some((id, at)) = first else {
        return Ok(());
    };
    let detail = format!("This file was taken on {} as statement {id}.", at.date());
    Err(Refusal::new(Code::Duplicate, detail).into())
}

/// Somebody else brings the same movements at this moment: whoever comes second finds them known when it tries again.
fn at_once() -> Refusal {
    let detail = "The same movements are being taken from another file: try again.";
    Refusal::new(Code::Duplicate, detail)
}

fn insert(conn: &mut Conn, by: &Actor, statement: &Statement, content: &[u8]) -> Result<()> {
    diesel::insert_into(table::table)
        .values((
            table::id.eq(statement.id),
            table::organisation_id.eq(by.organisation),
            table::media.eq(&statement.media),
            table::content.eq(content),
            table::sha256.eq(&statement.sha256),
            table::entries.eq(statement.entries),
            table::known.eq(statement.known),
            table::pending.eq(statement.pending),
            table::warnings.eq(Json(json!(statement.warnings))),
            table::imported_by.eq(by.person),
            table::imported_at.eq(by.now),
        ))
        .execute(conn)
        .map_err(|error| taken(error, at_once()))?;
    Ok(())
}

fn known(
    conn: &mut Conn,
    organisation: OrganisationId,
    all: &[StatementEntry],
) -> Result<BTreeSet<String>> {
    let mut seen = BTreeSet::new();
    for chunk in all.chunks(items::CHUNK) {
        let keys: Vec<&str> = chunk.iter().map(|one| one.id.as_str()).collect();
        let found: Vec<String> = entry_table::table
            .filter(entry_table::organisation_id.eq(organisation))
            .filter(entry_table::entry_key.eq_any(keys))
            .select(entry_table::entry_key)
            .load(conn)?;
        seen.extend(found);
    }
    Ok(seen)
}

/// The word for what a movement turned out to be, and the documents that could be meant.
fn outcome(outcome: &Outcome) -> (&'static str, Vec<Uuid>) {
    match outcome {
        Outcome::Settled => ("settled", Vec::new()),
        Outcome::Partial => ("partial", Vec::new()),
        Outcome::Overpaid => ("overpaid", Vec::new()),
        Outcome::SameEntry => ("same_entry", Vec::new()),
        Outcome::AlreadyPaid(which) => ("already_paid", which.clone()),
        Outcome::Ambiguous(which) => ("ambiguous", which.clone()),
        Outcome::Contradicts(which) => ("contradicts", which.clone()),
        Outcome::Pending => ("pending", Vec::new()),
        Outcome::Reversal => ("reversal", Vec::new()),
        Outcome::Unknown => ("unknown", Vec::new()),
    }
}

fn by_word(by: MatchedBy) -> &'static str {
    match by {
        MatchedBy::EndToEnd => "end_to_end",
        MatchedBy::Reference => "reference",
        MatchedBy::AmountAndCounterparty => "amount_and_counterparty",
    }
}

fn enter(
    conn: &mut Conn,
    by: &Actor,
    statement: BankStatementId,
    entry: &StatementEntry,
    decision: &Decision,
) -> Result<()> {
    let id = BankEntryId::fresh();
    let several = decision.allocations.len() > 1;
    let mut pays = Vec::with_capacity(decision.allocations.len());
    let mut recorded = Vec::new();
    for one in &decision.allocations {
        let invoice = invoices::of(conn, InvoiceId::from(one.item))?;
        let suffix = several.then_some(invoice.reference.as_str());
        let reference = reference(entry.bank_reference.as_deref(), &entry.id, suffix);
        if direction(&invoice, by.organisation) == Direction::Receive
            && entries::is_recorded(conn, &invoice, &reference)?
        {
            recorded.push(one.item);
        }
        let amount = money::Money::new(one.amount.minor().saturating_abs(), one.amount.currency());
        pays.push((invoice, reference, amount, by_word(one.by)));
    }
    // Somebody recorded this movement by hand: nothing of it is paid twice.
    let by_hand = !recorded.is_empty();
    let (reason, candidates, left) = if by_hand {
        ("already_recorded", recorded, entry.amount)
    } else {
        let (reason, candidates) = outcome(&decision.outcome);
        (reason, candidates, decision.unallocated)
    };
    let status = if left.minor() == 0 {
        "matched"
    } else {
        "unmatched"
    };
    let candidates: Vec<String> = candidates.iter().map(Uuid::to_string).collect();
    diesel::insert_into(entry_table::table)
        .values((
            entry_table::id.eq(id),
            entry_table::organisation_id.eq(by.organisation),
            entry_table::statement_id.eq(statement),
            entry_table::entry_key.eq(&entry.id),
            entry_table::booked_on.eq(entry.date),
            entry_table::currency.eq(entry.amount.currency().code()),
            entry_table::amount_minor.eq(entry.amount.minor()),
            entry_table::left_minor.eq(left.minor()),
            entry_table::bank_reference.eq(&entry.bank_reference),
            entry_table::end_to_end.eq(&entry.end_to_end),
            entry_table::text.eq(&entry.text),
            entry_table::counterparty.eq(&entry.counterparty.name),
            entry_table::counterparty_account.eq(&entry.counterparty.account),
            entry_table::status.eq(status),
            entry_table::reason.eq(reason),
            entry_table::candidates.eq(Json(json!(candidates))),
            entry_table::version.eq(1_i64),
        ))
        .execute(conn)
        .map_err(|error| taken(error, at_once()))?;
    if by_hand {
        return Ok(());
    }
    let on: NaiveDate = entry.date;
    for (invoice, reference, amount, matched_by) in pays {
        let pays = Pays {
            entry: id,
            reference,
            on,
            invoice: &invoice,
            amount,
            matched_by,
        };
        entries::allocate(conn, by, &pays)?;
    }
    Ok(())
}

/// A statement of the actor's organisation.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`].
pub fn get(conn: &mut Conn, by: &Actor, id: BankStatementId) -> Result<Statement> {
    require_reader(by)?;
    let row: Option<Columns> = table::table
        .find(id)
        .filter(table::organisation_id.eq(by.organisation))
        .select(COLUMNS)
        .first(conn)
        .optional()?;
    row.or_not_found()?.try_into()
}

/// The file of a statement, as it came.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`].
pub fn content(conn: &mut Conn, by: &Actor, id: BankStatementId) -> Result<Vec<u8>> {
    get(conn, by, id)?;
    Ok(table::table.find(id).select(table::content).first(conn)?)
}

/// The statements of the actor's organisation, in time.
///
/// # Errors
/// [`Code::Forbidden`].
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    after: Option<BankStatementId>,
    limit: i64,
) -> Result<Vec<Statement>> {
    require_reader(by)?;
    let mut query = table::table
        .filter(table::organisation_id.eq(by.organisation))
        .select(COLUMNS)
        .order(table::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(table::id.gt(after));
    }
    let rows: Vec<Columns> = query.load(conn)?;
    rows.into_iter().map(Statement::try_from).collect()
}
