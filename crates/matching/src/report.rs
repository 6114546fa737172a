//! The plan that an assignment makes.

use crate::assignment::Assignment;
use crate::cost::Cost;
use crate::explain::Explainer;
use crate::fairness::Tiers;
use crate::market::Market;
use crate::plan::{
    Allocation, Code, Objective, OfferTotal, Plan, Rejection, Status, SupplierLoad, Unmet, Why,
};
use crate::table::Table;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What is proven about an assignment.
pub(crate) struct Proof<'a> {
    /// No plan is below this.
    pub(crate) bound: Objective,
    /// The reduced cost of each pair, where the assignment is the optimum of a network around it.
    pub(crate) reduced: &'a Table<Option<Cost>>,
}

/// Writes the plan down.
pub(crate) fn report(market: &Market, assignment: &Assignment, proof: &Proof) -> Plan {
    let (objective, _) = assignment.score(market);
    let proven = objective == proof.bound;
    let why = Explainer::new(market, assignment, proof.reduced).explain();
    Plan {
        objective,
        status: if proven {
            Status::Optimal
        } else {
            Status::Bounded
        },
        bound: (!proven).then_some(proof.bound),
        allocations: allocations(market, assignment),
        unmet: unmet(market, assignment, &why),
        offers: offers(market, assignment),
        suppliers: suppliers(market, assignment),
        rejected: rejected(market),
        why,
    }
}

fn allocations(market: &Market, assignment: &Assignment) -> Vec<Allocation> {
    let used = market
        .pairs
        .ids()
        .filter(|pair| assignment.quantity[*pair] > 0);
    used.map(|pair| {
        let at = &market.pairs[pair];
        let quantity = assignment.quantity[pair];
        let unit_price = market.offers[at.offer].price_at(assignment.total[at.offer]);
        Allocation {
            line: market.lines[at.line].id.clone(),
            offer: market.offers[at.offer].offer.id.clone(),
            quantity,
            unit_price,
            freight: at.freight,
            amount: quantity * (unit_price + at.freight),
        }
    })
    .collect()
}

fn unmet(market: &Market, assignment: &Assignment, why: &[Why]) -> Vec<Unmet> {
    let short = |line: usize| assignment.unmet(market, line) > 0;
    let mut counts: BTreeMap<usize, BTreeMap<Code, usize>> = BTreeMap::new();
    let rejected = market.rejected.iter().map(|(line, _, code)| (*line, *code));
    let pairs = market.pairs.iter().zip(why);
    let pairs = pairs.map(|(pair, why)| (pair.line, why.code));
    for (line, code) in rejected.chain(pairs).filter(|(line, _)| short(*line)) {
        *counts.entry(line).or_default().entry(code).or_default() += 1;
    }
    let lines = market.lines.ids().filter(|line| short(*line));
    lines
        .map(|line| {
            let codes = counts.remove(&line).unwrap_or_default();
            let mut codes: Vec<(Code, usize)> = codes.into_iter().collect();
            codes.sort_by_key(|(code, count)| (Reverse(*count), *code));
            Unmet {
                line: market.lines[line].id.clone(),
                quantity: assignment.unmet(market, line),
                codes: codes.into_iter().map(|(code, _)| code).collect(),
            }
        })
        .collect()
}

fn offers(market: &Market, assignment: &Assignment) -> Vec<OfferTotal> {
    let totals = market.offers.ids().map(|id| {
        let making = &market.offers[id];
        let quantity = assignment.total[id];
        let closed =
            quantity == 0 && making.offer.minimum > 0 && !market.pairs_of_offer[id].is_empty();
        OfferTotal {
            offer: making.offer.id.clone(),
            quantity,
            unit_price: making.price_at(quantity),
            closed: closed.then_some(Code::MinimumNotReached),
        }
    });
    totals.collect()
}

fn suppliers(market: &Market, assignment: &Assignment) -> Vec<SupplierLoad> {
    let loads = market.suppliers.ids().map(|id| {
        let supplier = market.suppliers[id];
        let load = assignment.load[id];
        let tiers = Tiers::new(supplier.need, market.rules.tiers);
        SupplierLoad {
            supplier: supplier.id.clone(),
            load,
            need: supplier.need,
            capacity: supplier.capacity,
            tier: (load > 0).then(|| tiers.tier(load)),
        }
    });
    loads.collect()
}

fn rejected(market: &Market) -> Vec<Rejection> {
    let rejected = market.rejected.iter().map(|(line, offer, code)| Rejection {
        line: market.lines[*line].id.clone(),
        offer: market.offers[*offer].offer.id.clone(),
        code: *code,
    });
    rejected.collect()
}
