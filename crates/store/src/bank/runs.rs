//! Payment runs: proposed by one person, approved by two others, given to the bank as a file. Nothing counts as paid
//! by a run. What it pays is fixed when it is proposed; while a run holds an invoice, no other can pay it.
use super::transfers::{self, Holder, Transfer};
use crate::actor::Actor;
use crate::books::details::account_parts;
use crate::books::{require_keeper, require_reader};
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt, sentence, taken};
use crate::fulfilment::invoices;
use crate::ids::{InvoiceId, OrganisationId, PaymentRunId, PersonId};
use crate::operations::{audit, counters};
use crate::schema::{payment_run_approvals as approvals, payment_runs as table};
use crate::sql::Time;
use accounting::payments::{self, PaymentError, Reference};
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::Role;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// People who approve, besides the one who proposed.
pub const APPROVALS: usize = 2;
/// Invoices of a run: what two people can look through before they sign.
pub const INVOICES_MAX: usize = 500;
/// The references' prefix and the counter behind them.
const SERIES: (&str, &str) = ("PR", "payment_runs");

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It waits for the approvers.
    Proposed,
    /// The bank can have it.
    Approved,
    /// It was taken back: its invoices can be in another.
    Cancelled,
}

impl Status {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Cancelled => "cancelled",
        }
    }
    fn parse(word: &str) -> Option<Self> {
        [Self::Proposed, Self::Approved, Self::Cancelled]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// A payment run.
#[derive(Clone, Debug)]
pub struct PaymentRun {
    /// Orders runs in time.
    pub id: PaymentRunId,
    /// What people call it: `PR-2026-000001`.
    pub reference: String,
    /// Who pays.
    pub organisation: OrganisationId,
    /// When the bank is to pay.
    pub execution_on: NaiveDate,
    /// From which account.
    pub debtor: Holder,
    /// Where it stands.
    pub status: Status,
    /// Who proposed it, and so cannot approve it.
    pub proposed_by: PersonId,
    /// When.
    pub proposed_at: Time,
    /// When the last approver approved it.
    pub approved_at: Option<Time>,
    /// Counts changes.
    pub version: i64,
    /// What it pays.
    pub transfers: Vec<Transfer>,
    /// Who has approved.
    pub approvals: Vec<PersonId>,
}

#[derive(Queryable)]
struct Row {
    id: PaymentRunId,
    reference: String,
    organisation_id: OrganisationId,
    execution_on: NaiveDate,
    debtor_name: String,
    debtor_tax_id: Option<String>,
    account_kind: String,
    account_number: String,
    account_branch: Option<String>,
    status: String,
    proposed_by: PersonId,
    proposed_at: Time,
    approved_at: Option<Time>,
    version: i64,
}

impl TryFrom<Row> for PaymentRun {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let branch = row.account_branch.as_deref();
        let account = (
            row.account_kind.as_str(),
            row.account_number.as_str(),
            branch,
        );
        Ok(Self {
            debtor: Holder::read(row.debtor_name, row.debtor_tax_id, account)?,
            id: row.id,
            reference: row.reference,
            organisation: row.organisation_id,
            execution_on: row.execution_on,
            status: Status::parse(&row.status).ok_or_else(|| corrupt("payment_runs.status"))?,
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at,
            approved_at: row.approved_at,
            version: row.version,
            transfers: Vec::new(),
            approvals: Vec::new(),
        })
    }
}

/// Proposes to pay invoices of the actor's organisation: of each, all that is open.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but those who keep its books, [`Code::NotFound`] for an invoice that is not its to
/// pay, [`Code::WrongState`] for one that is paid or a credit note, [`Code::Duplicate`] for one that another run
/// holds, [`Code::BillingDetailsMissing`], [`Code::NotPayable`] for what no payment file can say.
pub fn propose(
    conn: &mut Conn,
    by: &Actor,
    execution_on: NaiveDate,
    chosen: &BTreeSet<InvoiceId>,
) -> Result<PaymentRun> {
    require_keeper(by)?;
    if execution_on < by.now.date() {
        let detail = "The day of execution is past.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let reference = counters::reference(conn, by.organisation, SERIES, by.now)?;
    let mut chosen_transfers = Vec::with_capacity(chosen.len());
    for (position, id) in (1..).zip(chosen) {
        let found = transfer(conn, by, *id, (&reference, position))?;
        chosen_transfers.push(found);
    }
    let run = PaymentRun {
        id: PaymentRunId::fresh(),
        debtor: Holder::of(conn, by.organisation, " to pay from")?,
        reference,
        organisation: by.organisation,
        execution_on,
        status: Status::Proposed,
        proposed_by: by.person,
        proposed_at: by.now,
        approved_at: None,
        version: 1,
        transfers: chosen_transfers,
        approvals: Vec::new(),
    };
    // What cannot be written for a bank is refused before anybody approves it.
    for_bank(&run, by.now).map_err(not_payable)?;
    insert(conn, &run)?;
    transfers::insert(conn, run.id, &run.transfers)?;
    let after = json!({"reference": run.reference, "transfers": run.transfers.len()});
    audit::change(conn, by, "payment_run.propose", run.id.uuid(), None, &after)?;
    get(conn, by, run.id)
}

fn transfer(
    conn: &mut Conn,
    by: &Actor,
    id: InvoiceId,
    (run, position): (&str, usize),
) -> Result<Transfer> {
    let invoice = invoices::get(conn, by, id)?;
    if invoice.payer != by.organisation {
        return Err(Refusal::not_found().into());
    }
    let amount = transfers::open(&invoice)?;
    transfers::release_recorded(conn, &invoice)?;
    let why = format!(" for {}", invoice.reference);
    Ok(Transfer {
        invoice: id,
        end_to_end: format!("{}/{run}-{position}", invoice.reference),
        creditor: invoice.cooperative,
        holder: Holder::of(conn, invoice.cooperative, &why)?,
        reference: invoice.reference,
        amount,
        paid_before: invoice.paid,
        booked_on: None,
    })
}

fn insert(conn: &mut Conn, run: &PaymentRun) -> Result<()> {
    let (kind, number, branch) = account_parts(&run.debtor.account);
    diesel::insert_into(table::table)
        .values((
            table::id.eq(run.id),
            table::reference.eq(&run.reference),
            table::organisation_id.eq(run.organisation),
            table::execution_on.eq(run.execution_on),
            table::debtor_name.eq(&run.debtor.name),
            table::debtor_tax_id.eq(&run.debtor.tax_id),
            table::account_kind.eq(kind),
            table::account_number.eq(number),
            table::account_branch.eq(branch),
            table::status.eq(run.status.as_str()),
            table::proposed_by.eq(run.proposed_by),
            table::proposed_at.eq(run.proposed_at),
            table::version.eq(run.version),
        ))
        .execute(conn)?;
    Ok(())
}

/// The run as banks are given it. Its message id is the run's own for ever.
///
/// # Errors
/// [`PaymentError`].
fn for_bank(
    run: &PaymentRun,
    created: Time,
) -> std::result::Result<payments::PaymentRun, PaymentError> {
    let each = run.transfers.iter().map(|one| {
        Ok(payments::Transfer {
            end_to_end: Reference::parse(&one.end_to_end)?,
            amount: one.amount,
            creditor: one.holder.party()?,
            reference: Reference::parse(&one.reference)?,
        })
    });
    payments::PaymentRun::new(
        Reference::parse(&run.id.uuid().simple().to_string())?,
        created.utc(),
        run.debtor.party()?,
        run.execution_on,
        each.collect::<std::result::Result<_, PaymentError>>()?,
    )
}

fn not_payable(error: PaymentError) -> Error {
    Refusal::new(
        Code::NotPayable,
        format!("{}.", sentence(&error.to_string()).trim_end_matches('.')),
    )
    .into()
}

/// An approved run as banks are given it: the same each time.
///
/// # Errors
/// [`Code::WrongState`] unless it is approved, [`Code::Forbidden`], [`Code::NotFound`].
pub fn approved(
    conn: &mut Conn,
    by: &Actor,
    id: PaymentRunId,
) -> Result<(String, payments::PaymentRun)> {
    let run = get(conn, by, id)?;
    match (run.status, run.approved_at) {
        (Status::Approved, Some(at)) => {
            let made = for_bank(&run, at).map_err(not_payable)?;
            Ok((run.reference, made))
        }
        _ => Err(wrong_state(&run)),
    }
}

/// Another person approves. With the second approval the bank can have the run.
///
/// # Errors
/// [`Code::DistinctPersonRequired`] for who proposed it, [`Code::Duplicate`] for who has approved it already,
/// [`Code::WrongState`] unless it waits, or where an invoice or an account has changed, [`Code::Forbidden`],
/// [`Code::NotFound`], [`Code::Stale`].
pub fn approve(conn: &mut Conn, by: &Actor, id: PaymentRunId, version: i64) -> Result<PaymentRun> {
    by.require(&[Role::Approver, Role::Treasurer, Role::FundSteward])?;
    let run = to_change(conn, by, id, version)?;
    if run.status != Status::Proposed {
        return Err(wrong_state(&run));
    }
    let mandate = by
        .mandate
        .ok_or_else(|| Refusal::new(Code::Forbidden, "Approving needs a mandate."))?;
    if run.proposed_by == by.person {
        let detail = "Whoever proposed a payment run cannot approve it.";
        return Err(Refusal::new(Code::DistinctPersonRequired, detail).into());
    }
    let twice = Refusal::new(Code::Duplicate, "You have approved this run already.");
    if run.approvals.contains(&by.person) {
        return Err(twice.into());
    }
    transfers::require_unchanged(conn, &run)?;
    let complete = run.approvals.len() + 1 >= APPROVALS;
    let status = if complete {
        Status::Approved
    } else {
        Status::Proposed
    };
    save(conn, &run, (status, complete.then_some(by.now)))?;
    diesel::insert_into(approvals::table)
        .values((
            approvals::run_id.eq(id),
            approvals::person_id.eq(by.person),
            approvals::mandate_id.eq(mandate),
            approvals::approved_at.eq(by.now),
        ))
        .execute(conn)
        .map_err(|error| taken(error, twice))?;
    let after = json!({"status": status.as_str()});
    audit::change(conn, by, "payment_run.approve", id.uuid(), None, &after)?;
    get(conn, by, id)
}

/// Takes a run back: one that nobody approved, or that the bank did not carry out. Its invoices can be in another.
///
/// # Errors
/// [`Code::WrongState`] where it is cancelled already, [`Code::Forbidden`], [`Code::NotFound`], [`Code::Stale`].
pub fn cancel(conn: &mut Conn, by: &Actor, id: PaymentRunId, version: i64) -> Result<PaymentRun> {
    require_keeper(by)?;
    let run = to_change(conn, by, id, version)?;
    if run.status == Status::Cancelled {
        return Err(wrong_state(&run));
    }
    save(conn, &run, (Status::Cancelled, run.approved_at))?;
    transfers::release(conn, id)?;
    let before = json!({"status": run.status.as_str()});
    let after = json!({"status": Status::Cancelled.as_str()});
    audit::change(
        conn,
        by,
        "payment_run.cancel",
        id.uuid(),
        Some(&before),
        &after,
    )?;
    get(conn, by, id)
}

fn wrong_state(run: &PaymentRun) -> Error {
    let detail = format!("{} is {}.", run.reference, run.status.as_str());
    Refusal::new(Code::WrongState, detail).into()
}

fn to_change(conn: &mut Conn, by: &Actor, id: PaymentRunId, version: i64) -> Result<PaymentRun> {
    let found = get(conn, by, id)?;
    if found.version != version {
        return Err(Refusal::stale().into());
    }
    Ok(found)
}

fn save(
    conn: &mut Conn,
    run: &PaymentRun,
    (status, approved_at): (Status, Option<Time>),
) -> Result<()> {
    let changed = diesel::update(table::table.find(run.id))
        .filter(table::version.eq(run.version))
        .set((
            table::status.eq(status.as_str()),
            table::approved_at.eq(approved_at),
            table::version.eq(run.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    Ok(())
}

/// A run of the actor's organisation.
///
/// # Errors
/// [`Code::NotFound`] for another's, [`Code::Forbidden`] for those who may not look into its books.
pub fn get(conn: &mut Conn, by: &Actor, id: PaymentRunId) -> Result<PaymentRun> {
    require_reader(by)?;
    let row: Option<Row> = table::table
        .find(id)
        .filter(table::organisation_id.eq(by.organisation))
        .first(conn)
        .optional()?;
    with_parts(conn, vec![row.or_not_found()?])?
        .pop()
        .or_not_found()
}

/// The runs of the actor's organisation, in time.
///
/// # Errors
/// [`Code::Forbidden`] for those who may not look into its books.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    after: Option<PaymentRunId>,
    limit: i64,
) -> Result<Vec<PaymentRun>> {
    require_reader(by)?;
    let mut query = table::table
        .filter(table::organisation_id.eq(by.organisation))
        .order(table::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(table::id.gt(after));
    }
    let rows = query.load(conn)?;
    with_parts(conn, rows)
}

fn with_parts(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<PaymentRun>> {
    let ids: Vec<PaymentRunId> = rows.iter().map(|row| row.id).collect();
    let mut runs = rows
        .into_iter()
        .map(PaymentRun::try_from)
        .collect::<Result<Vec<_>>>()?;
    transfers::load(conn, &mut runs)?;
    let approved: Vec<(PaymentRunId, PersonId)> = approvals::table
        .filter(approvals::run_id.eq_any(ids))
        .order((approvals::run_id, approvals::approved_at))
        .select((approvals::run_id, approvals::person_id))
        .load(conn)?;
    let mut of: BTreeMap<PaymentRunId, Vec<PersonId>> = BTreeMap::new();
    for (run, person) in approved {
        of.entry(run).or_default().push(person);
    }
    for run in &mut runs {
        run.approvals = of.remove(&run.id).unwrap_or_default();
    }
    Ok(runs)
}
