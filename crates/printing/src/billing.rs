//! Invoices and credit notes, printed from the UBL that they were issued as.
use crate::code;
use crate::error::PrintError;
use crate::figures;
use crate::language::Language;
use crate::parties::{last, lines, party, sum, sums};
use crate::press;
use crate::sheet::{Column, File, Part, Relationship, Sheet, Style};
use crate::words::Words;
use accounting::ubl::{AdjustmentKind, DocumentType, Draft, Received};
use money::Money;

/// An invoice or a credit note as PDF/A-3a: `document` is what `xml` says, and `xml` lies inside, byte for byte.
///
/// # Errors
/// [`PrintError`]; none for a document that was issued here.
pub fn billing(
    document: &Received,
    xml: Vec<u8>,
    language: Language,
) -> Result<Vec<u8>, PrintError> {
    press::print(&sheet(document, language)?, xml)
}

fn sheet(document: &Received, language: Language) -> Result<Sheet, PrintError> {
    let words = Words::of(language);
    let (draft, stated) = (&document.draft, &document.stated);
    let credit = draft.document_type == DocumentType::CreditNote;
    let mut parts = vec![lines(
        language,
        draft.currency,
        &draft.lines,
        &stated.line_nets,
    )?];
    let mut rows = sums(
        language,
        stated.tax_exclusive,
        &stated.taxes,
        stated.tax_inclusive,
    );
    if stated.prepaid.minor() != 0 {
        rows.push(sum(language, words.prepaid, stated.prepaid));
    }
    let word = if credit {
        words.credited
    } else {
        words.payable
    };
    rows.push(last(language, word, stated.payable));
    parts.push(Part::Sums { rows });
    parts.extend(premium(language, draft)?);
    parts.extend(payment(language, draft));
    parts.extend(authorised(language, document)?);
    let text = words.inside_ubl.to_owned();
    parts.push(Part::Text { text });
    Ok(Sheet {
        language: language.tag(),
        author: draft.seller.name.clone(),
        kind: if credit {
            words.credit_note
        } else {
            words.invoice
        },
        number: draft.number.clone(),
        date: draft.issued_on.into(),
        parties: vec![
            party(words, words.seller, &draft.seller),
            party(words, words.buyer, &draft.buyer),
        ],
        facts: facts(language, draft),
        parts,
        pages: words.pages,
        file: File {
            name: if credit {
                "credit-note.xml"
            } else {
                "invoice.xml"
            },
            mime: "application/xml",
            relationship: Relationship::Alternative,
            description: words.file_ubl,
        },
    })
}

fn facts(language: Language, draft: &Draft) -> Vec<[String; 2]> {
    let words = Words::of(language);
    let mut facts = vec![[words.date.to_owned(), language.day(draft.issued_on)]];
    let mut add = |word: &str, text: Option<String>| {
        facts.extend(text.map(|text| [word.to_owned(), text]));
    };
    add(words.order, draft.order.clone());
    add(words.reference, draft.buyer_reference.clone());
    let corrected: Vec<&str> = draft
        .corrects
        .iter()
        .map(|one| one.number.as_str())
        .collect();
    add(
        words.corrects,
        Some(corrected.join(", ")).filter(|text| !text.is_empty()),
    );
    add(words.currency, Some(draft.currency.code().to_owned()));
    facts
}

/// What the lines' charges come to for each reason, where there are any.
fn premium(language: Language, draft: &Draft) -> Result<Vec<Part>, PrintError> {
    let words = Words::of(language);
    let mut reasons: Vec<(&str, Money)> = Vec::new();
    let mut whole = Money::zero(draft.currency);
    for one in draft.lines.iter().flat_map(|line| &line.adjustments) {
        if one.kind != AdjustmentKind::Charge {
            continue;
        }
        whole = whole.checked_add(one.amount)?;
        match reasons.iter_mut().find(|(reason, _)| *reason == one.reason) {
            Some((_, sum)) => *sum = sum.checked_add(one.amount)?,
            None => reasons.push((&one.reason, one.amount)),
        }
    }
    if reasons.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows: Vec<_> = reasons
        .into_iter()
        .map(|(reason, amount)| {
            Style::Plain.row([reason.to_owned(), figures::amount(language, amount)])
        })
        .collect();
    rows.push(Style::Sum.row([words.total.to_owned(), figures::amount(language, whole)]));
    Ok(vec![
        Part::Heading {
            text: words.premium.to_owned(),
        },
        Part::Table {
            columns: vec![
                Column::wide(words.purpose),
                Column::figures(format!("{} ({})", words.amount, draft.currency.code())),
            ],
            rows,
        },
        Part::Text {
            text: words.premium_within.to_owned(),
        },
    ])
}

/// When and how it is paid, with what else the document says in words.
fn payment(language: Language, draft: &Draft) -> Vec<Part> {
    let words = Words::of(language);
    let mut rows: Vec<[String; 2]> = draft
        .due
        .iter()
        .map(|due| {
            let word = format!("{} {}", words.due_on, language.day(due.on));
            [word, figures::with_currency(language, due.amount)]
        })
        .collect();
    let mut add = |word: &str, text: Option<&String>| {
        rows.extend(text.map(|text| [word.to_owned(), text.clone()]));
    };
    add(words.terms, draft.terms.as_ref());
    if let Some(account) = &draft.account {
        add(words.account, Some(&account.account));
        add(words.branch, account.branch.as_ref());
        add(words.holder, account.holder.as_ref());
        add(words.reference, account.reference.as_ref());
    }
    add(words.note, draft.note.as_ref());
    if rows.is_empty() {
        return Vec::new();
    }
    let text = words.payment.to_owned();
    vec![Part::Heading { text }, Part::Facts { rows }]
}

/// The authority's code, with the QR code by which anybody asks the authority for it.
fn authorised(language: Language, document: &Received) -> Result<Option<Part>, PrintError> {
    let words = Words::of(language);
    let Some(given) = &document.draft.authorisation else {
        return Ok(None);
    };
    let number = format!("{:05}-{:08}", given.point_of_sale, given.number);
    let rows = vec![
        [words.authorisation.to_owned(), given.code.clone()],
        [
            words.authorised_until.to_owned(),
            language.day(given.expires_on),
        ],
        [words.voucher.to_owned(), number],
    ];
    Ok(match document.qr_link() {
        Some(says) => Some(Part::Code {
            picture: code::picture(&says)?,
            says,
            rows,
        }),
        None => Some(Part::Facts { rows }),
    })
}
