//! Betters a plan by moving lots from one offer to another inside a line, as long as it helps.

use crate::assignment::{Assignment, Score};
use crate::fairness::Tiers;
use crate::market::Market;
use crate::plan::Objective;

/// Rounds over all lines.
const PASSES: usize = 8;
/// Moves tried in all, so that large rounds end in time.
const MOVES: usize = 100_000;

/// A move inside a line: off one pair (or off the unmet rest), on to another.
#[derive(Clone, Copy)]
struct Move {
    line: usize,
    from: Option<(usize, i64)>,
    to: usize,
}

/// Tries moves until none helps or the limits are met.
pub(crate) fn improve(market: &Market, assignment: &mut Assignment) {
    let mut left = MOVES;
    for _ in 0..PASSES {
        let mut bettered = false;
        for line in market.lines.ids() {
            for moved in moves(market, assignment, line) {
                if left == 0 {
                    return;
                }
                left -= 1;
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
            }));
        }
    }
    if assignment.unmet(market, line) > 0 {
        moves.extend(pairs.map(|to| Move {
            line,
            from: None,
            to,
        }));
    }
    moves
}

/// Makes a move; takes it back if it breaks a constraint or does not better the plan.
fn attempt(market: &Market, assignment: &mut Assignment, moved: Move) -> bool {
    let offers = offers_of(market, moved);
    let before = part_score(market, assignment, moved.line, &offers);
    if let Some((from, units)) = moved.from {
        if assignment.quantity[from] < units {
            return false;
        }
        assignment.add(market, from, -units);
    }
    // The lowest prices let most in; what they really are is checked below.
    let prices = assignment.prices(market);
    let added = match assignment.room(market, moved.to, &prices) {
        Ok(room) => moved.from.map_or(room, |(from, units)| {
            let lot = market.offers[market.pairs[moved.to].offer].offer.lot;
            let fits = units.div_euclid(lot) * lot;
            // What is taken away, and a lot more where that fills a gap.
            if from != moved.to && units % lot > 0 {
                room.min(fits + lot)
            } else {
                room.min(fits)
            }
        }),
        Err(_) => 0,
    };
    assignment.add(market, moved.to, added);
    let after = part_score(market, assignment, moved.line, &offers);
    if added > 0 && after < before && allowed(market, assignment, &offers) {
        return true;
    }
    assignment.add(market, moved.to, -added);
    if let Some((from, units)) = moved.from {
        assignment.add(market, from, units);
    }
    false
}

fn offers_of(market: &Market, moved: Move) -> Vec<usize> {
    let to = market.pairs[moved.to].offer;
    let from = moved.from.map(|(from, _)| market.pairs[from].offer);
    from.into_iter().chain([to]).collect()
}

/// The score of what a move touches.
fn part_score(market: &Market, assignment: &Assignment, line: usize, offers: &[usize]) -> Score {
    let mut objective = Objective {
        unmet_weighted: assignment.unmet(market, line) * market.lines[line].priority,
        ..Objective::default()
    };
    let mut lottery = 0;
    let mut suppliers: Vec<usize> = offers
        .iter()
        .map(|at| market.offers[*at].supplier)
        .collect();
    suppliers.dedup();
    for supplier in suppliers {
        let tiers = Tiers::new(market.suppliers[supplier].need, market.rules.tiers);
        objective.fairness += tiers.cost(assignment.load[supplier]);
    }
    for &offer in offers {
        let (cost, drawn) = assignment.offer_cost(market, offer);
        objective.landed_cost += cost;
        lottery += drawn;
    }
    (objective, lottery)
}

/// The minimums of these offers, and the prices and budgets of the lines they serve, hold.
fn allowed(market: &Market, assignment: &Assignment, offers: &[usize]) -> bool {
    let mut prices = None;
    offers.iter().all(|&offer| {
        let (total, making) = (assignment.total[offer], &market.offers[offer]);
        let price = making.price_at(total);
        if total > 0 && total < making.offer.minimum {
            return false;
        }
        let mut served = market.pairs_of_offer[offer]
            .iter()
            .filter(|pair| assignment.quantity[**pair] > 0);
        served.all(|&pair| {
            let line = market.pairs[pair].line;
            let needed = market.lines[line];
            needed
                .max_unit_price
                .is_none_or(|most| market.landed(pair, price) <= most)
                && needed.budget.is_none_or(|budget| {
                    let prices = prices.get_or_insert_with(|| assignment.prices(market));
                    assignment.spent(market, line, prices) <= budget
                })
        })
    })
}
