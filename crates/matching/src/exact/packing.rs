//! The four levels of a cost in one number, for a network whose paths are known to be short enough.

use crate::assignment::Score;
use crate::cost::Cost;
use crate::plan::Objective;

/// A sum over a flow, level by level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Levels {
    unmet: i128,
    fairness: i128,
    landed: i128,
    lottery: i128,
}

impl From<[i128; 4]> for Levels {
    fn from([unmet, fairness, landed, lottery]: [i128; 4]) -> Self {
        Self {
            unmet,
            fairness,
            landed,
            lottery,
        }
    }
}

impl Levels {
    pub(super) fn add(&mut self, cost: Cost, times: i64) {
        let times = i128::from(times);
        self.unmet += i128::from(cost.unmet) * times;
        self.fairness += i128::from(cost.fairness) * times;
        self.landed += i128::from(cost.landed) * times;
        self.lottery += i128::from(cost.lottery) * times;
    }

    /// The same with need that is unmet from the start.
    pub(super) fn score(self, lost: i64) -> Option<Score> {
        let objective = Objective {
            unmet_weighted: lost.checked_add(i64::try_from(self.unmet).ok()?)?,
            fairness: i64::try_from(self.fairness).ok()?,
            landed_cost: i64::try_from(self.landed).ok()?,
        };
        Some((objective, self.lottery))
    }

    /// What the flow may cost at most to come to less than a score.
    pub(super) fn below(score: &Score, lost: i64) -> Self {
        let (objective, lottery) = score;
        Self {
            unmet: i128::from(objective.unmet_weighted) - i128::from(lost),
            fairness: i128::from(objective.fairness),
            landed: i128::from(objective.landed_cost),
            lottery: *lottery,
        }
    }
}

/// Bits of the three lower levels.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Packing {
    fairness: u32,
    landed: u32,
    lottery: u32,
}

/// Bits of a number whose sign is the top level's.
const BITS: u32 = 126;

impl Packing {
    /// For sums of so many arcs, none of which costs more than `most` on any level; none where that
    /// does not fit.
    pub(super) fn new(most: Cost, arcs: usize) -> Option<Self> {
        let arcs = i128::try_from(arcs).ok()?;
        let bits = |level: i64| {
            let reach = i128::from(level).checked_mul(arcs)?;
            // One more for the sign.
            Some(i128::BITS - reach.leading_zeros() + 1)
        };
        let packing = Self {
            fairness: bits(most.fairness)?,
            landed: bits(most.landed)?,
            lottery: bits(most.lottery)?,
        };
        let sum = bits(most.unmet)? + packing.fairness + packing.landed + packing.lottery;
        (sum <= BITS).then_some(packing)
    }

    /// Sums of packed costs compare as the sums of the costs do.
    pub(super) fn pack(self, cost: Cost) -> i128 {
        let mut packed = i128::from(cost.unmet);
        for (bits, level) in [
            (self.fairness, cost.fairness),
            (self.landed, cost.landed),
            (self.lottery, cost.lottery),
        ] {
            packed = (packed << bits) + i128::from(level);
        }
        packed
    }

    /// The levels of a packed cost.
    pub(super) fn unpack(self, mut packed: i128) -> Cost {
        let mut level = |bits: u32| {
            if bits == 0 {
                return 0;
            }
            // The low bits, as a number around zero.
            let low = (packed << (i128::BITS - bits)) >> (i128::BITS - bits);
            packed = (packed - low) >> bits;
            // A level is no wider than the costs it was made for, which are of 64 bits.
            i64::try_from(low).unwrap_or(i64::MAX)
        };
        let (lottery, landed, fairness) = (
            level(self.lottery),
            level(self.landed),
            level(self.fairness),
        );
        Cost {
            unmet: i64::try_from(packed).unwrap_or(i64::MAX),
            fairness,
            landed,
            lottery,
        }
    }
}
