//! One line by itself, as an order that arrives: where none of its factories has two offers for it, what
//! each makes costs more with every unit, so that the cheapest units first is the cheapest flow, without
//! a network.

use crate::cost::Cost;
use crate::fairness::{Segment, Tiers};
use crate::market::Market;
use crate::network::Flow;
use crate::scenario::Scenario;
use crate::table::Table;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What a pair can still trade, in steps of a lot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Next {
    /// Of each of the next steps.
    cost: Cost,
    pair: usize,
    steps: i64,
    /// Steps taken before, the supplier's load after them, and what it can take in all.
    taken: i64,
    load: i64,
    most: i64,
    /// The period in which the next steps are made, and what they leave of its room.
    period: usize,
    left: i64,
}

/// The cheapest flow of a scenario that says all; none where it needs a network.
pub(crate) fn solve(market: &Market, scenario: &Scenario) -> Option<Flow> {
    let pairs = pairs(market, scenario)?;
    let line = 0;
    let lot = scenario.line_lot[line];
    let mut lacking = scenario.most[line] / lot;
    let mut flow = Flow {
        quantity: Table::filled(0, market.pairs.len()),
        reduced: Table::filled(None, market.pairs.len()),
        proven: true,
    };
    if lacking == 0 {
        return Some(flow);
    }
    let queue: Vec<Reverse<Next>> = pairs
        .into_iter()
        .filter_map(|pair| Some(Reverse(first(market, scenario, pair, lacking)?)))
        .collect();
    let firsts: Vec<(usize, Cost)> = queue
        .iter()
        .map(|next| (next.0.pair, next.0.cost))
        .collect();
    // What a unit more would cost that nobody can make.
    let mut worth = Cost {
        unmet: market.lines[line].priority * lot,
        ..Cost::ZERO
    };
    let mut queue = BinaryHeap::from(queue);
    while lacking > 0
        && let Some(Reverse(next)) = queue.pop()
    {
        let steps = next.steps.min(lacking);
        flow.quantity[next.pair] += steps * lot;
        lacking -= steps;
        if lacking == 0 {
            worth = next.cost;
        }
        queue.extend(after(market, scenario, next, steps).map(Reverse));
    }
    for (pair, cost) in firsts {
        let used = flow.quantity[pair] > 0;
        flow.reduced[pair] = Some(if used { Cost::ZERO } else { cost - worth });
    }
    Some(flow)
}

/// The pairs that may trade; none where there are several lines, or several offers of a supplier.
fn pairs(market: &Market, scenario: &Scenario) -> Option<Vec<usize>> {
    if market.lines.len() != 1 {
        return None;
    }
    let pairs: Vec<usize> = scenario.open_pairs(market, 0).collect();
    let mut met = Table::filled(false, market.suppliers.len());
    let once = pairs.iter().all(|pair| {
        let supplier = market.offers[market.pairs[*pair].offer].supplier;
        !std::mem::replace(&mut met[supplier], true)
    });
    once.then_some(pairs)
}

/// The first steps of a pair.
fn first(market: &Market, scenario: &Scenario, pair: usize, most: i64) -> Option<Next> {
    let at = &market.pairs[pair];
    let supplier = market.offers[at.offer].supplier;
    let weight = scenario.weight[supplier];
    let capacity = market.capacity_left(supplier);
    let start = Next {
        cost: Cost::ZERO,
        pair,
        steps: 0,
        taken: 0,
        load: market.loaded[supplier],
        most: capacity.map_or(most, |capacity| most.min(capacity / weight)),
        period: at.period,
        left: room(market, scenario, pair, at.period),
    };
    after(market, scenario, start, 0)
}

/// Whole lots that can be made for a pair in a period.
fn room(market: &Market, scenario: &Scenario, pair: usize, period: usize) -> i64 {
    let offer = market.pairs[pair].offer;
    market.offers[offer].room(market.rules, period) / scenario.lot[offer]
}

/// What a pair can trade once it has traded so many more steps.
fn after(market: &Market, scenario: &Scenario, before: Next, steps: i64) -> Option<Next> {
    let at = &market.pairs[before.pair];
    let supplier = market.offers[at.offer].supplier;
    let (weight, lot) = (scenario.weight[supplier], scenario.lot[at.offer]);
    let mut next = Next {
        taken: before.taken + steps,
        load: before.load + steps * weight,
        left: before.left - steps,
        ..before
    };
    if next.taken == next.most {
        return None;
    }
    while next.left == 0 {
        next.period = next.period.checked_sub(1)?;
        next.left = room(market, scenario, next.pair, next.period);
    }
    let tiers = Tiers::new(market.suppliers[supplier].need, market.rules.tiers);
    let rest = (next.most - next.taken).min(next.left);
    let Segment { steps, cost } = tiers.segment_from(next.load, weight, rest);
    next.steps = steps;
    // A position of a period fits.
    let waits = at.due - i64::try_from(next.period).unwrap_or(at.due);
    let landed = market.landed(next.pair, scenario.price[at.offer]);
    next.cost = Cost {
        unmet: 0,
        fairness: cost,
        landed: (landed + market.rules.holding * waits) * lot,
        lottery: at.ticket * lot,
    };
    Some(next)
}
