//! Rounding once, and dividing a total into parts that add up to it.

use num_bigint::BigUint;

/// `numerator / denominator` to the nearest whole number, halves away from zero.
///
/// `None` where the denominator is zero or the result leaves 128 bits.
///
/// ```
/// # use money::round_half_away;
/// assert_eq!(round_half_away(5, 2), Some(3));
/// assert_eq!(round_half_away(-5, 2), Some(-3));
/// assert_eq!(round_half_away(4, 3), Some(1));
/// assert_eq!(round_half_away(1, 0), None);
/// ```
pub fn round_half_away(numerator: i128, denominator: i128) -> Option<i128> {
    let quotient = numerator.checked_div(denominator)?;
    let remainder = numerator.checked_rem(denominator)?.unsigned_abs();
    if remainder < denominator.unsigned_abs() - remainder {
        Some(quotient)
    } else if (numerator < 0) == (denominator < 0) {
        quotient.checked_add(1)
    } else {
        quotient.checked_sub(1)
    }
}

/// Divides `total` in proportion to `weights`, by largest remainder; the parts sum to `total`.
///
/// Every exact share is cut down to a whole unit (towards zero), and the units left over go one
/// each to the largest remainders, ties to the earlier. A weight of zero gets nothing. A negative
/// total is divided as its opposite is. `None` where all weights are zero, or there are none, and
/// there is something to divide; a total of zero always gives zeros.
///
/// ```
/// # use money::apportion;
/// assert_eq!(apportion(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
/// assert_eq!(apportion(-5, &[1, 1]), Some(vec![-3, -2]));
/// assert_eq!(apportion(1, &[0, 0]), None);
/// ```
pub fn apportion(total: i64, weights: &[u128]) -> Option<Vec<i64>> {
    let size = total.unsigned_abs();
    if size == 0 {
        return Some(vec![0; weights.len()]);
    }
    if weights.iter().all(|weight| *weight == 0) {
        return None;
    }
    let parts = match narrow_shares(size, weights) {
        Some(shares) => whole_units(size, shares)?,
        None => whole_units(size, wide_shares(size, weights)?)?,
    };
    parts
        .into_iter()
        .map(|part| {
            if total < 0 {
                0_i64.checked_sub_unsigned(part)
            } else {
                0_i64.checked_add_unsigned(part)
            }
        })
        .collect()
}

/// The whole units of the shares, those left over handed out.
fn whole_units<R: Ord>(size: u64, mut shares: Vec<Share<R>>) -> Option<Vec<u64>> {
    hand_out_remainders(size, &mut shares)?;
    Some(shares.into_iter().map(|(whole, _)| whole).collect())
}

/// A share cut down to a whole unit, and the remainder over the common denominator.
type Share<R> = (u64, R);

/// The shares where every product fits 128 bits; `None` where one does not.
fn narrow_shares(size: u64, weights: &[u128]) -> Option<Vec<Share<u128>>> {
    let sum = weights
        .iter()
        .try_fold(0_u128, |sum, weight| sum.checked_add(*weight))?;
    weights
        .iter()
        .map(|weight| {
            let product = weight.checked_mul(u128::from(size))?;
            let whole = u64::try_from(product.checked_div(sum)?).ok()?;
            Some((whole, product.checked_rem(sum)?))
        })
        .collect()
}

/// The shares with integers of any width, of weights that are not all zero.
fn wide_shares(size: u64, weights: &[u128]) -> Option<Vec<Share<BigUint>>> {
    let sum: BigUint = weights.iter().map(|weight| BigUint::from(*weight)).sum();
    weights
        .iter()
        .map(|weight| {
            let product = BigUint::from(*weight) * size;
            Some((u64::try_from(&product / &sum).ok()?, product % &sum))
        })
        .collect()
}

/// Gives the units that cutting down left over to the largest remainders, ties to the earlier.
///
/// Each share is its whole units and the remainder over a denominator common to all; afterwards
/// the whole units sum to `total`. `None`, with nothing given, where they sum to more than `total`
/// already or more is left over than there are shares.
///
/// ```
/// # use money::hand_out_remainders;
/// let mut shares = [(3, 1), (4, 2), (2, 2)];
/// hand_out_remainders(10, &mut shares);
/// assert_eq!(shares, [(3, 1), (5, 2), (2, 2)]);
/// ```
pub fn hand_out_remainders<R: Ord>(total: u64, shares: &mut [(u64, R)]) -> Option<()> {
    let given = shares
        .iter()
        .try_fold(0_u64, |sum, (whole, _)| sum.checked_add(*whole))?;
    let left = usize::try_from(total.checked_sub(given)?).ok()?;
    if left > shares.len() {
        return None;
    }
    let mut by_remainder: Vec<(&R, &mut u64)> = shares
        .iter_mut()
        .map(|(whole, remainder)| (&*remainder, whole))
        .collect();
    by_remainder.sort_by(|(left, _), (right, _)| right.cmp(left));
    for (_, whole) in by_remainder.into_iter().take(left) {
        *whole = whole.checked_add(1)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    #[test]
    fn halves_go_away_from_zero_whatever_the_signs() {
        for (numerator, denominator, rounded) in [
            (1, 2, 1),
            (-1, 2, -1),
            (1, -2, -1),
            (-1, -2, 1),
            (3, 2, 2),
            (49, 100, 0),
            (-51, 100, -1),
            (0, 7, 0),
            (i128::MAX, 1, i128::MAX),
            (i128::MIN, 1, i128::MIN),
            (i128::MAX, i128::MIN, -1),
            (i128::MIN, i128::MIN, 1),
        ] {
            assert_eq!(round_half_away(numerator, denominator), Some(rounded));
        }
        assert_eq!(round_half_away(i128::MIN, -1), None);
        assert_eq!(round_half_away(0, 0), None);
    }

    #[test]
    fn ties_go_to_the_earlier_part() {
        assert_eq!(apportion(2, &[1, 1, 1]).unwrap(), [1, 1, 0]);
        assert_eq!(apportion(10, &[3, 0, 3, 3]).unwrap(), [4, 0, 3, 3]);
        assert_eq!(apportion(1, &[1, 2]).unwrap(), [0, 1]);
    }

    #[test]
    fn nothing_to_divide_by_is_said() {
        assert_eq!(apportion(5, &[]), None);
        assert_eq!(apportion(5, &[0, 0]), None);
        assert_eq!(apportion(0, &[]).unwrap(), [0; 0]);
        assert_eq!(apportion(0, &[0, 9]).unwrap(), [0, 0]);
    }

    #[test]
    fn the_widest_totals_and_weights_are_divided_exactly() {
        let parts = apportion(i64::MAX, &[u128::MAX, u128::MAX, u128::MAX]).unwrap();
        let third = i64::MAX / 3;
        assert_eq!(parts, [third + 1, third, third]);
        assert_eq!(apportion(i64::MIN, &[u128::MAX]).unwrap(), [i64::MIN]);
        assert_eq!(apportion(i64::MIN, &[0, 1]).unwrap(), [0, i64::MIN]);
    }

    fn weights() -> impl Strategy<Value = Vec<u128>> {
        prop_oneof![
            vec(0_u128..10, 1..12),
            vec(any::<u128>(), 1..12),
            vec(prop_oneof![Just(0), Just(u128::MAX), any::<u128>()], 1..12),
        ]
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_total_and_stay_within_one_of_their_share(total: i64, weights in weights()) {
            let sum: BigUint = weights.iter().map(|w| BigUint::from(*w)).sum();
            prop_assume!(sum != BigUint::ZERO);
            let parts = apportion(total, &weights).unwrap();
            prop_assert_eq!(parts.iter().map(|p| i128::from(*p)).sum::<i128>(), i128::from(total));
            for (part, weight) in parts.iter().zip(&weights) {
                let exact = BigUint::from(*weight) * total.unsigned_abs();
                let given = &sum * part.unsigned_abs();
                let off = if exact > given { exact - given } else { given - exact };
                prop_assert!(off < sum);
                prop_assert!(*weight != 0 || *part == 0);
                prop_assert!(*part == 0 || (*part < 0) == (total < 0));
            }
        }

        #[test]
        fn both_widths_agree(size in 1_u64.., weights in vec(0_u128..u128::from(u64::MAX) / 12, 1..12)) {
            if let (Some(narrow), Some(wide)) = (narrow_shares(size, &weights), wide_shares(size, &weights)) {
                prop_assert_eq!(whole_units(size, narrow), whole_units(size, wide));
            }
        }

        #[test]
        fn rounding_is_nearest(numerator in -1_i128 << 100..1 << 100, denominator in 1_i128..1 << 60) {
            let rounded = round_half_away(numerator, denominator).unwrap();
            let twice_off = 2 * (numerator - rounded * denominator);
            prop_assert!(twice_off.abs() <= denominator);
            // A half went away from zero: the result lies on the far side.
            prop_assert!(twice_off.abs() < denominator || (twice_off < 0) == (numerator > 0));
        }
    }
}
