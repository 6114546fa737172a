//! Who was paid how much in a year: the report of payees at or above a threshold.
use chrono::{Datelike, NaiveDate};
use money::{Currency, Micro, Money, MoneyError};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The threshold until an organisation sets another: 5,000 of each currency.
pub const THRESHOLD: Micro = Micro::new(5_000_000_000);

/// What is compared with the threshold. What comes to it exactly is in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Each payment by itself.
    Single,
    /// All payments of the year to the same payee.
    Summed,
}

/// One payment, below zero where it came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Who was paid.
    pub payee: Uuid,
    /// The name it had then.
    pub name: String,
    /// When.
    pub date: NaiveDate,
    /// How much.
    pub amount: Money,
}

/// A payee at or above the threshold, in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayeeRow {
    /// Who.
    pub payee: Uuid,
    /// Its name at the last payment of the year.
    pub name: String,
    /// Payments of the year.
    pub payments: usize,
    /// The largest of them.
    pub largest: Money,
    /// What they come to.
    pub total: Money,
    /// Those that are by themselves at or above the threshold, and what these come to.
    pub at_or_above: (usize, Money),
}

/// The report of a year.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PayeeReport {
    /// By currency, the largest total first.
    pub rows: Vec<PayeeRow>,
    /// All others by currency: how many payees, and what was paid to them. With the rows it is everything that was paid.
    pub others: BTreeMap<Currency, (usize, Money)>,
}

/// Lists who was paid at least the threshold in that year, each currency by itself, whatever the order of the payments.
///
/// # Errors
/// [`MoneyError::OutOfRange`] where a sum does not fit 64 bits.
pub fn payee_report(
    payments: &[Payment],
    year: i32,
    threshold: Micro,
    rule: Rule,
) -> Result<PayeeReport, MoneyError> {
    let mut payees: BTreeMap<(Currency, Uuid), Vec<&Payment>> = BTreeMap::new();
    for payment in payments
        .iter()
        .filter(|payment| payment.date.year() == year)
    {
        let key = (payment.amount.currency(), payment.payee);
        payees.entry(key).or_default().push(payment);
    }
    let mut report = PayeeReport::default();
    for ((currency, payee), paid) in payees {
        let row = row(payee, currency, &paid, threshold)?;
        let listed = match rule {
            Rule::Single => row.at_or_above.0 > 0,
            Rule::Summed => reaches(row.total, threshold),
        };
        if listed {
            report.rows.push(row);
        } else {
            let others = report
                .others
                .entry(currency)
                .or_insert((0, Money::zero(currency)));
            *others = (others.0 + 1, others.1.checked_add(row.total)?);
        }
    }
    report.rows.sort_by_key(|row| {
        let total = std::cmp::Reverse(row.total.minor());
        (row.total.currency(), total, row.payee)
    });
    Ok(report)
}

fn row(
    payee: Uuid,
    currency: Currency,
    paid: &[&Payment],
    threshold: Micro,
) -> Result<PayeeRow, MoneyError> {
    let last = paid
        .iter()
        .max_by_key(|payment| (payment.date, &payment.name));
    let mut row = PayeeRow {
        payee,
        name: last.map(|payment| payment.name.clone()).unwrap_or_default(),
        payments: paid.len(),
        largest: Money::new(
            paid.iter()
                .map(|p| p.amount.minor())
                .max()
                .unwrap_or_default(),
            currency,
        ),
        total: sum(paid.iter().map(|payment| payment.amount), currency)?,
        at_or_above: (0, Money::zero(currency)),
    };
    let large = || {
        paid.iter()
            .map(|payment| payment.amount)
            .filter(|&amount| reaches(amount, threshold))
    };
    row.at_or_above = (large().count(), sum(large(), currency)?);
    Ok(row)
}

fn sum(amounts: impl Iterator<Item = Money>, currency: Currency) -> Result<Money, MoneyError> {
    // Added up wider than an amount, so that the order of the payments cannot matter.
    let sum: i128 = amounts.map(|amount| i128::from(amount.minor())).sum();
    let minor = i64::try_from(sum).map_err(|_| MoneyError::OutOfRange)?;
    Ok(Money::new(minor, currency))
}

/// Whether the amount is at least the threshold, compared exactly.
fn reaches(amount: Money, threshold: Micro) -> bool {
    let unit = 10_i128.pow(amount.currency().minor_digits());
    i128::from(amount.minor()) * 1_000_000 >= i128::from(threshold.get()) * unit
}
