//! How the prices of an order came about.
use crate::error::PrintError;
use crate::figures;
use crate::kept::{Answer, Asked, Basis, ByPurpose, Destination, Figure, Refusal, Refused, Used};
use crate::language::Language;
use crate::press;
use crate::sheet::{Column, File, Part, PartyText, Relationship, Row, Sheet, Style};
use crate::words::Words;
use chrono::NaiveDate;
use money::{Currency, Micro};
use pricing::COMPONENT_COUNT;
use rust_decimal::Decimal;
use serde_json::Value;

/// How the prices of an order's lines came about.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The order.
    pub reference: String,
    /// Its day.
    pub issued_on: NaiveDate,
    /// Who placed it.
    pub buyer: String,
    /// By line.
    pub lines: Vec<PricedLine>,
}

/// A line, and what is kept of its price.
#[derive(Clone, Debug)]
pub struct PricedLine {
    /// Its place in the order.
    pub position: i32,
    /// What it is.
    pub title: String,
    /// Who makes it.
    pub cooperative: String,
    /// How much of it is ordered.
    pub quantity: Micro,
    /// Of what: a code of UN/ECE Recommendation 20.
    pub unit: String,
    /// The currency of its price.
    pub currency: Currency,
    /// What pricing was asked: only the quantity is read.
    pub request: Value,
    /// What pricing answered, as the API shows it to the reader.
    pub answer: Value,
}

/// An explanation as PDF/A-3a; `kept` is the same as JSON, and lies inside, byte for byte.
///
/// # Errors
/// [`PrintError`]; [`PrintError::Kept`] for an answer that pricing never gave.
pub fn explanation(
    explained: &Explanation,
    kept: Vec<u8>,
    language: Language,
) -> Result<Vec<u8>, PrintError> {
    press::print(&sheet(explained, language)?, kept)
}

fn sheet(explained: &Explanation, language: Language) -> Result<Sheet, PrintError> {
    let words = Words::of(language);
    let intro = words.priced.intro.to_owned();
    let mut parts = vec![Part::Text { text: intro }];
    for line in &explained.lines {
        parts.extend(of_line(line, language)?);
    }
    parts.push(Part::Text {
        text: words.inside_kept.to_owned(),
    });
    let mut makers: Vec<&str> = Vec::new();
    for line in &explained.lines {
        if !makers.contains(&line.cooperative.as_str()) {
            makers.push(&line.cooperative);
        }
    }
    let side = |role: &'static str, name: String| PartyText {
        role,
        name,
        lines: Vec::new(),
    };
    Ok(Sheet {
        language: language.tag(),
        author: explained.buyer.clone(),
        kind: words.explanation,
        number: explained.reference.clone(),
        date: explained.issued_on.into(),
        parties: vec![
            side(words.buyer, explained.buyer.clone()),
            side(words.seller, makers.join(", ")),
        ],
        facts: vec![[words.date.to_owned(), language.day(explained.issued_on)]],
        parts,
        pages: words.pages,
        file: File {
            name: "explanation.json",
            mime: "application/json",
            relationship: Relationship::Data,
            description: words.file_kept,
        },
    })
}

fn of_line(line: &PricedLine, language: Language) -> Result<Vec<Part>, PrintError> {
    let words = Words::of(language);
    let priced = &words.priced;
    let asked: Asked = serde_json::from_value(line.request.clone())?;
    let answer: Answer = serde_json::from_value(line.answer.clone())?;
    let mut parts = vec![
        Part::Heading {
            text: format!("{}. {}", line.position, line.title),
        },
        Part::Facts {
            rows: facts(line, &asked, &answer, language),
        },
        Part::Heading {
            text: priced.components.to_owned(),
        },
        components(line, &answer, language),
    ];
    if answer.premium_amount.0 != Decimal::ZERO {
        let destination = match answer.community_destination {
            Destination::CooperativePlan => priced.to_plan,
            Destination::CommonFund => priced.to_fund,
        };
        let whole = answer.premium_amount.0;
        parts.push(Part::Heading {
            text: priced.protects.to_owned(),
        });
        parts.push(purposes(line, answer.premium_by_purpose, whole, language));
        parts.push(Part::Text {
            text: destination.to_owned(),
        });
    }
    parts.extend(used(line, &answer.trace.quotes_used, language));
    parts.extend(refused(&answer.trace.quotes_refused, language));
    Ok(parts)
}

fn facts(
    line: &PricedLine,
    asked: &Asked,
    answer: &Answer,
    language: Language,
) -> Vec<[String; 2]> {
    let words = Words::of(language);
    let priced = &words.priced;
    let unit = words.unit(&line.unit);
    let money = |value: String| format!("{} {value}", line.currency.code());
    let rounded = |value: Figure| money(figures::rounded(language, value.0));
    let basis = match answer.basis {
        Basis::Market => 0,
        Basis::CostFloor => 1,
        Basis::NetworkMinimum => 2,
        Basis::Agreed => 3,
        Basis::Reviewed => 4,
    };
    let many = |value: String| format!("{value} {unit}");
    let mut rows = vec![
        [priced.cooperative, &line.cooperative].map(str::to_owned),
        [
            priced.ordered.to_owned(),
            many(figures::quantity(language, line.quantity)),
        ],
        [
            priced.priced_at.to_owned(),
            many(figures::decimal(language, asked.quantity.0.normalize())),
        ],
        [priced.market.to_owned(), rounded(answer.market_reference)],
        [priced.floor.to_owned(), rounded(answer.floor)],
        [
            priced.price.to_owned(),
            money(figures::unit_price(language, answer.unit_price.0)),
        ],
        [
            priced.over_market.to_owned(),
            figures::percent(language, answer.premium_rate.0),
        ],
        [
            priced.basis.to_owned(),
            priced
                .bases
                .get(basis)
                .copied()
                .unwrap_or_default()
                .to_owned(),
        ],
        [
            priced.rules.to_owned(),
            answer.trace.rule_set_version.clone(),
        ],
    ];
    if let Some(source) = &answer.trace.benchmark_source {
        let day = answer.trace.benchmark_date.map(|day| language.day(day));
        let published = [Some(source.clone()), day].into_iter().flatten();
        let published: Vec<String> = published.collect();
        rows.push([priced.living_wage.to_owned(), published.join(", ")]);
    }
    rows
}

fn components(line: &PricedLine, answer: &Answer, language: Language) -> Part {
    let words = Words::of(language);
    let priced = &words.priced;
    let per_unit: [Decimal; COMPONENT_COUNT] = answer.trace.components_per_unit.into_array();
    let whole: [Decimal; COMPONENT_COUNT] = answer.components.into_array();
    let each = priced.component_names.iter().zip(per_unit).zip(whole);
    let mut rows: Vec<Row> = each
        .filter(|((_, of_unit), of_line)| !of_unit.is_zero() || !of_line.is_zero())
        .map(|((name, of_unit), of_line)| {
            Style::Plain.row([
                (*name).to_owned(),
                figures::rounded(language, of_unit),
                figures::decimal(language, of_line),
            ])
        })
        .collect();
    rows.push(Style::Sum.row([
        words.total.to_owned(),
        figures::unit_price(language, answer.unit_price.0),
        figures::decimal(language, answer.line_amount.0),
    ]));
    Part::Table {
        columns: vec![
            Column::wide(priced.component),
            Column::figures(format!("{} ({})", priced.of_unit, line.currency.code())),
            Column::figures(format!("{} ({})", words.amount, line.currency.code())),
        ],
        rows,
    }
}

fn purposes(line: &PricedLine, by: ByPurpose, whole: Decimal, language: Language) -> Part {
    let words = Words::of(language);
    let priced = &words.priced;
    let names = priced.purpose_names.iter().zip(priced.purpose_reasons);
    let mut rows: Vec<Row> = names
        .zip(by.into_array())
        .filter(|(_, amount)| !amount.0.is_zero())
        .map(|((name, reason), amount)| {
            let amount = figures::decimal(language, amount.0);
            Style::Plain.row([(*name).to_owned(), reason.to_owned(), amount])
        })
        .collect();
    let whole = figures::decimal(language, whole);
    rows.push(Style::Sum.row([words.total.to_owned(), String::new(), whole]));
    Part::Table {
        columns: vec![
            Column::short(words.purpose),
            Column::wide(priced.why),
            Column::figures(format!("{} ({})", words.amount, line.currency.code())),
        ],
        rows,
    }
}

fn used(line: &PricedLine, quotes: &[Used], language: Language) -> Vec<Part> {
    let priced = &Words::of(language).priced;
    if quotes.is_empty() {
        return Vec::new();
    }
    let row = |quote: &Used| {
        let quoted = figures::unit_price(language, quote.unit_price.0);
        Style::Plain.row([
            quote.source.clone(),
            language.day(quote.observed_on),
            format!("{} {quoted}", quote.currency),
            figures::rounded(language, quote.converted_unit_price.0),
        ])
    };
    vec![
        Part::Heading {
            text: priced.quotes.to_owned(),
        },
        Part::Table {
            columns: vec![
                Column::wide(priced.source),
                Column::short(priced.seen_on),
                Column::figures(priced.quoted),
                Column::figures(format!("{} ({})", priced.converted, line.currency.code())),
            ],
            rows: quotes.iter().map(row).collect(),
        },
    ]
}

fn refused(quotes: &[Refused], language: Language) -> Vec<Part> {
    let priced = &Words::of(language).priced;
    if quotes.is_empty() {
        return Vec::new();
    }
    let row = |quote: &Refused| {
        let at = match quote.reason {
            Refusal::MinQuantityAboveOrder => 0,
            Refusal::ObservedAfterSignature => 1,
            Refusal::TooOld => 2,
            Refusal::SameSource => 3,
        };
        let why = priced.refusals.get(at).copied().unwrap_or_default();
        Style::Plain.row([quote.source.clone(), why.to_owned()])
    };
    vec![
        Part::Heading {
            text: priced.refused.to_owned(),
        },
        Part::Table {
            columns: vec![Column::wide(priced.source), Column::wide(priced.reason)],
            rows: quotes.iter().map(row).collect(),
        },
    ]
}
