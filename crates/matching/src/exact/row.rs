//! Equations in whole numbers: one added to another, and divided by what is common.

use crate::table::Table;

/// A number grew too wide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wide;

/// An equation: coefficients of all columns and, last, what they come to.
pub(super) type Row = Table<i128>;

/// Adds so much of `pivot`, whose coefficient in the column is positive, to `row` that its own there
/// becomes 0; and divides by what is common. A scale is multiplied and divided like the row.
pub(super) fn eliminate(
    row: &mut Row,
    pivot: &Row,
    column: usize,
    scale: Option<&mut i128>,
    widest: i128,
) -> Result<(), Wide> {
    let (over, here) = (pivot[column], row[column]);
    let common = common_divisor(over, here).abs();
    let (factor, less) = (over / common, here / common);
    let mut unused = 0;
    let scale = scale.unwrap_or(&mut unused);
    *scale = within(product(*scale, factor)?, widest)?;
    // Nothing to divide by is looked for where the row did not grow.
    let mut divisor = if factor == 1 { 1 } else { *scale };
    for (own, other) in row.iter_mut().zip(pivot.iter()) {
        if *other != 0 {
            let part = product(*other, less)?;
            *own = within(
                product(*own, factor)?.checked_sub(part).ok_or(Wide)?,
                widest,
            )?;
        } else if *own != 0 && factor != 1 {
            *own = within(product(*own, factor)?, widest)?;
        }
        if divisor != 1 && *own != 0 {
            divisor = common_divisor(divisor, *own).abs();
        }
    }
    if divisor > 1 {
        *scale /= divisor;
        for own in row.iter_mut().filter(|own| **own != 0) {
            *own /= divisor;
        }
    }
    Ok(())
}

fn within(value: i128, widest: i128) -> Result<i128, Wide> {
    if value.abs() > widest {
        return Err(Wide);
    }
    Ok(value)
}

/// A product, quick where the factors are short.
#[inline]
pub(super) fn product(left: i128, right: i128) -> Result<i128, Wide> {
    match (i64::try_from(left), i64::try_from(right)) {
        (Ok(left), Ok(right)) => Ok(i128::from(left) * i128::from(right)),
        _ => left.checked_mul(right).ok_or(Wide),
    }
}

fn common_divisor(mut left: i128, mut right: i128) -> i128 {
    while right != 0 {
        if let (Ok(short), Ok(other)) = (i64::try_from(left), i64::try_from(right))
            && short != i64::MIN
            && other != i64::MIN
        {
            return i128::from(crate::scenario::common_divisor(short, other));
        }
        (left, right) = (right, left % right);
    }
    left
}
