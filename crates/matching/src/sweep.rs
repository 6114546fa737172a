//! Plans for large rounds whose factories couple many products: product by product, each searched
//! exactly against what the factories make of the others, starting from the relaxed flow's loads.

use crate::assignment::Assignment;
use crate::exact::{self, Effort};
use crate::market::Market;
use crate::rounding::round;
use crate::scenario::{Scenario, relax};
use crate::table::Table;
use std::collections::BTreeMap;

/// Times that every product is searched, against the others' last plans; after the first only those
/// that lack something.
const PASSES: usize = 3;
/// Nodes of a product's search.
const NODES: usize = 4;

/// A plan that starts from a relaxed flow.
pub(crate) fn sweep(market: &Market, relaxed: &Scenario, flow: &Table<i64>) -> Assignment {
    let mut products: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for pair in market.pairs.ids().filter(|pair| !relaxed.barred[*pair]) {
        let line = market.lines[market.pairs[pair].line];
        products.entry(&line.product).or_default().push(pair);
    }
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
            let known = if pass == 0 {
                round(&part, &scenario, &units)
            } else {
                Assignment::of(&part, &units)
            };
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
    Assignment::of(market, &quantity)
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
