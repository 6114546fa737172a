//! Exact arithmetic of the price: natural numbers that say when they do not fit.
//!
//! Every figure of a price is a ratio of natural numbers over one common denominator, so that
//! nothing is rounded before the end and nothing needs a greatest common divisor. The same formula
//! runs on two kinds of numbers: [`U256`], which does not allocate, and where a product leaves 256
//! bits, [`BigUint`], which always has room. Both are exact: the error of the fast way is zero, and
//! the other only decides where the fast one has said that it cannot.

use money::hand_out_remainders;
use num_bigint::BigUint;
use ruint::aliases::U256;
use rust_decimal::Decimal;

use crate::PricingError;
use crate::check::DIGITS_LIMIT;
use crate::error::Pointer;

/// A number left the width of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooWide;

/// Why a calculation stopped: try the wider kind, or tell the caller.
#[derive(Debug)]
pub(crate) enum Stop {
    TooWide,
    Refused(PricingError),
}

impl From<TooWide> for Stop {
    fn from(_: TooWide) -> Self {
        Self::TooWide
    }
}

impl From<PricingError> for Stop {
    fn from(error: PricingError) -> Self {
        Self::Refused(error)
    }
}

impl Stop {
    /// The refusal of a calculation that had numbers of any width.
    pub(crate) fn refusal(self) -> PricingError {
        match self {
            Self::Refused(error) => error,
            Self::TooWide => PricingError::out_of_range(""),
        }
    }
}

/// A natural number with checked operations.
pub(crate) trait Natural: Clone + Ord + Default {
    fn of(value: u128) -> Self;
    fn narrow(&self) -> Option<u128>;
    fn plus(&self, other: &Self) -> Result<Self, TooWide>;
    /// The difference, and zero where it would be negative.
    fn less(&self, other: &Self) -> Self;
    fn times(&self, other: &Self) -> Result<Self, TooWide>;
    /// Quotient and remainder. The divisor is not zero.
    fn divided(&self, divisor: &Self) -> Result<(Self, Self), TooWide>;

    fn times_small(&self, factor: u128) -> Result<Self, TooWide> {
        self.times(&Self::of(factor))
    }

    /// `self × 10^power`.
    fn shifted(&self, power: u32) -> Result<Self, TooWide> {
        let mut left = power;
        let mut shifted = self.clone();
        while left > 0 {
            let step = left.min(MAX_LIMB_POWER);
            shifted = shifted.times_small(10_u64.pow(step).into())?;
            left -= step;
        }
        Ok(shifted)
    }
}

/// The largest power of ten in 64 bits.
const MAX_LIMB_POWER: u32 = 19;

impl Natural for U256 {
    fn of(value: u128) -> Self {
        Self::from(value)
    }

    fn narrow(&self) -> Option<u128> {
        u128::try_from(*self).ok()
    }

    fn plus(&self, other: &Self) -> Result<Self, TooWide> {
        self.checked_add(*other).ok_or(TooWide)
    }

    fn less(&self, other: &Self) -> Self {
        self.saturating_sub(*other)
    }

    fn times(&self, other: &Self) -> Result<Self, TooWide> {
        if let [factor, 0, 0, 0] = other.as_limbs() {
            return self.times_small((*factor).into());
        }
        self.checked_mul(*other).ok_or(TooWide)
    }

    /// Nearly all factors fit one limb, and then a single row of the product is enough: this is
    /// several times as fast as the whole product.
    #[inline]
    fn times_small(&self, factor: u128) -> Result<Self, TooWide> {
        let Ok(factor) = u64::try_from(factor) else {
            return self.checked_mul(Self::of(factor)).ok_or(TooWide);
        };
        let mut limbs = *self.as_limbs();
        let mut carry = 0;
        for limb in &mut limbs {
            (*limb, carry) = limb.carrying_mul(factor, carry);
        }
        if carry == 0 {
            Ok(Self::from_limbs(limbs))
        } else {
            Err(TooWide)
        }
    }

    fn divided(&self, divisor: &Self) -> Result<(Self, Self), TooWide> {
        if divisor.is_zero() {
            return Err(TooWide);
        }
        Ok(self.div_rem(*divisor))
    }
}

impl Natural for BigUint {
    fn of(value: u128) -> Self {
        Self::from(value)
    }

    fn narrow(&self) -> Option<u128> {
        u128::try_from(self).ok()
    }

    fn plus(&self, other: &Self) -> Result<Self, TooWide> {
        Ok(self + other)
    }

    fn less(&self, other: &Self) -> Self {
        if self > other {
            self - other
        } else {
            Self::ZERO
        }
    }

    fn times(&self, other: &Self) -> Result<Self, TooWide> {
        Ok(self * other)
    }

    fn divided(&self, divisor: &Self) -> Result<(Self, Self), TooWide> {
        if *divisor == Self::ZERO {
            return Err(TooWide);
        }
        Ok((self / divisor, self % divisor))
    }
}

/// A decimal that is not negative, as whole digits and decimal places: `digits / 10^places`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure {
    pub digits: u128,
    pub places: u32,
}

impl Figure {
    pub(crate) fn of(value: Decimal) -> Self {
        Self {
            digits: value.mantissa().unsigned_abs(),
            places: value.scale(),
        }
    }

    /// The whole number `value × 10^places`, for at least as many places as the figure has.
    pub(crate) fn at<N: Natural>(self, places: u32) -> Result<N, TooWide> {
        N::of(self.digits).shifted(places.saturating_sub(self.places))
    }
}

/// `numerator / denominator × 10^-places`, exactly.
#[derive(Debug, Clone)]
pub(crate) struct Ratio<N> {
    pub numerator: N,
    pub denominator: N,
    /// Power of ten that the denominator lacks; negative for one that the numerator lacks.
    pub places: i64,
}

impl<N: Natural> Ratio<N> {
    /// The whole number nearest to `self × 10^places`, halves up.
    pub(crate) fn rounded(&self, places: u32) -> Result<N, TooWide> {
        let lacking = i64::from(places) - self.places;
        let power = u32::try_from(lacking.unsigned_abs()).map_err(|_| TooWide)?;
        if self.numerator == N::default() {
            return Ok(N::default());
        }
        let (quotient, remainder, denominator) = if lacking >= 0 {
            let numerator = self.numerator.shifted(power)?;
            if self.denominator == N::of(1) {
                return Ok(numerator);
            }
            let (quotient, remainder) = numerator.divided(&self.denominator)?;
            (quotient, remainder, self.denominator.clone())
        } else {
            let denominator = self.denominator.shifted(power)?;
            let (quotient, remainder) = self.numerator.divided(&denominator)?;
            (quotient, remainder, denominator)
        };
        if remainder >= denominator.less(&remainder) {
            quotient.plus(&N::of(1))
        } else {
            Ok(quotient)
        }
    }

    /// Rounded to a decimal of so many places.
    pub(crate) fn decimal(&self, places: u32, field: impl Pointer) -> Result<Decimal, Stop> {
        let digits = self.rounded(places)?.narrow();
        decimal(digits, places).ok_or_else(|| PricingError::out_of_range(field).into())
    }

    /// Rounded to so many places, or to as many as 28 digits hold.
    pub(crate) fn widest_decimal(&self, places: u32, field: impl Pointer) -> Result<Decimal, Stop> {
        for places in (0..=places).rev() {
            if let Some(decimal) = decimal(self.rounded(places)?.narrow(), places) {
                return Ok(decimal);
            }
        }
        Err(PricingError::out_of_range(field).into())
    }

    /// Rounded to whole units of `10^-places` in 64 bits.
    pub(crate) fn minor_units(&self, places: u32, field: impl Pointer) -> Result<i64, Stop> {
        let units = self.rounded(places)?.narrow();
        units
            .and_then(|units| i64::try_from(units).ok())
            .ok_or_else(|| PricingError::out_of_range(field).into())
    }
}

/// `digits / 10^places`, if there are at most 28 digits.
pub(crate) fn decimal(digits: Option<u128>, places: u32) -> Option<Decimal> {
    let digits = digits.filter(|digits| *digits < DIGITS_LIMIT)?;
    Decimal::try_from_i128_with_scale(i128::try_from(digits).ok()?, places).ok()
}

/// Divides `total` in proportion to `weights`, which sum to `sum`, by largest remainder.
///
/// Each share is cut down, and the units left over go one each to the largest remainders, ties to
/// the earlier. The parts sum to `total`. The total is not negative, and zero where the sum is.
pub(crate) fn apportion<N: Natural>(
    total: i64,
    weights: &[N],
    sum: &N,
) -> Result<Vec<i64>, TooWide> {
    let total = u64::try_from(total).map_err(|_| TooWide)?;
    if total == 0 {
        return Ok(vec![0; weights.len()]);
    }
    let mut shares = Vec::with_capacity(weights.len());
    for weight in weights {
        let (whole, remainder) = weight.times_small(total.into())?.divided(sum)?;
        let whole = whole.narrow().and_then(|whole| u64::try_from(whole).ok());
        shares.push((whole.ok_or(TooWide)?, remainder));
    }
    hand_out_remainders(total, &mut shares).ok_or(TooWide)?;
    shares
        .into_iter()
        .map(|(whole, _)| i64::try_from(whole).map_err(|_| TooWide))
        .collect()
}
