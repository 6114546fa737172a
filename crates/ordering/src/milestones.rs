//! Payment milestones: which part of a purchase order is paid when, and what that is of each invoice.
//!
//! An advance is kept in an account of its own and netted on each invoice in proportion to what is billed.
//! The other milestones are shares of the whole, never of what the advance leaves. All parts are
//! differences of one rising function of the sum billed so far, so that they are never below zero and add up
//! to the whole whatever the stages are.

use money::{Micro, Money, round_half_away};

use crate::error::{OrderingError, require};
use crate::machine::named;

named! {
    /// What a milestone waits for.
    MilestoneDue, "moment of a payment milestone" {
        /// The co-operative has accepted: before production starts.
        Acceptance = "acceptance",
        /// Goods have been accepted and billed.
        Delivery = "delivery",
    }
}

/// A part of the price, and when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestone {
    /// The part of the whole, above 0 and at most 1.
    pub share: Micro,
    /// What it waits for.
    pub due: MilestoneDue,
    /// Days after that.
    pub days: i32,
}

/// Milestones that add up to the whole: an advance at most first, the rest on delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestones(Vec<Milestone>);

/// Milestones that a contract has at most.
pub const MILESTONES_MAX: usize = 12;
/// Days that a milestone may wait at most.
pub const MILESTONE_DAYS_MAX: i32 = 365;

impl Milestones {
    /// Takes milestones with their positions, which run from 1 without a gap.
    ///
    /// # Errors
    /// [`OrderingError::Invalid`] naming `milestones`, `position`, `share`, `due` or `days`.
    pub fn parse(numbered: &[(i32, Milestone)]) -> Result<Self, OrderingError> {
        require(
            (1..=MILESTONES_MAX).contains(&numbered.len()),
            "milestones",
            "there are one to twelve milestones",
        )?;
        let in_sequence = numbered
            .iter()
            .zip(1..)
            .all(|((position, _), at)| *position == at);
        require(
            in_sequence,
            "position",
            "milestones are numbered from 1 without a gap",
        )?;
        let mut sum = Micro::ZERO;
        for (position, milestone) in numbered {
            require(
                milestone.share > Micro::ZERO && milestone.share <= Micro::ONE,
                "share",
                "a milestone is a part above 0 and at most 1",
            )?;
            require(
                milestone.due == MilestoneDue::Delivery || *position == 1,
                "due",
                "only the first milestone can be due on acceptance",
            )?;
            require(
                (0..=MILESTONE_DAYS_MAX).contains(&milestone.days),
                "days",
                "a milestone waits 0 to 365 days",
            )?;
            sum = sum.checked_add(milestone.share)?;
        }
        require(
            sum == Micro::ONE,
            "share",
            "the milestones do not add up to the whole",
        )?;
        Ok(Self(
            numbered.iter().map(|(_, milestone)| *milestone).collect(),
        ))
    }

    /// The usual ones: the advance on acceptance, the rest so many days after delivery.
    ///
    /// # Errors
    /// [`OrderingError::Invalid`] where the rate is not between 0 and 1.
    pub fn usual(advance_rate: Micro, payment_days: i32) -> Result<Self, OrderingError> {
        let rest = Micro::ONE.checked_sub(advance_rate)?;
        let advance = Milestone {
            share: advance_rate,
            due: MilestoneDue::Acceptance,
            days: 0,
        };
        let rest = Milestone {
            share: rest,
            due: MilestoneDue::Delivery,
            days: payment_days,
        };
        let some = [advance, rest]
            .into_iter()
            .filter(|one| one.share != Micro::ZERO);
        let numbered: Vec<(i32, Milestone)> = (1..).zip(some).collect();
        Self::parse(&numbered)
    }

    /// The milestones in their order.
    pub fn iter(&self) -> impl Iterator<Item = Milestone> {
        self.0.iter().copied()
    }

    /// The part that is paid before production starts.
    pub fn advance_share(&self) -> Micro {
        self.iter()
            .find(|one| one.due == MilestoneDue::Acceptance)
            .map_or(Micro::ZERO, |one| one.share)
    }

    /// Those that are due on delivery, with their numbers.
    pub fn on_delivery(&self) -> impl Iterator<Item = (i32, Milestone)> {
        (1..)
            .zip(self.iter())
            .filter(|(_, one)| one.due == MilestoneDue::Delivery)
    }
}

/// What an advance account holds, and of what whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdvanceAccount {
    /// The whole that the advance is a part of.
    pub whole: Money,
    /// What was agreed as advance.
    pub agreed: Money,
    /// What of it has come in.
    pub paid: Money,
    /// What invoices have netted.
    pub netted: Money,
    /// What was given back.
    pub refunded: Money,
}

impl AdvanceAccount {
    /// What an invoice of `amount`, after `billed` before it, nets: the advance's part of all that is
    /// billed, as far as the money has come in and is not netted yet.
    ///
    /// # Errors
    /// [`OrderingError::Money`] for two currencies or past 64 bits.
    pub fn net(&self, billed: Money, amount: Money) -> Result<Money, OrderingError> {
        let upto = billed.checked_add(amount)?;
        let target = proportion(self.agreed.minor(), upto.minor(), self.whole.minor())?;
        let left = self
            .paid
            .checked_sub(self.netted)?
            .checked_sub(self.refunded)?;
        let net = target
            .saturating_sub(self.netted.minor())
            .min(left.minor())
            .min(amount.minor());
        Ok(Money::new(net.max(0), amount.currency()))
    }
}

/// `whole` times `part` of `of`, rounded once; never more than `whole` where `part` is at most `of`.
///
/// # Errors
/// [`OrderingError::Money`] past 64 bits.
pub fn proportion(whole: i64, part: i64, of: i64) -> Result<i64, OrderingError> {
    if of == 0 {
        return Ok(0);
    }
    let exact = round_half_away(i128::from(whole) * i128::from(part), i128::from(of));
    exact
        .and_then(|value| i64::try_from(value).ok())
        .ok_or(OrderingError::Money(money::MoneyError::OutOfRange))
}

/// Divides what is payable after `before` was into the milestones on delivery.
///
/// # Errors
/// [`OrderingError::Money`] past 64 bits.
pub fn instalments(
    milestones: &Milestones,
    before: Money,
    payable: Money,
) -> Result<Vec<(i32, Milestone, Money)>, OrderingError> {
    let mut due: Vec<(i32, Milestone)> = milestones.on_delivery().collect();
    if due.is_empty() {
        // All was to be paid in advance: what the advance did not cover is due with the invoice.
        due.push((
            1,
            Milestone {
                share: Micro::ONE,
                due: MilestoneDue::Delivery,
                days: 0,
            },
        ));
    }
    let weights: Vec<i64> = due.iter().map(|(_, one)| one.share.get()).collect();
    let past = split(before.minor(), &weights)?;
    let upto = split(before.checked_add(payable)?.minor(), &weights)?;
    let parts = past.into_iter().zip(upto).map(|(past, upto)| upto - past);
    Ok(due
        .into_iter()
        .zip(parts)
        .map(|((position, one), part)| (position, one, Money::new(part, payable.currency())))
        .collect())
}

/// Divides `total` by the weights, each in turn taking its part of what is left: every part rises with the
/// total, so differences of two divisions are never below zero.
fn split(total: i64, weights: &[i64]) -> Result<Vec<i64>, OrderingError> {
    let mut left = total;
    let mut weight_left: i64 = weights.iter().sum();
    weights
        .iter()
        .map(|&weight| {
            let part = proportion(left, weight, weight_left)?;
            left -= part;
            weight_left -= weight;
            Ok(part)
        })
        .collect()
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a division that is refused fails the test"
)]
mod tests {
    use money::Currency;
    use proptest::prelude::*;

    use super::*;

    fn ars(minor: i64) -> Money {
        Money::new(minor, Currency::parse("ARS").unwrap())
    }

    fn percent(shares: &[(i32, i64)]) -> Result<Milestones, OrderingError> {
        let due = |position| match position {
            1 => MilestoneDue::Acceptance,
            _ => MilestoneDue::Delivery,
        };
        let numbered: Vec<_> = shares
            .iter()
            .map(|&(position, share)| {
                let share = Micro::new(share * 10_000);
                (
                    position,
                    Milestone {
                        share,
                        due: due(position),
                        days: 0,
                    },
                )
            })
            .collect();
        Milestones::parse(&numbered)
    }

    #[test]
    fn milestones_add_up_to_the_whole_without_a_gap() {
        assert_eq!(
            percent(&[(1, 50), (2, 30), (3, 20)])
                .unwrap()
                .advance_share()
                .get(),
            500_000
        );
        for wrong in [
            &[(1, 50), (2, 30), (3, 25)][..],
            &[(1, 50), (2, 30), (3, 19)],
            &[(1, 50), (3, 30), (4, 20)],
            &[(2, 50), (3, 50)],
            &[(1, 100), (2, 0)],
            &[(1, 110), (2, -10)],
            &[],
        ] {
            assert_eq!(
                percent(wrong).unwrap_err().code(),
                "invalid_input",
                "{wrong:?}"
            );
        }
        let late = Milestone {
            share: Micro::ONE,
            due: MilestoneDue::Delivery,
            days: 366,
        };
        assert!(Milestones::parse(&[(1, late)]).is_err());
        assert!(Milestones::parse(&[(1, Milestone { days: 365, ..late })]).is_ok());
    }

    #[test]
    fn half_in_advance_is_netted_and_never_split_again() {
        let milestones = percent(&[(1, 50), (2, 30), (3, 20)]).unwrap();
        let account = AdvanceAccount {
            whole: ars(100_000),
            agreed: ars(50_000),
            paid: ars(50_000),
            netted: ars(0),
            refunded: ars(0),
        };
        assert_eq!(account.net(ars(0), ars(40_000)).unwrap(), ars(20_000));
        let parts = instalments(&milestones, ars(0), ars(20_000)).unwrap();
        let amounts: Vec<i64> = parts.iter().map(|(_, _, part)| part.minor()).collect();
        // 30 and 20 of the 100, not of the 50 that the advance leaves.
        assert_eq!(amounts, [12_000, 8_000]);
    }

    #[test]
    fn an_advance_that_has_not_come_in_nets_nothing() {
        let account = AdvanceAccount {
            whole: ars(1000),
            agreed: ars(500),
            paid: ars(100),
            netted: ars(0),
            refunded: ars(0),
        };
        assert_eq!(account.net(ars(0), ars(1000)).unwrap(), ars(100));
        let later = AdvanceAccount {
            paid: ars(500),
            netted: ars(100),
            ..account
        };
        assert_eq!(
            later.net(ars(600), ars(300)).unwrap(),
            ars(300),
            "it catches up"
        );
    }

    proptest! {
        #[test]
        fn stages_of_any_size_come_to_the_milestones_exactly(
            stages in prop::collection::vec(0..1_000_000_i64, 1..10),
            advance in 0..=100_i64, second in 1..=100_i64, whole_extra in 0..1000_i64,
        ) {
            let rest = 100 - advance;
            prop_assume!(rest > 1);
            let second = second.min(rest - 1);
            let mut shares = vec![(1, advance), (2, second), (3, rest - second)];
            if advance == 0 {
                shares.remove(0);
            }
            let numbered: Vec<(i32, Milestone)> = (1..).zip(&shares).map(|(at, (id, share))| {
                let due = if *id == 1 { MilestoneDue::Acceptance } else { MilestoneDue::Delivery };
                (at, Milestone { share: Micro::new(share * 10_000), due, days: 0 })
            }).collect();
            let milestones = Milestones::parse(&numbered).unwrap();
            let whole = stages.iter().sum::<i64>() + whole_extra;
            let agreed = proportion(whole, advance, 100).unwrap();
            let mut account = AdvanceAccount {
                whole: ars(whole), agreed: ars(agreed), paid: ars(agreed), netted: ars(0), refunded: ars(0),
            };
            let (mut billed, mut payable) = (0, 0);
            let last = stages.len();
            for (at, stage) in stages.iter().enumerate() {
                let amount = if at + 1 == last { stage + whole_extra } else { *stage };
                let net = account.net(ars(billed), ars(amount)).unwrap().minor();
                prop_assert!(net >= 0 && net <= amount);
                let parts = instalments(&milestones, ars(payable), ars(amount - net)).unwrap();
                prop_assert!(parts.iter().all(|(_, _, part)| part.minor() >= 0));
                prop_assert_eq!(parts.iter().map(|(_, _, part)| part.minor()).sum::<i64>(), amount - net);
                account.netted = ars(account.netted.minor() + net);
                billed += amount;
                payable += amount - net;
            }
            prop_assert_eq!(account.netted.minor(), agreed, "the advance is used up, and once");
            prop_assert_eq!(payable + agreed, whole);
        }
    }
}
