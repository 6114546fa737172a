//! Purchase orders.
use crate::error::PrintError;
use crate::figures;
use crate::language::Language;
use crate::parties::{last, lines, party, sums};
use crate::press;
use crate::sheet::{File, Part, Relationship, Sheet};
use crate::words::Words;
use accounting::ubl::{Order, OrderHeader};
use money::Money;

/// What a purchase order agrees on besides its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What is paid in advance.
    pub advance: Money,
    /// Days until the rest is paid.
    pub payment_days: i32,
}

/// A purchase order as PDF/A-3a: `xml` is the order as UBL, and lies inside, byte for byte.
///
/// # Errors
/// [`PrintError`]; none for an order that was issued here.
pub fn order(
    order: &Order,
    terms: Terms,
    xml: Vec<u8>,
    language: Language,
) -> Result<Vec<u8>, PrintError> {
    press::print(&sheet(order, terms, language)?, xml)
}

fn sheet(order: &Order, terms: Terms, language: Language) -> Result<Sheet, PrintError> {
    let words = Words::of(language);
    let (draft, totals) = (order.draft(), order.totals());
    let header = &draft.header;
    let mut rows = sums(
        language,
        totals.tax_exclusive,
        &totals.taxes,
        totals.payable,
    );
    // The last of them is the total, which counts here.
    rows.pop();
    rows.push(last(language, words.total, totals.payable));
    let [rest, days] = words.days;
    let agreed = [
        [
            words.advance.to_owned(),
            figures::with_currency(language, terms.advance),
        ],
        [
            words.terms.to_owned(),
            format!("{rest} {} {days}", terms.payment_days),
        ],
    ];
    let parts = vec![
        lines(language, header.currency, &draft.lines, &totals.line_nets)?,
        Part::Sums { rows },
        Part::Heading {
            text: words.payment.to_owned(),
        },
        Part::Facts {
            rows: agreed.to_vec(),
        },
        Part::Text {
            text: words.inside_ubl.to_owned(),
        },
    ];
    Ok(Sheet {
        language: language.tag(),
        author: draft.buyer.name.clone(),
        kind: words.purchase_order,
        number: header.number.clone(),
        date: header.issued_on.into(),
        parties: vec![
            party(words, words.buyer, &draft.buyer),
            party(words, words.seller, &draft.seller),
        ],
        facts: facts(language, header),
        parts,
        pages: words.pages,
        file: File {
            name: "order.xml",
            mime: "application/xml",
            relationship: Relationship::Alternative,
            description: words.file_ubl,
        },
    })
}

fn facts(language: Language, header: &OrderHeader) -> Vec<[String; 2]> {
    let words = Words::of(language);
    let mut facts = vec![[words.date.to_owned(), language.day(header.issued_on)]];
    if let Some(until) = header.valid_until {
        facts.push([words.answer_by.to_owned(), language.day(until)]);
    }
    if let Some(period) = header.delivery {
        let (from, to) = (language.day(period.from), language.day(period.to));
        let days = if from == to {
            to
        } else {
            format!("{from} – {to}")
        };
        facts.push([words.delivery.to_owned(), days]);
    }
    facts.push([words.currency.to_owned(), header.currency.code().to_owned()]);
    facts
}
