//! The four levels of the objective summed over a flow, where single costs are multiplied by quantities.

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

    /// The first level.
    pub(super) const fn unmet(self) -> i128 {
        self.unmet
    }

    /// What a flow whose first level is scaled and has tolls must come below, so much of which is given
    /// back, to come below this: plans' values differ by multiples of the grain.
    pub(super) fn with_tolls(self, scale: i64, grain: i64, back: i128) -> Self {
        let (scale, grain) = (i128::from(scale), i128::from(grain));
        // At best it bounds the last multiple below this.
        let most = (self.unmet - 1).div_euclid(grain) * grain;
        Self {
            unmet: most * scale + back + 1,
            ..Self::default()
        }
    }

    /// The least that plans can come to where such a flow comes to this.
    pub(super) fn without_tolls(self, scale: i64, grain: i64, back: i128) -> Self {
        let (step, grain) = (i128::from(scale) * i128::from(grain), i128::from(grain));
        let steps = (self.unmet - back + step - 1).div_euclid(step);
        Self {
            unmet: steps * grain,
            ..Self::default()
        }
    }

    /// The same with what is lost from the start.
    pub(super) fn score(self, lost: &Objective) -> Option<Score> {
        let objective = Objective {
            unmet_weighted: lost
                .unmet_weighted
                .checked_add(i64::try_from(self.unmet).ok()?)?,
            fairness: lost
                .fairness
                .checked_add(i64::try_from(self.fairness).ok()?)?,
            landed_cost: i64::try_from(self.landed).ok()?,
        };
        Some((objective, self.lottery))
    }

    /// What the flow may cost at most to come to less than a score.
    pub(super) fn below(score: &Score, lost: &Objective) -> Self {
        let (objective, lottery) = score;
        Self {
            unmet: i128::from(objective.unmet_weighted) - i128::from(lost.unmet_weighted),
            fairness: i128::from(objective.fairness) - i128::from(lost.fairness),
            landed: i128::from(objective.landed_cost),
            lottery: *lottery,
        }
    }
}
