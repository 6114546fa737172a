//! Invoices and credit notes: what may be written, and that it can be read again.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

#[path = "../examples/documents/random.rs"]
#[expect(dead_code, reason = "the example takes a number of them")]
mod random;
#[path = "../examples/documents/samples.rs"]
mod samples;

use accounting::ubl::{
    Authorisation, BillingDocument, ClearanceAuthority, Profile, TaxId, UnitCode, Vat, Voucher,
    VoucherClass, one_line, verify,
};
use accounting::ubl::{Country, Gln, Violation};
use chrono::Days;
use money::{Micro, Money, rate_of};
use proptest::prelude::*;

fn refused(change: impl FnOnce(&mut accounting::ubl::Draft)) -> Violation {
    let mut draft = samples::two_rates();
    change(&mut draft);
    BillingDocument::new(draft).unwrap_err()
}

#[test]
fn every_sample_passes_the_second_opinion() {
    for (name, document) in samples::all().unwrap() {
        let xml = document.to_xml().unwrap();
        let text = String::from_utf8_lossy(&xml).into_owned();
        assert_eq!(verify(&xml), Ok(()), "{name}: {text}");
    }
}

#[test]
fn the_amounts_of_an_invoice_follow_from_its_lines() {
    let document = BillingDocument::new(samples::two_rates()).unwrap();
    let totals = document.totals();
    let nets: Vec<i64> = totals.line_nets.iter().map(|net| net.minor()).collect();
    assert_eq!(nets, [96_900, 49_000, 5_000]);
    let taxes: Vec<(i64, i64)> = totals
        .taxes
        .iter()
        .map(|one| (one.taxable.minor(), one.tax.minor()))
        .collect();
    assert_eq!(taxes, [(101_900, 21_399), (49_000, 5_145)]);
    assert_eq!(totals.tax_inclusive.to_string(), "1774.44 ARS");
    assert_eq!(document.profile(), Profile::PeppolBilling);
}

#[test]
fn a_document_says_that_it_is_of_peppol_only_where_both_sides_are() {
    for (name, document) in samples::all().unwrap() {
        let text = String::from_utf8(document.to_xml().unwrap()).unwrap();
        assert_eq!(
            text.contains("poacc:billing:3.0"),
            name != "ar-mailed",
            "{name}"
        );
    }
}

#[test]
fn a_changed_byte_is_found_by_the_second_opinion() {
    let xml = BillingDocument::new(samples::two_rates())
        .unwrap()
        .to_xml()
        .unwrap();
    let text = String::from_utf8(xml).unwrap();
    for (from, to, rule) in [
        (">1774.44<", ">1774.43<", "BR-CO-15"),
        (">265.44<", ">265.43<", "BR-CO-14"),
        ("unitCode=\"C62\">1<", "unitCode=\"m2\">1<", "BR-CL-23"),
        ("7790001000019", "7790001000018", "PEPPOL-COMMON-R040"),
        (">969.00<", ">969.10<", "BR-CO-10"),
        (">85.00<", ">85.10<", "PEPPOL-EN16931-R040"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        let findings = verify(changed.as_bytes()).unwrap_err();
        assert!(
            findings.iter().any(|one| one.rule == rule),
            "{rule}: {findings:?}"
        );
    }
    // A consistent cent of tax is within EN 16931, and still not what follows from the lines.
    let cent = text
        .replace(">51.45<", ">51.46<")
        .replace(">265.44<", ">265.45<");
    let findings = verify(cent.replace(">1774.44<", ">1774.45<").as_bytes()).unwrap_err();
    assert!(
        findings.iter().any(|one| one.rule == "BR-CO-17"),
        "{findings:?}"
    );
    assert!(!verify(b"not a document").unwrap_err().is_empty());
}

#[test]
fn what_breaks_a_rule_cannot_be_made_and_the_rule_is_named() {
    let exempt = |reason: &str| Vat::Exempt {
        reason: reason.to_owned(),
    };
    let found = [
        refused(|draft| draft.lines.clear()),
        refused(|draft| draft.number = " 7".to_owned()),
        refused(|draft| draft.buyer.name = "a\u{0}b".to_owned()),
        refused(|draft| draft.order = None),
        refused(|draft| draft.seller.tax_id = None),
        refused(|draft| draft.lines[1].id = "1".to_owned()),
        refused(|draft| draft.lines[0].quantity = Micro::ZERO),
        refused(|draft| draft.lines[0].price.amount = Micro::new(-1)),
        refused(|draft| draft.lines[0].vat = Vat::Standard(Micro::ZERO)),
        refused(|draft| draft.lines[0].vat = exempt("")),
        refused(|draft| {
            draft.lines[0].vat = exempt("one");
            draft.lines[1].vat = exempt("another");
        }),
        refused(|draft| draft.lines[0].adjustments[0].amount = Money::new(8_501, draft.currency)),
        refused(|draft| draft.prepaid = Money::new(200_000, draft.currency)),
        refused(|draft| draft.due[0].amount = Money::new(177_443, draft.currency)),
        refused(|draft| {
            draft.due.clear();
            draft.terms = None;
        }),
    ];
    let rules: Vec<&str> = found.iter().map(|one| one.rule).collect();
    assert_eq!(
        rules,
        [
            "BR-16",
            "BR-02",
            "BR-07",
            "PEPPOL-EN16931-R003",
            "BR-CO-26",
            "BT-126",
            "BR-22",
            "BR-27",
            "BR-S-05",
            "BR-E-10",
            "BR-E-01",
            "PEPPOL-EN16931-R040",
            "BR-CO-16",
            "BT-9",
            "BR-CO-25",
        ]
    );
    assert_eq!(found[5].field, "lines[1].id");
}

#[test]
fn words_from_lists_are_read_or_refused() {
    let country = Country::parse("AR").unwrap();
    let id = TaxId::parse(country, "30-50001091-2").unwrap();
    assert_eq!((id.as_str(), id.number()), ("AR30500010912", "30500010912"));
    assert_eq!(TaxId::parse(country, "AR30500010912"), Ok(id));
    for bad in ["..", "30 50001091 ñ", &"1".repeat(31)] {
        assert_eq!(TaxId::parse(country, bad).unwrap_err().rule, "BR-CO-09");
    }
    let spanish = TaxId::parse(Country::parse("ES").unwrap(), "es-b12345678").unwrap();
    assert_eq!(spanish.as_str(), "ESB12345678");
    assert_eq!(UnitCode::parse("m2").unwrap_err().rule, "BR-CL-23");
    assert_eq!(Country::parse("XX").unwrap_err().rule, "BR-CL-14");
    assert!(Gln::parse("7790001000002").is_ok());
    for bad in ["7790001000003", "779000100000", "779000100000x"] {
        assert_eq!(Gln::parse(bad).unwrap_err().rule, "PEPPOL-COMMON-R040");
    }
}

#[test]
fn the_qr_code_of_an_authorised_invoice_holds_what_the_resolution_asks() {
    let documents = samples::all().unwrap();
    let (_, document) = documents
        .iter()
        .find(|(name, _)| *name == "ar-authorised")
        .unwrap();
    let link = document.qr_link().unwrap();
    let payload = link
        .strip_prefix("https://www.afip.gob.ar/fe/qr/?p=")
        .unwrap();
    let engine = base64::engine::general_purpose::STANDARD;
    let payload = base64::Engine::decode(&engine, payload).unwrap();
    assert_eq!(
        String::from_utf8(payload).unwrap(),
        r#"{"ver":1,"fecha":"2026-11-22","cuit":30500010912,"ptoVta":3,"tipoCmp":1,"nroCmp":1234,"importe":1774.44,"moneda":"PES","ctz":1,"tipoDocRec":80,"nroDocRec":30712345671,"tipoCodAut":"E","codAut":76471234567890}"#
    );
}

/// An authority that knows every seller, and has given out some numbers already.
struct Arca;

impl ClearanceAuthority for Arca {
    type Error = String;

    fn authorise(&self, voucher: &Voucher) -> Result<Authorisation, String> {
        if voucher.number <= 1_233 {
            return Err("10016: the number is not the next to be authorised".to_owned());
        }
        Ok(Authorisation {
            code: "76471234567890".to_owned(),
            expires_on: voucher.issued_on.checked_add_days(Days::new(10)).unwrap(),
            voucher_type: voucher.voucher_type,
            point_of_sale: voucher.point_of_sale,
            number: voucher.number,
            exchange_rate: voucher.exchange_rate,
        })
    }
}

#[test]
fn a_voucher_says_what_the_authority_asks_and_its_answer_goes_into_the_invoice() {
    let document = BillingDocument::new(samples::two_rates()).unwrap();
    let ask = |number| Voucher::of(&document, VoucherClass::A, (3, number), Micro::ONE).unwrap();
    let voucher = ask(1_234);
    assert_eq!(
        (voucher.cuit.as_str(), voucher.voucher_type),
        ("30500010912", 1)
    );
    assert_eq!(voucher.receiver, Some((80, "30712345671".to_owned())));
    assert_eq!((voucher.currency, voucher.total.minor()), ("PES", 177_444));
    let rates: Vec<(u8, i64, i64)> = voucher
        .rates
        .iter()
        .map(|rate| (rate.id, rate.taxable.minor(), rate.tax.minor()))
        .collect();
    assert_eq!(rates, [(5, 101_900, 21_399), (4, 49_000, 5_145)]);
    assert!(Arca.authorise(&ask(1_233)).is_err());
    let mut draft = samples::two_rates();
    draft.authorisation = Some(Arca.authorise(&voucher).unwrap());
    let authorised = BillingDocument::new(draft).unwrap();
    assert!(authorised.qr_link().is_some());
}

#[test]
fn an_authorisation_that_cannot_be_is_refused() {
    let given = |change: fn(&mut Authorisation)| {
        let voucher = BillingDocument::new(samples::two_rates()).unwrap();
        let voucher = Voucher::of(&voucher, VoucherClass::B, (3, 1_234), Micro::ONE).unwrap();
        let mut given = Arca.authorise(&voucher).unwrap();
        change(&mut given);
        refused(|draft| draft.authorisation = Some(given)).rule
    };
    assert_eq!(given(|one| one.code = "7647123456789".to_owned()), "BT-122");
    assert_eq!(given(|one| one.point_of_sale = 99_999), "BT-123");
    assert_eq!(given(|one| one.exchange_rate = Micro::ZERO), "BT-123");
    let documents = samples::all().unwrap();
    let (_, south_african) = documents
        .iter()
        .find(|(name, _)| *name == "za-hours")
        .unwrap();
    let none = Voucher::of(south_african, VoucherClass::A, (1, 1), Micro::ONE).unwrap_err();
    assert_eq!(none.field, "seller.tax_id");
}

#[test]
fn a_text_of_any_shape_is_made_into_one_line() {
    let cases = [
        ("  Guardapolvo\n\tblanco ", Some("Guardapolvo blanco")),
        ("a\u{0}b\u{2028}c", Some("a b c")),
        (" \r\n", None),
    ];
    for (text, expected) in cases {
        assert_eq!(one_line(text).as_deref(), expected);
    }
    assert_eq!(one_line(&"ñ".repeat(2_000)).unwrap().chars().count(), 1_000);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_document_that_can_be_made_passes_the_second_opinion(document in random::document()) {
        let xml = document.to_xml().unwrap();
        prop_assert_eq!(verify(&xml), Ok(()));
        prop_assert_eq!(xml, document.to_xml().unwrap());
    }

    #[test]
    fn a_text_made_into_one_line_may_stand_in_a_document(text in any::<String>()) {
        if let Some(name) = one_line(&text) {
            let mut draft = samples::two_rates();
            draft.lines[0].name = name;
            let document = BillingDocument::new(draft).unwrap();
            prop_assert_eq!(verify(&document.to_xml().unwrap()), Ok(()));
        }
    }

    #[test]
    fn sums_are_exact_and_tax_is_rounded_once_for_each_rate(document in random::document()) {
        let totals = document.totals();
        let sum = |parts: &[Money]| parts.iter().map(|part| part.minor()).sum::<i64>();
        prop_assert_eq!(totals.lines.minor(), sum(&totals.line_nets));
        let taxable: Vec<Money> = totals.taxes.iter().map(|one| one.taxable).collect();
        prop_assert_eq!(totals.tax_exclusive.minor(), sum(&taxable));
        for one in &totals.taxes {
            let rate = one.vat.rate().unwrap_or_default();
            prop_assert_eq!(rate_of(one.taxable, rate).unwrap(), one.tax);
            let twice_off = 2 * (i128::from(one.taxable.minor()) * i128::from(rate.get())
                - i128::from(one.tax.minor()) * 1_000_000);
            prop_assert!(twice_off.abs() <= 1_000_000);
        }
        let due: Vec<Money> = document.draft().due.iter().map(|due| due.amount).collect();
        prop_assert!(due.is_empty() || sum(&due) == totals.payable.minor());
        prop_assert_eq!(
            totals.payable.minor(),
            totals.tax_exclusive.minor() + totals.tax.minor() - totals.prepaid.minor()
        );
    }
}
