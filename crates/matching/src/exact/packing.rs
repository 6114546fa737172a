//! The four levels of a cost in one number, for a network whose paths are known to be short enough.

use crate::cost::Cost;

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
}
