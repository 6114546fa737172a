//! What a part of a line is worth: the line's amounts in proportion to the units, so that all parts are the line.

use money::{Micro, Money};

use crate::error::{OrderingError, require};
use crate::milestones::proportion;
use crate::totals::Totals;

/// What the first `done` of `of` units cost. The whole costs the whole; a part is the difference of two such
/// values, so that parts of any size add up to the line to the minor unit.
///
/// # Errors
/// [`OrderingError::Invalid`] naming `quantity` unless `done` is 0 to `of`, [`OrderingError::Money`].
pub fn value_of(line: Totals, done: Micro, of: Micro) -> Result<Totals, OrderingError> {
    require(
        done >= Micro::ZERO && done <= of,
        "quantity",
        "a part is between nothing and the whole",
    )?;
    let part = |whole: Money| {
        let minor = proportion(whole.minor(), done.get(), of.get())?;
        Ok::<Money, OrderingError>(Money::new(minor, whole.currency()))
    };
    Totals::new(
        part(line.goods())?,
        part(line.freight())?,
        part(line.vat())?,
    )
}

/// What `upto` units cost beyond `from` units, see [`value_of`].
///
/// # Errors
/// Those of [`value_of`]; naming `quantity` where `from` is past `upto`.
pub fn value_between(
    line: Totals,
    (from, upto): (Micro, Micro),
    of: Micro,
) -> Result<Totals, OrderingError> {
    require(from <= upto, "quantity", "a part begins before it ends")?;
    let (past, all) = (value_of(line, from, of)?, value_of(line, upto, of)?);
    Totals::new(
        all.goods().checked_sub(past.goods())?,
        all.freight().checked_sub(past.freight())?,
        all.vat().checked_sub(past.vat())?,
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a value that is refused fails the test")]
mod tests {
    use money::Currency;
    use proptest::prelude::*;

    use super::*;

    fn line(goods: i64, freight: i64, vat: i64) -> Totals {
        let ars = |minor| Money::new(minor, Currency::parse("ARS").unwrap());
        Totals::new(ars(goods), ars(freight), ars(vat)).unwrap()
    }

    #[test]
    fn a_third_at_a_time_is_the_whole() {
        let third = |n: i64| Micro::new(n * 1_000_000);
        let part = |from, upto| {
            let value =
                value_between(line(1000, 1, 210), (third(from), third(upto)), third(3)).unwrap();
            value.total().minor()
        };
        assert_eq!([part(0, 1), part(1, 2), part(2, 3)], [403, 405, 403]);
        assert!(value_of(line(1, 1, 1), third(4), third(3)).is_err());
        assert!(value_between(line(1, 1, 1), (third(2), third(1)), third(3)).is_err());
    }

    proptest! {
        #[test]
        fn parts_of_any_size_add_up(
            amounts in (0..1_000_000_000_i64, 0..1_000_000_i64, 0..1_000_000_i64),
            parts in prop::collection::vec(1..5_000_000_i64, 1..12),
        ) {
            let whole = line(amounts.0, amounts.1, amounts.2);
            let of = Micro::new(parts.iter().sum());
            let (mut at, mut sum) = (0, 0);
            for part in parts {
                let value = value_between(whole, (Micro::new(at), Micro::new(at + part)), of).unwrap();
                prop_assert!(value.goods().minor() >= 0 && value.vat().minor() >= 0);
                sum += value.total().minor();
                at += part;
            }
            prop_assert_eq!(sum, whole.total().minor());
        }
    }
}
