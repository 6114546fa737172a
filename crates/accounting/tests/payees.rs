//! The yearly report of payees.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
use accounting::payees::{Payment, Rule, THRESHOLD, payee_report};
use chrono::NaiveDate;
use money::{Currency, Micro, Money, MoneyError};
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

fn payment(payee: u128, minor: i64, code: &str, date: &str) -> Payment {
    Payment {
        payee: Uuid::from_u128(payee),
        name: format!("{payee} of {date}"),
        date: date.parse().unwrap(),
        amount: Money::new(minor, Currency::parse(code).unwrap()),
    }
}

fn listed(payments: &[Payment], rule: Rule) -> Vec<(String, usize, String)> {
    let report = payee_report(payments, 2026, THRESHOLD, rule).unwrap();
    let row = |r: accounting::payees::PayeeRow| (r.name, r.payments, r.total.to_string());
    report.rows.into_iter().map(row).collect()
}

#[test]
fn the_threshold_itself_is_in_the_report() {
    let payments = [
        payment(1, 500_000, "USD", "2026-01-01"),
        payment(2, 499_999, "USD", "2026-12-31"),
        payment(3, 250_000, "USD", "2026-05-01"),
        payment(3, 250_000, "USD", "2026-06-01"),
        payment(4, 5_000, "JPY", "2026-05-01"),
        payment(5, 4_999_999, "TND", "2026-05-01"),
        payment(6, 9_000_000, "USD", "2025-12-31"),
    ];
    let text = |name: &str, count, total: &str| (name.to_owned(), count, total.to_owned());
    assert_eq!(
        listed(&payments, Rule::Single),
        [
            text("4 of 2026-05-01", 1, "5000 JPY"),
            text("1 of 2026-01-01", 1, "5000.00 USD")
        ]
    );
    assert_eq!(
        listed(&payments, Rule::Summed),
        [
            text("4 of 2026-05-01", 1, "5000 JPY"),
            text("1 of 2026-01-01", 1, "5000.00 USD"),
            text("3 of 2026-06-01", 2, "5000.00 USD"),
        ]
    );
}

#[test]
fn what_came_back_takes_a_payee_out_of_the_sum_but_not_out_of_the_single_payments() {
    let payments = [
        payment(1, 600_000, "USD", "2026-01-01"),
        payment(1, -100_001, "USD", "2026-02-01"),
    ];
    assert_eq!(listed(&payments, Rule::Summed), []);
    let report = payee_report(&payments, 2026, THRESHOLD, Rule::Single).unwrap();
    let row = report.rows.first().unwrap();
    assert_eq!((row.total.minor(), row.largest.minor()), (499_999, 600_000));
    assert_eq!((row.at_or_above.0, row.at_or_above.1.minor()), (1, 600_000));
}

#[test]
fn a_sum_past_64_bits_is_refused() {
    let payments = [
        payment(1, i64::MAX, "USD", "2026-01-01"),
        payment(1, 1, "USD", "2026-01-01"),
    ];
    assert_eq!(
        payee_report(&payments, 2026, THRESHOLD, Rule::Summed),
        Err(MoneyError::OutOfRange)
    );
}

proptest! {
    #[test]
    fn rows_and_others_are_everything_that_was_paid(
        paid in prop::collection::vec((0_u128..6, -1_000_i64..3_000, "ARS|JPY", 0_i32..2), 0..30),
        threshold in 0_i64..3_000, summed: bool,
    ) {
        let payments: Vec<Payment> = paid.iter().map(|(payee, minor, code, later)| {
            let mut made = payment(*payee, *minor, code, "2026-03-01");
            made.date = NaiveDate::from_ymd_opt(2026 + later, 3, 1).unwrap();
            made
        }).collect();
        let rule = if summed { Rule::Summed } else { Rule::Single };
        let threshold = Micro::new(threshold * 10_000);
        let report = payee_report(&payments, 2026, threshold, rule).unwrap();
        let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
        for payment in payments.iter().filter(|payment| payment.date < NaiveDate::from_ymd_opt(2027, 1, 1).unwrap()) {
            *sums.entry(payment.amount.currency()).or_default() += payment.amount.minor();
        }
        for (currency, sum) in sums {
            let rows: i64 = report.rows.iter().map(|row| row.total).filter(|t| t.currency() == currency).map(Money::minor).sum();
            let others = report.others.get(&currency).map_or(0, |others| others.1.minor());
            prop_assert_eq!(rows + others, sum);
        }
        let mut reversed = payments.clone();
        reversed.reverse();
        prop_assert_eq!(payee_report(&reversed, 2026, threshold, rule).unwrap(), report);
    }
}
