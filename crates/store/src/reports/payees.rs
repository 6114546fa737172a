//! Who was paid how much in a year, from the bank's postings of the book.
use crate::actor::Actor;
use crate::books::periods::READERS;
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::OrganisationId;
use crate::schema::{journal_entries, journal_postings};
use accounting::payees::{PayeeReport, Payment, Rule, payee_report};
use accounting::{Account, EntryKind};
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Currency, Micro, Money};

/// The report of a year of the actor's organisation. Refunds and what was taken back count against what was paid; what
/// others paid to it does not count.
///
/// # Errors
/// [`crate::Code::Forbidden`], [`crate::Code::AmountOutOfRange`].
pub fn report(
    conn: &mut Conn,
    by: &Actor,
    year: i32,
    threshold: Micro,
    rule: Rule,
) -> Result<PayeeReport> {
    by.require(&READERS)?;
    let (Some(first), Some(last)) = (
        NaiveDate::from_ymd_opt(year, 1, 1),
        NaiveDate::from_ymd_opt(year, 12, 31),
    ) else {
        return Ok(PayeeReport::default());
    };
    let rows: Vec<(OrganisationId, String, NaiveDate, String, i64)> = journal_entries::table
        .inner_join(journal_postings::table.on(journal_postings::entry_id.eq(journal_entries::id)))
        .filter(journal_entries::organisation_id.eq(by.organisation))
        .filter(journal_entries::document_date.between(first, last))
        .filter(journal_entries::kind.ne(EntryKind::FundAdvance.as_str()))
        .filter(journal_entries::kind.ne(EntryKind::FundRepayment.as_str()))
        .filter(journal_postings::account.eq(Account::Bank.key()))
        .select((
            journal_entries::counterparty_id,
            journal_entries::counterparty,
            journal_entries::document_date,
            journal_postings::currency,
            journal_postings::amount_minor,
        ))
        .load(conn)?;
    let mut payments = Vec::with_capacity(rows.len());
    for (payee, name, date, currency, minor) in rows {
        let currency =
            Currency::parse(&currency).map_err(|_| corrupt("journal_postings.currency"))?;
        payments.push(Payment {
            payee: payee.uuid(),
            name,
            date,
            // A credit of the bank is a payment.
            amount: Money::zero(currency).checked_sub(Money::new(minor, currency))?,
        });
    }
    let mut report = payee_report(&payments, year, threshold, rule)?;
    // Who only paid us is no payee.
    report.rows.retain(|row| row.total.minor() > 0);
    Ok(report)
}
