//! Prints documents for other people's programs to judge, each in every language.
//!
//!     cargo run -p printing --example printed -- DOCUMENTS FOLDER
//!
//! Of each invoice and credit note in DOCUMENTS, its page and an order of the same lines; random ones are left out.
//! And an explanation. Beside each `NAME.LANGUAGE.pdf` lies what has to be inside: `NAME.xml` or `NAME.json`.
use accounting::ubl::{Draft, Order, OrderDraft, OrderHeader, read};
use money::{Currency, Money};
use printing::{Explanation, Language, PricedLine, PrintError, Terms};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

const REQUEST: &str = include_str!("../../pricing/benches/request.json");

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let documents = PathBuf::from(arguments.next().ok_or("which documents?")?);
    let folder = PathBuf::from(arguments.next().ok_or("into which folder?")?);
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(&documents)? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let billing = path.extension().is_some_and(|kind| kind == "xml");
        if !billing || name.starts_with("random-") {
            continue;
        }
        let xml = fs::read(&path)?;
        let Ok(document) = read(&xml) else {
            continue;
        };
        in_each(&folder, &name, ("xml", &xml), |language| {
            printing::billing(&document, xml.clone(), language)
        })?;
        let (order, terms) = order_of(document.draft)?;
        let xml = order.to_xml()?;
        let name = format!("{name}-order");
        in_each(&folder, &name, ("xml", &xml), |language| {
            printing::order(&order, terms, xml.clone(), language)
        })?;
    }
    explain(&folder)
}

fn in_each(
    folder: &Path,
    name: &str,
    (kind, inside): (&str, &[u8]),
    print: impl Fn(Language) -> Result<Vec<u8>, PrintError>,
) -> Result<(), Box<dyn Error>> {
    fs::write(folder.join(format!("{name}.{kind}")), inside)?;
    for language in Language::ALL {
        let page = folder.join(format!("{name}.{}.pdf", language.tag()));
        fs::write(page, print(language)?)?;
    }
    Ok(())
}

fn order_of(draft: Draft) -> Result<(Order, Terms), Box<dyn Error>> {
    let mut lines = draft.lines;
    for line in &mut lines {
        line.order_line = None;
        line.adjustments.clear();
    }
    let order = Order::new(OrderDraft {
        header: OrderHeader {
            number: format!("PO-{}", draft.number),
            issued_on: draft.issued_on,
            valid_until: Some(draft.issued_on),
            note: None,
            currency: draft.currency,
            buyer_reference: None,
            contract: None,
            deliver_to: None,
            delivery: None,
            terms: None,
        },
        buyer: draft.buyer,
        seller: draft.seller,
        lines,
    })?;
    let terms = Terms {
        advance: Money::zero(draft.currency),
        payment_days: 30,
    };
    Ok((order, terms))
}

fn explain(folder: &Path) -> Result<(), Box<dyn Error>> {
    let request = pricing::read_request(REQUEST)?;
    let answer = pricing::price(&request)?;
    let inside = serde_json::to_vec_pretty(&answer)?;
    let explained = Explanation {
        reference: "PO-2026-000123".to_owned(),
        issued_on: "2026-07-07".parse()?,
        buyer: "Sindicato Único de Trabajadores de la Educación".to_owned(),
        lines: vec![PricedLine {
            position: 1,
            title: "Guardapolvo de algodón".to_owned(),
            cooperative: "Cooperativa de Trabajo Textil «Ñandú» Ltda. & Cía.".to_owned(),
            quantity: "1250".parse()?,
            unit: "C62".to_owned(),
            currency: Currency::parse("ARS")?,
            request: serde_json::from_str(REQUEST)?,
            answer: serde_json::to_value(&answer)?,
        }],
    };
    in_each(folder, "explanation", ("json", &inside), |language| {
        printing::explanation(&explained, inside.clone(), language)
    })
}
