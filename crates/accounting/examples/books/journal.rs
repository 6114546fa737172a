//! A made-up journal, with names that break files in which text is written as it comes.
use crate::Failure;
use accounting::ledger::{
    BankAccount, CSV_RULES, Chart, Format, LedgerWriter, OfxWriter, gnucash_accounts,
};
use accounting::{Account, Entry, EntryKind, Posting, Postings, Purpose};
use chrono::NaiveDate;
use money::{Currency, Money};
use std::io::Write;
use uuid::Uuid;

/// The names of the files, each with the format in it.
pub const FILES: [(&str, &str); 7] = [
    ("journal.journal", "hledger"),
    ("journal.beancount", "beancount"),
    ("journal.csv", "csv"),
    ("journal.csv.rules", "rules"),
    ("gnucash.csv", "gnucash"),
    ("gnucash-accounts.csv", "gnucash-accounts"),
    ("payments.ofx", "ofx"),
];

/// Names that break files in which text is written as it comes.
const NAMES: [&str; 14] = [
    "Cooperativa de Trabajo Ladrillos del Sur",
    "Sindicato \"La Fraternidad\" & Cía; <socios>",
    "=HYPERLINK(\"http://x\")",
    "+54 11 4000-0000",
    "-1774.44 ARS",
    "@SUM(A1:A9)",
    "date:2026-99-99, po:[2026-01-01]",
    "línea uno\nlínea dos\r\n\tAssets:1010 Bank  5 ARS",
    "! * (X) | {y} = @ 5",
    "工人合作社",
    "\u{202e}otneimivom\u{202c} \u{85}\u{2028}x",
    "'; DROP TABLE --",
    "</NAME><TRNAMT>99",
    "  \u{a0} ",
];

/// Writes so many entries in a format.
pub fn write(format: &str, count: i64, mut out: impl Write) -> Result<(), Failure> {
    let chart = Chart::default()
        .with(Account::Bank, "1.1.01", "Banco: cuenta corriente")
        .with(Account::GoodsBought, "", "Compras; materiales  (varios)");
    let format = match format {
        "hledger" => Format::Hledger,
        "beancount" => Format::Beancount,
        "csv" => Format::Csv,
        "gnucash" => Format::GnuCash,
        "rules" => return Ok(out.write_all(CSV_RULES.as_bytes())?),
        "gnucash-accounts" => {
            let currencies = ["ARS", "JPY", "TND"].map(Currency::parse);
            let currencies = currencies.into_iter().collect::<Result<_, _>>()?;
            gnucash_accounts(&chart, &currencies, out)?;
            return Ok(());
        }
        "ofx" => return ofx(count, out),
        _ => return Err(format!("there is no format {format}").into()),
    };
    let mut writer = LedgerWriter::new(format, "Unión de Prueba\n\"x\"", &chart, out)?;
    for number in 1..=count {
        writer.write(&entry(number, count)?)?;
    }
    writer.finish()?;
    Ok(())
}

fn ofx(count: i64, out: impl Write) -> Result<(), Failure> {
    let account = BankAccount {
        bank: "0110".into(),
        number: "2850590940090418135201".into(),
        currency: Currency::parse("ARS")?,
        from: day(0)?,
        to: day(364)?,
        opening: 100_000,
    };
    let mut writer = OfxWriter::new(account, out)?;
    for number in 1..=count {
        writer.write(&entry(number, count)?)?;
    }
    writer.finish()?;
    Ok(())
}

/// An invoice with tax and premium, then its payment, by turns; some in currencies with other minor digits.
fn entry(number: i64, count: i64) -> Result<Entry, Failure> {
    let currency = Currency::parse(match number / 2 % 20 {
        0 => "JPY",
        10 => "TND",
        _ => "ARS",
    })?;
    let goods = 96_900 + number % 5_000;
    let (premium, tax) = (goods / 9, goods / 5);
    let owed = goods + premium + tax;
    let (kind, parts) = if number % 2 == 1 {
        let parts = vec![
            (Account::GoodsBought, goods),
            (Account::PremiumPaid(Purpose::Wages), premium),
            (Account::TaxRecoverable, tax),
            (Account::Payables, -owed),
        ];
        (EntryKind::Invoice, parts)
    } else {
        let parts = vec![(Account::Payables, owed), (Account::Bank, -owed)];
        (EntryKind::Payment, parts)
    };
    let postings = Postings::new(parts.into_iter().map(|(account, minor)| Posting {
        account,
        amount: Money::new(minor, currency),
    }))?;
    let name = usize::try_from(number / 2)? % NAMES.len();
    Ok(Entry {
        id: Uuid::from_u128((0x0190_u128 << 112) | u128::try_from(number)?),
        number,
        date: day(number * 364 / count)?,
        kind,
        document: format!("INV-2026-{:06}", (number + 1) / 2),
        purchase_order: (number % 3 != 0).then(|| format!("PO-2026-{number:06}")),
        counterparty: NAMES.get(name).copied().unwrap_or_default().to_owned(),
        reverses: None,
        postings,
    })
}

fn day(after: i64) -> Result<NaiveDate, Failure> {
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).ok_or("no such day")?;
    first
        .checked_add_signed(chrono::TimeDelta::days(after))
        .ok_or_else(|| "no such day".into())
}
