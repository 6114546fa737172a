//! The tax of a document: by rate on the sum of its lines (EN 16931, BR-CO-17), divided among the lines.

use std::collections::BTreeMap;

use money::{Micro, Money, apportion, rate_of};

use crate::error::OrderingError;

/// The tax of each line of a document, given each line's net amount and rate (a fraction of one). The tax of a rate
/// is calculated once, on the sum of the lines of that rate, rounded half away from zero; the lines' parts add
/// up to it.
///
/// # Errors
/// [`OrderingError::Money`] for two currencies or past 64 bits.
pub fn document_tax(lines: &[(Money, Micro)]) -> Result<Vec<Money>, OrderingError> {
    let mut of_rate: BTreeMap<Micro, Vec<(usize, Money)>> = BTreeMap::new();
    for (at, (net, rate)) in lines.iter().enumerate() {
        of_rate.entry(*rate).or_default().push((at, *net));
    }
    let mut taxes: Vec<(usize, Money)> = Vec::with_capacity(lines.len());
    for (rate, members) in of_rate {
        let Some(&(_, first)) = members.first() else {
            continue;
        };
        let mut sum = Money::zero(first.currency());
        for (_, net) in &members {
            sum = sum.checked_add(*net)?;
        }
        let tax = rate_of(sum, rate)?;
        let weights: Vec<u128> = members
            .iter()
            .map(|(_, net)| u128::from(net.minor().unsigned_abs()))
            .collect();
        // Without any amount there is no tax either, and nothing to divide.
        let parts = apportion(tax.minor(), &weights).unwrap_or_else(|| vec![0; members.len()]);
        for ((at, _), part) in members.into_iter().zip(parts) {
            taxes.push((at, Money::new(part, tax.currency())));
        }
    }
    taxes.sort_unstable_by_key(|(at, _)| *at);
    Ok(taxes.into_iter().map(|(_, tax)| tax).collect())
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a value that is refused or missing fails the test"
)]
mod tests {
    use money::Currency;
    use proptest::prelude::*;

    use super::*;

    fn ars(minor: i64) -> Money {
        Money::new(minor, Currency::parse("ARS").unwrap())
    }

    #[test]
    fn three_lines_of_a_third_of_a_cent_pay_one_cent() {
        let rate = Micro::new(210_000);
        let lines = [(ars(2), rate), (ars(2), rate), (ars(2), rate)];
        let taxes: Vec<i64> = document_tax(&lines)
            .unwrap()
            .iter()
            .map(|tax| tax.minor())
            .collect();
        // 6 x 0.21 = 1.26, where each line alone would round to nothing.
        assert_eq!(taxes.iter().sum::<i64>(), 1);
    }

    proptest! {
        #[test]
        fn each_rate_is_rounded_once_on_its_sum(
            lines in prop::collection::vec((0..10_000_000_000_i64, 0_usize..3), 1..40),
        ) {
            let rates = [210_000, 105_000, 0].map(Micro::new);
            let given: Vec<(Money, Micro)> =
                lines.iter().map(|(net, rate)| (ars(*net), rates[*rate])).collect();
            let taxes = document_tax(&given).unwrap();
            prop_assert_eq!(taxes.len(), lines.len());
            for rate in rates {
                let of = |pick: &dyn Fn(usize) -> i64| -> i64 {
                    given.iter().enumerate().filter(|(_, line)| line.1 == rate).map(|(at, _)| pick(at)).sum()
                };
                let net = of(&|at| given[at].0.minor());
                let tax = of(&|at| taxes[at].minor());
                prop_assert_eq!(ars(tax), rate_of(ars(net), rate).unwrap());
            }
            prop_assert!(taxes.iter().all(|tax| tax.minor() >= 0));
        }
    }
}
