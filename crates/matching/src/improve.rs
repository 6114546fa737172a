//! Betters a plan by moving lots from one offer to another inside a line, as long as it helps.

use crate::assignment::{Assignment, Score};
use crate::fairness::Tiers;
use crate::market::Market;
use crate::plan::Objective;
use std::cmp::Reverse;

/// Rounds over all lines.
const PASSES: usize = 8;

/// A move inside a line: units off one pair (or off the unmet rest), on to another.
#[derive(Clone, Copy)]
struct Move {
    line: usize,
    from: Option<(usize, i64)>,
    to: usize,
    /// The line lacks something.
    short: bool,
}

/// Tries at most so many moves, until none helps.
pub(crate) fn improve(market: &Market, assignment: &mut Assignment, mut tries: usize) {
    for _ in 0..PASSES {
        let mut bettered = false;
        let weight = |line: usize| assignment.unmet(market, line) * market.lines[line].priority;
        let mut lines: Vec<usize> = market.lines.ids().collect();
        lines.sort_by_key(|line| (Reverse(weight(*line)), *line));
        for line in lines {
            for moved in moves(market, assignment, line) {
                if tries == 0 {
                    return;
                }
                tries -= 1;
                bettered |= attempt(market, assignment, moved);
            }
        }
        if !bettered {
            return;
        }
    }
}

/// One lot or all of each offer that serves the line, to each other offer.
fn moves(market: &Market, assignment: &Assignment, line: usize) -> Vec<Move> {
    let pairs = market.pairs_of_line[line].clone();
    let short = assignment.unmet(market, line) > 0;
    let mut moves = Vec::new();
    for from in pairs.clone().filter(|pair| assignment.quantity[*pair] > 0) {
        let lot = market.offers[market.pairs[from].offer].offer.lot;
        let all = assignment.quantity[from];
        let sizes = if all > lot {
            &[lot, all][..]
        } else {
            &[all][..]
        };
        for to in pairs.clone().filter(|to| *to != from) {
            moves.extend(sizes.iter().map(|units| Move {
                line,
                from: Some((from, *units)),
                to,
                short,
            }));
        }
    }
    if short {
        moves.extend(pairs.map(|to| Move {
            line,
            from: None,
            to,
            short,
        }));
    }
    moves
}

/// Makes a move; takes it back if it breaks a constraint or does not better the plan.
fn attempt(market: &Market, assignment: &mut Assignment, moved: Move) -> bool {
    if moved
        .from
        .is_some_and(|(from, units)| assignment.quantity[from] < units)
    {
        // An earlier move of this line took from here.
        return false;
    }
    let offers = offers_of(market, moved);
    let needs =
        |assignment: &Assignment| need_and_fairness(market, assignment, moved.line, &offers);
    let costs = |assignment: &Assignment| cost_and_lottery(market, assignment, &offers);
    let needs_before = needs(assignment);
    if let Some((from, units)) = moved.from {
        assignment.add(market, from, -units);
    }
    let added = addition(market, assignment, moved);
    assignment.add(market, moved.to, added);
    let needs_after = needs(assignment);
    let mut betters = added > 0 && needs_after <= needs_before;
    if betters && needs_after == needs_before {
        let after = costs(assignment);
        make(market, assignment, moved, -1, added);
        betters = after < costs(assignment);
        make(market, assignment, moved, 1, added);
    }
    if betters && allowed(market, assignment, &offers) {
        return true;
    }
    make(market, assignment, moved, -1, added);
    false
}

/// Makes a move (`times` 1) or takes it back (-1).
fn make(market: &Market, assignment: &mut Assignment, moved: Move, times: i64, added: i64) {
    if let Some((from, units)) = moved.from {
        assignment.add(market, from, -units * times);
    }
    assignment.add(market, moved.to, added * times);
}

/// What the taking pair can take of what the giving one gave, and a lot more where that fills a gap.
fn addition(market: &Market, assignment: &Assignment, moved: Move) -> i64 {
    // The lowest price lets most in; what it really comes to is checked afterwards.
    let price = |offer: usize| assignment.price(market, offer);
    let Ok(room) = assignment.room(market, moved.to, price) else {
        return 0;
    };
    let Some((_, units)) = moved.from else {
        return room;
    };
    if moved.short {
        // What the line lacks comes with it.
        return room;
    }
    let lot = market.offers[market.pairs[moved.to].offer].offer.lot;
    let lots = units / lot + i64::from(units % lot > 0);
    room.min(lots.saturating_mul(lot))
}

fn offers_of(market: &Market, moved: Move) -> Vec<usize> {
    let to = market.pairs[moved.to].offer;
    let from = moved.from.map(|(from, _)| market.pairs[from].offer);
    from.into_iter().chain([to]).collect()
}

/// The first two levels of what a move touches.
fn need_and_fairness(
    market: &Market,
    assignment: &Assignment,
    line: usize,
    offers: &[usize],
) -> Objective {
    let mut objective = Objective {
        unmet_weighted: assignment.unmet(market, line) * market.lines[line].priority,
        ..Objective::default()
    };
    let mut counted = None;
    for &offer in offers {
        let supplier = market.offers[offer].supplier;
        if counted.replace(supplier) != Some(supplier) {
            let tiers = Tiers::new(market.suppliers[supplier].need, market.rules.tiers);
            objective.fairness += tiers.cost(assignment.load[supplier]);
        }
    }
    objective
}

/// The other two.
fn cost_and_lottery(market: &Market, assignment: &Assignment, offers: &[usize]) -> Score {
    let (mut objective, mut lottery) = (Objective::default(), 0);
    for &offer in offers {
        let (cost, drawn) = assignment.offer_cost(market, offer);
        objective.landed_cost += cost;
        lottery += drawn;
    }
    (objective, lottery)
}

/// The minimums of these offers, and the prices and budgets of the lines they serve, hold.
fn allowed(market: &Market, assignment: &Assignment, offers: &[usize]) -> bool {
    let price = |offer: usize| assignment.price(market, offer);
    offers.iter().all(|&offer| {
        let total = assignment.total[offer];
        if total > 0 && total < market.offers[offer].offer.minimum {
            return false;
        }
        let pairs = market.pairs_of_offer[offer].iter();
        let mut served = pairs.filter(|pair| assignment.quantity[**pair] > 0);
        served.all(|&pair| {
            let line = market.pairs[pair].line;
            let needed = market.lines[line];
            let landed = market.landed(pair, price(offer));
            needed.max_unit_price.is_none_or(|most| landed <= most)
                && needed
                    .budget
                    .is_none_or(|budget| assignment.spent(market, line, price) <= budget)
        })
    })
}
