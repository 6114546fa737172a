//! Tolls for what a network cannot say of a line: that only so many offers may serve it, and that it may
//! spend only so much.
//!
//! A line pays a rate for each offer, for the part of it that it uses, and gets the rate back as many times
//! as it may have offers; likewise for its budget. No plan that keeps to the limits loses by that, so that
//! the optimum of the network with tolls bounds all of them, whatever the rates (a Lagrangian relaxation).
//! Good rates are found as prices are, by small steps against what is asked for too much: a subgradient
//! method on averaged flows, after Barahona and Anbil's volume algorithm, in whole numbers.
//!
//! The part of an offer that a line uses is the most that it takes of the room of any period, and of all
//! that it could use. That goods of each period are told apart makes the bound much tighter: what is made
//! late cannot take the place of what others need early.

use crate::market::Market;
use crate::table::Table;

/// Rates and tolls are counted in so many parts of a weighted unit.
pub(super) const SCALE: i64 = 1 << 12;
/// A whole offer, a whole budget.
const ONE: i64 = 1 << 16;
/// The whole length of a step.
pub(super) const WHOLE_STEP: i64 = 1 << 16;

/// A room of an offer as far as a line can use it: a period's, or that of all its periods.
#[derive(Clone, Debug)]
struct Part {
    room: i64,
    /// What of the line's rate is taken for this room; those of a pair add up to the rate at most.
    share: i64,
    /// How much of the room is used, on average.
    used: i64,
}

/// A pair of a limited line.
#[derive(Clone, Debug)]
struct Shared {
    pair: usize,
    all: Part,
    /// By the pair's arcs.
    periods: Vec<Part>,
}

/// A line that only so many offers may serve.
#[derive(Clone, Debug)]
struct Limited {
    line: usize,
    most: i64,
    rate: i64,
    /// The highest toll of a unit that makes sense.
    highest: i64,
    pairs: Vec<Shared>,
}

/// A line that may spend only so much.
#[derive(Clone, Debug)]
struct Budgeted {
    budget: i64,
    rate: i64,
    highest: i64,
    /// Pairs, each with the least that a unit of its flow can cost.
    pairs: Vec<(usize, i64)>,
    /// How much of the budget is spent, on average.
    used: i64,
}

/// What lines pay and get back.
#[derive(Clone, Debug, Default)]
pub(super) struct Tolls {
    lines: Vec<Limited>,
    budgets: Vec<Budgeted>,
    /// A flow was noted.
    noted: bool,
}

impl Part {
    fn new(room: i64) -> Self {
        Self {
            room: room.max(1),
            share: 0,
            used: 0,
        }
    }

    fn toll(&self, highest: i64) -> i64 {
        (self.share / self.room).min(highest)
    }
}

impl Shared {
    fn parts(&self) -> impl Iterator<Item = &Part> {
        std::iter::once(&self.all).chain(&self.periods)
    }

    fn parts_mut(&mut self) -> impl Iterator<Item = &mut Part> {
        std::iter::once(&mut self.all).chain(&mut self.periods)
    }

    fn used(&self) -> i64 {
        self.parts().map(|part| part.used).max().unwrap_or(0)
    }

    /// Makes the shares add up to a rate: each is raised or lowered by as much, as far as it goes.
    fn fit(&mut self, rate: i64) {
        let mut shares: Vec<i64> = self.parts().map(|part| part.share).collect();
        shares.sort_unstable_by(|one, next| next.cmp(one));
        let (mut sum, mut less) = (0, 0);
        for (count, share) in (1..).zip(shares) {
            sum += share;
            let over: i64 = sum - rate;
            let each = over.div_euclid(count) + i64::from(over.rem_euclid(count) > 0);
            if each < share {
                less = each;
            }
        }
        let mut left = rate;
        for part in self.parts_mut() {
            part.share = (part.share - less).clamp(0, left);
            left -= part.share;
        }
    }
}

impl Limited {
    /// Offers that are used beyond those that may be.
    fn over(&self) -> i64 {
        self.pairs.iter().map(Shared::used).sum::<i64>() - self.most * ONE
    }

    /// Beyond this, no unit pays more.
    fn highest_rate(&self) -> i64 {
        let rooms = self.pairs.iter().flat_map(Shared::parts);
        let widest = rooms.map(|part| part.room).max().unwrap_or(0);
        self.highest.saturating_mul(widest)
    }
}

impl Budgeted {
    fn toll(&self, landed: i64) -> i64 {
        let toll = i128::from(self.rate) * i128::from(landed) / i128::from(self.budget.max(1));
        narrow(toll).min(self.highest)
    }
}

impl Tolls {
    /// A line that only so many offers may serve: its pairs, each with its room and that of its arcs.
    pub(super) fn limit(
        &mut self,
        line: usize,
        most: i64,
        highest: i64,
        pairs: Vec<(usize, i64, Vec<i64>)>,
    ) {
        let pairs = pairs.into_iter().map(|(pair, all, periods)| Shared {
            pair,
            all: Part::new(all),
            periods: periods.into_iter().map(Part::new).collect(),
        });
        self.lines.push(Limited {
            line,
            most,
            rate: 0,
            highest,
            pairs: pairs.collect(),
        });
    }

    /// A line's budget: its pairs, each with the least that a unit of its flow can cost.
    pub(super) fn budget(&mut self, budget: i64, highest: i64, pairs: Vec<(usize, i64)>) {
        self.budgets.push(Budgeted {
            budget,
            rate: 0,
            highest,
            pairs,
            used: 0,
        });
    }

    /// Limited lines, each with the number of offers that may serve it and its rate.
    pub(super) fn rates(&self) -> impl Iterator<Item = (usize, i64, i64)> {
        let lines = self.lines.iter();
        lines.map(|line| (line.line, line.most, line.rate))
    }

    /// What is given back for budgets.
    pub(super) fn back(&self) -> i128 {
        let rates = self.budgets.iter().map(|line| i128::from(line.rate));
        rates.sum()
    }

    /// Tells the toll of a unit for each arc of the pairs of limited lines, by pair and its arc's number.
    pub(super) fn each(&self, mut tell: impl FnMut(usize, usize, i64)) {
        for line in &self.lines {
            for shared in &line.pairs {
                let all = shared.all.toll(line.highest);
                for (at, period) in shared.periods.iter().enumerate() {
                    tell(shared.pair, at, all + period.toll(line.highest));
                }
            }
        }
    }

    /// Tells the toll of a unit for each pair of lines with budgets.
    pub(super) fn each_budget(&self, mut tell: impl FnMut(usize, i64)) {
        for line in &self.budgets {
            for &(pair, landed) in &line.pairs {
                tell(pair, line.toll(landed));
            }
        }
    }

    /// Notes a flow, told by pair and its arc's number, as one of so many that are averaged.
    pub(super) fn note(&mut self, of: i64, flow: impl Fn(usize, usize) -> i64) {
        let of = if self.noted { of } else { 1 };
        let average = |before: i64, now: i64| (before * (of - 1) + now) / of;
        for shared in self.lines.iter_mut().flat_map(|line| &mut line.pairs) {
            let mut sum = 0;
            for (at, part) in shared.periods.iter_mut().enumerate() {
                let units = flow(shared.pair, at);
                sum += units;
                part.used = average(part.used, part_of(units.into(), part.room));
            }
            let all = &mut shared.all;
            all.used = average(all.used, part_of(sum.into(), all.room));
        }
        for line in &mut self.budgets {
            let spent = line
                .pairs
                .iter()
                .map(|(pair, landed)| i128::from(flow(*pair, 0)) * i128::from(*landed));
            let spent = spent.sum();
            line.used = average(line.used, part_of(spent, line.budget.max(1)));
        }
        self.noted = true;
    }

    /// Takes over what another knows of the flows.
    pub(super) fn learn(&mut self, other: &Self) {
        let pairs = self.lines.iter_mut().flat_map(|line| &mut line.pairs);
        let others = other.lines.iter().flat_map(|line| &line.pairs);
        for (shared, from) in pairs.zip(others) {
            for (part, from) in shared.parts_mut().zip(from.parts()) {
                part.used = from.used;
            }
        }
        for (line, from) in self.budgets.iter_mut().zip(&other.budgets) {
            line.used = from.used;
        }
        self.noted = other.noted;
    }

    /// Changes rates and shares in the direction of what is asked for too much, by a part of the step that
    /// would gain so much if the bound rose as it does here.
    pub(super) fn step(&mut self, gain: i64, part: i64) {
        let norm = self.norm();
        if norm == 0 {
            return;
        }
        let gain = i128::from(gain) * i128::from(part) / i128::from(WHOLE_STEP) * i128::from(ONE);
        let by = |over: i64| narrow(gain.saturating_mul(over.into()) / norm);
        for line in &mut self.budgets {
            let rate = line.rate.saturating_add(by(line.used - ONE));
            // A unit of flow costs at least one.
            line.rate = rate.clamp(0, line.highest.saturating_mul(line.budget.max(1)));
        }
        for line in &mut self.lines {
            let before = line.rate.max(1);
            let rate = line.rate.saturating_add(by(line.over()));
            line.rate = rate.clamp(0, line.highest_rate());
            for shared in &mut line.pairs {
                for part in shared.parts_mut() {
                    let share = i128::from(part.share) * i128::from(line.rate);
                    let share = narrow(share / i128::from(before));
                    // No share is above the rate in the end.
                    part.share = share.saturating_add(by(part.used)).min(line.rate);
                }
                shared.fit(line.rate);
            }
        }
    }

    /// How long the direction is, squared.
    fn norm(&self) -> i128 {
        let square = |over: i64| i128::from(over) * i128::from(over);
        let mut norm = 0;
        for line in &self.lines {
            let over = line.over();
            if over > 0 || line.rate > 0 {
                norm += square(over);
            }
            for shared in &line.pairs {
                let (count, sum) = shared
                    .parts()
                    .fold((0, 0), |(count, sum), part| (count + 1, sum + part.used));
                let mean = sum / count;
                let moving = shared.parts().filter(|it| it.used > 0 || it.share > 0);
                norm += moving.map(|part| square(part.used - mean)).sum::<i128>();
            }
        }
        let budgets = self.budgets.iter();
        let moving = budgets.filter(|line| line.used > ONE || line.rate > 0);
        norm + moving.map(|line| square(line.used - ONE)).sum::<i128>()
    }

    /// The pairs that lines use most, as many as each may have; and those of lines without a limit.
    pub(super) fn most_used(&self, market: &Market) -> Table<bool> {
        let mut kept = Table::filled(true, market.pairs.len());
        for line in &self.lines {
            let mut pairs: Vec<(i64, usize)> = line
                .pairs
                .iter()
                .map(|shared| (-shared.used(), shared.pair))
                .collect();
            pairs.sort_unstable();
            let most = usize::try_from(line.most).unwrap_or(usize::MAX);
            for (_, pair) in pairs.into_iter().skip(most) {
                kept[pair] = false;
            }
        }
        kept
    }
}

/// A part of a whole; ten times too much is as bad as more.
fn part_of(units: i128, whole: i64) -> i64 {
    let part = units * i128::from(ONE) / i128::from(whole);
    narrow(part.min(10 * i128::from(ONE)))
}

fn narrow(number: i128) -> i64 {
    let end = if number < 0 { i64::MIN } else { i64::MAX };
    i64::try_from(number).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::{ONE, Part, Shared};

    #[test]
    fn shares_of_a_pair_come_to_its_rate_at_most() {
        for (shares, rate) in [
            (vec![5, 3, 9], 10),
            (vec![0, 0, 0], 7),
            (vec![1, 1, 1], 1),
            (vec![8, 8, 7, 1], 3),
            (vec![4, 2], 0),
        ] {
            let mut parts = shares.iter().map(|share| Part {
                share: *share,
                ..Part::new(ONE)
            });
            let mut shared = Shared {
                pair: 0,
                all: parts.next().unwrap_or(Part::new(1)),
                periods: parts.collect(),
            };
            shared.fit(rate);
            let sum: i64 = shared.parts().map(|part| part.share).sum();
            let count = i64::try_from(shares.len()).unwrap_or(0);
            assert!(
                sum <= rate && sum > rate - count.min(rate + 1),
                "{shares:?}"
            );
            assert!(shared.parts().all(|part| part.share >= 0));
        }
    }
}
