//! A round falls into parts that share no line, no offer and no factory. Each is planned by itself:
//! levels that add up are least where each part's are.

use crate::Search;
use crate::assignment::Assignment;
use crate::cost::Cost;
use crate::exact::{self, Effort};
use crate::groups::Groups;
use crate::improve::improve;
use crate::market::Market;
use crate::network;
use crate::plan::Objective;
use crate::scenario::{Scenario, relax};
use crate::single;
use crate::sweep::{Swept, sweep};
use crate::table::Table;

/// Pairs of a part that is searched without a plan to begin with.
const SEARCHED_AT_ONCE: usize = 3_000;
/// Moves tried on a plan that is not proven.
const MOVES: usize = 20_000;
/// Rates tried for what stays unmet, each a solve of the whole network; enough for ten tiers.
const RATES: usize = 4;

/// What is known of a round's best plan.
pub(crate) struct Solved {
    /// Units of each pair.
    pub(crate) quantity: Table<i64>,
    /// The reduced cost of each pair in parts that are networks.
    pub(crate) reduced: Table<Option<Cost>>,
    /// No plan is below this.
    pub(crate) bound: Objective,
}

/// Plans a round part by part.
pub(crate) fn solve(market: &Market, search: Search) -> Solved {
    let relaxed = relax(market);
    let mut effort = Effort::of(search);
    // Nothing to take apart: spare the copy.
    if market.lines.len() == 1 && relaxed.exact {
        return solve_network(market, &relaxed);
    }
    let parts = split(market, &relaxed);
    if let [_] = parts.as_slice() {
        return solve_part(market, &relaxed, search, &mut effort);
    }
    let mut solved = Solved {
        quantity: Table::filled(0, market.pairs.len()),
        reduced: Table::filled(None, market.pairs.len()),
        bound: Objective::default(),
    };
    let mut served = Table::filled(false, market.lines.len());
    for pairs in parts {
        let part = market.part(&pairs, &market.loaded);
        let inside = solve_part(&part, &relax(&part), search, &mut effort);
        for (at, pair) in pairs.into_iter().enumerate() {
            solved.quantity[pair] = inside.quantity[at];
            solved.reduced[pair] = inside.reduced[at];
            served[market.pairs[pair].line] = true;
        }
        solved.bound.unmet_weighted += inside.bound.unmet_weighted;
        solved.bound.fairness += inside.bound.fairness;
        solved.bound.landed_cost += inside.bound.landed_cost;
    }
    for line in market.lines.ids().filter(|line| !served[*line]) {
        let line = market.lines[line];
        solved.bound.unmet_weighted += line.quantity * line.priority;
    }
    solved
}

fn solve_part(market: &Market, relaxed: &Scenario, search: Search, effort: &mut Effort) -> Solved {
    if relaxed.exact {
        return solve_network(market, relaxed);
    }
    let reduced = Table::filled(None, market.pairs.len());
    let small = market.pairs.len() <= SEARCHED_AT_ONCE;
    if small && let Some(found) = exact::search(market, relaxed, None, effort) {
        return Solved {
            quantity: found.best.quantity,
            reduced,
            bound: found.bound.0,
        };
    }
    let flow = network::solve(market, relaxed);
    // An unproven flow bounds nothing; no objective is below zero.
    let mut bound = Objective::default();
    if flow.proven {
        bound = Assignment::of(market, &flow.quantity).relaxed_objective(market, relaxed);
    }
    let Swept {
        mut best,
        unmet_weighted,
    } = sweep(market, relaxed, &flow.quantity, search);
    let rates = match search {
        Search::Thorough => RATES,
        Search::Prompt => 0,
    };
    bound = bound.max(raised(market, relaxed, &bound, unmet_weighted, rates));
    improve(market, &mut best, MOVES);
    if let Some(found) = exact::search(market, relaxed, Some(best.clone()), effort) {
        best = found.best;
        bound = bound.max(found.bound.0);
    }
    Solved {
        quantity: best.quantity,
        reduced,
        bound,
    }
}

/// The bound of a network's optimum where more than it says stays unmet. At any rate for what stays unmet,
/// no plan that leaves so much is fairer than the flow that is best at that rate, less what the plan leaves
/// beyond it (a Lagrangian relaxation of the first level). The best rate is where that flow leaves as much;
/// so many are tried on the way there.
fn raised(
    market: &Market,
    relaxed: &Scenario,
    bound: &Objective,
    unmet_weighted: i64,
    rates: usize,
) -> Objective {
    let weight = relaxed.weight.iter().copied().max().unwrap_or(1);
    // Of a unit less that is met the fairness falls by one step at most, as a change of the flow takes one
    // arc to the root for another: at this rate all is met that can be, as in the network's optimum.
    let step = market.rules.tiers.saturating_mul(weight);
    let less = unmet_weighted.saturating_sub(bound.unmet_weighted);
    let mut fairness = bound.fairness.saturating_sub(less.saturating_mul(step));
    let (mut low, mut high) = (0, if less > 0 { step } else { 0 });
    for _ in 0..rates {
        if low >= high {
            break;
        }
        let rate = low + (high - low) / 2;
        let flow = network::solve_fairly(market, relaxed, rate);
        if !flow.proven {
            break;
        }
        let at = Assignment::of(market, &flow.quantity).relaxed_objective(market, relaxed);
        let beyond = at.unmet_weighted.saturating_sub(unmet_weighted);
        let least = at.fairness.saturating_add(beyond.saturating_mul(rate));
        fairness = fairness.max(least);
        if beyond > 0 {
            low = rate + 1;
        } else {
            high = rate;
        }
    }
    Objective {
        unmet_weighted,
        fairness: fairness.max(0),
        landed_cost: 0,
    }
}

/// Where the network says all, its flow is the plan.
fn solve_network(market: &Market, relaxed: &Scenario) -> Solved {
    let flow = single::solve(market, relaxed).unwrap_or_else(|| network::solve(market, relaxed));
    let best = Assignment::of(market, &flow.quantity);
    if !flow.proven {
        return Solved {
            quantity: best.quantity,
            reduced: Table::filled(None, market.pairs.len()),
            bound: Objective::default(),
        };
    }
    Solved {
        bound: best.score(market).0,
        quantity: best.quantity,
        reduced: flow.reduced,
    }
}

/// The pairs of each part, in the order of their first pair. Pairs that no plan can use are in none.
fn split(market: &Market, relaxed: &Scenario) -> Vec<Vec<usize>> {
    let suppliers = market.suppliers.len();
    let mut groups = Groups::new(suppliers + market.lines.len());
    let supplier_of = |pair: usize| market.offers[market.pairs[pair].offer].supplier;
    let open = || market.pairs.ids().filter(|pair| !relaxed.barred[*pair]);
    for pair in open() {
        groups.join(supplier_of(pair), suppliers + market.pairs[pair].line);
    }
    let mut part_of: Table<Option<usize>> = Table::filled(None, suppliers + market.lines.len());
    let mut parts: Table<Vec<usize>> = Table::new();
    for pair in open() {
        let group = groups.find(supplier_of(pair));
        let part = *part_of[group].get_or_insert_with(|| parts.push(Vec::new()));
        parts[part].push(pair);
    }
    parts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;
    use crate::golden::rounds;
    use crate::validate::validate;

    #[test]
    fn products_by_themselves_bound_the_optimum_and_their_plan_keeps_every_limit() {
        for (request, best) in rounds() {
            let market = Market::new(&request, validate(&request).unwrap());
            let relaxed = relax(&market);
            let flow = network::solve(&market, &relaxed);
            let network = Assignment::of(&market, &flow.quantity);
            let network = network.relaxed_objective(&market, &relaxed);
            let swept = sweep(&market, &relaxed, &flow.quantity, Search::Thorough);
            let bound = raised(&market, &relaxed, &network, swept.unmet_weighted, RATES);
            assert!(bound <= best, "{bound:?} is over {best:?}");
            assert!(best <= swept.best.score(&market).0);
            assert!(!swept.best.overloaded(&market));
        }
    }
}
