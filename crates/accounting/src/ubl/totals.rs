//! Totals, as EN 16931 computes them: exact, and rounded only where it says so.
use super::codes::Vat;
use super::line::{AdjustmentKind, Line, LineAdjustment};
use super::violation::{Violation, require};
use money::{Currency, Micro, Money, MoneyError, rate_of};

/// The tax of one category and rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxSubtotal {
    /// Category and rate.
    pub vat: Vat,
    /// What is taxed (BT-116).
    pub taxable: Money,
    /// The tax: what is taxed times the rate, rounded once, half away from zero (BT-117).
    pub tax: Money,
}

/// An allowance or charge on a whole document, in other people's documents: none is issued here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentAdjustment {
    /// What, and how much.
    pub adjustment: LineAdjustment,
    /// The tax on it.
    pub vat: Vat,
}

/// The sums of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// The net amount of each line, in their order (BT-131).
    pub line_nets: Vec<Money>,
    /// Their sum (BT-106).
    pub lines: Money,
    /// Allowances on the whole document (BT-107); nothing in what is issued here.
    pub allowances: Money,
    /// Charges on the whole document (BT-108); nothing in what is issued here.
    pub charges: Money,
    /// Without tax (BT-109).
    pub tax_exclusive: Money,
    /// The tax by category and rate, in the order in which the lines first name them.
    pub taxes: Vec<TaxSubtotal>,
    /// The tax (BT-110).
    pub tax: Money,
    /// With tax (BT-112).
    pub tax_inclusive: Money,
    /// Paid already: the advance that is netted (BT-113).
    pub prepaid: Money,
    /// Added to round what is payable (BT-114); nothing in what is issued here.
    pub rounding: Money,
    /// What is left to pay (BT-115).
    pub payable: Money,
}

impl Totals {
    /// Computes what lines and adjustments come to.
    ///
    /// # Errors
    /// BR-CO-10 to BR-CO-17 where a sum leaves 64 bits or mixes currencies.
    pub fn of(
        lines: &[Line],
        adjustments: &[DocumentAdjustment],
        (prepaid, rounding): (Money, Money),
        currency: Currency,
    ) -> Result<Self, Violation> {
        let zero = Money::zero(currency);
        let mut line_nets = Vec::with_capacity(lines.len());
        let mut taxed: Vec<(Vat, Money)> = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let of_line = || format!("lines[{at}]");
            let net = line
                .net(currency)
                .map_err(Violation::of_money("BT-131", of_line()))?;
            line_nets.push(net);
            add(&mut taxed, &line.vat, net).map_err(Violation::of_money("BT-116", of_line()))?;
        }
        let (mut allowances, mut charges) = (zero, zero);
        for (at, one) in adjustments.iter().enumerate() {
            let amount = one.adjustment.amount;
            let signed = match one.adjustment.kind {
                AdjustmentKind::Charge => {
                    charges = sum(&[charges, amount], zero, "BR-CO-12")?;
                    Ok(amount)
                }
                AdjustmentKind::Allowance => {
                    allowances = sum(&[allowances, amount], zero, "BR-CO-11")?;
                    zero.checked_sub(amount)
                }
            };
            signed
                .and_then(|signed| add(&mut taxed, &one.vat, signed))
                .map_err(Violation::of_money("BT-116", format!("adjustments[{at}]")))?;
        }
        let lines = sum(&line_nets, zero, "BR-CO-10")?;
        let less = zero
            .checked_sub(allowances)
            .map_err(Violation::of_money("BR-CO-13", "totals"))?;
        let tax_exclusive = sum(&[lines, charges, less], zero, "BR-CO-13")?;
        let taxes = taxes(taxed)?;
        let tax = sum(
            &taxes.iter().map(|one| one.tax).collect::<Vec<_>>(),
            zero,
            "BR-CO-14",
        )?;
        let tax_inclusive = sum(&[tax_exclusive, tax], zero, "BR-CO-15")?;
        let payable = tax_inclusive
            .checked_sub(prepaid)
            .and_then(|left| left.checked_add(rounding))
            .map_err(Violation::of_money("BR-CO-16", "prepaid"))?;
        Ok(Self {
            line_nets,
            lines,
            allowances,
            charges,
            tax_exclusive,
            taxes,
            tax,
            tax_inclusive,
            prepaid,
            rounding,
            payable,
        })
    }
}

fn sum(parts: &[Money], zero: Money, rule: &'static str) -> Result<Money, Violation> {
    parts
        .iter()
        .try_fold(zero, |sum, part| sum.checked_add(*part))
        .map_err(Violation::of_money(rule, "totals"))
}

fn add(taxed: &mut Vec<(Vat, Money)>, vat: &Vat, net: Money) -> Result<(), MoneyError> {
    let same = taxed
        .iter_mut()
        .find(|(known, _)| (known.category(), known.rate()) == (vat.category(), vat.rate()));
    match same {
        Some((_, sum)) => *sum = sum.checked_add(net)?,
        None => taxed.push((vat.clone(), net)),
    }
    Ok(())
}

fn taxes(taxed: Vec<(Vat, Money)>) -> Result<Vec<TaxSubtotal>, Violation> {
    taxed
        .into_iter()
        .map(|(vat, taxable)| {
            let tax = rate_of(taxable, vat.rate().unwrap_or(Micro::ZERO))
                .map_err(Violation::of_money("BR-CO-17", "totals"))?;
            Ok(TaxSubtotal { vat, taxable, tax })
        })
        .collect()
}

/// That lines of one category have one reason, and that what is outside the tax stands alone.
pub(super) fn check_categories(lines: &[Line]) -> Result<(), Violation> {
    for (at, line) in lines.iter().enumerate() {
        let same = lines
            .iter()
            .take(at)
            .find(|before| before.vat.category() == line.vat.category());
        require(
            same.is_none_or(|before| before.vat.reason() == line.vat.reason()),
            "BR-E-01",
            format!("lines[{at}].vat"),
            "All lines of a category without tax have the same reason.",
        )?;
        let outside = |line: &Line| matches!(line.vat, Vat::OutOfScope { .. });
        require(
            lines
                .first()
                .is_none_or(|first| outside(first) == outside(line)),
            "BR-O-11",
            format!("lines[{at}].vat"),
            "A document with a line outside the tax has no other lines.",
        )?;
    }
    Ok(())
}
