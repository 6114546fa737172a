//! The four levels of the objective as one lexicographic number.

use std::ops::{Add, AddAssign, Mul, Neg, Sub};

/// What a network is priced in: [`Cost`], or where its levels fit together, one integer.
pub(crate) trait Price:
    Copy + Default + Ord + Add<Output = Self> + Neg<Output = Self> + Sub<Output = Self>
{
}

impl Price for Cost {}
impl Price for i128 {}

/// A cost, or a difference of costs: the first level that differs decides. The door
/// ([`crate::validate`]) bounds every level, so that sums along a path fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cost {
    pub(crate) unmet: i64,
    pub(crate) fairness: i64,
    pub(crate) landed: i64,
    pub(crate) lottery: i64,
}

impl Cost {
    pub(crate) const ZERO: Self = Self {
        unmet: 0,
        fairness: 0,
        landed: 0,
        lottery: 0,
    };
    pub(crate) const LEVELS: usize = 4;

    /// Its first so many levels.
    pub(crate) const fn first(self, levels: usize) -> Self {
        Self {
            unmet: if levels > 0 { self.unmet } else { 0 },
            fairness: if levels > 1 { self.fairness } else { 0 },
            landed: if levels > 2 { self.landed } else { 0 },
            lottery: if levels > 3 { self.lottery } else { 0 },
        }
    }
}

impl Add for Cost {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            unmet: self.unmet + other.unmet,
            fairness: self.fairness + other.fairness,
            landed: self.landed + other.landed,
            lottery: self.lottery + other.lottery,
        }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Neg for Cost {
    type Output = Self;
    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl Sub for Cost {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self {
            unmet: self.unmet - other.unmet,
            fairness: self.fairness - other.fairness,
            landed: self.landed - other.landed,
            lottery: self.lottery - other.lottery,
        }
    }
}

impl Mul<i64> for Cost {
    type Output = Self;
    fn mul(self, times: i64) -> Self {
        Self {
            unmet: self.unmet * times,
            fairness: self.fairness * times,
            landed: self.landed * times,
            lottery: self.lottery * times,
        }
    }
}

/// Where each level lies in one integer: they fit when no sum that a network can come to reaches into
/// the next level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Packing {
    fairness: u32,
    landed: u32,
    lottery: u32,
}

impl Packing {
    /// For a network of so many nodes whose arcs cost at most `most` in each level, up or down; none
    /// where 128 bits do not hold it. What is compared is the cost of an arc and two paths.
    pub(crate) fn new(most: Cost, nodes: usize) -> Option<Self> {
        let terms = i128::try_from(nodes).ok()?.checked_mul(2)?.checked_add(1)?;
        let width = |level: i64| {
            let sum = i128::from(level).checked_mul(terms)?;
            // And a sign.
            Some(i128::BITS - sum.leading_zeros() + 1)
        };
        let packing = Self {
            fairness: width(most.fairness)?,
            landed: width(most.landed)?,
            lottery: width(most.lottery)?,
        };
        let below = packing.fairness + packing.landed + packing.lottery;
        (below + width(most.unmet)? < i128::BITS).then_some(packing)
    }

    pub(crate) fn pack(self, cost: Cost) -> i128 {
        let upper = (i128::from(cost.unmet) << self.fairness) + i128::from(cost.fairness);
        let three = (upper << self.landed) + i128::from(cost.landed);
        (three << self.lottery) + i128::from(cost.lottery)
    }

    pub(crate) fn unpack(self, packed: i128) -> Cost {
        let (rest, lottery) = split(packed, self.lottery);
        let (rest, landed) = split(rest, self.landed);
        let (rest, fairness) = split(rest, self.fairness);
        Cost {
            unmet: i64::try_from(rest).unwrap_or(i64::MAX),
            fairness,
            landed,
            lottery,
        }
    }
}

/// What lies above so many bits, and the signed number in them.
fn split(packed: i128, width: u32) -> (i128, i64) {
    let low = (packed << (i128::BITS - width)) >> (i128::BITS - width);
    // Every level was an `i64` before it was packed.
    (
        (packed - low) >> width,
        i64::try_from(low).unwrap_or(i64::MAX),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_costs_compare_and_come_back_as_they_were() {
        let most = Cost {
            unmet: 4,
            fairness: 10,
            landed: 30_000,
            lottery: 1 << 20,
        };
        let packing = Packing::new(most, 100).unwrap_or_else(|| panic!("it fits"));
        let levels = [-1_i64, 0, 1];
        let mut costs = Vec::new();
        for unmet in levels {
            for fairness in levels {
                for landed in levels {
                    for lottery in levels {
                        costs.push(Cost {
                            unmet: unmet * 201 * most.unmet,
                            fairness: fairness * 201 * most.fairness,
                            landed: landed * 201 * most.landed,
                            lottery: lottery * 201 * most.lottery,
                        });
                    }
                }
            }
        }
        // Written in lexicographic order.
        assert!(costs.is_sorted());
        let packed: Vec<i128> = costs.iter().map(|cost| packing.pack(*cost)).collect();
        assert!(packed.is_sorted());
        for (cost, packed) in costs.into_iter().zip(packed) {
            assert_eq!(packing.unpack(packed), cost);
        }
    }

    #[test]
    fn what_does_not_fit_is_not_packed() {
        let wide = Cost {
            unmet: 1 << 40,
            fairness: 1 << 40,
            landed: 1 << 40,
            lottery: 1 << 20,
        };
        assert_eq!(Packing::new(wide, 1000), None);
    }
}
