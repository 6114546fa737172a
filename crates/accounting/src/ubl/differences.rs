//! Amounts of other people's documents that do not follow from the others.
use super::line::AdjustmentKind;
use super::read::{Received, same_tax};
use super::violation::Violation;
use money::{Micro, Money, MoneyError, rate_of};

/// An amount that is not what follows from others.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} is {stated}, but comes to {computed} [{rule}]")]
pub struct Difference {
    /// The rule that asks it: `BR-CO-17`.
    pub rule: &'static str,
    /// Which amount: `tax`, `lines[2]`.
    pub field: String,
    /// What the document says.
    pub stated: Money,
    /// What it comes to.
    pub computed: Money,
}

/// What was found so far.
struct Found(Vec<Difference>);

impl Found {
    /// Compares an amount as it is stated with what it comes to.
    fn compare(
        &mut self,
        rule: &'static str,
        field: &str,
        stated: Money,
        computed: Result<Money, MoneyError>,
    ) -> Result<(), Violation> {
        let computed = computed.map_err(Violation::of_money(rule, field))?;
        if stated != computed {
            self.0.push(Difference {
                rule,
                field: field.to_owned(),
                stated,
                computed,
            });
        }
        Ok(())
    }
}

impl Received {
    /// Every amount that is not exactly what follows from the amounts it is made of, each judged by itself: one
    /// that is wrong does not make those wrong that it is part of. EN 16931 lets a tax be off by less than one
    /// unit of the currency, and Peppol a line by two cents, so somebody else's valid document can have some.
    ///
    /// # Errors
    /// A [`Violation`] where the sums leave 64 bits.
    pub fn differences(&self) -> Result<Vec<Difference>, Violation> {
        let mut found = Found(Vec::new());
        let stated = &self.stated;
        let zero = Money::zero(self.draft.currency);
        for (at, (line, net)) in self.draft.lines.iter().zip(&stated.line_nets).enumerate() {
            let computed = line.net(self.draft.currency);
            found.compare("BT-131", &format!("lines[{at}]"), *net, computed)?;
        }
        self.compare_taxes(&mut found)?;
        let of_kind = |kind: AdjustmentKind| {
            let of_kind = self.adjustments.iter().map(|one| &one.adjustment);
            let of_kind = of_kind.filter(move |one| one.kind == kind);
            sum(zero, of_kind.map(|one| one.amount))
        };
        let lines = sum(zero, stated.line_nets.iter().copied());
        found.compare("BR-CO-10", "lines", stated.lines, lines)?;
        let allowances = of_kind(AdjustmentKind::Allowance);
        found.compare("BR-CO-11", "allowances", stated.allowances, allowances)?;
        let charges = of_kind(AdjustmentKind::Charge);
        found.compare("BR-CO-12", "charges", stated.charges, charges)?;
        let tax_exclusive = stated.lines.checked_add(stated.charges);
        let tax_exclusive = tax_exclusive.and_then(|sum| sum.checked_sub(stated.allowances));
        found.compare(
            "BR-CO-13",
            "tax_exclusive",
            stated.tax_exclusive,
            tax_exclusive,
        )?;
        let tax = sum(zero, stated.taxes.iter().map(|one| one.tax));
        found.compare("BR-CO-14", "tax", stated.tax, tax)?;
        let tax_inclusive = stated.tax_exclusive.checked_add(stated.tax);
        found.compare(
            "BR-CO-15",
            "tax_inclusive",
            stated.tax_inclusive,
            tax_inclusive,
        )?;
        let payable = stated.tax_inclusive.checked_sub(stated.prepaid);
        let payable = payable.and_then(|left| left.checked_add(stated.rounding));
        found.compare("BR-CO-16", "payable", stated.payable, payable)?;
        Ok(found.0)
    }

    fn compare_taxes(&self, found: &mut Found) -> Result<(), Violation> {
        let stated = &self.stated;
        let zero = Money::zero(self.draft.currency);
        let mut taxed = Vec::new();
        for (line, net) in self.draft.lines.iter().zip(&stated.line_nets) {
            taxed.push((&line.vat, *net));
        }
        for one in &self.adjustments {
            let amount = one.adjustment.amount;
            let signed = match one.adjustment.kind {
                AdjustmentKind::Charge => Ok(amount),
                AdjustmentKind::Allowance => zero.checked_sub(amount),
            };
            let signed = signed.map_err(Violation::of_money("BT-116", "adjustments"))?;
            taxed.push((&one.vat, signed));
        }
        for one in &stated.taxes {
            let field = format!("taxes[{}]", one.vat.category());
            let same = taxed.iter().filter(|(vat, _)| same_tax(vat, &one.vat));
            let taxable = sum(zero, same.map(|(_, amount)| *amount));
            found.compare("BT-116", &format!("{field}.taxable"), one.taxable, taxable)?;
            let tax = rate_of(one.taxable, one.vat.rate().unwrap_or(Micro::ZERO));
            found.compare("BR-CO-17", &format!("{field}.tax"), one.tax, tax)?;
        }
        // What is taxed at a rate of which there is no total at all. A category that says nothing is left out:
        // those who wrote before EN 16931 gave charges on a document none.
        for (vat, amount) in taxed {
            let known = stated.taxes.iter().any(|one| same_tax(&one.vat, vat));
            if !known && !vat.category().is_empty() {
                let field = format!("taxes[{}].taxable", vat.category());
                found.compare("BT-116", &field, zero, Ok(amount))?;
            }
        }
        Ok(())
    }
}

fn sum(zero: Money, mut parts: impl Iterator<Item = Money>) -> Result<Money, MoneyError> {
    parts.try_fold(zero, Money::checked_add)
}
