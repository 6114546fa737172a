//! The journal's files hold the same postings whatever people are called.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]
use accounting::ledger::{
    BankAccount, Chart, Format, LedgerError, LedgerWriter, OfxWriter, gnucash_accounts,
    write_ledger,
};
use accounting::{Account, Entry, EntryKind, Posting, Postings, Purpose};
use chrono::NaiveDate;
use money::{Currency, Money};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const FORMATS: [Format; 4] = [
    Format::Hledger,
    Format::Beancount,
    Format::Csv,
    Format::GnuCash,
];

fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

fn entry(number: i64, document: &str, counterparty: &str, parts: &[(Account, i64, &str)]) -> Entry {
    let postings = parts.iter().map(|(account, minor, code)| Posting {
        account: *account,
        amount: Money::new(*minor, currency(code)),
    });
    Entry {
        id: Uuid::from_u128(u128::try_from(number).unwrap()),
        number,
        date: day(u32::try_from(number).unwrap() % 28 + 1),
        kind: EntryKind::Payment,
        document: document.to_owned(),
        purchase_order: Some(document.to_owned()),
        counterparty: counterparty.to_owned(),
        reverses: None,
        postings: Postings::new(postings).unwrap(),
    }
}

fn paid(number: i64, document: &str, counterparty: &str) -> Entry {
    let parts = [
        (Account::Payables, 177_444, "ARS"),
        (Account::Bank, -177_444, "ARS"),
        (Account::TaxRecoverable, 1_005, "TND"),
        (Account::Bank, -1_005, "TND"),
    ];
    entry(number, document, counterparty, &parts)
}

fn written(format: Format, chart: &Chart, entries: &[Entry]) -> String {
    let bytes = write_ledger(format, "Unión", chart, entries.iter().cloned(), Vec::new());
    String::from_utf8(bytes.unwrap()).unwrap()
}

fn ofx(entries: &[Entry]) -> Vec<u8> {
    let account = BankAccount {
        bank: "7".into(),
        number: "2850590940090418135201".into(),
        currency: currency("ARS"),
        from: day(1),
        to: day(31),
        opening: 200_000,
    };
    let mut writer = OfxWriter::new(account, Vec::new()).unwrap();
    for entry in entries {
        writer.write(entry).unwrap();
    }
    writer.finish().unwrap()
}

fn rows(text: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes())
        .records()
        .collect::<Result<_, _>>()
        .unwrap()
}

#[test]
fn a_payment_in_the_words_of_each_program() {
    let one = [paid(1, "INV-2026-000001", "Fábrica \"Sur\"")];
    let chart = Chart::default().with(Account::Bank, "111", "Banco Nación");
    let hledger = written(Format::Hledger, &chart, &one);
    assert!(
        hledger.contains("\naccount Assets:111 Banco Nación\n"),
        "{hledger}"
    );
    assert!(hledger.contains("\n2026-03-02 * (INV-2026-000001) Fábrica \"Sur\"\n"));
    assert!(hledger.contains("\n    ; po: INV-2026-000001\n"));
    assert!(hledger.contains("\n    Assets:111 Banco Nación  -1774.44 ARS\n"));
    assert!(hledger.contains("\n    Assets:111 Banco Nación  -1.005 TND\n"));
    let beancount = written(Format::Beancount, &chart, &one);
    assert!(
        beancount.contains(
            "\n2026-03-02 * \"Fábrica \\\"Sur\\\"\" \"INV-2026-000001\" ^INV-2026-000001"
        ),
        "{beancount}"
    );
    assert!(beancount.contains("\n2026-03-03 balance Assets:111-Banco-Nación  -1774.44 ~ 0 ARS\n"));
    let statement = String::from_utf8(ofx(&one)).unwrap_err().into_bytes();
    let statement: String = statement.into_iter().map(char::from).collect();
    assert!(
        statement.contains(
            "<TRNAMT>-1774.44<FITID>00000000000000000000000000000001<NAME>Fábrica \"Sur\"<MEMO>"
        ),
        "{statement}"
    );
    assert!(statement.contains("<BALAMT>225.56<"));
}

#[test]
fn an_entry_that_comes_twice_is_refused_by_every_format() {
    let one = paid(7, "INV-7", "x");
    for format in FORMATS {
        let mut writer = LedgerWriter::new(format, "", &Chart::default(), Vec::new()).unwrap();
        writer.write(&one).unwrap();
        let again = writer.write(&one);
        assert!(matches!(
            again,
            Err(LedgerError::OutOfOrder { number: 7, .. })
        ));
    }
}

#[test]
fn a_payment_outside_the_statement_is_refused() {
    let mut late = paid(1, "INV-1", "x");
    late.date = NaiveDate::from_ymd_opt(2026, 4, 1).unwrap();
    let account = BankAccount {
        bank: String::new(),
        number: String::new(),
        currency: currency("ARS"),
        from: day(1),
        to: day(31),
        opening: 0,
    };
    let mut writer = OfxWriter::new(account, Vec::new()).unwrap();
    assert!(matches!(writer.write(&late), Err(LedgerError::Date { .. })));
}

#[test]
fn accounts_of_one_code_are_one_and_of_names_that_become_the_same_are_two() {
    let wages = Account::PremiumPaid(Purpose::Wages);
    let hours = Account::PremiumPaid(Purpose::Hours);
    let parts = [
        (wages, 300, "ARS"),
        (hours, 200, "ARS"),
        (Account::Bank, -500, "ARS"),
    ];
    let one = [entry(1, "INV-1", "x", &parts)];
    let merged = Chart::default()
        .with(wages, "51", "Solidarity")
        .with(hours, "51", "Solidarity");
    let text = written(Format::Beancount, &merged, &one);
    assert!(
        text.contains("balance Expenses:51-Solidarity  5.00 ~ 0 ARS"),
        "{text}"
    );
    let near = Chart::default()
        .with(wages, "51", "Solidarity!")
        .with(hours, "51", "Solidarity?");
    let text = written(Format::Beancount, &near, &one);
    assert!(
        text.contains("balance Expenses:51-Solidarity  3.00 ~ 0 ARS"),
        "{text}"
    );
    assert!(text.contains("balance Expenses:51-Solidarity-premium-paid-hours  2.00 ~ 0 ARS"));
}

#[test]
fn gnucash_finds_every_account_that_is_posted_to() {
    let chart = Chart::default();
    let both = ["ARS", "TND"].map(currency).into_iter().collect();
    let accounts = gnucash_accounts(&chart, &both, Vec::new()).unwrap();
    let accounts: BTreeSet<String> = rows(&String::from_utf8(accounts).unwrap())
        .iter()
        .map(|row| row[1].to_owned())
        .collect();
    for row in rows(&written(Format::GnuCash, &chart, &[paid(1, "INV-1", "x")])) {
        assert!(accounts.contains(&row[9]), "{row:?}");
    }
}

/// Text that people, or those who wish them ill, type.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[-=+@'\"<>&;|:,#!*(){}\\[\\]\\\\^~ \t\r\n\u{85}\u{a0}\u{2028}a-c0-9]{0,24}",
        Just("x\n2026-01-01 * fraud\n    Assets:1010 Bank  1 ARS".to_owned()),
        Just("=cmd|' /C calc'!A1".to_owned()),
        Just("</NAME></STMTTRN><STMTTRN>".to_owned()),
        Just("\" \"\nclose Assets:1010".to_owned()),
    ]
}

proptest! {
    #[test]
    fn names_never_change_what_is_posted(
        document in hostile(), counterparty in hostile(), organisation in hostile(),
        code in hostile(), name in hostile(),
    ) {
        let chart = Chart::default().with(Account::Bank, &code, &name);
        let entries = [paid(1, &document, &counterparty), paid(2, &document, &counterparty)];
        let lines = |format| {
            let all = entries.iter().cloned();
            let bytes = write_ledger(format, &organisation, &chart, all, Vec::new()).unwrap();
            String::from_utf8(bytes).unwrap()
        };
        hledger_holds(&lines(Format::Hledger))?;
        beancount_holds(&lines(Format::Beancount))?;
        for (format, amount, texts) in [
            (Format::Csv, 11, vec![4, 5, 6, 7, 8, 9]),
            (Format::GnuCash, 12, vec![2, 3, 4, 9, 10]),
        ] {
            let rows = rows(&lines(format));
            prop_assert_eq!(rows.len(), 8);
            let sum: i64 = rows.iter().map(|row| row[amount].replace('.', "").parse::<i64>().unwrap()).sum();
            prop_assert_eq!(sum, 0);
            for cell in rows.iter().flat_map(|row| texts.iter().map(|&at| row[at].to_owned())) {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{:?}", cell);
                prop_assert!(!cell.contains(['\n', '\r']));
            }
        }
        let marks = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte == b'<').count();
        let plain = ofx(&[paid(1, "x", "x"), paid(2, "x", "x")]);
        prop_assert_eq!(marks(&ofx(&entries)), marks(&plain));
    }

    #[test]
    fn what_beancount_is_told_the_accounts_come_to_is_what_was_posted(
        amounts in prop::collection::vec(1_i64..i64::MAX, 1..8),
    ) {
        let entries: Vec<Entry> = (1_i64..).zip(&amounts).map(|(number, &amount)| {
            entry(number, "d", "c", &[(Account::Payables, amount, "JPY"), (Account::Bank, -amount, "JPY")])
        }).collect();
        let text = written(Format::Beancount, &Chart::default(), &entries);
        let sum: i128 = amounts.iter().map(|&amount| i128::from(amount)).sum();
        prop_assert!(text.contains(&format!("balance Assets:1010-Bank  -{sum} ~ 0 JPY")), "{}", text);
    }
}

/// Every line is one that the format means, both entries are there, and each comes to zero.
fn hledger_holds(text: &str) -> Result<(), TestCaseError> {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    let (mut accounts, mut heads) = (BTreeSet::new(), 0);
    for (at, line) in text.lines().enumerate() {
        if let Some(account) = line.strip_prefix("account ") {
            accounts.insert(account.to_owned());
        } else if let Some(posting) = line
            .strip_prefix("    ")
            .filter(|rest| !rest.starts_with(';'))
        {
            let (account, amount) = posting.split_once("  ").unwrap();
            prop_assert!(accounts.contains(account), "{:?}", account);
            let (amount, unit) = amount.split_once(' ').unwrap();
            *sums.entry(unit.to_owned()).or_default() +=
                amount.replace('.', "").parse::<i64>().unwrap();
        } else if line.starts_with("2026-03-0") {
            prop_assert_eq!(line.matches(['(', ')']).take(2).count(), 2);
            prop_assert!(!line.contains([';', '|']));
            heads += 1;
        } else {
            let known = ["", "tag ", "commodity ", "    ; "].iter().any(|start| {
                if start.is_empty() {
                    line.is_empty()
                } else {
                    line.starts_with(start)
                }
            });
            prop_assert!(known || (at == 0 && line.starts_with(';')), "{:?}", line);
        }
    }
    prop_assert_eq!((heads, sums.len()), (2, 2));
    prop_assert!(sums.values().all(|&sum| sum == 0));
    Ok(())
}

/// Strings end on their line, what stands outside them is of the format's characters.
fn beancount_holds(text: &str) -> Result<(), TestCaseError> {
    let mut heads = 0;
    for line in text.lines() {
        let (mut outside, mut quoted, mut escaped) = (String::new(), false, false);
        for character in line.chars() {
            match character {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                _ if !quoted => outside.push(character),
                _ => {}
            }
        }
        prop_assert!(!quoted, "{:?}", line);
        let fine = |c: char| c.is_alphanumeric() || " -_/.:*^~".contains(c);
        prop_assert!(outside.chars().all(fine), "{:?}", line);
        heads += usize::from(outside.starts_with("2026-03-") && outside.contains('*'));
    }
    prop_assert_eq!(heads, 2);
    Ok(())
}
