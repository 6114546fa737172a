//! What a line and an order cost: goods, freight, value-added tax.

use std::collections::BTreeMap;

use money::{Currency, Micro, Money, MoneyError, amount_of, rate_of};

use crate::error::{OrderingError, require};
use crate::vat::VatRate;

/// Goods, freight and tax in one currency, with the sum that is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    goods: Money,
    freight: Money,
    vat: Money,
    total: Money,
}

impl Totals {
    /// Adds the three up.
    ///
    /// # Errors
    /// [`OrderingError::Money`] for two currencies, or a sum past 64 bits.
    pub fn new(goods: Money, freight: Money, vat: Money) -> Result<Self, OrderingError> {
        let total = goods.checked_add(freight)?.checked_add(vat)?;
        Ok(Self {
            goods,
            freight,
            vat,
            total,
        })
    }

    /// Nothing, in that currency.
    pub const fn zero(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self {
            goods: zero,
            freight: zero,
            vat: zero,
            total: zero,
        }
    }

    /// Both together, part by part.
    ///
    /// # Errors
    /// As [`Totals::new`].
    pub fn checked_add(self, other: Self) -> Result<Self, OrderingError> {
        Self::new(
            self.goods.checked_add(other.goods)?,
            self.freight.checked_add(other.freight)?,
            self.vat.checked_add(other.vat)?,
        )
    }

    /// What the goods cost.
    pub const fn goods(self) -> Money {
        self.goods
    }

    /// What their carriage costs.
    pub const fn freight(self) -> Money {
        self.freight
    }

    /// The value-added tax on both.
    pub const fn vat(self) -> Money {
        self.vat
    }

    /// The sum of the three.
    pub const fn total(self) -> Money {
        self.total
    }

    /// The currency of all of it.
    pub const fn currency(self) -> Currency {
        self.total.currency()
    }

    /// What is paid before production starts: `rate` of the total, rounded once.
    ///
    /// # Errors
    /// [`OrderingError::Invalid`] naming `advance_rate` unless it is 0 to 1.
    pub fn advance(self, rate: Micro) -> Result<Money, OrderingError> {
        require(
            (Micro::ZERO..=Micro::ONE).contains(&rate),
            "advance_rate",
            "an advance is between nothing and the whole",
        )?;
        Ok(rate_of(self.total, rate)?)
    }
}

/// A line of an order, priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Units, above zero.
    pub quantity: Micro,
    /// Price of a unit, not below zero.
    pub unit_price: Micro,
    /// Carriage of a unit, not below zero.
    pub unit_freight: Micro,
    /// Tax on goods and freight.
    pub vat: VatRate,
    /// Currency of both prices.
    pub currency: Currency,
}

impl Line {
    /// What the line costs. Goods, freight and tax are rounded once each, half away from zero; the tax is
    /// on the rounded goods and freight, so that it can be checked from the invoice.
    ///
    /// # Errors
    /// [`OrderingError::Invalid`] naming the field out of range, [`OrderingError::Money`] where an amount
    /// leaves 64 bits.
    pub fn totals(&self) -> Result<Totals, OrderingError> {
        require(
            self.quantity > Micro::ZERO,
            "quantity",
            "a line is for more than nothing",
        )?;
        require(
            self.unit_price >= Micro::ZERO,
            "unit_price",
            "a price is not below zero",
        )?;
        require(
            self.unit_freight >= Micro::ZERO,
            "unit_freight",
            "freight is not below zero",
        )?;
        let goods = amount_of(self.quantity, self.unit_price, self.currency)?;
        let freight = amount_of(self.quantity, self.unit_freight, self.currency)?;
        let vat = rate_of(goods.checked_add(freight)?, self.vat.rate())?;
        Totals::new(goods, freight, vat)
    }
}

/// What an order costs in each of its currencies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderTotals(BTreeMap<Currency, Totals>);

impl OrderTotals {
    /// Adds the lines up, per currency.
    ///
    /// # Errors
    /// [`OrderingError::Money`] where a sum leaves 64 bits.
    pub fn of(lines: impl IntoIterator<Item = Totals>) -> Result<Self, OrderingError> {
        let mut sums: BTreeMap<Currency, Totals> = BTreeMap::new();
        for line in lines {
            let currency = line.currency();
            let sum = sums.get(&currency).copied();
            let sum = sum.unwrap_or(Totals::zero(currency)).checked_add(line)?;
            sums.insert(currency, sum);
        }
        Ok(Self(sums))
    }

    /// The totals in `currency`; none where no line is in it.
    pub fn in_currency(&self, currency: Currency) -> Option<Totals> {
        self.0.get(&currency).copied()
    }

    /// All totals, by the currencies' codes.
    pub fn iter(&self) -> impl Iterator<Item = Totals> {
        self.0.values().copied()
    }

    /// The totals of an order in one currency.
    ///
    /// # Errors
    /// [`OrderingError::Invalid`] naming `lines` where there are none, [`OrderingError::Money`] where
    /// there are several currencies.
    pub fn single(&self) -> Result<Totals, OrderingError> {
        let mut totals = self.iter();
        let Some(first) = totals.next() else {
            return Err(OrderingError::Invalid {
                field: "lines",
                reason: "an order has at least one line",
            });
        };
        match totals.next() {
            None => Ok(first),
            Some(second) => Err(MoneyError::CurrencyMismatch {
                left: first.currency(),
                right: second.currency(),
            }
            .into()),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a total that is refused fails the test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    fn line(quantity: &str, unit_price: &str, unit_freight: &str, vat: (&str, &str)) -> Line {
        let (country, rate) = vat;
        Line {
            quantity: quantity.parse().unwrap(),
            unit_price: unit_price.parse().unwrap(),
            unit_freight: unit_freight.parse().unwrap(),
            vat: VatRate::parse(country, rate.parse().unwrap()).unwrap(),
            currency: currency(if country == "AR" { "ARS" } else { "ZAR" }),
        }
    }

    fn printed(totals: Totals) -> [String; 4] {
        [
            totals.goods(),
            totals.freight(),
            totals.vat(),
            totals.total(),
        ]
        .map(|m| m.to_string())
    }

    #[test]
    fn three_thousand_shirts_with_freight_and_tax() {
        let totals = line("3000", "4.9037", "0.12", ("AR", "0.21"))
            .totals()
            .unwrap();
        assert_eq!(
            printed(totals),
            ["14711.10 ARS", "360.00 ARS", "3164.93 ARS", "18236.03 ARS"]
        );
        assert_eq!(
            totals.advance("0.5".parse().unwrap()).unwrap().to_string(),
            "9118.02 ARS"
        );
    }

    #[test]
    fn each_part_is_rounded_half_away_on_its_own() {
        // 0.125 each for goods and freight; the tax of 15 % on 0.26 is 0.039.
        let totals = line("0.25", "0.5", "0.5", ("ZA", "0.15")).totals().unwrap();
        assert_eq!(
            printed(totals),
            ["0.13 ZAR", "0.13 ZAR", "0.04 ZAR", "0.30 ZAR"]
        );
    }

    #[test]
    fn an_order_is_totalled_per_currency() {
        let lines = [
            line("10", "2", "0", ("ZA", "0.15")),
            line("1", "100", "5", ("AR", "0.105")),
            line("1", "1", "1", ("ZA", "0")),
        ];
        let order = OrderTotals::of(lines.map(|l| l.totals().unwrap())).unwrap();
        let all: Vec<String> = order.iter().map(|t| t.total().to_string()).collect();
        assert_eq!(all, ["116.03 ARS", "25.00 ZAR"]);
        assert_eq!(order.in_currency(currency("USD")), None);
        assert_eq!(order.single().unwrap_err().code(), "currency_mismatch");
        assert_eq!(
            OrderTotals::default().single().unwrap_err().code(),
            "invalid_input"
        );
        let one = OrderTotals::of([lines[0].totals().unwrap()]).unwrap();
        assert_eq!(one.single(), lines[0].totals());
    }

    #[test]
    fn lines_out_of_range_name_their_field() {
        let sound = line("1", "1", "0", ("AR", "0"));
        let minus = Micro::new(-1);
        for (wrong, expected) in [
            (
                Line {
                    quantity: Micro::ZERO,
                    ..sound
                },
                "quantity",
            ),
            (
                Line {
                    quantity: minus,
                    ..sound
                },
                "quantity",
            ),
            (
                Line {
                    unit_price: minus,
                    ..sound
                },
                "unit_price",
            ),
            (
                Line {
                    unit_freight: minus,
                    ..sound
                },
                "unit_freight",
            ),
        ] {
            match wrong.totals() {
                Err(OrderingError::Invalid { field, .. }) => assert_eq!(field, expected),
                other => panic!("{wrong:?} gave {other:?}"),
            }
        }
        let most = Micro::new(i64::MAX);
        let huge = Line {
            quantity: most,
            unit_price: most,
            ..sound
        };
        assert_eq!(huge.totals().unwrap_err().code(), "amount_out_of_range");
        assert!(
            Line {
                unit_price: Micro::ZERO,
                ..sound
            }
            .totals()
            .is_ok()
        );
    }

    #[test]
    fn an_advance_is_between_nothing_and_the_whole() {
        let totals = line("1", "10", "0", ("AR", "0")).totals().unwrap();
        assert_eq!(totals.advance(Micro::ZERO).unwrap().minor(), 0);
        assert_eq!(totals.advance(Micro::ONE), Ok(totals.total()));
        for wrong in [-1, 1_000_001] {
            assert!(totals.advance(Micro::new(wrong)).is_err());
        }
    }

    fn lines() -> impl Strategy<Value = Vec<Line>> {
        let country = prop_oneof![
            Just(("AR", "0.21")),
            Just(("AR", "0.105")),
            Just(("AR", "0")),
            Just(("ZA", "0.15")),
        ];
        let micro = 0..1_000_000_000_000_i64;
        let one = (
            1..1_000_000_000_000_i64,
            micro.clone(),
            0..10_000_000_i64,
            country,
        );
        prop::collection::vec(one, 0..20).prop_map(|parts| {
            let each = parts
                .into_iter()
                .map(|(quantity, price, freight, vat)| Line {
                    quantity: Micro::new(quantity),
                    unit_price: Micro::new(price),
                    unit_freight: Micro::new(freight),
                    ..line("1", "1", "0", vat)
                });
            each.collect()
        })
    }

    proptest! {
        #[test]
        fn an_order_costs_what_its_lines_cost(lines in lines()) {
            let each: Vec<Totals> = lines.iter().map(|l| l.totals().unwrap()).collect();
            let order = OrderTotals::of(each.clone()).unwrap();
            for code in ["ARS", "ZAR"] {
                let parts = || each.iter().filter(|t| t.currency() == currency(code));
                let sum = |part: fn(Totals) -> Money| parts().map(|t| part(*t).minor()).sum::<i64>();
                let total = order.in_currency(currency(code)).unwrap_or(Totals::zero(currency(code)));
                prop_assert_eq!(total.total().minor(), sum(Totals::total));
                prop_assert_eq!(
                    total.total().minor(),
                    sum(Totals::goods) + sum(Totals::freight) + sum(Totals::vat)
                );
            }
        }

        #[test]
        fn each_part_is_within_half_a_cent_of_the_exact_one(lines in lines()) {
            for line in lines {
                let totals = line.totals().unwrap();
                let near = |amount: Money, exact: i128, scale: i128| {
                    (i128::from(amount.minor()) * scale - exact).abs() * 2 <= scale
                };
                let exact = |price: Micro| i128::from(line.quantity.get()) * i128::from(price.get());
                prop_assert!(near(totals.goods(), exact(line.unit_price), 10_i128.pow(10)));
                prop_assert!(near(totals.freight(), exact(line.unit_freight), 10_i128.pow(10)));
                let taxed = i128::from(totals.goods().minor() + totals.freight().minor());
                let tax = taxed * i128::from(line.vat.rate().get());
                prop_assert!(near(totals.vat(), tax, 1_000_000));
            }
        }
    }
}
