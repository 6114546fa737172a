//! Plans for requests that are more than a network: minimums, breaks, budgets, supplier limits, mixed
//! lots and work. Solve, decide what the flow shows to be wrong, solve again; keep the best plan seen.

use crate::assignment::{Assignment, Score};
use crate::improve::improve;
use crate::market::Market;
use crate::network::{self, Flow};
use crate::rounding::{missing_minimum, round};
use crate::scenario::Scenario;
use crate::table::Table;
use std::cmp::Reverse;

/// Pairs that all solves together may hold.
const PAIRS_SOLVED: usize = 400_000;
/// Solves of a round, however large and however small.
const SOLVES: (usize, usize) = (10, 60);
/// Offers that miss their minimum and are decided one by one; of more, the worse half is closed at once.
const DECIDED_SINGLY: usize = 8;
/// Moves tried on each plan found, and on the best of them in the end.
const MOVES: (usize, usize) = (2_000, 100_000);

/// A search over scenarios.
struct Search<'a> {
    market: &'a Market<'a>,
    best: Assignment,
    score: Score,
    solves_left: usize,
}

/// The best plan found from the relaxed scenario and its flow.
pub(crate) fn search(market: &Market, relaxed: &Scenario, flow: &Flow) -> Assignment {
    let best = round(market, relaxed, &flow.quantity);
    let (least, most) = SOLVES;
    let mut search = Search {
        market,
        score: best.score(market),
        best,
        solves_left: (PAIRS_SOLVED / market.pairs.len().max(1)).clamp(least, most),
    };
    search.dive(relaxed.clone(), flow.quantity.clone());
    search.reopen(relaxed);
    let mut best = search.best;
    improve(market, &mut best, MOVES.1);
    best
}

impl Search<'_> {
    /// Solves a scenario and rounds its flow; none when the solves are used up.
    fn attempt(&mut self, scenario: &Scenario) -> Option<(Table<i64>, Score)> {
        self.solves_left = self.solves_left.checked_sub(1)?;
        let flow = network::solve(self.market, scenario);
        let mut found = round(self.market, scenario, &flow.quantity);
        improve(self.market, &mut found, MOVES.0);
        let score = found.score(self.market);
        if score < self.score {
            self.best = found;
            self.score = score;
        }
        Some((flow.quantity, score))
    }

    /// Sets prices that were not reached, then limits suppliers, then closes or forces the offer that
    /// misses its minimum worst, and solves again, until nothing is wrong.
    fn dive(&mut self, mut scenario: Scenario, mut quantity: Table<i64>) {
        loop {
            let total = Assignment::of(self.market, &quantity).total;
            let priced = set_prices(self.market, &mut scenario, &total);
            let limited = limit_suppliers(self.market, &mut scenario, &quantity);
            let missing = missing_minimum(self.market, &total);
            let next = if priced || limited || missing.len() > DECIDED_SINGLY {
                if missing.len() > DECIDED_SINGLY {
                    for offer in missing.iter().take(missing.len() / 2) {
                        close(self.market, &mut scenario, *offer);
                    }
                }
                self.attempt(&scenario).map(|(quantity, _)| quantity)
            } else {
                match missing.first() {
                    Some(offer) => self.branch(&mut scenario, *offer),
                    None => return,
                }
            };
            match next {
                Some(next) => quantity = next,
                None => return,
            }
        }
    }

    /// Tries an offer closed and, unless it was already, forced; goes on with the better.
    fn branch(&mut self, scenario: &mut Scenario, offer: usize) -> Option<Table<i64>> {
        let mut closed = scenario.clone();
        close(self.market, &mut closed, offer);
        let (mut quantity, score) = self.attempt(&closed)?;
        let was_forced = std::mem::replace(&mut scenario.forced[offer], true);
        let forced = if was_forced {
            None
        } else {
            self.attempt(scenario)
        };
        match forced {
            Some((other, better)) if better < score => quantity = other,
            _ => *scenario = closed,
        }
        Some(quantity)
    }

    /// Forces each offer that the best plan leaves closed, one at a time.
    fn reopen(&mut self, relaxed: &Scenario) {
        for offer in self.market.offers.ids() {
            let minimum = self.market.offers[offer].offer.minimum;
            if minimum == 0 || self.best.total[offer] > 0 || !relaxed.in_use(self.market, offer) {
                continue;
            }
            let mut scenario = relaxed.clone();
            scenario.price = self.best.prices(self.market);
            scenario.price[offer] = self.market.offers[offer].price_at(minimum);
            for other in self.market.offers.ids() {
                let open = self.best.total[other] > 0;
                let least = self.market.offers[other].offer.minimum;
                scenario.forced[other] = other == offer || (open && least > 0);
                if !open && least > 0 && other != offer {
                    close(self.market, &mut scenario, other);
                }
            }
            bar_dear(self.market, &mut scenario);
            if self.attempt(&scenario).is_none() {
                return;
            }
        }
    }
}

/// Keeps an offer from making anything.
fn close(market: &Market, scenario: &mut Scenario, offer: usize) {
    scenario.forced[offer] = false;
    for &pair in &market.pairs_of_offer[offer] {
        scenario.barred[pair] = true;
    }
}

/// Bars the pairs that are over their line's price at the scenario's prices.
fn bar_dear(market: &Market, scenario: &mut Scenario) {
    for pair in market.pairs.ids() {
        let at = &market.pairs[pair];
        let landed = market.landed(pair, scenario.price[at.offer]);
        let most = market.lines[at.line].max_unit_price;
        scenario.barred[pair] |= most.is_some_and(|most| landed > most);
    }
}

/// Raises the prices that the totals do not reach. True if any rose.
fn set_prices(market: &Market, scenario: &mut Scenario, total: &Table<i64>) -> bool {
    let mut raised = false;
    for offer in market.offers.ids() {
        let price = market.offers[offer].price_at(total[offer]);
        if total[offer] > 0 && price > scenario.price[offer] {
            scenario.price[offer] = price;
            raised = true;
        }
    }
    if raised {
        bar_dear(market, scenario);
    }
    raised
}

/// Where a line has more offers than it allows, bars all but those that can give it most. True if
/// any was barred.
fn limit_suppliers(market: &Market, scenario: &mut Scenario, quantity: &Table<i64>) -> bool {
    let mut limited = false;
    for line in market.lines.ids() {
        let Some(most) = market.lines[line].max_suppliers else {
            continue;
        };
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let mut pairs: Vec<usize> = market.pairs_of_line[line]
            .clone()
            .filter(|pair| quantity[*pair] > 0)
            .collect();
        if pairs.len() <= most {
            continue;
        }
        pairs.sort_by_key(|pair| {
            let at = &market.pairs[*pair];
            let making = &market.offers[at.offer];
            let room = making.made_by[at.period].min(market.lines[line].quantity);
            (Reverse(room), Reverse(quantity[*pair]), at.ticket, *pair)
        });
        for &pair in pairs.iter().skip(most) {
            scenario.barred[pair] = true;
            limited = true;
        }
    }
    limited
}
