//! What each buyer of a pool takes: whole cases, filled up from what it would take beyond its quantity.

use money::{Micro, apportion};

use crate::error::{OrderingError, require};

/// What a buyer asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Units, not below zero.
    pub quantity: Micro,
    /// Units that it would take beyond those, not below zero.
    pub tolerance: Micro,
}

impl Asked {
    /// The most that it takes, in whole cases.
    fn most(self, case: i64) -> Result<i64, OrderingError> {
        Ok(divided(self.quantity.checked_add(self.tolerance)?.get(), case).0)
    }
}

/// The cases that a buyer takes by itself: the whole ones of its quantity, and one more where the
/// remainder and the tolerance fill it.
///
/// # Errors
/// [`OrderingError::Invalid`] naming `case` (above zero), `quantity` or `tolerance` (not below zero),
/// [`OrderingError::Money`] past 64 bits.
///
/// ```
/// # use money::Micro;
/// # use ordering::pool::{Asked, cases};
/// let bought = |case, quantity, tolerance| {
///     cases(Micro::new(case), Asked { quantity: Micro::new(quantity), tolerance: Micro::new(tolerance) })
/// };
/// assert_eq!(bought(4, 0, 5), Ok(0));
/// assert_eq!(bought(4, 2, 2), Ok(1));
/// assert_eq!(bought(4, 4, 4), Ok(1));
/// assert_eq!(bought(4, 5, 3), Ok(2));
/// ```
pub fn cases(case: Micro, asked: Asked) -> Result<i64, OrderingError> {
    require(case.get() > 0, "case", "a case holds more than nothing")?;
    let part = "a buyer's part is not below zero";
    require(asked.quantity.get() >= 0, "quantity", part)?;
    require(asked.tolerance.get() >= 0, "tolerance", part)?;
    let (whole, remainder) = divided(asked.quantity.get(), case.get());
    let filled = Micro::new(remainder).checked_add(asked.tolerance)?;
    Ok(if remainder > 0 && filled >= case {
        whole.saturating_add(1)
    } else {
        whole
    })
}

/// What each buyer of a pool takes, in units: its own [`cases`], and where their sum is below `minimum`
/// as many more as it lacks, in proportion to the cases that the buyers' tolerances still hold, by
/// largest remainder, ties to the earlier. Nobody takes more than quantity and tolerance; where all
/// tolerances together do not reach the minimum, all of them are used.
///
/// # Errors
/// As [`cases`].
pub fn bought(case: Micro, minimum: Micro, buyers: &[Asked]) -> Result<Vec<Micro>, OrderingError> {
    let mut taken = Vec::with_capacity(buyers.len());
    let mut spare = Vec::with_capacity(buyers.len());
    for buyer in buyers {
        let own = cases(case, *buyer)?;
        let more = buyer.most(case.get())?.saturating_sub(own).max(0);
        taken.push(own);
        spare.push(u128::from(more.unsigned_abs()));
    }
    let all = |cases: &[i64]| cases.iter().map(|one| i128::from(*one)).sum::<i128>();
    let (least, rest) = divided(minimum.get().max(0), case.get());
    let least = i128::from(least) + i128::from(rest > 0);
    let missing = (least - all(&taken)).max(0);
    let spared = spare.iter().map(|more| i128::try_from(*more).unwrap_or(0));
    let filled = i64::try_from(missing.min(spared.sum())).map_err(|_| PAST)?;
    let filled = apportion(filled, &spare).ok_or(PAST)?;
    taken
        .into_iter()
        .zip(filled)
        .map(|(own, more)| {
            let cases = own.checked_add(more).ok_or(PAST)?;
            cases.checked_mul(case.get()).map(Micro::new).ok_or(PAST)
        })
        .collect()
}

const PAST: OrderingError = OrderingError::Money(money::MoneyError::OutOfRange);

/// Quotient and remainder by a number above zero.
fn divided(value: i64, by: i64) -> (i64, i64) {
    (
        value.checked_div(by).unwrap_or(0),
        value.checked_rem(by).unwrap_or(0),
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "what is refused fails the test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(quantity: i64, tolerance: i64) -> Asked {
        Asked {
            quantity: Micro::new(quantity),
            tolerance: Micro::new(tolerance),
        }
    }

    fn taken(case: i64, minimum: i64, buyers: &[(i64, i64)]) -> Vec<i64> {
        let buyers: Vec<Asked> = buyers.iter().map(|(q, t)| asked(*q, *t)).collect();
        let bought = bought(Micro::new(case), Micro::new(minimum), &buyers).unwrap();
        bought.into_iter().map(Micro::get).collect()
    }

    #[test]
    fn a_case_is_bought_where_remainder_and_tolerance_fill_it() {
        // unit, quantity, tolerance: cases
        let vectors = [
            (4, 0, 5, 0),
            (4, 2, 2, 1),
            (4, 4, 4, 1),
            (4, 5, 3, 2),
            // Both sides of the bound.
            (4, 2, 1, 0),
            (4, 5, 2, 1),
            (4, 7, 1, 2),
            (4, 8, 0, 2),
            // A wide tolerance fills the broken case and opens no further one.
            (4, 5, 100, 2),
            (1, 7, 0, 7),
        ];
        for (unit, quantity, tolerance, cases_bought) in vectors {
            let got = cases(Micro::new(unit), asked(quantity, tolerance)).unwrap();
            assert_eq!(got, cases_bought, "({unit}, {quantity}, {tolerance})");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let field =
            |case, quantity, tolerance| match cases(Micro::new(case), asked(quantity, tolerance)) {
                Err(OrderingError::Invalid { field, .. }) => field,
                other => panic!("{other:?}"),
            };
        assert_eq!(field(0, 1, 1), "case");
        assert_eq!(field(4, -1, 1), "quantity");
        assert_eq!(field(4, 1, -1), "tolerance");
        let past = cases(Micro::new(4), asked(i64::MAX, i64::MAX)).unwrap_err();
        assert_eq!(past.code(), "amount_out_of_range");
    }

    #[test]
    fn tolerances_fill_up_to_the_minimum_and_not_beyond() {
        // 3 + 2 cases; six are the minimum; the second could take two more, the first none.
        assert_eq!(taken(10, 60, &[(30, 9), (20, 20)]), [30, 30]);
        // In proportion to what is left: 6 missing of spare 6 and 3.
        assert_eq!(taken(10, 120, &[(30, 60), (30, 30)]), [70, 50]);
        // The minimum is reached already: nobody's tolerance is touched.
        assert_eq!(taken(10, 50, &[(30, 60), (30, 30)]), [30, 30]);
        // All tolerances together do not reach it: all are used.
        assert_eq!(taken(10, 200, &[(30, 60), (30, 30)]), [90, 60]);
        // A minimum between two cases asks for the upper one.
        assert_eq!(taken(10, 61, &[(30, 60), (30, 0)]), [40, 30]);
        assert_eq!(taken(10, 60, &[]), Vec::<i64>::new());
    }

    proptest! {
        #[test]
        fn nobody_takes_more_than_quantity_and_tolerance_nor_a_broken_case(
            case in 1..5_000_i64, minimum in 0..2_000_000_i64,
            buyers in prop::collection::vec((0..200_000_i64, 0..50_000_i64), 0..20),
        ) {
            let took = taken(case, minimum, &buyers);
            let mut own = 0;
            let mut most = 0;
            for ((quantity, tolerance), took) in buyers.iter().zip(&took) {
                prop_assert!(*took <= quantity + tolerance);
                prop_assert_eq!(took % case, 0);
                let alone = cases(Micro::new(case), asked(*quantity, *tolerance)).unwrap() * case;
                prop_assert!(*took >= alone, "filling up takes from nobody");
                prop_assert!(alone > quantity - case, "less than a case is lost");
                own += alone;
                most += (quantity + tolerance) / case * case;
            }
            let sum: i64 = took.iter().sum();
            let least = (minimum + case - 1) / case * case;
            prop_assert_eq!(sum, own.max(least.min(most)));
            // The same parts in the same order give the same answer.
            prop_assert_eq!(taken(case, minimum, &buyers), took);
        }
    }
}
