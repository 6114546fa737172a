//! The four levels of the objective as one lexicographic number.

use std::ops::{Add, AddAssign, Mul, Neg, Sub};

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
