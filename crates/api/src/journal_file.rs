//! The journal of an organisation as one file, written in bounded memory from one moment of the database.
use accounting::Account;
use accounting::ledger::{
    BankAccount, CSV_RULES, Chart, Format, LedgerError, LedgerWriter, OfxWriter, gnucash_accounts,
};
use chrono::{Days, Months, NaiveDate};
use money::Currency;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use store::books::entries::{self, After, Wanted};
use store::books::{accounts, balance, details};
use store::ids::OrganisationId;
use store::{Conn, Error};

/// Entries that are read at a time.
const AT_ONCE: i64 = 1_000;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Plain text for hledger and ledger.
    Hledger,
    /// Plain text for beancount.
    Beancount,
    /// A row for each posting.
    Csv,
    /// How hledger reads the rows.
    CsvRules,
    /// Transactions for GnuCash's import.
    GnuCash,
    /// Accounts for GnuCash's import.
    GnuCashAccounts,
    /// The bank's postings in one currency.
    Ofx,
}

impl Form {
    /// The words of the forms.
    pub const WORDS: [(&'static str, Self); 7] = [
        ("hledger", Self::Hledger),
        ("beancount", Self::Beancount),
        ("csv", Self::Csv),
        ("csv-rules", Self::CsvRules),
        ("gnucash", Self::GnuCash),
        ("gnucash-accounts", Self::GnuCashAccounts),
        ("ofx", Self::Ofx),
    ];

    /// The form of a word.
    pub fn parse(word: &str) -> Option<Self> {
        let known = Self::WORDS.iter().find(|(known, _)| *known == word);
        known.map(|(_, form)| *form)
    }

    /// The name of the file.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Hledger => "minga.journal",
            Self::Beancount => "minga.beancount",
            Self::Csv => "minga.csv",
            Self::CsvRules => "minga.csv.rules",
            Self::GnuCash => "minga-gnucash.csv",
            Self::GnuCashAccounts => "minga-gnucash-accounts.csv",
            Self::Ofx => "minga.ofx",
        }
    }
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// The rows could not be read.
    #[error(transparent)]
    Rows(#[from] Error),
    /// The entries do not make a file.
    #[error(transparent)]
    Entries(#[from] LedgerError),
    /// A bank account is of one currency.
    #[error("a file of a bank account needs its currency")]
    NoCurrency,
    /// The file could not be written.
    #[error(transparent)]
    File(#[from] std::io::Error),
}

/// Writes the file into a nameless one that is gone when it is closed; it stands at its beginning.
///
/// # Errors
/// [`Unwritten`].
pub fn write(
    conn: &mut Conn,
    organisation: (OrganisationId, &str),
    form: Form,
    wanted: &Wanted,
    currency: Option<Currency>,
) -> Result<File, Unwritten> {
    let chart = chart(conn, organisation.0)?;
    let out = BufWriter::new(tempfile::tempfile()?);
    let out = match form {
        Form::CsvRules => {
            let mut out = out;
            out.write_all(CSV_RULES.as_bytes())?;
            out
        }
        Form::GnuCashAccounts => {
            let balances = balance::of(conn, organisation.0, &Wanted::default())?;
            let currencies: BTreeSet<Currency> = balances
                .iter()
                .map(|balance| balance.debit.currency())
                .collect();
            gnucash_accounts(&chart, &currencies, out)?
        }
        Form::Ofx => {
            let currency = currency.ok_or(Unwritten::NoCurrency)?;
            bank(conn, organisation.0, wanted, currency, out)?
        }
        Form::Hledger | Form::Beancount | Form::Csv | Form::GnuCash => {
            let format = match form {
                Form::Hledger => Format::Hledger,
                Form::Beancount => Format::Beancount,
                Form::GnuCash => Format::GnuCash,
                _ => Format::Csv,
            };
            let mut writer = LedgerWriter::new(format, organisation.1, &chart, out)?;
            each(conn, organisation.0, wanted, |entry| writer.write(&entry))?;
            writer.finish()?
        }
    };
    let mut file = out
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

fn chart(conn: &mut Conn, organisation: OrganisationId) -> Result<Chart, Error> {
    let named = accounts::chart(conn, organisation)?;
    Ok(named.iter().fold(Chart::default(), |chart, one| {
        chart.with(one.account, &one.code, &one.name)
    }))
}

/// The entries in the order of their months and numbers, a thousand at a time.
fn each(
    conn: &mut Conn,
    organisation: OrganisationId,
    wanted: &Wanted,
    mut write: impl FnMut(accounting::Entry) -> Result<(), LedgerError>,
) -> Result<(), Unwritten> {
    let mut after: Option<After> = None;
    loop {
        let page = entries::page(conn, organisation, wanted, after.as_ref(), AT_ONCE)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some((last.period.clone(), last.entry.number));
        for booked in page {
            write(booked.entry)?;
        }
    }
}

fn bank(
    conn: &mut Conn,
    organisation: OrganisationId,
    wanted: &Wanted,
    currency: Currency,
    out: BufWriter<File>,
) -> Result<BufWriter<File>, Unwritten> {
    let (details, _) = details::of(conn, organisation)?;
    let account = details.account.as_ref().map(details::account_parts);
    let balances = balance::of(conn, organisation, wanted)?;
    let bank = balances.iter().find(|balance| {
        balance.named.account == Account::Bank && balance.debit.currency() == currency
    });
    let booked = entries::days(conn, organisation, wanted)?;
    let (from, to) = days(wanted, booked);
    let account = BankAccount {
        bank: account
            .and_then(|(_, _, branch)| branch)
            .unwrap_or("0")
            .to_owned(),
        number: account.map_or("0", |(_, number, _)| number).to_owned(),
        currency,
        from,
        to,
        opening: bank.map_or(0, |bank| bank.opening.minor()),
    };
    let mut writer = OfxWriter::new(account, out)?;
    each(conn, organisation, wanted, |entry| writer.write(&entry))?;
    Ok(writer.finish()?)
}

/// The first and the last day: of the months that were asked for, or of what was booked.
fn days(wanted: &Wanted, booked: Option<(NaiveDate, NaiveDate)>) -> (NaiveDate, NaiveDate) {
    let first = |month: &String| NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d").ok();
    let last = |first: NaiveDate| {
        first
            .checked_add_months(Months::new(1))
            .and_then(|next| next.checked_sub_days(Days::new(1)))
    };
    let from = wanted.from.as_ref().and_then(first);
    let to = wanted.to.as_ref().and_then(first).and_then(last);
    let from = from.or(booked.map(|days| days.0)).unwrap_or_default();
    // Without anything booked, and without a last month, the statement is of one day.
    let to = to.or(booked.map(|days| days.1)).unwrap_or(from);
    (from, to.max(from))
}
