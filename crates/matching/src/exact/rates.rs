//! The search for the rates of tolls that bound best, with plans on the way.

use super::domain::{Domain, Empty};
use super::network::Network;
use super::tolls::{SCALE, Tolls, WHOLE_STEP};
use super::{Relaxation, Relaxed, Search};
use crate::assignment::Score;
use crate::rounding;

/// Nodes that are tried without tolls first: many a part is settled by so few.
const NODES_BEFORE: usize = 100;
/// Flows that rates are changed after.
const TURNS: usize = 100;
/// After so many of them a plan is looked for among the offers that lines use most, by so many nodes.
const TURNS_TO_A_PLAN: usize = 10;
const NODES_OF_A_PLAN: usize = 20;
/// How far a step goes at first, as a part of [`WHOLE_STEP`].
const FIRST_STEP: i64 = WHOLE_STEP / 10;
/// Steps shorter than that lead nowhere.
const SHORTEST_STEP: i64 = WHOLE_STEP / 64;
/// Flows without a better bound after which steps become shorter.
const PATIENCE: usize = 3;
/// Flows that are averaged, at first and at most.
const FEWEST_FLOWS: i64 = 4;
const MOST_FLOWS: i64 = 60;
/// Rates are moved from where the bound is lower than the best one by this part of what is open, or less.
const SLACK: i64 = 20;

/// Rates on their way.
struct Path {
    /// Where the next step begins.
    here: Tolls,
    best: Tolls,
    /// What the best ones bound, scaled.
    bound: i64,
    step: i64,
    /// Flows since the bound rose, and since steps became shorter.
    since: i64,
    idle: usize,
}

impl Path {
    fn new(tolls: Tolls) -> Self {
        Self {
            here: tolls.clone(),
            best: tolls,
            bound: i64::MIN,
            step: FIRST_STEP,
            since: 0,
            idle: 0,
        }
    }

    /// Takes what a flow came to, with rates that have noted it; gives the next rates to try.
    fn next(&mut self, noted: Tolls, reached: i64, goal: i64) -> Tolls {
        if reached > self.bound {
            self.bound = reached;
            self.best = noted.clone();
            self.here = noted;
            (self.since, self.idle) = (0, 0);
            self.step = (self.step * 5 / 4).min(WHOLE_STEP);
        } else {
            if reached > self.bound - (goal - self.bound) / SLACK {
                self.here = noted;
            } else {
                self.here.learn(&noted);
            }
            self.since += 1;
            self.idle += 1;
            if self.idle == PATIENCE {
                self.idle = 0;
                self.step = self.step * 9 / 10;
            }
        }
        let mut next = self.here.clone();
        next.step((goal - self.bound).max(SCALE), self.step);
        next
    }

    fn flows(&self) -> i64 {
        (FEWEST_FLOWS + self.since).min(MOST_FLOWS)
    }
}

impl<'a> Search<'a> {
    fn network(&mut self) -> Option<&mut Network<'a>> {
        match &mut self.relaxation {
            Relaxation::Network(network) => Some(network),
            Relaxation::System(_) => None,
        }
    }

    /// The relaxation with tolls at good rates, where there are tolls and the one without leaves something
    /// open. None where nothing better than the best plan is left.
    pub(super) fn tolled(&mut self, root: &Domain, relaxed: Relaxed) -> Option<Relaxed> {
        let above = Score::default();
        let tolls = self.network().and_then(|network| network.tolls().cloned());
        let Some(tolls) = tolls.filter(|_| relaxed.bound < self.limit()) else {
            return Some(relaxed);
        };
        let keep = self.nodes_left.saturating_sub(NODES_BEFORE);
        let first = self.settle(root.clone(), above, relaxed);
        self.branch(first, keep);
        // What those nodes prove stays true.
        let proven = self.open.take().filter(|open| *open < self.limit())?;
        let mut path = Path::new(tolls);
        for turn in 1..=TURNS {
            if self.nodes_left == 0 || path.step < SHORTEST_STEP {
                break;
            }
            match self.solve(root, None) {
                Some(Ok(relaxed)) => {
                    let found = rounding::round(self.market, self.scenario, &relaxed.quantity);
                    self.offer(found);
                }
                Some(Err(Empty)) => return None,
                None => break,
            }
            let goal = self.score.0.unmet_weighted.saturating_mul(SCALE);
            let Some(network) = self.network() else {
                break;
            };
            let Some((noted, reached)) = network.noted(path.flows()) else {
                break;
            };
            network.charge(path.next(noted, reached, goal));
            if turn % TURNS_TO_A_PLAN == 0 {
                self.plan_among(root, &path.here);
            }
        }
        if let Some(network) = self.network() {
            network.charge(path.best);
        }
        let relaxed = self.relax(root, proven, None)?;
        Some(Relaxed {
            bound: relaxed.bound.max(proven),
            ..relaxed
        })
    }

    /// Looks for a plan where limited lines keep to the offers that they use most.
    fn plan_among(&mut self, root: &Domain, tolls: &Tolls) {
        let kept = tolls.most_used(self.market);
        let Ok(among) = root.among(self.market, &kept) else {
            return;
        };
        if let Some(Ok(relaxed)) = self.solve(&among, None) {
            // What is left open here says nothing of the whole.
            let open = self.open;
            let keep = self.nodes_left.saturating_sub(NODES_OF_A_PLAN);
            let first = self.settle(among, Score::default(), relaxed);
            self.branch(first, keep);
            self.open = open;
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;
    use crate::exact::domain::Span;
    use crate::golden::rounds;
    use crate::market::Market;
    use crate::plan::Objective;
    use crate::request::{Line, Offer, Request, Rules, Supplier};
    use crate::scenario::relax;
    use crate::validate::validate;

    /// What the first level is bounded by where some pairs are narrowed, as rates move, every third time in
    /// a wild step.
    fn bounds(request: &Request, best: i64, narrowed: &[(usize, Span)]) -> Vec<i64> {
        let free = Rules {
            holding: 0,
            ..request.rules.clone()
        };
        let market = Market::new(request, validate(request).unwrap()).under(&free);
        let relaxed = relax(&market);
        let root = Domain::new(&market, &relaxed).unwrap();
        let mut network = Network::new(&market, &relaxed, &root, true).unwrap();
        let Some(tolls) = network.tolls().cloned() else {
            return Vec::new();
        };
        let domain = narrowed.iter().fold(root, |domain, (pair, span)| {
            domain.with_pair(&market, *pair, *span).unwrap()
        });
        let most = (
            Objective {
                unmet_weighted: i64::MAX / SCALE / 2,
                ..Objective::default()
            },
            0,
        );
        let mut path = Path::new(tolls);
        (0..60)
            .map(|turn| {
                let relaxed = network.solve(&domain, None, &most).unwrap().unwrap();
                let (noted, reached) = network.noted(path.flows()).unwrap();
                let goal = (best + 1) * SCALE * if turn % 3 == 2 { 50 } else { 1 };
                network.charge(path.next(noted, reached, goal));
                relaxed.bound.0.unmet_weighted
            })
            .collect()
    }

    #[test]
    fn no_rates_bound_more_than_the_best_plan() {
        let mut flows = 0;
        for (
            request,
            Objective {
                unmet_weighted: best,
                ..
            },
        ) in rounds()
        {
            let bounds = bounds(&request, best, &[]);
            flows += bounds.len();
            assert!(bounds.iter().all(|bound| *bound <= best), "over {best}");
        }
        assert!(flows > 500);
    }

    /// Two lines of 20 units, one offer each; one offer makes 20, two make 10. Without tolls, half of each
    /// line seems to come from the large offer, and half of a small one.
    #[test]
    fn rates_raise_the_bound_to_what_is_missing() {
        let line = |id: &str| Line {
            max_suppliers: Some(1),
            ..Line::new(id, "union", "cloth", 20, "south", 1)
        };
        let offer = |id: &str, capacity: Vec<i64>| Offer {
            freight: [("south".to_owned(), 0)].into(),
            ..Offer::new(id, id, "cloth", capacity, 5)
        };
        let request = Request {
            lines: vec![line("l1"), line("l2")],
            suppliers: ["a", "b", "c"].map(|id| Supplier::new(id, 10)).into(),
            offers: vec![
                offer("a", vec![10, 10]),
                offer("b", vec![10, 0]),
                offer("c", vec![0, 10]),
            ],
            rules: Rules::default(),
        };
        let shut = Span { low: 0, high: 0 };
        let used = Span { low: 1, high: 20 };
        // Pairs are l1 with a, b, c and l2 with a, b, c; what the best plan of each case leaves unmet.
        for (narrowed, best) in [
            (vec![], 10),
            (vec![(0, used)], 10),
            (vec![(0, shut)], 10),
            (vec![(1, used)], 10),
            (vec![(0, shut), (3, shut)], 20),
            (vec![(1, used), (5, used)], 20),
        ] {
            let bounds = bounds(&request, best, &narrowed);
            assert!(bounds.iter().all(|bound| *bound <= best), "{narrowed:?}");
            let most = bounds.iter().max();
            assert!(most.is_some_and(|most| *most >= best - 2), "{narrowed:?}");
            if narrowed.is_empty() {
                assert_eq!(bounds.first(), Some(&0));
            }
        }
    }
}
