//! A document side by side with what one payer ordered and accepted. Nothing here reads the database.
use super::difference::Difference;
use super::expected::{OrderedLine, price_of_one};
use crate::error::Result;
use accounting::three_way::{self, Invoiced, Line, Ordered, Tolerances, Totals};
use accounting::ubl::{self, AdjustmentKind, DocumentType, Received, UnitCode};
use money::{Micro, Money, amount_of};
use std::collections::BTreeMap;

/// What the id of the freight of a line ends with, as purchase orders write it.
const FREIGHT: &str = "-F";

/// What a line of a document is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    /// The goods of a line of the order.
    Goods(i32),
    /// Their freight.
    Freight(i32),
    /// Nothing that was ordered; by the document's own id.
    Nothing(String),
}

/// What a document says of one thing at one rate of tax, all its lines for that together.
#[derive(Clone, Copy, Debug)]
struct Stated {
    quantity: Micro,
    unit: UnitCode,
    net: Money,
    computed: Money,
}

/// Units of each line of the order that a document bills or takes back.
pub(super) fn units(
    received: &Received,
    ordered: &BTreeMap<i32, OrderedLine>,
) -> Result<BTreeMap<i32, Micro>> {
    let mut units: BTreeMap<i32, Micro> = BTreeMap::new();
    for line in &received.draft.lines {
        if let Of::Goods(position) = of(line, ordered) {
            let sum = units.entry(position).or_insert(Micro::ZERO);
            *sum = sum.checked_add(line.quantity)?;
        }
    }
    Ok(units)
}

/// Everything that differs. `owed` is what is to be paid by a document of the same number that was issued here.
///
/// # Errors
/// [`crate::Code::AmountOutOfRange`], [`crate::Code::CurrencyMismatch`].
pub(super) fn compare(
    received: &Received,
    ordered: &BTreeMap<i32, OrderedLine>,
    owed: Option<Money>,
    tolerances: &Tolerances,
) -> Result<Vec<Difference>> {
    let document = received.draft.document_type;
    let stated = stated(received, ordered)?;
    let mut found = Vec::new();
    let mut lines = Vec::new();
    for ((of, rate), one) in &stated {
        if let Of::Goods(position) = of
            && let Some(line) = ordered.get(position)
            && line.unit != one.unit.code()
        {
            let nothing = Money::zero(received.draft.currency)
                .to_decimal()
                .to_string();
            found.push(Difference::of_unit(
                position.to_string(),
                &line.unit,
                one.unit,
                nothing,
            ));
        }
        lines.push(line(document, ordered, &stated, (of, *rate), one)?);
    }
    lines.extend(missing(document, ordered, &stated)?);
    lines.extend(adjustments(received)?);
    let differences = three_way::check(&lines, foot(received, owed)?, tolerances)?;
    found.extend(differences.iter().map(|one| Difference::of(document, one)));
    Ok(found)
}

type All = BTreeMap<(Of, Micro), Stated>;

fn stated(received: &Received, ordered: &BTreeMap<i32, OrderedLine>) -> Result<All> {
    let currency = received.draft.currency;
    let mut all = All::new();
    for (line, net) in received.draft.lines.iter().zip(&received.stated.line_nets) {
        let key = (of(line, ordered), line.vat.rate().unwrap_or(Micro::ZERO));
        let computed = line.net(currency)?;
        match all.get_mut(&key) {
            None => {
                let one = Stated {
                    quantity: line.quantity,
                    unit: line.unit,
                    net: *net,
                    computed,
                };
                all.insert(key, one);
            }
            Some(sum) => {
                sum.quantity = sum.quantity.checked_add(line.quantity)?;
                sum.net = sum.net.checked_add(*net)?;
                sum.computed = sum.computed.checked_add(computed)?;
            }
        }
    }
    Ok(all)
}

/// By the order's line that it names; where it names none, by the name of what was ordered, if that is clear.
fn of(line: &ubl::Line, ordered: &BTreeMap<i32, OrderedLine>) -> Of {
    let nothing = || Of::Nothing(line.id.clone());
    let Some(reference) = &line.order_line else {
        let mut named = ordered
            .iter()
            .filter(|(_, one)| one.name.eq_ignore_ascii_case(&line.name));
        return match (named.next(), named.next()) {
            (Some((position, _)), None) => Of::Goods(*position),
            _ => nothing(),
        };
    };
    let (number, freight) = match reference.strip_suffix(FREIGHT) {
        Some(number) => (number, true),
        None => (
            reference.as_str(),
            line.id == format!("{reference}{FREIGHT}"),
        ),
    };
    let known = number.parse().ok().filter(|at| ordered.contains_key(at));
    match known {
        Some(position) if freight => Of::Freight(position),
        Some(position) => Of::Goods(position),
        None => nothing(),
    }
}

fn line(
    document: DocumentType,
    ordered: &BTreeMap<i32, OrderedLine>,
    all: &All,
    (of, tax_rate): (&Of, Micro),
    one: &Stated,
) -> Result<Line> {
    let mut invoiced = Invoiced {
        quantity: one.quantity,
        unit_price: price_of_one(one.net, one.quantity).unwrap_or(Micro::ZERO),
        net: one.net,
        computed: one.computed,
        tax_rate,
    };
    let mut expected = None;
    match of {
        // What is billed for no units, or less, is of nothing that was ordered.
        Of::Goods(position) if one.quantity > Micro::ZERO => {
            if let Some(line) = ordered.get(position) {
                if line.is_price_of(document, one.quantity, one.net)? {
                    invoiced.unit_price = line.unit_price()?;
                }
                expected = Some(goods(document, line)?);
            }
        }
        Of::Freight(position) => {
            if let Some(line) = ordered.get(position) {
                let amount = freight(document, line, units_of(all, *position)?)?;
                if amount.minor() > 0 {
                    expected = Some(once(amount, line.tax_rate)?);
                }
            }
            invoiced.quantity = Micro::ONE;
            invoiced.unit_price = Micro::from_decimal(one.net.to_decimal())?;
        }
        Of::Goods(_) | Of::Nothing(_) => {}
    }
    Ok(Line {
        id: name(of),
        ordered: expected,
        invoiced: Some(invoiced),
    })
}

fn name(of: &Of) -> String {
    match of {
        Of::Goods(position) => position.to_string(),
        Of::Freight(position) => format!("{position}{FREIGHT}"),
        Of::Nothing(id) => id.clone(),
    }
}

fn units_of(all: &All, position: i32) -> Result<Micro> {
    let mut units = Micro::ZERO;
    for ((of, _), one) in all {
        if *of == Of::Goods(position) {
            units = units.checked_add(one.quantity)?;
        }
    }
    Ok(units)
}

/// What was ordered and accepted. A credit note takes back what was billed and is not accepted.
fn goods(document: DocumentType, line: &OrderedLine) -> Result<Ordered> {
    let (quantity, accepted, billed_before) = match document {
        DocumentType::Invoice => (line.quantity, line.accepted, line.before),
        DocumentType::CreditNote => {
            let over = line.before.checked_sub(line.accepted)?;
            (line.before, over.max(Micro::ZERO), Micro::ZERO)
        }
    };
    Ok(Ordered {
        quantity,
        unit_price: line.unit_price()?,
        tax_rate: line.tax_rate,
        accepted,
        billed_before,
    })
}

/// An amount that is due once, whatever it is for.
fn once(amount: Money, tax_rate: Micro) -> Result<Ordered> {
    Ok(Ordered {
        quantity: Micro::ONE,
        unit_price: Micro::from_decimal(amount.to_decimal())?,
        tax_rate,
        accepted: Micro::ONE,
        billed_before: Micro::ZERO,
    })
}

/// The freight of so many units of a line.
fn freight(document: DocumentType, line: &OrderedLine, units: Micro) -> Result<Money> {
    Ok(line.value(document, units)?.freight())
}

/// What could be billed and is not: goods that were accepted, and the freight of goods that are billed.
fn missing(
    document: DocumentType,
    ordered: &BTreeMap<i32, OrderedLine>,
    all: &All,
) -> Result<Vec<Line>> {
    let has = |of: &Of| all.keys().any(|(known, _)| known == of);
    let mut lines = Vec::new();
    let mut add = |of: &Of, ordered| {
        lines.push(Line {
            id: name(of),
            ordered: Some(ordered),
            invoiced: None,
        });
    };
    for (position, line) in ordered {
        let of_goods = Of::Goods(*position);
        if !has(&of_goods) {
            if document == DocumentType::Invoice && line.accepted > line.before {
                add(&of_goods, goods(document, line)?);
            }
            continue;
        }
        let of_freight = Of::Freight(*position);
        let due = freight(document, line, units_of(all, *position)?)?;
        if !has(&of_freight) && due.minor() > 0 {
            add(&of_freight, once(due, line.tax_rate)?);
        }
    }
    Ok(lines)
}

/// Allowances and charges on the whole document: no order has them.
fn adjustments(received: &Received) -> Result<Vec<Line>> {
    let zero = Money::zero(received.draft.currency);
    let mut lines = Vec::new();
    for one in &received.adjustments {
        let amount = one.adjustment.amount;
        let net = match one.adjustment.kind {
            AdjustmentKind::Charge => amount,
            AdjustmentKind::Allowance => zero.checked_sub(amount)?,
        };
        let unit_price = Micro::from_decimal(net.to_decimal())?;
        lines.push(Line {
            id: one.adjustment.reason.clone(),
            ordered: None,
            invoiced: Some(Invoiced {
                quantity: Micro::ONE,
                unit_price,
                net,
                computed: amount_of(Micro::ONE, unit_price, zero.currency())?,
                tax_rate: one.vat.rate().unwrap_or(Micro::ZERO),
            }),
        });
    }
    Ok(lines)
}

/// The foot. Without a document of the same number that was issued here, what it says it was paid in advance is
/// believed, and nothing else is.
fn foot(received: &Received, owed: Option<Money>) -> Result<Totals> {
    let stated = &received.stated;
    let owed = match owed {
        Some(owed) => owed,
        None => stated.tax_inclusive.checked_sub(stated.prepaid)?,
    };
    Ok(Totals {
        net: stated.tax_exclusive,
        tax: stated.tax,
        payable: stated.payable,
        owed,
    })
}
