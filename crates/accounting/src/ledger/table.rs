//! The journal as tables: one row for each posting, and the columns of GnuCash.
use super::Format;
use super::chart::{Chart, Paths};
use crate::journal::Entry;
use crate::text::{cell, decimal};
use crate::{Account, AccountType};
use money::Currency;
use std::collections::BTreeSet;
use std::io::{Result, Write};

/// The columns of [`Format::Csv`].
const CSV: [&str; 14] = [
    "date",
    "number",
    "entry",
    "kind",
    "document",
    "purchase_order",
    "counterparty",
    "account",
    "account_code",
    "account_name",
    "account_type",
    "amount",
    "currency",
    "reverses",
];

/// The columns of GnuCash's own export of transactions, up to its versions 4.
const GNUCASH: [&str; 16] = [
    "Date",
    "Transaction ID",
    "Number",
    "Description",
    "Notes",
    "Commodity/Currency",
    "Void Reason",
    "Action",
    "Memo",
    "Full Account Name",
    "Account Name",
    "Amount With Sym.",
    "Amount Num.",
    "Reconcile",
    "Reconcile Date",
    "Rate/Price",
];

/// The columns of GnuCash's import of an account tree.
const GNUCASH_ACCOUNTS: [&str; 12] = [
    "Type",
    "Full Account Name",
    "Account Name",
    "Account Code",
    "Description",
    "Account Color",
    "Notes",
    "Symbol",
    "Namespace",
    "Hidden",
    "Tax Info",
    "Placeholder",
];

/// The rules by which hledger reads [`Format::Csv`]: each row is a transaction against a clearing account, which
/// comes to zero because every entry does. Stands beside `journal.csv` as `journal.csv.rules`.
pub const CSV_RULES: &str = "\
skip 1
separator ,
date-format %Y-%m-%d
fields day, number, entry, kind, document, purchase_order, counterparty, path, account_code, account_name, account_type, value, unit, reverses
date %day
status *
code %document
description %counterparty
comment id:%entry, kind:%kind
account1 %path
amount1 %value %unit
account2 Equity:Journal clearing
";

pub(super) fn head(out: &mut Vec<u8>, format: Format) -> Result<()> {
    let mut table = writer(out);
    match format {
        Format::GnuCash => table.write_record(GNUCASH)?,
        Format::Csv | Format::Hledger | Format::Beancount => table.write_record(CSV)?,
    }
    table.flush()
}

pub(super) fn csv_rows(
    out: &mut Vec<u8>,
    paths: &Paths,
    chart: &Chart,
    entry: &Entry,
) -> Result<()> {
    let mut table = writer(out);
    let (date, number, id) = (
        entry.date.to_string(),
        entry.number.to_string(),
        entry.id.to_string(),
    );
    let document = cell(&entry.document);
    let order = cell(entry.purchase_order.as_deref().unwrap_or_default());
    let counterparty = cell(&entry.counterparty);
    let reverses = entry.reverses.map(|id| id.to_string()).unwrap_or_default();
    for posting in entry.postings.as_slice() {
        let account = posting.account;
        let currency = posting.amount.currency();
        table.write_record([
            date.as_str(),
            &number,
            &id,
            entry.kind.as_str(),
            &document,
            &order,
            &counterparty,
            paths.of(account),
            &cell(chart.code(account)),
            &cell(chart.name(account)),
            account.account_type().as_str(),
            &decimal(posting.amount.minor().into(), currency),
            currency.code(),
            &reverses,
        ])?;
    }
    table.flush()
}

/// A transaction of GnuCash is in one currency, as its accounts are: an entry in two is two, and both balance.
pub(super) fn gnucash_rows(out: &mut Vec<u8>, paths: &Paths, entry: &Entry) -> Result<()> {
    let postings = entry.postings.as_slice();
    let currencies: BTreeSet<Currency> = postings.iter().map(|p| p.amount.currency()).collect();
    let date = entry.date.to_string();
    let (document, counterparty) = (cell(&entry.document), cell(&entry.counterparty));
    let order = cell(entry.purchase_order.as_deref().unwrap_or_default());
    let mut table = writer(out);
    for currency in currencies {
        let id = format!("{}-{currency}", entry.id);
        let unit = format!("CURRENCY::{currency}");
        for posting in postings.iter().filter(|p| p.amount.currency() == currency) {
            let path = gnucash_path(paths, posting.account, currency);
            let amount = decimal(posting.amount.minor().into(), currency);
            table.write_record([
                date.as_str(),
                &id,
                &document,
                &counterparty,
                &order,
                &unit,
                "",
                entry.kind.as_str(),
                "",
                &path,
                path.rsplit(':').next().unwrap_or_default(),
                &format!("{amount} {currency}"),
                &amount,
                "n",
                "",
                "1.00",
            ])?;
        }
    }
    table.flush()
}

/// Writes the account tree that [`Format::GnuCash`] posts to, for GnuCash's import of accounts: an account for each
/// of the chart in each currency.
///
/// # Errors
/// Where the bytes could not be written.
pub fn gnucash_accounts<W: Write>(
    chart: &Chart,
    currencies: &BTreeSet<Currency>,
    out: W,
) -> Result<W> {
    let paths = Paths::new(chart, Format::GnuCash);
    let mut table = csv::Writer::from_writer(out);
    table.write_record(GNUCASH_ACCOUNTS)?;
    let mut written = BTreeSet::new();
    for currency in currencies {
        for account in Account::all() {
            let path = gnucash_path(&paths, account, *currency);
            let (root, leaf) = path.split_once(':').unwrap_or_default();
            let kind = match account {
                Account::Bank => "BANK",
                _ => gnucash_type(account.account_type()),
            };
            let code = cell(chart.code(account));
            let rows = [
                (root, root, gnucash_type(account.account_type()), "", "T"),
                (path.as_str(), leaf, kind, code.as_str(), "F"),
            ];
            for (full, name, kind, code, placeholder) in rows {
                if written.insert(full.to_owned()) {
                    table.write_record([
                        kind,
                        full,
                        name,
                        code,
                        "",
                        "",
                        "",
                        currency.code(),
                        "CURRENCY",
                        "F",
                        "F",
                        placeholder,
                    ])?;
                }
            }
        }
    }
    table.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn gnucash_path(paths: &Paths, account: Account, currency: Currency) -> String {
    format!("{} {currency}", paths.of(account))
}

fn gnucash_type(of: AccountType) -> &'static str {
    match of {
        AccountType::Asset => "ASSET",
        AccountType::Liability => "LIABILITY",
        AccountType::Income => "INCOME",
        AccountType::Expense => "EXPENSE",
    }
}

fn writer(out: &mut Vec<u8>) -> csv::Writer<&mut Vec<u8>> {
    csv::WriterBuilder::new()
        .buffer_capacity(1024)
        .from_writer(out)
}
