//! Pages of documents: the file inside, the same bytes each time, and texts of other people.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod inside;

use accounting::ubl::{
    BillingDocument, Country, DocumentType, Draft, Due, Line, LineAdjustment, Party, PostalAddress,
    Price, Received, TaxId, UnitCode, Vat, read,
};
use hayro_syntax::Pdf;
use inside::inside;
use money::{Currency, Money};
use printing::{Explanation, Language, PricedLine, PrintError, billing, explanation};
use serde_json::json;

const NAMES: [&str; 4] = [
    "Cooperativa La Marea",
    "#panic(\"markup\") *bold* $x$ <label> @ref // /* \\ \" {{",
    "مصنع 工厂 🧵 \u{202e}evil\u{200b}\u{ad}",
    "Wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
];

fn party(name: &str, tax_id: &str) -> Party {
    let country = Country::parse("AR").unwrap();
    Party {
        name: name.to_owned(),
        trading_name: None,
        address: PostalAddress {
            lines: vec!["Av. Rivadavia 1234".to_owned()],
            city: Some("Neuquén".to_owned()),
            postal_code: Some("Q8300".to_owned()),
            region: None,
            country,
        },
        tax_id: Some(TaxId::parse(country, tax_id).unwrap()),
        registration: None,
        electronic_address: None,
    }
}

fn document(name: &str, lines: usize) -> (Received, Vec<u8>) {
    let ars = Currency::parse("ARS").unwrap();
    let market = Money::new(344_000, ars);
    let line = |at: usize| Line {
        id: at.to_string(),
        name: name.to_owned(),
        description: None,
        seller_item: None,
        quantity: "800".parse().unwrap(),
        unit: UnitCode::parse("C62").unwrap(),
        price: Price::of_one("4.30".parse().unwrap()),
        adjustments: vec![LineAdjustment::premium(
            format!("Premio: {name}"),
            market,
            Money::new(36_000, ars),
        )],
        vat: Vat::Standard("0.21".parse().unwrap()),
        order_line: None,
        note: None,
    };
    let lines: Vec<Line> = (1..=lines).map(line).collect();
    let each = i64::try_from(lines.len()).unwrap();
    // (3440.00 + 360.00) × 1.21
    let payable = Money::new(459_800 * each, ars);
    let made = BillingDocument::new(Draft {
        document_type: DocumentType::Invoice,
        number: "INV-2026-000001".to_owned(),
        issued_on: "2026-11-22".parse().unwrap(),
        due: vec![Due {
            on: "2026-12-22".parse().unwrap(),
            amount: payable,
        }],
        terms: None,
        note: None,
        currency: ars,
        buyer_reference: None,
        order: Some("PO-2026-000001".to_owned()),
        despatch_advice: None,
        receipt_advice: None,
        corrects: Vec::new(),
        seller: party(name, "30-50001091-2"),
        buyer: party("Sindicato", "30-71234567-1"),
        account: None,
        lines,
        prepaid: Money::zero(ars),
        authorisation: None,
    })
    .unwrap();
    let xml = made.to_xml().unwrap();
    (read(&xml).unwrap(), xml)
}

#[test]
fn a_page_has_the_very_document_inside_and_is_the_same_each_time() {
    let (said, xml) = document(NAMES[0], 3);
    let pages = Language::ALL.map(|language| {
        let page = billing(&said, xml.clone(), language).unwrap();
        assert_eq!(page, billing(&said, xml.clone(), language).unwrap());
        assert!(
            inside(page.clone()) == std::slice::from_ref(&xml),
            "the very document"
        );
        page
    });
    assert_ne!(pages[0], pages[1]);
    assert_ne!(pages[1], pages[2]);
}

#[test]
fn what_people_write_is_never_markup_and_never_in_the_way() {
    for name in NAMES {
        let (said, xml) = document(name, 1);
        let page = billing(&said, xml.clone(), Language::Es).unwrap();
        assert_eq!(inside(page), [xml], "{name}");
    }
}

#[test]
fn a_long_document_goes_on_over_pages() {
    let (said, xml) = document(NAMES[0], 200);
    let page = billing(&said, xml, Language::Pt).unwrap();
    assert!(Pdf::new(page).unwrap().pages().len() > 3);
}

#[test]
fn documents_are_printed_side_by_side() {
    let (said, xml) = document(NAMES[0], 2);
    let alone = billing(&said, xml.clone(), Language::En).unwrap();
    std::thread::scope(|scope| {
        let print = || billing(&said, xml.clone(), Language::En).unwrap();
        let others: Vec<_> = (0..4).map(|_| scope.spawn(print)).collect();
        for other in others {
            assert_eq!(other.join().unwrap(), alone);
        }
    });
}

#[test]
fn an_answer_that_pricing_never_gave_is_refused() {
    let explained = Explanation {
        reference: "PO-2026-000001".to_owned(),
        issued_on: "2026-11-22".parse().unwrap(),
        buyer: "Sindicato".to_owned(),
        lines: vec![PricedLine {
            position: 1,
            title: "Remera".to_owned(),
            cooperative: "La Marea".to_owned(),
            quantity: "1".parse().unwrap(),
            unit: "C62".to_owned(),
            currency: Currency::parse("ARS").unwrap(),
            request: json!({"quantity": "1"}),
            answer: json!({"unit_price": 4.9}),
        }],
    };
    let refused = explanation(&explained, b"{}".to_vec(), Language::Es);
    assert!(matches!(refused, Err(PrintError::Kept(_))));
}
