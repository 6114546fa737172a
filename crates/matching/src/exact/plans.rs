//! Plans to begin a search with: what a relaxation says, with all that it breaks decided at once, and
//! plans solved again around the offers that they use.

use super::domain::{Domain, Empty};
use super::{Relaxed, Search, violation};
use crate::assignment::Score;
use crate::improve::improve;
use crate::rounding;

/// Times that a plan is bettered by hand and solved again around its offers, and moves tried each time.
const REFITS: usize = 6;
const REFIT_MOVES: usize = 2_000;
/// Rounds of decisions on the way to a first plan.
const DIVES: usize = 10;

impl Search<'_> {
    /// Decides all that is broken at once, again and again, to have a plan to begin with.
    pub(super) fn dive(&mut self, root: &Domain, relaxed: &Relaxed) {
        let rounded = rounding::round(self.market, self.scenario, &relaxed.quantity);
        self.offer(rounded);
        let mut domain = root.clone();
        let mut decided = violation::decide(self.market, &domain, relaxed);
        for _ in 0..DIVES {
            if decided.is_empty() {
                return;
            }
            for (place, span, other) in decided {
                let narrowed = self
                    .within(&domain, place, span)
                    .or_else(|_| self.within(&domain, place, other));
                match narrowed {
                    Ok(narrowed) => domain = narrowed,
                    // An earlier decision of this round settled it otherwise.
                    Err(Empty) => continue,
                }
            }
            let Some(Ok(relaxed)) = self.solve(&domain, None) else {
                return;
            };
            let rounded = rounding::round(self.market, self.scenario, &relaxed.quantity);
            self.offer(rounded);
            decided = violation::decide(self.market, &domain, &relaxed);
        }
    }

    /// Moves lots of the best plan by hand, and solves again what its lines get from the offers that serve
    /// them then, as long as that lets them get more.
    pub(super) fn refit(&mut self, bound: &Score) {
        let limited = |line: usize| self.market.lines[line].max_suppliers.is_some();
        if !self.market.lines.ids().any(limited) {
            return;
        }
        for _ in 0..REFITS {
            if self.score.0.unmet_weighted <= bound.0.unmet_weighted {
                return;
            }
            let before = self.score;
            let mut moved = self.best.clone();
            improve(self.market, &mut moved, REFIT_MOVES);
            self.offer(moved);
            let Ok(around) = self.root.around(self.market, &self.best) else {
                return;
            };
            if let Some(Ok(relaxed)) = self.solve(&around, None) {
                self.dive(&around, &relaxed);
            }
            if self.score >= before {
                return;
            }
        }
    }
}
