//! Plans for large rounds whose factories couple many products: product by product, each searched
//! exactly against what the factories make of the others, starting from the relaxed flow's loads.
//!
//! A product is searched for its need first, by itself: what it cannot meet with all factories at its
//! disposal, no plan meets, so that the sum over the products bounds the round's first level.

use crate::Search;
use crate::assignment::Assignment;
use crate::exact::{self, Effort};
use crate::market::Market;
use crate::request::Rules;
use crate::rounding::round;
use crate::scenario::{Scenario, relax};
use crate::table::Table;
use std::collections::BTreeMap;

/// Times that every product is searched, against the others' last plans; after the first only those
/// that lack something.
const PASSES: usize = 2;
/// Nodes of a product's search, and of the one for its need.
const NODES: usize = 4;
const NEED_NODES: usize = 900;

/// A plan, and how much weighted need no plan meets.
pub(crate) struct Swept {
    pub(crate) best: Assignment,
    pub(crate) unmet_weighted: i64,
}

/// A plan that starts from a relaxed flow.
pub(crate) fn sweep(
    market: &Market,
    relaxed: &Scenario,
    flow: &Table<i64>,
    search: Search,
) -> Swept {
    let mut products: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for pair in market.pairs.ids().filter(|pair| !relaxed.barred[*pair]) {
        let line = market.lines[market.pairs[pair].line];
        products.entry(&line.product).or_default().push(pair);
    }
    let free = Rules {
        holding: 0,
        ..market.rules.clone()
    };
    let mut effort = Effort::need_only(search, NEED_NODES);
    let mut unmet_weighted = served_by_none(market, relaxed);
    let mut quantity = flow.clone();
    let mut load = market.loaded.clone();
    add(market, &mut load, market.pairs.ids(), &quantity, 1);
    for pass in 0..PASSES {
        for pairs in products.values() {
            if pass > 0 && all_met(market, pairs, &quantity) {
                continue;
            }
            add(market, &mut load, pairs.iter().copied(), &quantity, -1);
            let part = market.part(pairs, &load);
            let units: Table<i64> = pairs.iter().map(|pair| quantity[*pair]).collect();
            let scenario = relax(&part);
            let mut known = Assignment::of(&part, &units);
            if pass == 0 {
                known = round(&part, &scenario, &units);
                let again = || market.part(pairs, &load).under(&free);
                // The others take nothing from it first; that is rarely too much for a factory.
                let (needed, least) = need(&again().at_disposal(), &known, &mut effort);
                unmet_weighted += least;
                let needed = Assignment::of(&part, &needed.quantity);
                known = if needed.overloaded(&part) {
                    need(&again(), &known, &mut effort).0
                } else {
                    needed
                };
            }
            let found = exact::search(
                &part,
                &scenario,
                Some(known.clone()),
                &mut Effort::nodes(NODES),
            );
            let best = found.map_or(known, |found| found.best);
            for (at, pair) in pairs.iter().enumerate() {
                quantity[*pair] = best.quantity[at];
            }
            add(market, &mut load, pairs.iter().copied(), &quantity, 1);
        }
    }
    Swept {
        best: Assignment::of(market, &quantity),
        unmet_weighted,
    }
}

/// What a product's lines can get, from a plan that is known: the best plan found on the first level, and
/// what every plan leaves unmet. Holding costs are left out, as they do not matter for that, and goods
/// can be counted in lots then.
fn need(part: &Market, known: &Assignment, effort: &mut Effort) -> (Assignment, i64) {
    match exact::search(part, &relax(part), Some(known.clone()), effort) {
        Some(found) => (found.best, found.bound.0.unmet_weighted),
        None => (known.clone(), 0),
    }
}

/// What lines lack that nothing is open to.
fn served_by_none(market: &Market, relaxed: &Scenario) -> i64 {
    let lines = market.lines.ids();
    let alone = lines.filter(|line| relaxed.open_pairs(market, *line).next().is_none());
    alone
        .map(|line| market.lines[line].quantity * market.lines[line].priority)
        .sum()
}

/// No line of these pairs lacks anything. They are sorted by line.
fn all_met(market: &Market, pairs: &[usize], quantity: &Table<i64>) -> bool {
    let same_line =
        |left: &usize, right: &usize| market.pairs[*left].line == market.pairs[*right].line;
    pairs.chunk_by(same_line).all(|pairs| {
        let got: i64 = pairs.iter().map(|pair| quantity[*pair]).sum();
        let line = pairs.first().map(|pair| market.pairs[*pair].line);
        line.is_none_or(|line| got == market.lines[line].quantity)
    })
}

/// Adds what pairs trade to their suppliers' loads, so many times.
fn add(
    market: &Market,
    load: &mut Table<i64>,
    pairs: impl Iterator<Item = usize>,
    quantity: &Table<i64>,
    times: i64,
) {
    for pair in pairs {
        let making = &market.offers[market.pairs[pair].offer];
        load[making.supplier] += times * quantity[pair] * making.offer.work;
    }
}
