//! What a payment run pays to whom: accounts and amounts as they were when the run was proposed, because they are what
//! people approve.
use super::items::CHUNK;
use super::runs::PaymentRun;
use crate::books::details::{self, account_of, account_parts};
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, corrupt, taken};
use crate::fulfilment::invoices::{DocumentKind, Invoice};
use crate::identity::organisations;
use crate::ids::{InvoiceId, OrganisationId, PaymentRunId};
use crate::schema::{
    bank_allocations, bank_entries, invoices as invoice_table, payment_transfers as table,
};
use accounting::payments::{self, AccountId, Party, Reference};
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Currency, Money};
use std::collections::BTreeMap;

/// Somebody with an account, as a run names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The name.
    pub name: String,
    /// The number at the tax authority.
    pub tax_id: Option<String>,
    /// Where money is taken from, or goes to.
    pub account: AccountId,
}

impl Holder {
    /// The organisation as it is now; `why` says for which invoice it is needed.
    ///
    /// # Errors
    /// [`Code::BillingDetailsMissing`] where it has stated no account.
    pub(super) fn of(conn: &mut Conn, id: OrganisationId, why: &str) -> Result<Self> {
        let organisation = organisations::get(conn, id)?;
        let (details, _) = details::of(conn, id)?;
        let Some(account) = details.account else {
            let detail = format!("{} has stated no bank account{why}.", organisation.name);
            return Err(Refusal::new(Code::BillingDetailsMissing, detail).into());
        };
        Ok(Self {
            name: organisation.name,
            tax_id: organisation.tax_id,
            account,
        })
    }

    /// From columns.
    ///
    /// # Errors
    /// Those of rows that cannot be.
    pub(super) fn read(
        name: String,
        tax_id: Option<String>,
        (kind, number, branch): (&str, &str, Option<&str>),
    ) -> Result<Self> {
        let account = account_of(kind, number, branch);
        Ok(Self {
            name,
            tax_id,
            account: account.map_err(|_| corrupt("payment_runs.account_number"))?,
        })
    }

    /// As a payment file names it. A tax id with characters that banks do not take is left out.
    ///
    /// # Errors
    /// [`payments::PaymentError::Name`].
    pub(super) fn party(&self) -> std::result::Result<Party, payments::PaymentError> {
        let tax_id = self.tax_id.as_deref();
        let tax_id = tax_id.filter(|id| Reference::parse(id).is_ok());
        Party::new(&self.name, tax_id, self.account.clone())
    }
}

/// One invoice of a run.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// Which invoice.
    pub invoice: InvoiceId,
    /// What comes back in the bank's statements: distinct among all that the organisation ever pays.
    pub end_to_end: String,
    /// The invoice's number, which the co-operative finds in its own statement.
    pub reference: String,
    /// Who is paid.
    pub creditor: OrganisationId,
    /// The name and the account, as they were when the run was proposed.
    pub holder: Holder,
    /// How much: what the invoice had open.
    pub amount: Money,
    /// What of the invoice was paid before.
    pub paid_before: Money,
    /// When the payer's bank booked it, as the payer's own statement says; none until one does.
    pub booked_on: Option<NaiveDate>,
}

#[derive(Queryable)]
struct Row {
    run_id: PaymentRunId,
    _position: i32,
    invoice_id: InvoiceId,
    _held_invoice_id: Option<InvoiceId>,
    end_to_end: String,
    reference: String,
    creditor_id: OrganisationId,
    creditor_name: String,
    creditor_tax_id: Option<String>,
    account_kind: String,
    account_number: String,
    account_branch: Option<String>,
    currency: String,
    amount_minor: i64,
    paid_before_minor: i64,
}

impl Transfer {
    fn read(row: Row) -> Result<Self> {
        let currency =
            Currency::parse(&row.currency).map_err(|_| corrupt("payment_transfers.currency"))?;
        let branch = row.account_branch.as_deref();
        let account = (
            row.account_kind.as_str(),
            row.account_number.as_str(),
            branch,
        );
        Ok(Self {
            invoice: row.invoice_id,
            end_to_end: row.end_to_end,
            reference: row.reference,
            creditor: row.creditor_id,
            holder: Holder::read(row.creditor_name, row.creditor_tax_id, account)?,
            amount: Money::new(row.amount_minor, currency),
            paid_before: Money::new(row.paid_before_minor, currency),
            booked_on: None,
        })
    }
}

/// What an invoice has open, where the organisation may pay it by a run.
///
/// # Errors
/// [`Code::WrongState`] for a credit note and for what is paid already.
pub(super) fn open(invoice: &Invoice) -> Result<Money> {
    let open = invoice.payable.checked_sub(invoice.paid)?;
    let detail = if invoice.kind == DocumentKind::CreditNote {
        format!("{} is a credit note: it is paid to you.", invoice.reference)
    } else if open.minor() <= 0 {
        format!("{} is paid already.", invoice.reference)
    } else {
        return Ok(open);
    };
    Err(Refusal::new(Code::WrongState, detail).into())
}

/// Lets go of an invoice that an earlier run holds, where what that run paid of it was recorded.
///
/// # Errors
/// Those of the database.
pub(super) fn release_recorded(conn: &mut Conn, invoice: &Invoice) -> Result<()> {
    diesel::update(table::table)
        .filter(table::held_invoice_id.eq(invoice.id))
        .filter((table::paid_before_minor + table::amount_minor).le(invoice.paid.minor()))
        .set(table::held_invoice_id.eq(None::<InvoiceId>))
        .execute(conn)?;
    Ok(())
}

/// Lets go of all invoices of a run.
///
/// # Errors
/// Those of the database.
pub(super) fn release(conn: &mut Conn, run: PaymentRunId) -> Result<()> {
    diesel::update(table::table.filter(table::run_id.eq(run)))
        .set(table::held_invoice_id.eq(None::<InvoiceId>))
        .execute(conn)?;
    Ok(())
}

/// Writes the transfers of a run.
///
/// # Errors
/// [`Code::Duplicate`] where another run holds an invoice.
pub(super) fn insert(conn: &mut Conn, run: PaymentRunId, transfers: &[Transfer]) -> Result<()> {
    for (position, one) in (1_i32..).zip(transfers) {
        let detail = format!("{} is in another payment run.", one.reference);
        let (kind, number, branch) = account_parts(&one.holder.account);
        diesel::insert_into(table::table)
            .values((
                table::run_id.eq(run),
                table::position.eq(position),
                table::invoice_id.eq(one.invoice),
                table::held_invoice_id.eq(Some(one.invoice)),
                table::end_to_end.eq(&one.end_to_end),
                table::reference.eq(&one.reference),
                table::creditor_id.eq(one.creditor),
                table::creditor_name.eq(&one.holder.name),
                table::creditor_tax_id.eq(&one.holder.tax_id),
                table::account_kind.eq(kind),
                table::account_number.eq(number),
                table::account_branch.eq(branch),
                table::currency.eq(one.amount.currency().code()),
                table::amount_minor.eq(one.amount.minor()),
                table::paid_before_minor.eq(one.paid_before.minor()),
            ))
            .execute(conn)
            .map_err(|error| taken(error, Refusal::new(Code::Duplicate, detail)))?;
    }
    Ok(())
}

/// Puts each run's transfers into it, in their order.
///
/// # Errors
/// Those of the database.
pub(super) fn load(conn: &mut Conn, runs: &mut [PaymentRun]) -> Result<()> {
    let ids: Vec<PaymentRunId> = runs.iter().map(|run| run.id).collect();
    let rows: Vec<Row> = table::table
        .filter(table::run_id.eq_any(ids))
        .order((table::run_id, table::position))
        .load(conn)?;
    let mut of: BTreeMap<PaymentRunId, Vec<Transfer>> = BTreeMap::new();
    let invoices: Vec<InvoiceId> = rows.iter().map(|row| row.invoice_id).collect();
    for row in rows {
        of.entry(row.run_id).or_default().push(Transfer::read(row)?);
    }
    let booked = booked(conn, &invoices)?;
    for run in runs {
        run.transfers = of.remove(&run.id).unwrap_or_default();
        for one in &mut run.transfers {
            let known = (run.organisation, one.end_to_end.clone());
            one.booked_on = booked.get(&known).copied();
        }
    }
    Ok(())
}

/// When payers' statements first showed what went out for invoices, by payer and end-to-end id.
///
/// # Errors
/// Those of the database.
fn booked(
    conn: &mut Conn,
    invoices: &[InvoiceId],
) -> Result<BTreeMap<(OrganisationId, String), NaiveDate>> {
    let mut found = BTreeMap::new();
    for chunk in invoices.chunks(CHUNK) {
        let rows: Vec<(OrganisationId, Option<String>, NaiveDate)> = bank_allocations::table
            .inner_join(bank_entries::table.on(bank_entries::id.eq(bank_allocations::entry_id)))
            .filter(bank_allocations::invoice_id.eq_any(chunk))
            .filter(bank_entries::amount_minor.lt(0))
            .filter(bank_entries::end_to_end.is_not_null())
            .order(bank_entries::booked_on.desc())
            .select((
                bank_entries::organisation_id,
                bank_entries::end_to_end,
                bank_entries::booked_on,
            ))
            .load(conn)?;
        let known = rows
            .into_iter()
            .filter_map(|(who, id, on)| Some(((who, id?), on)));
        found.extend(known);
    }
    Ok(found)
}

/// Whether every invoice has open what the run pays, and every creditor is still paid to the same account.
///
/// # Errors
/// [`Code::WrongState`], naming the first that changed.
pub(super) fn require_unchanged(conn: &mut Conn, run: &PaymentRun) -> Result<()> {
    let debtor = Holder::of(conn, run.organisation, "")?;
    let mut changed =
        (debtor.account != run.debtor.account).then(|| "Your own account has changed".to_owned());
    for one in &run.transfers {
        let (payable, paid): (i64, i64) = invoice_table::table
            .find(one.invoice)
            .select((invoice_table::payable_minor, invoice_table::paid_minor))
            .first(conn)?;
        let why = format!(", to which {} would be paid", one.reference);
        if payable.saturating_sub(paid) != one.amount.minor() {
            changed = Some(format!("Something of {} has been paid", one.reference));
        } else if Holder::of(conn, one.creditor, &why)?.account != one.holder.account {
            changed = Some(format!("The account for {} has changed", one.reference));
        }
    }
    match changed {
        None => Ok(()),
        Some(what) => {
            let detail =
                format!("{what} since the run was proposed: cancel it, and propose another.");
            Err(Refusal::new(Code::WrongState, detail).into())
        }
    }
}
