//! Banks' files as they come: what is read of them, and what is refused.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]
use accounting::statements::{
    AmountColumns, Booking, Column, DateOrder, FileKind, MOST_BYTES, Statement, StatementEntry,
    StatementError, TableMapping, read_camt, read_ofx, read_table, recognise,
};
use money::Currency;
use proptest::prelude::*;
use std::collections::BTreeSet;

const V02: &str = include_str!("data/camt053-v02.xml");
const V08: &str = include_str!("data/camt053-v08.xml");
const SGML: &[u8] = include_bytes!("data/statement-sgml.ofx");
const OFX2: &str = include_str!("data/statement.ofx2.xml");
const ARGENTINE: &str = include_str!("data/statement-ar.csv");
const SOUTH_AFRICAN: &str = include_str!("data/statement-za.csv");

fn named(name: &str) -> Column {
    Column::Named(name.to_owned())
}

fn argentine() -> TableMapping {
    TableMapping {
        account: Some("2850590940090418135201".into()),
        currency: Currency::parse("ARS").unwrap(),
        delimiter: None,
        decimal: None,
        dates: DateOrder::DayMonthYear,
        date: named("fecha"),
        amount: AmountColumns::Apart {
            credit: named("Crédito"),
            debit: named("Débito"),
        },
        bank_reference: Some(named("Referencia")),
        end_to_end: None,
        name: None,
        counterparty_account: None,
        text: vec![named("Concepto")],
    }
}

fn south_african() -> TableMapping {
    TableMapping {
        currency: Currency::parse("ZAR").unwrap(),
        dates: DateOrder::YearMonthDay,
        date: Column::Numbered(1),
        amount: AmountColumns::Signed(Column::Numbered(2)),
        bank_reference: None,
        text: vec![Column::Numbered(3)],
        ..argentine()
    }
}

fn camt(text: &str) -> Result<Vec<Statement>, StatementError> {
    read_camt(text.as_bytes())
}

fn shown(entries: &[StatementEntry]) -> Vec<String> {
    let line = |e: &StatementEntry| format!("{} {} {}", e.date, e.amount, e.text);
    entries.iter().map(line).collect()
}

fn why(refused: StatementError) -> String {
    refused.to_string()
}

#[test]
fn a_camt_file_that_no_schema_would_accept_is_read() {
    let [statement] = camt(V02).unwrap().try_into().unwrap();
    assert_eq!(statement.account.as_deref(), Some("2850590940090418135201"));
    let [paid, fee, pending] = statement.entries.try_into().unwrap();
    assert_eq!(paid.amount.to_string(), "1774.44 ARS");
    assert_eq!(paid.end_to_end.as_deref(), Some("INV-2026-000001"));
    assert_eq!(paid.bank_reference.as_deref(), Some("BNK-1"));
    assert_eq!(paid.text, "Factura INV-2026-000001 marzo");
    assert_eq!(paid.counterparty.name.as_deref(), Some("Unión & Cia"));
    assert_eq!(paid.counterparty.tax_id.as_deref(), Some("30712345671"));
    assert_eq!(
        paid.counterparty.account.as_deref(),
        Some("DE89370400440532013000")
    );
    assert_eq!(shown(&[fee]), ["2026-03-04 -50.00 ARS Comisión"]);
    assert_eq!(pending.booking, Booking::Pending);
    let warnings: Vec<&str> = statement
        .warnings
        .iter()
        .map(|w| w.detail.as_str())
        .collect();
    assert_eq!(warnings, ["it is for information only and was left out"]);
}

#[test]
fn a_batch_is_as_many_entries_as_payments() {
    let [statement] = camt(V08).unwrap().try_into().unwrap();
    assert!(statement.warnings.is_empty(), "{:?}", statement.warnings);
    let [first, second, back] = statement.entries.try_into().unwrap();
    assert_eq!(first.amount.to_string(), "-1000.00 ZAR");
    assert_eq!(first.counterparty.account.as_deref(), Some("4051234567"));
    assert_eq!(first.references, ["INV-2026-000011"]);
    assert_eq!(second.amount.to_string(), "-2000.00 ZAR");
    assert_eq!(
        second.counterparty.name.as_deref(),
        Some("Second Co-operative")
    );
    assert_ne!(first.id, second.id);
    assert!(back.reversal && back.amount.minor() == 15_000 && back.end_to_end.is_none());
}

#[test]
fn a_batch_that_does_not_add_up_stays_one_entry_with_all_its_references() {
    let text = V08.replace("<Amt Ccy=\"ZAR\">2000.00", "<Amt Ccy=\"ZAR\">1999.99");
    let [statement] = camt(&text).unwrap().try_into().unwrap();
    assert_eq!(statement.entries[0].amount.to_string(), "-3000.00 ZAR");
    assert_eq!(
        statement.entries[0].references,
        [
            "RUN-1",
            "ZARRUN-1",
            "INV-2026-000011",
            "INV-2026-000011",
            "INV-2026-000012"
        ]
    );
    assert!(statement.warnings[0].detail.contains("do not come to it"));
}

#[test]
fn balances_that_do_not_fit_are_said() {
    let text = V08.replace("7150.00", "7150.01");
    let [statement] = camt(&text).unwrap().try_into().unwrap();
    assert_eq!(statement.warnings[0].place, "balances");
}

#[test]
fn money_that_cannot_be_told_is_refused_with_its_place() {
    for (from, to, said) in [
        (
            "<CdtDbtInd>DBIT</CdtDbtInd><Amt Ccy=\"ARS\">50</Amt>",
            "<Amt Ccy=\"ARS\">50</Amt>",
            "Neither credit nor debit",
        ),
        (
            "1774.44</Amt><Cdt",
            "1774.4444</Amt><Cdt",
            "\"1774.4444\" is not an amount in ARS",
        ),
        (
            "1774.44</Amt><Cdt",
            "1.774,44</Amt><Cdt",
            "is not an amount",
        ),
        (
            "1774.44</Amt><Cdt",
            "-1774.44</Amt><Cdt",
            "is not an amount",
        ),
        (
            "<Amt Ccy=\"ARS\">50<",
            "<Amt Ccy=\"USD\">50<",
            "not in the currency of the account",
        ),
        (
            "<Amt Ccy=\"ARS\">50<",
            "<Amt>50<",
            "The currency cannot be told",
        ),
        (
            "<BookgDt><Dt>2026-03-03",
            "<BookgDt><Dt>2026-02-30",
            "The day of the entry cannot be told",
        ),
        ("&#243;", "&evil;", "An entity is used"),
        ("</Stmt>", "</Ntry>", "not XML"),
        ("<Stmt>", "<Rpt>", "not XML"),
    ] {
        assert!(V02.contains(from), "{from}");
        let refused = why(camt(&V02.replacen(from, to, 1)).unwrap_err());
        assert!(
            refused.contains(said) && refused.contains("line "),
            "{to}: {refused}"
        );
    }
    let cut = &V02[..V02.find("<AddtlNtryInf>").unwrap()];
    assert!(why(camt(cut).unwrap_err()).contains("breaks off"));
    assert!(why(camt("<Document/>").unwrap_err()).contains("no camt.053 statement"));
    let deep = "<Stmt><Ntry>".to_owned() + &"<a>".repeat(100);
    assert!(why(camt(&deep).unwrap_err()).contains("inside one another"));
    assert_eq!(
        read_camt(&vec![b' '; MOST_BYTES + 1]),
        Err(StatementError::TooLarge)
    );
}

#[test]
fn nothing_is_expanded_that_a_file_declares() {
    let bomb =
        "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY a \"xxxxxxxx\"><!ENTITY b \"&a;&a;\">]>"
            .to_owned()
            + &V02[V02.find("<Document").unwrap()..].replace("marzo", "&b;");
    assert!(why(camt(&bomb).unwrap_err()).contains("An entity is used"));
}

#[test]
fn ofx_of_both_kinds_is_read() {
    let [statement] = read_ofx(SGML).unwrap().try_into().unwrap();
    assert_eq!(statement.account.as_deref(), Some("2850590940090418135201"));
    assert_eq!(
        shown(&statement.entries),
        [
            "2026-03-03 1774.44 ARS INV-2026-000001 marzo",
            "2026-03-04 -50.00 ARS Comisión",
            "2026-03-04 0.05 ARS ",
        ]
    );
    assert_eq!(
        statement.entries[0].counterparty.name.as_deref(),
        Some("Unión & Cía")
    );
    assert_eq!(statement.entries[0].bank_reference.as_deref(), Some("F-1"));
    assert_eq!(
        statement.entries[2].counterparty.account.as_deref(),
        Some("9988")
    );
    let [statement] = read_ofx(OFX2.as_bytes()).unwrap().try_into().unwrap();
    assert_eq!(shown(&statement.entries), ["2026-03-05 -1000.00 ZAR "]);
    assert_eq!(statement.entries[0].references, ["INV-2026-000011"]);
}

#[test]
fn ofx_that_breaks_off_or_says_no_amount_is_refused() {
    for (from, to, said) in [
        ("<TRNAMT>-1000.00", "<TRNAMT>-1.000", "is not an amount"),
        ("<TRNAMT>-1000.00", "<TRNAMT>-1,000.00", "is not an amount"),
        ("<TRNAMT>-1000.00</TRNAMT>", "", "is not an amount"),
        ("<CURDEF>ZAR", "<CURDEF>???", "currency of the account"),
        ("20260305", "20261305", "The day"),
        (
            "<REFNUM>INV-2026-000011</REFNUM>",
            "<CURRENCY><CURRATE>1</CURRATE><CURSYM>USD</CURSYM></CURRENCY>",
            "not in the currency",
        ),
    ] {
        assert!(OFX2.contains(from), "{from}");
        let text = OFX2.replacen(from, to, 1);
        let refused = why(read_ofx(text.as_bytes()).unwrap_err());
        assert!(refused.contains(said), "{to}: {refused}");
    }
    let cut = &OFX2[..OFX2.find("</STMTTRN>").unwrap()];
    assert!(why(read_ofx(cut.as_bytes()).unwrap_err()).contains("breaks off"));
    assert!(why(read_ofx(b"<OFX></OFX>").unwrap_err()).contains("no statement"));
}

#[test]
fn tables_are_read_by_their_mapping() {
    let statement = read_table(ARGENTINE.as_bytes(), &argentine()).unwrap();
    assert_eq!(
        shown(&statement.entries),
        [
            "2026-03-03 1774.44 ARS Transferencia de Unión; INV-2026-000001",
            "2026-03-04 -50.00 ARS Comisión",
        ]
    );
    assert_eq!(statement.warnings[0].place, "line 6");
    let statement = read_table(SOUTH_AFRICAN.as_bytes(), &south_african()).unwrap();
    assert_eq!(
        shown(&statement.entries),
        [
            "2026-03-05 -1000.00 ZAR INV-2026-000011 WORKER CO-OP",
            "2026-03-05 2500.50 ZAR DEPOSIT",
            "2026-03-05 2500.50 ZAR DEPOSIT",
        ]
    );
    // Two deposits of the same day and words are two, and again the same two when the file comes again.
    let ids: BTreeSet<&str> = statement.entries.iter().map(|e| e.id.as_str()).collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(
        read_table(SOUTH_AFRICAN.as_bytes(), &south_african()).unwrap(),
        statement
    );
}

#[test]
fn tables_in_doubt_are_refused() {
    for (from, to, said) in [
        ("50,00;\n", "50.25;\n", "Some amounts"),
        ("04/03/26", "2026", "is not a day"),
        ("50,00;\n", "50,00;1,00\n", "both a credit and a debit"),
        ("50,00;\n", "50,001;\n", "is not an amount"),
        ("50,00;\n", "50,00 DR;\n", "is not an amount"),
        ("Débito;", "Debe;", "columns of the mapping"),
        ("Comisión;", "\"Comisión;", "quotation mark"),
    ] {
        assert!(ARGENTINE.contains(from), "{from}");
        let text = ARGENTINE.replacen(from, to, 1);
        let refused = why(read_table(text.as_bytes(), &argentine()).unwrap_err());
        assert!(refused.contains(said), "{to}: {refused}");
    }
    let either = "20260305,\"1,774\",x\n";
    let refused = why(read_table(either.as_bytes(), &south_african()).unwrap_err());
    assert!(refused.contains("state the decimal mark"), "{refused}");
}

#[test]
fn a_file_is_recognised_by_its_beginning() {
    assert_eq!(recognise(V02.as_bytes()), FileKind::Camt);
    assert_eq!(recognise(SGML), FileKind::Ofx);
    assert_eq!(recognise(OFX2.as_bytes()), FileKind::Ofx);
    assert_eq!(recognise(ARGENTINE.as_bytes()), FileKind::Table);
}

#[test]
fn the_same_entry_in_another_file_has_the_same_id_and_another_has_not() {
    let one = camt(V02).unwrap()[0].entries[0].clone();
    let again = camt(&V02.replace("marzo", "abril")).unwrap()[0].entries[0].clone();
    assert_eq!(one.id, again.id);
    let cent = camt(&V02.replacen("1774.44</Amt><Cdt", "1774.45</Amt><Cdt", 1)).unwrap();
    assert_ne!(one.id, cent[0].entries[0].id);
    let pending = camt(&V02.replacen("BOOK", "PDNG", 1)).unwrap();
    assert_ne!(one.id, pending[0].entries[0].id);
}

/// Files with bytes changed, cut out, doubled and put in.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let files = [
        V02.as_bytes(),
        V08.as_bytes(),
        SGML,
        OFX2.as_bytes(),
        ARGENTINE.as_bytes(),
        SOUTH_AFRICAN.as_bytes(),
    ];
    let edits = prop::collection::vec(
        (
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
            0_u8..4,
            any::<u8>(),
        ),
        1..12,
    );
    (prop::sample::select(files.to_vec()), edits).prop_map(|(file, edits)| {
        let mut bytes = file.to_vec();
        for (at, to, what, byte) in edits {
            if bytes.is_empty() {
                break;
            }
            let (at, to) = (at.index(bytes.len()), to.index(bytes.len()));
            let (from, to) = (at.min(to), at.max(to).min(at.min(to) + 60));
            match what {
                0 => bytes[at] = byte,
                1 => drop(bytes.drain(from..to)),
                2 => {
                    let part = bytes[from..to].to_vec();
                    bytes.splice(from..from, part).for_each(drop);
                }
                _ => bytes.insert(at, byte),
            }
        }
        bytes
    })
}

/// Entries are never of nothing, of another currency, or without an id.
fn sound(statement: &Statement) -> Result<(), TestCaseError> {
    for entry in &statement.entries {
        prop_assert_ne!(entry.amount.minor(), 0);
        prop_assert_eq!(entry.amount.currency(), statement.currency);
        prop_assert_eq!(entry.id.len(), 32);
        prop_assert!(entry.text.chars().count() <= 2_000);
    }
    Ok(())
}

fn read_every_way(bytes: &[u8]) -> Result<(), TestCaseError> {
    let _ = recognise(bytes);
    for statement in read_camt(bytes)
        .into_iter()
        .chain(read_ofx(bytes))
        .flatten()
    {
        sound(&statement)?;
    }
    for mapping in [argentine(), south_african()] {
        if let Ok(statement) = read_table(bytes, &mapping) {
            sound(&statement)?;
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn damaged_files_never_panic(bytes in mutated()) {
        read_every_way(&bytes)?;
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_every_way(&bytes)?;
    }

    #[test]
    fn no_marks_panic(text in "(<[A-Z/]{0,9}>?|STMTTRN|<Stmt>|<Ntry>|</Ntry>|<Amt Ccy=\"ARS\">|&[a-z#x0-9]{0,4};|[0-9.,-]{1,5}|\n|;|\"){0,60}") {
        read_every_way(text.as_bytes())?;
    }
}
