//! Who gets what when less arrives than was ordered, by a rule that was chosen before.

use money::{Micro, apportion};

use crate::error::{OrderingError, require};
use crate::machine::named;

named! {
    /// The rule by which a short delivery is shared.
    ShortageRule, "rule for a short delivery" {
        /// Everybody gets the same part of what they still wait for.
        Proportional = "proportional",
        /// What they wait for counts as often as their need weighs.
        NeedWeighted = "need_weighted",
        /// Who entered first is served first.
        ByTime = "by_time",
    }
}

/// Somebody who waits for goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Units still to come, not below zero.
    pub outstanding: Micro,
    /// Weight of the need, above zero; read by [`ShortageRule::NeedWeighted`] only.
    pub weight: Micro,
    /// When the quantity was entered, in any unit; read by [`ShortageRule::ByTime`] only.
    pub entered: i64,
}

/// Shares `available` units among those who wait, in whole units where all quantities are whole. Nobody
/// gets more than they wait for, and the parts add up to `available`.
///
/// Equal remainders go to whoever stands first in `waiting`: callers order it by something that has nothing
/// to do with the time of ordering, such as the organisations' ids.
///
/// # Errors
/// [`OrderingError::Invalid`] naming `quantity` where more is available than waited for or something is
/// below zero, `weight` where a weight is not above zero.
pub fn share_shortage(
    rule: ShortageRule,
    available: Micro,
    waiting: &[Waiting],
) -> Result<Vec<Micro>, OrderingError> {
    let asked: i128 = waiting
        .iter()
        .map(|w| i128::from(w.outstanding.get()))
        .sum();
    let sound = available >= Micro::ZERO && waiting.iter().all(|w| w.outstanding >= Micro::ZERO);
    require(sound, "quantity", "a quantity is not below zero")?;
    require(
        i128::from(available.get()) <= asked,
        "quantity",
        "more is sent than anybody waits for",
    )?;
    let weighed = waiting.iter().all(|w| w.weight > Micro::ZERO);
    require(weighed, "weight", "a need weighs more than nothing")?;

    let step = step(available, waiting);
    let outstanding: Vec<i64> = waiting.iter().map(|w| w.outstanding.get() / step).collect();
    let available = available.get() / step;
    let parts = match rule {
        ShortageRule::ByTime => by_time(available, &outstanding, waiting),
        ShortageRule::Proportional => by_weight(available, &outstanding, |_| 1),
        ShortageRule::NeedWeighted => by_weight(available, &outstanding, |at| {
            waiting.get(at).map_or(0, |w| w.weight.get().unsigned_abs())
        }),
    };
    Ok(parts
        .into_iter()
        .map(|part| Micro::new(part * step))
        .collect())
}

/// One whole unit in millionths where everything is counted in whole units, else one millionth.
fn step(available: Micro, waiting: &[Waiting]) -> i64 {
    let one = Micro::ONE.get();
    let mut quantities = waiting.iter().map(|w| w.outstanding).chain([available]);
    if quantities.all(|quantity| quantity.get() % one == 0) {
        one
    } else {
        1
    }
}

fn by_time(available: i64, outstanding: &[i64], waiting: &[Waiting]) -> Vec<i64> {
    let mut order: Vec<(i64, usize)> = waiting
        .iter()
        .enumerate()
        .map(|(at, w)| (w.entered, at))
        .collect();
    order.sort_unstable();
    let mut left = available;
    let mut parts = vec![0; waiting.len()];
    for (_, at) in order {
        let part = outstanding.get(at).copied().unwrap_or(0).min(left);
        left -= part;
        if let Some(slot) = parts.get_mut(at) {
            *slot = part;
        }
    }
    parts
}

/// Water-filling: whoever would get more than they wait for gets just that, and the rest is shared again.
/// Each round fills somebody, so there are at most as many rounds as people.
fn by_weight(available: i64, outstanding: &[i64], weight: impl Fn(usize) -> u64) -> Vec<i64> {
    let mut parts = vec![0_i64; outstanding.len()];
    let mut open: Vec<usize> = (0..outstanding.len()).collect();
    let mut left = available;
    while left > 0 && !open.is_empty() {
        let asked = |at: usize| outstanding.get(at).copied().unwrap_or(0);
        let weights: Vec<u128> = open
            .iter()
            .map(|&at| u128::from(weight(at)) * u128::from(asked(at).unsigned_abs()))
            .collect();
        let Some(shares) = apportion(left, &weights) else {
            break;
        };
        let proposed: Vec<(usize, i64)> = open.iter().copied().zip(shares).collect();
        let (full, rest): (Vec<_>, Vec<_>) = proposed
            .iter()
            .partition(|(at, share)| *share >= asked(*at));
        let given: &[(usize, i64)] = if full.is_empty() { &rest } else { &full };
        for &(at, share) in given {
            let part = share.min(asked(at));
            left -= part;
            if let Some(slot) = parts.get_mut(at) {
                *slot = part;
            }
        }
        if full.is_empty() {
            break;
        }
        open = rest.into_iter().map(|(at, _)| at).collect();
    }
    parts
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a share that is refused fails the test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn waits(units: i64, weight: i64, entered: i64) -> Waiting {
        Waiting {
            outstanding: Micro::new(units * 1_000_000),
            weight: Micro::new(weight * 1_000_000),
            entered,
        }
    }

    fn shared(rule: ShortageRule, available: i64, waiting: &[Waiting]) -> Vec<i64> {
        let available = Micro::new(available * 1_000_000);
        let parts = share_shortage(rule, available, waiting).unwrap();
        parts.iter().map(|part| part.get() / 1_000_000).collect()
    }

    #[test]
    fn each_rule_by_hand() {
        let waiting = [waits(100, 1, 30), waits(200, 3, 20), waits(100, 1, 10)];
        assert_eq!(
            shared(ShortageRule::Proportional, 200, &waiting),
            [50, 100, 50]
        );
        // Weights 100, 600 and 100: the second would get 225 and waits for 200.
        assert_eq!(
            shared(ShortageRule::NeedWeighted, 300, &waiting),
            [50, 200, 50]
        );
        assert_eq!(shared(ShortageRule::ByTime, 250, &waiting), [0, 150, 100]);
        assert_eq!(
            shared(ShortageRule::Proportional, 401 - 1, &waiting),
            [100, 200, 100]
        );
        assert_eq!(shared(ShortageRule::ByTime, 0, &waiting), [0, 0, 0]);
    }

    #[test]
    fn an_odd_piece_stays_whole() {
        let waiting = [waits(1, 1, 1), waits(1, 1, 0)];
        assert_eq!(shared(ShortageRule::Proportional, 1, &waiting), [1, 0]);
        assert_eq!(shared(ShortageRule::ByTime, 1, &waiting), [0, 1]);
    }

    #[test]
    fn more_than_is_waited_for_is_refused() {
        let code = |available: i64, waiting: &[Waiting]| {
            share_shortage(ShortageRule::Proportional, Micro::new(available), waiting)
                .unwrap_err()
                .code()
        };
        assert_eq!(code(1_000_001, &[waits(1, 1, 0)]), "invalid_input");
        assert_eq!(code(-1, &[waits(1, 1, 0)]), "invalid_input");
        assert_eq!(code(1, &[waits(1, 0, 0)]), "invalid_input");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nobody_gets_too_much(
            people in prop::collection::vec((0..500_i64, 1..9_i64, 0..99_i64), 1..12),
            part in 0..=100_i64, whole in any::<bool>(),
        ) {
            let unit = if whole { 1_000_000 } else { 333_333 };
            let waiting: Vec<Waiting> = people.iter().map(|&(units, weight, entered)| Waiting {
                outstanding: Micro::new(units * unit),
                weight: Micro::new(weight * 1_000_000),
                entered,
            }).collect();
            let asked: i64 = people.iter().map(|p| p.0).sum();
            let available = Micro::new(asked * part / 100 * unit);
            for &rule in ShortageRule::ALL {
                let parts = share_shortage(rule, available, &waiting).unwrap();
                prop_assert_eq!(parts.iter().map(|p| p.get()).sum::<i64>(), available.get());
                for (part, waits) in parts.iter().zip(&waiting) {
                    prop_assert!(*part >= Micro::ZERO && *part <= waits.outstanding);
                }
            }
        }

        #[test]
        fn the_time_of_ordering_changes_nothing_but_where_it_is_the_rule(
            people in prop::collection::vec((1..500_i64, 1..9_i64), 2..8),
            times in prop::collection::vec(any::<i64>(), 8), part in 0..=100_i64,
        ) {
            let at = |entered: &dyn Fn(usize) -> i64| -> Vec<Waiting> {
                people.iter().enumerate().map(|(n, &(u, w))| waits(u, w, entered(n))).collect()
            };
            let asked: i64 = people.iter().map(|p| p.0).sum();
            for rule in [ShortageRule::Proportional, ShortageRule::NeedWeighted] {
                let early = shared(rule, asked * part / 100, &at(&|_| 0));
                let late = shared(rule, asked * part / 100, &at(&|n| times.get(n).copied().unwrap_or(0)));
                prop_assert_eq!(early, late);
            }
        }
    }
}
