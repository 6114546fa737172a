//! What can be called off under a framework agreement: the committed quantity and an allowance, no more.

use money::Micro;

/// A million: the millionths of a rate of one.
const ONE: i64 = 1_000_000;

/// A line's committed quantity, with the share of it that may be called off beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitment {
    committed: Micro,
    allowance: Micro,
}

/// More was asked for than is left (409).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{left} is left to be called off")]
pub struct OverCall {
    /// What can still be called off.
    pub left: Micro,
}

impl Commitment {
    /// Reads a quantity above zero and a rate of 0 to 1; none for anything else, or past 64 bits.
    pub fn parse(committed: Micro, allowance: Micro) -> Option<Self> {
        let fits = committed > Micro::ZERO && (Micro::ZERO..=Micro::ONE).contains(&allowance);
        let twice = committed.checked_add(committed).is_ok();
        (fits && twice).then_some(Self {
            committed,
            allowance,
        })
    }

    /// The most that can be called off in all: committed × (1 + allowance), to the millionth, cut.
    pub fn most(self) -> Micro {
        let (units, rest) = (self.committed.get() / ONE, self.committed.get() % ONE);
        // Neither product leaves 64 bits: units × 1,000,000 is the quantity again.
        let beyond = units * self.allowance.get() + rest * self.allowance.get() / ONE;
        Micro::new(self.committed.get().saturating_add(beyond))
    }

    /// What can still be called off.
    pub fn left(self, called_off: Micro) -> Micro {
        let left = self.most().get().saturating_sub(called_off.get());
        Micro::new(left.max(0))
    }

    /// What will have been called off, with `quantity` more.
    ///
    /// # Errors
    /// [`OverCall`] with what is left.
    pub fn call_off(self, called_off: Micro, quantity: Micro) -> Result<Micro, OverCall> {
        let left = self.left(called_off);
        match called_off.checked_add(quantity) {
            Ok(sum) if quantity <= left => Ok(sum),
            _ => Err(OverCall { left }),
        }
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a commitment that cannot be read fails the test"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn units(count: i64) -> Micro {
        Micro::new(count * ONE)
    }

    fn hundred() -> Commitment {
        Commitment::parse(units(100), Micro::new(100_000)).unwrap()
    }

    #[test]
    fn of_a_hundred_with_a_tenth_and_sixty_called_off_fifty_are_left() {
        assert_eq!(hundred().most(), units(110));
        assert_eq!(hundred().call_off(units(60), units(50)), Ok(units(110)));
        let over = hundred().call_off(units(60), units(51));
        assert_eq!(over, Err(OverCall { left: units(50) }));
        assert_eq!(over.unwrap_err().to_string(), "50 is left to be called off");
    }

    #[test]
    fn without_an_allowance_the_committed_quantity_is_all() {
        let exact = Commitment::parse(units(100), Micro::ZERO).unwrap();
        assert_eq!(exact.call_off(units(60), units(40)), Ok(units(100)));
        assert!(exact.call_off(units(60), Micro::new(40 * ONE + 1)).is_err());
    }

    #[test]
    fn what_is_no_commitment_is_not_read() {
        for (committed, allowance) in [
            (Micro::ZERO, Micro::ZERO),
            (units(-1), Micro::ZERO),
            (units(1), Micro::new(-1)),
            (units(1), Micro::new(ONE + 1)),
            (Micro::new(i64::MAX), Micro::ZERO),
        ] {
            assert_eq!(Commitment::parse(committed, allowance), None);
        }
        assert!(Commitment::parse(units(1), Micro::ONE).is_some());
    }

    proptest! {
        #[test]
        fn the_most_is_the_exact_product_cut_to_the_millionth(
            committed in 1_i64..i64::MAX / 2, allowance in 0_i64..=ONE,
        ) {
            let commitment = Commitment::parse(Micro::new(committed), Micro::new(allowance)).unwrap();
            let exact = i128::from(committed) * i128::from(ONE + allowance) / i128::from(ONE);
            prop_assert_eq!(i128::from(commitment.most().get()), exact);
        }

        #[test]
        fn however_it_is_called_off_and_given_back_it_never_passes_the_most(
            committed in 1_i64..1_000_000, allowance in 0_i64..=ONE,
            moves in prop::collection::vec((any::<bool>(), 1_i64..400_000), 1..60),
        ) {
            let commitment = Commitment::parse(units(committed), Micro::new(allowance)).unwrap();
            let mut called_off = Micro::ZERO;
            let mut orders: Vec<Micro> = Vec::new();
            for (takes, count) in moves {
                if takes {
                    match commitment.call_off(called_off, units(count)) {
                        Ok(sum) => { called_off = sum; orders.push(units(count)); }
                        Err(over) => {
                            prop_assert!(over.left < units(count));
                            prop_assert!(commitment.call_off(called_off, over.left).is_ok());
                        }
                    }
                } else if let Some(back) = orders.pop() {
                    called_off = called_off.checked_sub(back).unwrap();
                }
                let sum: i64 = orders.iter().map(|order| order.get()).sum();
                prop_assert_eq!(called_off.get(), sum);
                prop_assert!(called_off <= commitment.most());
                let left = commitment.left(called_off);
                prop_assert_eq!(left.get(), commitment.most().get() - sum);
            }
        }
    }
}
