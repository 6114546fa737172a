//! Invoices and credit notes of other people: read where they say enough, refused with a path where not.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../examples/documents/random.rs"]
#[expect(dead_code, reason = "the example takes a number of them")]
mod random;
#[path = "../examples/documents/samples.rs"]
mod samples;

use accounting::ubl::{BillingDocument, Line, ReadError, read, verify};
use money::Micro;
use proptest::prelude::*;

fn sample() -> String {
    let document = BillingDocument::new(samples::two_rates()).unwrap();
    String::from_utf8(document.to_xml().unwrap()).unwrap()
}

fn changed(from: &str, to: &str) -> String {
    let text = sample();
    let changed = text.replacen(from, to, 1);
    assert_ne!(changed, text, "{from}");
    changed
}

fn refused(xml: &str) -> String {
    let error: ReadError = read(xml.as_bytes()).unwrap_err();
    error.to_string()
}

#[test]
fn every_sample_reads_back_as_it_was_written() {
    for (name, document) in samples::all().unwrap() {
        let received = read(&document.to_xml().unwrap()).unwrap();
        assert_eq!(&received.draft, document.draft(), "{name}");
        assert_eq!(&received.stated, document.totals(), "{name}");
        assert_eq!(received.differences(), Ok(Vec::new()), "{name}");
    }
}

#[test]
fn a_cent_off_is_a_difference_and_not_a_refusal() {
    let received = read(changed(">1774.44<", ">1774.43<").as_bytes()).unwrap();
    let found = received.differences().unwrap();
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "tax_inclusive is 1774.43 ARS, but comes to 1774.44 ARS [BR-CO-15]",
            "payable is 1774.44 ARS, but comes to 1774.43 ARS [BR-CO-16]",
        ]
    );
    let received = read(changed(">51.45<", ">51.44<").as_bytes()).unwrap();
    let found = received.differences().unwrap();
    let rules: Vec<&str> = found.iter().map(|one| one.rule).collect();
    assert_eq!(rules, ["BR-CO-17", "BR-CO-14"]);
    // A rate of which the totals know nothing.
    let received = read(changed("<cbc:Percent>10.5<", "<cbc:Percent>10<").as_bytes()).unwrap();
    let found = received.differences().unwrap();
    let fields: Vec<&str> = found.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(
        fields,
        ["taxes[S].taxable", "taxes[S].tax", "taxes[S].taxable"]
    );
}

#[test]
fn what_others_add_is_passed_over() {
    let extension =
        "<ext:UBLExtensions xmlns:ext=\"urn:x\"><ext:Deep><ext:Er/></ext:Deep></ext:UBLExtensions>";
    let text = changed(
        "<cbc:CustomizationID>",
        &format!("{extension}<cbc:CustomizationID>"),
    );
    let text = text.replace(
        "currencyID=\"ARS\">85.00",
        "currencyID=\"ARS\" x=\"&amp;\">\n +85. \n",
    );
    let text = text.replace("2026-11-22<", "2026-11-22-03:00<");
    let text = text.replace(">Flete<", "><![CDATA[Fle]]>te<!-- carriage --><");
    let received = read(format!("\u{feff}{text}").as_bytes()).unwrap();
    assert_eq!(received.draft, samples::two_rates());
}

#[test]
fn a_price_of_many_places_keeps_its_value() {
    let received = read(changed(">4.9</cbc:Price", ">4.90000012</cbc:Price").as_bytes()).unwrap();
    let line = received
        .draft
        .lines
        .iter()
        .find(|line| line.id == "2")
        .unwrap();
    let (amount, per) = (line.price.amount.to_string(), line.price.per.to_string());
    assert_eq!((amount.as_str(), per.as_str()), ("490.000012", "100"));
    assert_eq!(received.differences(), Ok(Vec::new()));
}

#[test]
fn a_foreign_document_is_read_but_not_issued_again() {
    let text = changed(
        "schemeID=\"0088\">7790001000002",
        "schemeID=\"0192\">987654325",
    );
    let received = read(text.as_bytes()).unwrap();
    assert_eq!(
        BillingDocument::new(received.draft).unwrap_err().rule,
        "BR-CL-25"
    );
    let text = changed(">170</cbc:InvoicedQuantity", ">-170</cbc:InvoicedQuantity");
    let received = read(text.as_bytes()).unwrap();
    assert_eq!(
        BillingDocument::new(received.draft).unwrap_err().rule,
        "BR-22"
    );
}

#[test]
fn what_is_missing_or_malformed_is_refused_with_its_path() {
    let refusals = [
        changed("<cbc:ID>INV-2026-000001</cbc:ID>", ""),
        changed(">969.00<", "><"),
        changed(">2026-11-22<", ">22.11.2026<"),
        changed(">1774.44<", ">1.774,44<"),
        changed("currencyID=\"ARS\">1774.44", "currencyID=\"USD\">1774.44"),
        changed("unitCode=\"C62\">1<", "unitCode=\"m2\">1<"),
        changed(
            "<cbc:DocumentCurrencyCode>ARS",
            "<cbc:DocumentCurrencyCode>ARG",
        ),
        changed(">265.44<", ">265.444<"),
    ];
    let refusals: Vec<String> = refusals.iter().map(|xml| refused(xml)).collect();
    assert_eq!(
        refusals,
        [
            "/Invoice/ID: This is missing.",
            "/Invoice/InvoiceLine[1]/LineExtensionAmount: This amount is missing.",
            "/Invoice/IssueDate: A date is written as 2026-11-22.",
            "/Invoice/LegalMonetaryTotal/TaxInclusiveAmount: A number is written as 1774.44.",
            "/Invoice/LegalMonetaryTotal/TaxInclusiveAmount: The amount is not in the document's currency, ARS.",
            "/Invoice/InvoiceLine[3]/InvoicedQuantity: A unit is a code of UN/ECE Recommendation 20, such as MTK.",
            "/Invoice/DocumentCurrencyCode: `ARG` is not the ISO 4217 code of a currency with a minor unit.",
            "/Invoice/TaxTotal[1]/TaxAmount: at most 2 decimal places can be kept exactly here.",
        ]
    );
}

#[test]
fn what_would_cost_too_much_is_refused() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>";
    let text = sample().replacen("<Invoice", &format!("{bomb}<Invoice"), 1);
    assert_eq!(refused(&text), "/: A document type is not accepted.");
    assert_eq!(
        refused(&changed(">Flete<", ">&b;<")),
        "/: Entities are not expanded."
    );
    let limit = "/: The document has more elements, or deeper ones, than any order or invoice.";
    let deep = changed("<cbc:ID>", &format!("{}<cbc:ID>", "<a>".repeat(40)));
    assert_eq!(refused(&deep), limit);
    let many = changed(
        "<cac:InvoiceLine>",
        &format!("{}<cac:InvoiceLine>", "<a/>".repeat(500_001)),
    );
    assert_eq!(refused(&many), limit);
    let wide: String = (0..100).map(|at| format!(" a{at}=\"\"")).collect();
    assert!(refused(&changed("<cbc:ID>", &format!("<cbc:ID{wide}>"))).contains("more attributes"));
    let long = changed(">Flete<", &format!(">{}<", "x".repeat(32 * 1024 * 1024)));
    assert_eq!(refused(&long), "/: The document is larger than 32 MiB.");
    let line = "<cac:InvoiceLine/>".repeat(5_001);
    let lines = changed("<cac:InvoiceLine>", &format!("{line}<cac:InvoiceLine>"));
    assert_eq!(
        refused(&lines),
        "/Invoice/InvoiceLine: A document has 1 to 5000 lines."
    );
}

#[test]
fn the_longest_document_that_may_be_issued_reads_back() {
    let mut draft = samples::two_rates();
    let line = draft.lines.first().cloned().unwrap();
    draft.due.clear();
    let numbered = |number: usize| Line {
        id: number.to_string(),
        ..line.clone()
    };
    draft.lines = (1..=5_000).map(numbered).collect();
    let document = BillingDocument::new(draft.clone()).unwrap();
    let xml = document.to_xml().unwrap();
    assert_eq!(verify(&xml), Ok(()));
    assert_eq!(read(&xml).unwrap().draft, draft);
    draft.lines.push(numbered(5_001));
    assert_eq!(BillingDocument::new(draft).unwrap_err().rule, "BR-16");
}

#[test]
fn what_is_no_invoice_is_refused() {
    assert!(refused("<Invoice/>").contains("not an element of UBL"));
    assert!(refused("").contains("ends too early"));
    assert!(
        refused(
            "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\"><a></b>"
        )
        .contains("well-formed")
    );
    let order = "<Order xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Order-2\"/>";
    assert_eq!(
        refused(order),
        "/: Order is neither an Invoice nor a CreditNote."
    );
    let error = read(b"\xff\xfe<\0").unwrap_err();
    assert_eq!(error.why, "The document is not UTF-8.");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_document_that_can_be_made_reads_back_the_same(document in random::document()) {
        let received = read(&document.to_xml().unwrap()).unwrap();
        prop_assert_eq!(&received.draft, document.draft());
        prop_assert_eq!(&received.stated, document.totals());
        prop_assert_eq!(received.differences(), Ok(Vec::new()));
        prop_assert_eq!(BillingDocument::new(received.draft), Ok(document));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(at in 0_usize..8_000, with in any::<Vec<u8>>(), cut in 0_usize..200) {
        let mut xml = sample().into_bytes();
        let at = at.min(xml.len());
        let end = at.saturating_add(cut).min(xml.len());
        xml.splice(at..end, with);
        let _ = verify(&xml);
        if let Ok(received) = read(&xml) {
            let _ = received.differences();
            prop_assert!(received.draft.lines.iter().all(|line| line.price.per > Micro::ZERO));
        }
    }
}
