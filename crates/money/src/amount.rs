//! Amounts of money, and the two products that end in one.

use std::fmt;

use rust_decimal::Decimal;

use crate::micro::to_scaled;
use crate::{Currency, Micro, MoneyError, round_half_away};

/// Decimal places of a product of two [`Micro`].
const PRODUCT_PLACES: u32 = 12;
/// Millionths in a whole.
const MILLION: i128 = 1_000_000;

/// An amount in whole minor units (cents) of one currency, 64 bits wide, negative for a debit.
///
/// It has no order: amounts of two currencies cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// So many minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in that currency.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The number of minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum.
    ///
    /// # Errors
    ///
    /// [`MoneyError::CurrencyMismatch`], or [`MoneyError::OutOfRange`] past 64 bits.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// The difference.
    ///
    /// # Errors
    ///
    /// [`MoneyError::CurrencyMismatch`], or [`MoneyError::OutOfRange`] past 64 bits.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    fn combine(
        self,
        other: Self,
        operation: fn(i64, i64) -> Option<i64>,
    ) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch {
                left: self.currency,
                right: other.currency,
            });
        }
        operation(self.minor, other.minor)
            .map(|minor| Self::new(minor, self.currency))
            .ok_or(MoneyError::OutOfRange)
    }

    /// The same value, if it is a whole number of minor units.
    ///
    /// # Errors
    ///
    /// [`MoneyError::NotExact`] for more decimal places than the currency has (zeros at the end do
    /// not count), [`MoneyError::OutOfRange`] past 64 bits.
    pub fn from_decimal(value: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        to_scaled(value, currency.minor_digits()).map(|minor| Self::new(minor, currency))
    }

    /// The same value as a decimal, with all the currency's places: 14700.00.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.minor_digits())
    }
}

/// Prints the value and the currency: `14700.00 ARS`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

/// What a quantity costs at a unit price, rounded once to minor units, half away from zero.
///
/// # Errors
///
/// [`MoneyError::OutOfRange`] where the amount's minor units leave 64 bits.
///
/// ```
/// # use money::{Currency, amount_of};
/// let amount = amount_of("3".parse()?, "0.335".parse()?, Currency::parse("USD")?)?;
/// assert_eq!(amount.to_string(), "1.01 USD"); // 1.005 exactly
/// # Ok::<(), money::MoneyError>(())
/// ```
pub fn amount_of(
    quantity: Micro,
    unit_price: Micro,
    currency: Currency,
) -> Result<Money, MoneyError> {
    // Two 64-bit factors cannot leave 128 bits.
    let product = i128::from(quantity.get()) * i128::from(unit_price.get());
    PRODUCT_PLACES
        .checked_sub(currency.minor_digits())
        .and_then(|places| 10_i128.checked_pow(places))
        .and_then(|denominator| rounded(product, denominator, currency))
        .ok_or(MoneyError::OutOfRange)
}

/// A share of an amount (a tax, a retention), rounded once to minor units, half away from zero.
///
/// # Errors
///
/// [`MoneyError::OutOfRange`] where the result's minor units leave 64 bits.
pub fn rate_of(amount: Money, rate: Micro) -> Result<Money, MoneyError> {
    let product = i128::from(amount.minor) * i128::from(rate.get());
    rounded(product, MILLION, amount.currency).ok_or(MoneyError::OutOfRange)
}

/// `numerator / denominator` minor units, rounded.
fn rounded(numerator: i128, denominator: i128, currency: Currency) -> Option<Money> {
    let minor = i64::try_from(round_half_away(numerator, denominator)?).ok()?;
    Some(Money::new(minor, currency))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use crate::parse_decimal;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    fn micro(text: &str) -> Micro {
        text.parse().unwrap()
    }

    #[test]
    fn amounts_print_with_all_the_places_of_their_currency() {
        for (minor, code, printed) in [
            (1_470_000, "ARS", "14700.00 ARS"),
            (-5, "USD", "-0.05 USD"),
            (7, "JPY", "7 JPY"),
            (30_609_084, "TND", "30609.084 TND"),
            (i64::MIN, "ARS", "-92233720368547758.08 ARS"),
        ] {
            assert_eq!(Money::new(minor, currency(code)).to_string(), printed);
        }
    }

    #[test]
    fn currencies_do_not_mix_and_sums_do_not_wrap() {
        let (ars, brl) = (currency("ARS"), currency("BRL"));
        let most = Money::new(i64::MAX, ars);
        assert_eq!(
            most.checked_add(Money::zero(brl)),
            Err(MoneyError::CurrencyMismatch {
                left: ars,
                right: brl
            })
        );
        assert_eq!(
            most.checked_add(Money::new(1, ars)),
            Err(MoneyError::OutOfRange)
        );
        assert_eq!(most.checked_sub(most), Ok(Money::zero(ars)));
        let least = Money::new(i64::MIN, ars);
        assert_eq!(
            least.checked_sub(Money::new(1, ars)),
            Err(MoneyError::OutOfRange)
        );
    }

    #[test]
    fn only_whole_minor_units_become_money() {
        let ars = currency("ARS");
        let read = |text: &str| Money::from_decimal(parse_decimal(text).unwrap(), ars);
        assert_eq!(read("10.500"), Ok(Money::new(1050, ars)));
        assert_eq!(read("10.505"), Err(MoneyError::NotExact { places: 2 }));
        assert_eq!(read("92233720368547758.08"), Err(MoneyError::OutOfRange));
        assert_eq!(
            read("9999999999999999999999999999"),
            Err(MoneyError::OutOfRange)
        );
    }

    #[test]
    fn products_round_half_away_from_zero() {
        let usd = currency("USD");
        let cases = [("1", "0.005", 1), ("-1", "0.005", -1), ("1", "0.004999", 0)];
        for (quantity, price, minor) in cases {
            let amount = amount_of(micro(quantity), micro(price), usd);
            assert_eq!(amount, Ok(Money::new(minor, usd)));
        }
        let yen = amount_of(micro("3"), micro("0.5"), currency("JPY"));
        assert_eq!(yen, Ok(Money::new(2, currency("JPY"))));
        let tax = rate_of(Money::new(1050, usd), micro("0.21"));
        assert_eq!(tax, Ok(Money::new(221, usd)));
    }

    #[test]
    fn products_past_64_bits_are_refused() {
        let usd = currency("USD");
        let most = Micro::new(i64::MAX);
        assert_eq!(amount_of(most, most, usd), Err(MoneyError::OutOfRange));
        let least = Micro::new(i64::MIN);
        assert_eq!(amount_of(least, least, usd), Err(MoneyError::OutOfRange));
        let dear = rate_of(Money::new(i64::MAX, usd), micro("1.000001"));
        assert_eq!(dear, Err(MoneyError::OutOfRange));
    }

    proptest! {
        #[test]
        fn decimals_give_every_amount_back(minor: i64) {
            let money = Money::new(minor, currency("TND"));
            prop_assert_eq!(Money::from_decimal(money.to_decimal(), money.currency()), Ok(money));
        }

        #[test]
        fn subtracting_undoes_adding(left: i64, right: i64) {
            let (left, right) = (Money::new(left, currency("ARS")), Money::new(right, currency("ARS")));
            if let Ok(sum) = left.checked_add(right) {
                prop_assert_eq!(sum.checked_sub(right), Ok(left));
            }
        }

        #[test]
        fn an_amount_is_within_half_a_minor_unit_of_its_product(quantity: i32, price: i32) {
            let (quantity, price) = (i64::from(quantity), i64::from(price));
            let amount = amount_of(Micro::new(quantity), Micro::new(price), currency("USD")).unwrap();
            let twice_off = 2 * (i128::from(quantity) * i128::from(price)
                - i128::from(amount.minor()) * 10_000_000_000);
            prop_assert!(twice_off.abs() <= 10_000_000_000);
        }
    }
}
