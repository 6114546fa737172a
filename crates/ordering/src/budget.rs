//! Budget lines: what may be spent, what is promised to orders, what went out, what others were given.

use money::{Currency, Money};

use crate::error::OrderingError;
use crate::ladder::Bound;

/// The figures of a budget line. What is committed, spent and delegated is never more than its amount;
/// an amount of zero is zero, and `Unlimited` is a word of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// What the line may carry.
    pub amount: Bound,
    /// Promised to orders that wait or are confirmed.
    pub committed: Money,
    /// Gone out.
    pub spent: Money,
    /// Given on to others; parts without limit count nothing here.
    pub delegated: Money,
}

impl Budget {
    /// A line of which nothing is used.
    pub fn new(amount: Bound, currency: Currency) -> Self {
        let nothing = Money::zero(currency);
        Self {
            amount,
            committed: nothing,
            spent: nothing,
            delegated: nothing,
        }
    }

    /// Committed, spent and delegated.
    ///
    /// # Errors
    /// [`OrderingError::Money`].
    pub fn used(&self) -> Result<Money, OrderingError> {
        let own = self.committed.checked_add(self.spent)?;
        Ok(own.checked_add(self.delegated)?)
    }

    /// What is left; `Unlimited` for a line without limit.
    ///
    /// # Errors
    /// [`OrderingError::Money`].
    pub fn left(&self) -> Result<Bound, OrderingError> {
        Ok(match self.amount {
            Bound::Unlimited => Bound::Unlimited,
            Bound::Amount(amount) => Bound::Amount(amount.checked_sub(self.used()?)?),
        })
    }

    /// Promises an amount to an order.
    ///
    /// # Errors
    /// [`OrderingError::OverBudget`] with what is left.
    pub fn commit(self, asked: Money) -> Result<Self, OrderingError> {
        self.within(asked)?;
        Ok(Self {
            committed: self.committed.checked_add(asked)?,
            ..self
        })
    }

    /// Takes a promise back, all of it or a part.
    ///
    /// # Errors
    /// [`OrderingError::Money`], [`OrderingError::Invalid`] for more than was promised.
    pub fn release(self, amount: Money) -> Result<Self, OrderingError> {
        Ok(Self {
            committed: less(self.committed, amount, "committed")?,
            ..self
        })
    }

    /// What was promised goes out.
    ///
    /// # Errors
    /// As [`Budget::release`].
    pub fn spend(self, amount: Money) -> Result<Self, OrderingError> {
        let rest = self.release(amount)?;
        Ok(Self {
            spent: rest.spent.checked_add(amount)?,
            ..rest
        })
    }

    /// Gives a part on. A part without limit is given by a line without limit only.
    ///
    /// # Errors
    /// [`OrderingError::OverBudget`] with what is left, [`OrderingError::Invalid`].
    pub fn delegate(self, part: Bound) -> Result<Self, OrderingError> {
        match (self.amount, part) {
            (Bound::Unlimited, Bound::Unlimited) => Ok(self),
            (Bound::Amount(_), Bound::Unlimited) => Err(OrderingError::Invalid {
                field: "amount",
                reason: "a line with a limit gives no part without one",
            }),
            (_, Bound::Amount(asked)) => {
                self.within(asked)?;
                Ok(Self {
                    delegated: self.delegated.checked_add(asked)?,
                    ..self
                })
            }
        }
    }

    /// A part comes back.
    ///
    /// # Errors
    /// As [`Budget::release`].
    pub fn take_back(self, amount: Money) -> Result<Self, OrderingError> {
        Ok(Self {
            delegated: less(self.delegated, amount, "delegated")?,
            ..self
        })
    }

    /// Cuts the line to what is used, and says what came free: nothing of a line without limit.
    ///
    /// # Errors
    /// [`OrderingError::Money`].
    pub fn cut(self) -> Result<(Self, Money), OrderingError> {
        match self.left()? {
            Bound::Unlimited => Ok((self, Money::zero(self.committed.currency()))),
            Bound::Amount(free) => {
                let amount = Bound::Amount(self.used()?);
                Ok((Self { amount, ..self }, free))
            }
        }
    }

    fn within(&self, asked: Money) -> Result<(), OrderingError> {
        match self.left()? {
            Bound::Amount(left) if asked.minor() > left.minor() => {
                Err(OrderingError::OverBudget { left, asked })
            }
            _ => Ok(()),
        }
    }
}

fn less(from: Money, amount: Money, field: &'static str) -> Result<Money, OrderingError> {
    let rest = from.checked_sub(amount)?;
    if rest.minor() < 0 || amount.minor() < 0 {
        return Err(OrderingError::Invalid {
            field,
            reason: "no more comes back than went in",
        });
    }
    Ok(rest)
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ars(minor: i64) -> Money {
        Money::new(minor, Currency::parse("ARS").unwrap())
    }

    fn of(amount: Bound) -> Budget {
        Budget::new(amount, ars(0).currency())
    }

    #[test]
    fn the_last_cent_goes_and_not_one_more() {
        let line = of(Bound::Amount(ars(100)));
        let line = line.commit(ars(60)).unwrap();
        let line = line.delegate(Bound::Amount(ars(30))).unwrap();
        assert_eq!(line.left().unwrap(), Bound::Amount(ars(10)));
        assert_eq!(
            line.commit(ars(11)),
            Err(OrderingError::OverBudget {
                left: ars(10),
                asked: ars(11),
            })
        );
        let full = line.commit(ars(10)).unwrap();
        assert_eq!(full.left().unwrap(), Bound::Amount(ars(0)));
        let spent = full.spend(ars(60)).unwrap().release(ars(10)).unwrap();
        assert_eq!(spent.left().unwrap(), Bound::Amount(ars(10)));
        assert_eq!(spent.spent, ars(60));
        assert!(spent.release(ars(1)).is_err());
        assert!(spent.take_back(ars(31)).is_err());
        let (cut, free) = spent.cut().unwrap();
        assert_eq!((cut.amount, free), (Bound::Amount(ars(90)), ars(10)));
    }

    #[test]
    fn zero_may_spend_nothing() {
        let line = of(Bound::Amount(ars(0)));
        assert!(line.commit(ars(1)).is_err());
        assert!(line.delegate(Bound::Amount(ars(1))).is_err());
        assert_eq!(line.commit(ars(0)).unwrap(), line);
    }

    #[test]
    fn only_a_line_without_limit_gives_a_part_without_limit() {
        let large = of(Bound::Amount(ars(i64::MAX)));
        assert!(matches!(
            large.delegate(Bound::Unlimited),
            Err(OrderingError::Invalid { .. })
        ));
        let unlimited = of(Bound::Unlimited);
        assert_eq!(unlimited.delegate(Bound::Unlimited).unwrap(), unlimited);
        let line = unlimited.commit(ars(i64::MAX)).unwrap();
        assert_eq!(line.left().unwrap(), Bound::Unlimited);
        assert!(line.commit(ars(1)).is_err(), "past 64 bits");
        assert_eq!(line.cut().unwrap(), (line, ars(0)));
    }

    proptest! {
        /// Whatever is done in whatever order, nothing is negative and the line is never overdrawn.
        #[test]
        fn a_line_is_never_overdrawn(
            amount in 0_i64..500,
            acts in prop::collection::vec((0_u8..6, 0_i64..200), 0..40),
        ) {
            let mut line = of(Bound::Amount(ars(amount)));
            for (act, figure) in acts {
                let figure = ars(figure);
                let next = match act {
                    0 => line.commit(figure),
                    1 => line.release(figure),
                    2 => line.spend(figure),
                    3 => line.delegate(Bound::Amount(figure)),
                    4 => line.take_back(figure),
                    _ => line.cut().map(|(cut, _)| cut),
                };
                line = next.unwrap_or(line);
                let Bound::Amount(bound) = line.amount else { unreachable!() };
                prop_assert!(line.used().unwrap().minor() <= bound.minor());
                for part in [line.committed, line.spent, line.delegated] {
                    prop_assert!(part.minor() >= 0);
                }
            }
        }
    }
}
