//! The three-way check: what an invoice asks for against what was ordered and what was accepted.
//!
//! Every difference is listed, with what was expected and what was found, and whether it lies within the tolerances
//! that the organisation set. The check decides nothing: a list without a difference outside is what people asked for.
use money::{Currency, Micro, Money, MoneyError, amount_of, rate_of};
use std::collections::BTreeMap;

/// How far an invoice may be off. A difference is within where its share and its amount both are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerances {
    /// Of a quantity, as a fraction of the one expected: 0.02 is two per cent.
    pub quantity: Micro,
    /// Of a unit price, as a fraction of the one ordered.
    pub price: Micro,
    /// What a difference may come to in money, either way.
    pub amount: Money,
}

/// What was ordered on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// How much.
    pub quantity: Micro,
    /// At which price for one.
    pub unit_price: Micro,
    /// At which rate of tax, as a fraction: 0.21.
    pub tax_rate: Micro,
    /// How much of it was accepted on receipt.
    pub accepted: Micro,
    /// How much of it earlier invoices billed, less what credit notes took back.
    pub billed_before: Micro,
}

/// What the invoice says on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invoiced {
    /// How much.
    pub quantity: Micro,
    /// At which price for one.
    pub unit_price: Micro,
    /// What the line comes to without tax.
    pub net: Money,
    /// What its own price, charges and allowances come to.
    pub computed: Money,
    /// At which rate of tax, as a fraction.
    pub tax_rate: Micro,
}

/// A line of the invoice, or an ordered line that it does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// By which people find it: `2`, or `2-F` for the freight of line 2.
    pub id: String,
    /// What was ordered, where the line is of the order.
    pub ordered: Option<Ordered>,
    /// What is invoiced, where the line is of the invoice.
    pub invoiced: Option<Invoiced>,
}

/// What the foot of the invoice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// What it says is to be paid.
    pub payable: Money,
    /// What is to be paid by everything else that is known: the advance is taken off, nothing else is.
    pub owed: Money,
}

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The line is not of the order. Never within a tolerance.
    NotOrdered,
    /// More is billed than was accepted and is not billed yet.
    BilledBeyondAccepted,
    /// More is billed, all invoices together, than was ordered.
    BilledBeyondOrdered,
    /// Accepted, but not billed: the invoice may be one of several.
    NotYetBilled,
    /// Another unit price than ordered.
    UnitPrice,
    /// Another rate of tax than ordered. Never within a tolerance.
    TaxRate,
    /// The line's amount is not its quantity at its price, with its own charges and allowances.
    LineAmount,
    /// The foot's amount without tax is not the sum of the lines.
    NetTotal,
    /// The foot's tax is not that of the lines, added up by rate and rounded once for each.
    TaxTotal,
    /// What is to be paid is not what is owed: an advance that is not netted, a rounding.
    Payable,
}

impl Kind {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotOrdered => "not_ordered",
            Self::BilledBeyondAccepted => "billed_beyond_accepted",
            Self::BilledBeyondOrdered => "billed_beyond_ordered",
            Self::NotYetBilled => "not_yet_billed",
            Self::UnitPrice => "unit_price",
            Self::TaxRate => "tax_rate",
            Self::LineAmount => "line_amount",
            Self::NetTotal => "net_total",
            Self::TaxTotal => "tax_total",
            Self::Payable => "payable",
        }
    }
}

/// What was expected or found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A quantity, in the unit of the line.
    Quantity(Micro),
    /// A price for one.
    UnitPrice(Micro),
    /// A rate of tax, as a fraction.
    TaxRate(Micro),
    /// An amount.
    Amount(Money),
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// On which line; none for the foot of the invoice.
    pub line: Option<String>,
    /// What differs.
    pub kind: Kind,
    /// What it should be.
    pub expected: Value,
    /// What it is.
    pub found: Value,
    /// What the difference comes to without tax, above zero where the invoice asks for more.
    pub effect: Money,
    /// Whether it lies within the tolerances.
    pub within: bool,
}

/// All the differences of an invoice, line by line, then those of its foot.
///
/// # Errors
/// [`MoneyError`]: an amount in another currency than the tolerances, or past 64 bits.
pub fn check(
    lines: &[Line],
    totals: Totals,
    tolerances: &Tolerances,
) -> Result<Vec<Difference>, MoneyError> {
    let mut check = Check {
        tolerances,
        currency: tolerances.amount.currency(),
        found: Vec::new(),
    };
    for line in lines {
        check.line(line)?;
    }
    check.foot(lines, totals)?;
    Ok(check.found)
}

struct Check<'a> {
    tolerances: &'a Tolerances,
    currency: Currency,
    found: Vec<Difference>,
}

impl Check<'_> {
    fn line(&mut self, line: &Line) -> Result<(), MoneyError> {
        match (&line.ordered, &line.invoiced) {
            (Some(ordered), Some(invoiced)) => {
                self.quantities(&line.id, ordered, invoiced.quantity)?;
                self.price(&line.id, ordered, invoiced)?;
                if invoiced.tax_rate != ordered.tax_rate {
                    let rates = Value::TaxRate(ordered.tax_rate);
                    let found = Value::TaxRate(invoiced.tax_rate);
                    let none = Money::zero(self.currency);
                    self.add(Some(&line.id), Kind::TaxRate, (rates, found), none, false);
                }
                self.line_amount(&line.id, invoiced)
            }
            (Some(ordered), None) => self.quantities(&line.id, ordered, Micro::new(0)),
            (None, Some(invoiced)) => {
                let nothing = Value::Quantity(Micro::new(0));
                let found = Value::Quantity(invoiced.quantity);
                self.add(
                    Some(&line.id),
                    Kind::NotOrdered,
                    (nothing, found),
                    invoiced.net,
                    false,
                );
                self.line_amount(&line.id, invoiced)
            }
            (None, None) => Ok(()),
        }
    }

    fn quantities(
        &mut self,
        line: &str,
        ordered: &Ordered,
        billed: Micro,
    ) -> Result<(), MoneyError> {
        let acceptable = ordered.accepted.checked_sub(ordered.billed_before)?;
        let more = billed.checked_sub(acceptable)?;
        let in_all = billed.checked_add(ordered.billed_before)?;
        let beyond = in_all.checked_sub(ordered.quantity)?;
        for (kind, differs, expected, found, off) in [
            (
                Kind::BilledBeyondAccepted,
                more.get() > 0,
                acceptable,
                billed,
                more,
            ),
            (Kind::NotYetBilled, more.get() < 0, acceptable, billed, more),
            (
                Kind::BilledBeyondOrdered,
                beyond.get() > 0,
                ordered.quantity,
                in_all,
                beyond,
            ),
        ] {
            if !differs {
                continue;
            }
            let effect = amount_of(off, ordered.unit_price, self.currency)?;
            let within = kind == Kind::NotYetBilled
                || (share(off, expected, self.tolerances.quantity) && self.small(effect));
            let values = (Value::Quantity(expected), Value::Quantity(found));
            self.add(Some(line), kind, values, effect, within);
        }
        Ok(())
    }

    fn price(
        &mut self,
        line: &str,
        ordered: &Ordered,
        invoiced: &Invoiced,
    ) -> Result<(), MoneyError> {
        let off = invoiced.unit_price.checked_sub(ordered.unit_price)?;
        if off.get() == 0 {
            return Ok(());
        }
        let effect = amount_of(invoiced.quantity, off, self.currency)?;
        let within = share(off, ordered.unit_price, self.tolerances.price) && self.small(effect);
        let values = (
            Value::UnitPrice(ordered.unit_price),
            Value::UnitPrice(invoiced.unit_price),
        );
        self.add(Some(line), Kind::UnitPrice, values, effect, within);
        Ok(())
    }

    fn line_amount(&mut self, line: &str, invoiced: &Invoiced) -> Result<(), MoneyError> {
        self.amounts(
            Some(line),
            Kind::LineAmount,
            invoiced.computed,
            invoiced.net,
        )
    }

    fn foot(&mut self, lines: &[Line], totals: Totals) -> Result<(), MoneyError> {
        let zero = Money::zero(self.currency);
        let mut by_rate: BTreeMap<i64, (Micro, Money)> = BTreeMap::new();
        let mut net = zero;
        for invoiced in lines.iter().filter_map(|line| line.invoiced) {
            net = net.checked_add(invoiced.net)?;
            let sum = by_rate
                .entry(invoiced.tax_rate.get())
                .or_insert((invoiced.tax_rate, zero));
            sum.1 = sum.1.checked_add(invoiced.net)?;
        }
        let mut tax = zero;
        for (rate, sum) in by_rate.into_values() {
            tax = tax.checked_add(rate_of(sum, rate)?)?;
        }
        self.amounts(None, Kind::NetTotal, net, totals.net)?;
        self.amounts(None, Kind::TaxTotal, tax, totals.tax)?;
        self.amounts(None, Kind::Payable, totals.owed, totals.payable)
    }

    fn amounts(
        &mut self,
        line: Option<&str>,
        kind: Kind,
        expected: Money,
        found: Money,
    ) -> Result<(), MoneyError> {
        let effect = found.checked_sub(expected)?;
        if effect.minor() != 0 {
            let values = (Value::Amount(expected), Value::Amount(found));
            let within = self.small(effect);
            self.add(line, kind, values, effect, within);
        }
        Ok(())
    }

    fn small(&self, effect: Money) -> bool {
        effect.minor().unsigned_abs() <= self.tolerances.amount.minor().unsigned_abs()
    }

    fn add(
        &mut self,
        line: Option<&str>,
        kind: Kind,
        (expected, found): (Value, Value),
        effect: Money,
        within: bool,
    ) {
        self.found.push(Difference {
            line: line.map(str::to_owned),
            kind,
            expected,
            found,
            effect,
            within,
        });
    }
}

/// Whether what is off is at most this fraction of what was expected, exactly.
fn share(off: Micro, expected: Micro, fraction: Micro) -> bool {
    let off = i128::from(off.get()).unsigned_abs() * 1_000_000;
    off <= i128::from(expected.get()).unsigned_abs() * u128::from(fraction.get().unsigned_abs())
}
