//! Both sides of a document, and the lines that orders and invoices share.
use crate::error::PrintError;
use crate::figures;
use crate::language::Language;
use crate::sheet::{Column, Part, PartyText, Row, Style, Sum};
use crate::words::Words;
use accounting::ubl::{AdjustmentKind, ElectronicAddress, Line, Party, TaxSubtotal, Vat};
use money::{Currency, Money};
use rust_decimal::Decimal;

/// A side, with what its papers say of it.
pub(crate) fn party(words: &Words, role: &'static str, party: &Party) -> PartyText {
    let address = &party.address;
    let city = [&address.postal_code, &address.city];
    let city: Vec<&str> = city.into_iter().flatten().map(String::as_str).collect();
    let mut lines: Vec<String> = Vec::new();
    lines.extend(party.trading_name.clone());
    lines.extend(address.lines.iter().cloned());
    if !city.is_empty() {
        lines.push(city.join(" "));
    }
    let region = address.region.iter().cloned();
    let country: Vec<String> = region.chain([address.country.code().to_owned()]).collect();
    lines.push(country.join(", "));
    if let Some(id) = &party.tax_id {
        lines.push(format!("{}: {}", words.tax_id, id.number()));
    }
    if let Some(number) = &party.registration {
        lines.push(format!("{}: {number}", words.registration));
    }
    match &party.electronic_address {
        Some(ElectronicAddress::Gln(gln)) => lines.push(format!("GLN: {}", gln.as_str())),
        Some(address) => lines.push(address.id().to_owned()),
        None => {}
    }
    PartyText {
        role,
        name: party.name.clone(),
        lines,
    }
}

/// The lines of an order or an invoice, each with its net amount.
///
/// # Errors
/// A line that leaves 64 bits.
pub(crate) fn lines(
    language: Language,
    currency: Currency,
    lines: &[Line],
    nets: &[Money],
) -> Result<Part, PrintError> {
    let words = Words::of(language);
    let mut rows = Vec::new();
    for (line, net) in lines.iter().zip(nets) {
        rows.extend(line_rows(language, currency, line, *net)?);
    }
    Ok(Part::Table {
        columns: vec![
            Column::short("#"),
            Column::wide(words.article),
            Column::figures(words.quantity),
            Column::figures(words.unit_price),
            Column::figures(words.tax_rate),
            Column::figures(format!("{} ({})", words.amount, currency.code())),
        ],
        rows,
    })
}

/// The row of a line; where something is added to it or taken off, a row for each, and its sum.
fn line_rows(
    language: Language,
    currency: Currency,
    line: &Line,
    net: Money,
) -> Result<Vec<Row>, PrintError> {
    let words = Words::of(language);
    let none = String::new;
    let name = [Some(&line.name), line.description.as_ref()];
    let name: Vec<&str> = name.into_iter().flatten().map(String::as_str).collect();
    let amount = if line.adjustments.is_empty() {
        net
    } else {
        line.price.of(line.quantity, currency)?
    };
    let mut rows = vec![Style::Plain.row([
        line.id.clone(),
        name.join(" – "),
        format!(
            "{} {}",
            figures::quantity(language, line.quantity),
            words.unit(line.unit.code())
        ),
        price(language, line),
        rate(language, &line.vat),
        figures::amount(language, amount),
    ])];
    for one in &line.adjustments {
        let sign = match one.kind {
            AdjustmentKind::Charge => "+",
            AdjustmentKind::Allowance => "-",
        };
        let part = one.base.map_or_else(none, |base| {
            format!(
                " ({} {} {})",
                figures::percent(language, base.rate.to_decimal()),
                words.of,
                figures::amount(language, base.amount)
            )
        });
        rows.push(Style::Detail.row([
            none(),
            format!("{sign} {}{part}", one.reason),
            none(),
            none(),
            none(),
            format!("{sign} {}", figures::amount(language, one.amount)),
        ]));
    }
    if !line.adjustments.is_empty() {
        rows.push(Style::Sum.row([
            none(),
            words.line_net.to_owned(),
            none(),
            none(),
            none(),
            figures::amount(language, net),
        ]));
    }
    Ok(rows)
}

/// The price of one unit, or of so many where it is not exact for one.
fn price(language: Language, line: &Line) -> String {
    let amount = figures::unit_price(language, line.price.amount.to_decimal());
    if line.price.per == money::Micro::ONE {
        return amount;
    }
    let per = figures::quantity(language, line.price.per);
    format!("{amount} {} {per}", Words::of(language).per)
}

fn rate(language: Language, vat: &Vat) -> String {
    vat.rate().map_or_else(
        || "–".to_owned(),
        |rate| figures::percent(language, rate.to_decimal()),
    )
}

/// The sums that orders and invoices share: without tax, the tax of each rate, with tax.
pub(crate) fn sums(
    language: Language,
    net: Money,
    taxes: &[TaxSubtotal],
    total: Money,
) -> Vec<Sum> {
    let words = Words::of(language);
    let mut rows = vec![sum(language, words.net, net)];
    for one in taxes {
        let word = match one.vat.rate() {
            Some(rate) if rate.to_decimal() > Decimal::ZERO => format!(
                "{} {} {} {}",
                words.tax,
                figures::percent(language, rate.to_decimal()),
                words.of,
                figures::amount(language, one.taxable)
            ),
            _ => {
                let reason = one.vat.reason().map(|reason| format!(": {reason}"));
                format!("{}{}", words.no_tax, reason.unwrap_or_default())
            }
        };
        rows.push(sum(language, word, one.tax));
    }
    rows.push(sum(language, words.total, total));
    rows
}

/// One of the sums.
pub(crate) fn sum(language: Language, word: impl Into<String>, amount: Money) -> Sum {
    Sum {
        word: word.into(),
        amount: figures::amount(language, amount),
        last: false,
    }
}

/// The sum that counts, with its currency.
pub(crate) fn last(language: Language, word: &str, amount: Money) -> Sum {
    Sum {
        word: word.to_owned(),
        amount: figures::with_currency(language, amount),
        last: true,
    }
}
