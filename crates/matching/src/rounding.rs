//! From a network's flow to quantities that keep every hard constraint.

use crate::assignment::{Assignment, Limit};
use crate::cost::Cost;
use crate::fairness::Tiers;
use crate::market::Market;
use crate::scenario::Scenario;
use crate::table::Table;
use std::cmp::Reverse;

/// Of the offers that miss their minimum, one in so many is closed at a time (at least one).
const CLOSED_AT_A_TIME: usize = 4;

/// Follows a flow as far as lots, budgets, supplier limits and mixed work let it, gives what is left
/// to who can make it, and closes offers that miss their minimum, worst first. Ends because every
/// round raises a price that was not reached (its breaks are finite) or closes an offer.
pub(crate) fn round(market: &Market, scenario: &Scenario, target: &Table<i64>) -> Assignment {
    let mut price = scenario.price.clone();
    let mut closed = Table::filled(false, market.offers.len());
    loop {
        let assignment = fill(market, target, &price, &closed);
        let reached = assignment.prices(market);
        let mut raised = false;
        for offer in market.offers.ids() {
            if assignment.total[offer] > 0 && reached[offer] > price[offer] {
                price[offer] = reached[offer];
                raised = true;
            }
        }
        if raised {
            continue;
        }
        let mut missing = missing_minimum(market, &assignment.total);
        if missing.is_empty() {
            return assignment;
        }
        missing.truncate(missing.len().div_ceil(CLOSED_AT_A_TIME));
        for offer in missing {
            closed[offer] = true;
        }
    }
}

/// The offers that make something, but less than their minimum; those that miss the most of it first.
pub(crate) fn missing_minimum(market: &Market, total: &Table<i64>) -> Vec<usize> {
    let mut missing: Vec<usize> = market
        .offers
        .ids()
        .filter(|offer| total[*offer] > 0 && total[*offer] < market.offers[*offer].offer.minimum)
        .collect();
    let part = |offer: usize| {
        (
            i128::from(total[offer]),
            i128::from(market.offers[offer].offer.minimum),
        )
    };
    missing.sort_by(|left, right| {
        let ((made, least), (other_made, other_least)) = (part(*left), part(*right));
        (made * other_least)
            .cmp(&(other_made * least))
            .then(left.cmp(right))
    });
    missing
}

fn fill(
    market: &Market,
    target: &Table<i64>,
    price: &Table<i64>,
    closed: &Table<bool>,
) -> Assignment {
    let mut assignment = Assignment::empty(market);
    let may = |pair: usize| {
        let at = &market.pairs[pair];
        let most = market.lines[at.line].max_unit_price;
        !closed[at.offer] && most.is_none_or(|most| market.landed(pair, price[at.offer]) <= most)
    };
    let mut pairs: Vec<usize> = market
        .pairs
        .ids()
        .filter(|pair| target[*pair] > 0 && may(*pair))
        .collect();
    pairs.sort_by_key(|pair| {
        let at = &market.pairs[*pair];
        (
            Reverse(market.lines[at.line].priority),
            // A line that few may serve keeps those that give it most.
            Reverse(market.lines[at.line].max_suppliers.map(|_| target[*pair])),
            *pair,
        )
    });
    for pair in pairs {
        let lot = market.offers[market.pairs[pair].offer].offer.lot;
        let wanted = target[pair] - target[pair] % lot;
        if let Ok(room) = assignment.room(market, pair, |offer| price[offer]) {
            assignment.add(market, pair, room.min(wanted));
        }
    }
    let mut lines: Vec<usize> = market.lines.ids().collect();
    lines.sort_by_key(|line| (Reverse(market.lines[*line].priority), *line));
    for line in lines {
        while let Some((pair, units)) = best_addition(market, &assignment, line, price, may) {
            assignment.add(market, pair, units);
        }
    }
    assignment
}

/// The fairest, then cheapest, then drawn pair that can give a line more, and how much of it to take
/// before asking again: up to the end of the factory's tier.
fn best_addition(
    market: &Market,
    assignment: &Assignment,
    line: usize,
    price: &Table<i64>,
    may: impl Fn(usize) -> bool,
) -> Option<(usize, i64)> {
    let mut best: Option<(i64, Cost, usize, i64)> = None;
    // Where few may serve, each must give its share of what is lacking.
    let slots = market.lines[line]
        .max_suppliers
        .map(|most| (most - assignment.serving[line]).max(1));
    let share = slots.map_or(0, |slots| {
        let unmet = assignment.unmet(market, line);
        unmet / slots + i64::from(unmet % slots > 0)
    });
    for pair in market.pairs_of_line[line].clone().filter(|pair| may(*pair)) {
        let room = match assignment.room(market, pair, |offer| price[offer]) {
            Ok(room) => room,
            Err(Limit::Met) => return None,
            Err(_) => continue,
        };
        let at = &market.pairs[pair];
        let making = &market.offers[at.offer];
        let tiers = Tiers::new(market.suppliers[making.supplier].need, market.rules.tiers);
        let load = assignment.load[making.supplier];
        let tier = tiers.tier(load + 1);
        let cost = Cost {
            unmet: 0,
            fairness: tier,
            landed: market.landed(pair, price[at.offer]),
            lottery: at.ticket,
        };
        let misses = if assignment.quantity[pair] > 0 {
            0
        } else {
            (share - room).max(0)
        };
        if best.is_none_or(|(fewest, least, ..)| (misses, cost) < (fewest, least)) {
            let step = making.offer.work * making.offer.lot;
            let lots = tiers
                .end(tier)
                .map_or(i64::MAX, |end| (end - load) / step)
                .max(1);
            let mut units = room.min(lots.saturating_mul(making.offer.lot));
            if slots.is_some() {
                units = room.min(share.max(units));
                units -= units % making.offer.lot;
                units = units.max(making.offer.lot);
            }
            best = Some((misses, cost, pair, units));
        }
    }
    best.map(|(_, _, pair, units)| (pair, units))
}
