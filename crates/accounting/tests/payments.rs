//! Payment runs: what goes into the bank's file, and what is refused before.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
use accounting::payments::{
    AccountId, Party, PaymentError, PaymentRun, Reference, Transfer, bank_csv, pain001,
};
use chrono::{DateTime, NaiveDate, Utc};
use money::{Currency, Money};
use proptest::prelude::*;

const CBU: &str = "2850590940090418135201";

fn at() -> DateTime<Utc> {
    "2026-03-01T10:00:00Z".parse().unwrap()
}

fn reference(text: &str) -> Reference {
    Reference::parse(text).unwrap()
}

fn party(name: &str, account: AccountId) -> Party {
    Party::new(name, Some("30-71234567-1"), account).unwrap()
}

fn transfer(invoice: &str, minor: i64, code: &str, name: &str) -> Transfer {
    Transfer {
        end_to_end: reference(invoice),
        amount: Money::new(minor, Currency::parse(code).unwrap()),
        creditor: party(name, AccountId::cbu(CBU).unwrap()),
        reference: reference(invoice),
    }
}

fn run(id: &str, transfers: Vec<Transfer>) -> Result<PaymentRun, PaymentError> {
    let ours = AccountId::domestic("62-000012345", Some("250655")).unwrap();
    let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    PaymentRun::new(reference(id), at(), party("Unión", ours), day, transfers)
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_run_in_two_currencies_counts_and_sums_each_part() {
    let run = run(
        "0190aaaabbbbccccddddeeeeffff0000",
        vec![
            transfer("INV-1", 177_444, "ARS", "Cooperativa Ñandú"),
            transfer("INV-2", 1_005, "TND", "B"),
            transfer("INV-3", 56, "ARS", "C"),
        ],
    )
    .unwrap();
    let file = pain001(&run).unwrap();
    assert_eq!(pain001(&run).unwrap(), file);
    let xml = text(file.bytes);
    for part in [
        "<MsgId>0190aaaabbbbccccddddeeeeffff0000</MsgId>\n   <CreDtTm>2026-03-01T10:00:00Z</CreDtTm>\n   \
         <NbOfTxs>3</NbOfTxs>\n   <CtrlSum>1776.005</CtrlSum>",
        "<PmtInfId>ARS0190aaaabbbbccccddddeeeeffff0000</PmtInfId>",
        "<NbOfTxs>2</NbOfTxs>\n   <CtrlSum>1775.00</CtrlSum>",
        "<NbOfTxs>1</NbOfTxs>\n   <CtrlSum>1.005</CtrlSum>",
        "<InstdAmt Ccy=\"TND\">1.005</InstdAmt>",
        "<EndToEndId>INV-3</EndToEndId>",
        "<Nm>Cooperativa Nandu</Nm>",
        "<MmbId>250655</MmbId>",
    ] {
        assert!(xml.contains(part), "{part} in {xml}");
    }
    let names = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    let altered = [
        names("Cooperativa Ñandú", "Cooperativa Nandu"),
        names("Unión", "Union"),
    ];
    assert_eq!(file.altered, altered);
    let table = text(bank_csv(&run).unwrap().bytes);
    assert!(
        table.contains(
            "\nCooperativa Nandu,30-71234567-1,cbu,2850590940090418135201,,1774.44,ARS,INV-1\n"
        ),
        "{table}"
    );
}

#[test]
fn accounts_with_a_wrong_digit_are_refused() {
    assert!(AccountId::cbu("28505909 40090418135201").is_ok());
    for wrong in [
        "2850590940090418135202",
        "2850590840090418135201",
        "285059094009041813520",
        "",
    ] {
        assert!(AccountId::cbu(wrong).is_err(), "{wrong}");
    }
    let iban = AccountId::iban("DE89 3704 0044 0532 0130 00").unwrap();
    assert_eq!(iban.number(), "DE89370400440532013000");
    for wrong in [
        "DE88370400440532013000",
        "DE8937040044053201300",
        "XX89370400440532013000",
        "é",
    ] {
        assert!(AccountId::iban(wrong).is_err(), "{wrong}");
    }
    for (number, branch) in [
        ("", None),
        ("-1", None),
        ("abc", None),
        ("1", Some("")),
        ("1'", None),
    ] {
        assert!(AccountId::domestic(number, branch).is_err(), "{number}");
    }
}

#[test]
fn what_no_bank_should_be_given_is_refused() {
    assert_eq!(run("R1", vec![]).unwrap_err(), PaymentError::Count(0));
    let one = transfer("INV-1", 1, "ARS", "A");
    let twice = run("R1", vec![one.clone(), one.clone()]).unwrap_err();
    assert_eq!(twice, PaymentError::Twice("INV-1".into()));
    let nothing = run("R1", vec![transfer("INV-1", 0, "ARS", "A")]).unwrap_err();
    assert!(matches!(nothing, PaymentError::Amount(_)));
    let long = run(&"R".repeat(33), vec![one]).unwrap_err();
    assert_eq!(long, PaymentError::MessageId);
    let most = vec![transfer("INV-1", i64::MAX, "ARS", "A")];
    assert_eq!(run("R1", most).unwrap_err(), PaymentError::TooLarge);
    let silent = Party::new("***", None, AccountId::cbu(CBU).unwrap());
    assert_eq!(silent.unwrap_err(), PaymentError::Name("***".into()));
    for wrong in ["", "a b", "/a", "a/", "a//b", "ñ", "a;b", "INV_1"] {
        assert!(Reference::parse(wrong).is_err(), "{wrong}");
    }
    assert!(Reference::parse(&"1".repeat(36)).is_err());
}

proptest! {
    #[test]
    fn counts_and_sums_are_those_of_the_transfers(
        amounts in prop::collection::vec((1_i64..1_000_000_000_000, "ARS|ZAR|JPY|TND"), 1..20),
        name in "[A-Za-z]{1,3}.{0,20}",
    ) {
        let transfers: Vec<Transfer> = amounts.iter().enumerate()
            .map(|(at, (minor, code))| transfer(&format!("INV-{at}"), *minor, code, &name)).collect();
        let xml = text(pain001(&run("R1", transfers).unwrap()).unwrap().bytes);
        let of = |tag: &str| -> Vec<String> {
            xml.split(&format!("<{tag}>")).skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
        };
        let thousandths = |text: &str| -> i128 {
            let (whole, part) = text.split_once('.').unwrap_or((text, ""));
            format!("{whole}{part:0<3}").parse().unwrap()
        };
        let sums: Vec<i128> = of("CtrlSum").iter().map(|sum| thousandths(sum)).collect();
        let paid: i128 = xml.split("<InstdAmt ").skip(1)
            .map(|rest| thousandths(rest.split(['>', '<']).nth(1).unwrap())).sum();
        prop_assert_eq!(sums.first(), Some(&paid));
        prop_assert_eq!(sums.iter().skip(1).sum::<i128>(), paid);
        let counts: usize = of("NbOfTxs").iter().skip(1).map(|count| count.parse::<usize>().unwrap()).sum();
        prop_assert_eq!(counts, amounts.len());
    }
}
