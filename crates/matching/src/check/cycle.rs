//! Whether moving a unit around some cycle betters a plan: Bellman and Ford on what the plan leaves
//! possible. A flow is the cheapest of its network if and only if there is no such cycle.

use super::{Made, Round, last_period, periods};
use crate::table::Table;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Need, fairness, cost, lottery.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Levels(i128, i128, i128, i128);

impl Levels {
    fn plus(self, other: Self) -> Self {
        Self(
            self.0 + other.0,
            self.1 + other.1,
            self.2 + other.2,
            self.3 + other.3,
        )
    }
    fn less(self) -> Self {
        Self(-self.0, -self.1, -self.2, -self.3)
    }
}

#[derive(Default)]
struct Residual<'a> {
    names: BTreeMap<Place<'a>, usize>,
    steps: Vec<(usize, usize, Levels)>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place<'a> {
    Sink,
    Line(&'a str),
    Making(&'a str, i64),
    Supplier(&'a str),
}

impl<'a> Residual<'a> {
    fn node(&mut self, place: Place<'a>) -> usize {
        let next = self.names.len();
        *self.names.entry(place).or_insert(next)
    }

    /// One more unit may go from a place to another, and one less where some already goes.
    fn step(&mut self, from: Place<'a>, to: Place<'a>, cost: Levels, more: bool, less: bool) {
        let (from, to) = (self.node(from), self.node(to));
        if more {
            self.steps.push((from, to, cost));
        }
        if less {
            self.steps.push((to, from, cost.less()));
        }
    }
}

/// True if a cycle betters the plan.
pub(super) fn improving(round: &Round, made: &Made) -> bool {
    let mut residual = Residual::default();
    for line in round.lines.values() {
        let unmet = Levels(line.priority.into(), 0, 0, 0);
        let lacking = made.of_line(&line.id) < i128::from(line.quantity);
        residual.step(Place::Line(&line.id), Place::Sink, unmet, true, lacking);
    }
    pairs(round, made, &mut residual);
    for offer in round.offers.values() {
        let schedule = made.schedule(offer);
        let supplier = Place::Supplier(&offer.supplier);
        for (period, room) in periods(offer) {
            let done = schedule.made.get(&period).copied().unwrap_or(0);
            let here = Place::Making(&offer.id, period);
            residual.step(
                here,
                supplier,
                Levels::default(),
                done < i128::from(room),
                done > 0,
            );
            if period > offer.lead {
                let held = schedule.held_into.get(&period).copied().unwrap_or(0);
                let cost = Levels(0, 0, round.request.rules.holding.into(), 0);
                let earlier = Place::Making(&offer.id, period - 1);
                residual.step(here, earlier, cost, true, held > 0);
            }
        }
    }
    suppliers(round, made, &mut residual);
    has_negative_cycle(residual.names.len(), &residual.steps)
}

fn pairs<'a>(round: &Round<'a>, made: &Made, residual: &mut Residual<'a>) {
    for (&(line, offer), &due) in &round.eligible {
        let (Some(needed), Some(source)) = (round.lines.get(line), round.offers.get(offer)) else {
            continue;
        };
        let freight = source
            .freight
            .get(&needed.region)
            .copied()
            .unwrap_or_default();
        let last = last_period(source).min(due);
        let waits = i128::from(round.request.rules.holding) * i128::from(due - last);
        let landed = i128::from(source.unit_price) + i128::from(freight) + waits;
        let cost = Levels(0, 0, landed, ticket(round.request.rules.seed, line, offer));
        let used = made.pairs.contains_key(&(line, offer));
        residual.step(
            Place::Line(line),
            Place::Making(offer, last),
            cost,
            true,
            used,
        );
    }
}

fn suppliers<'a>(round: &Round<'a>, made: &Made, residual: &mut Residual<'a>) {
    let offers = round.offers.values();
    let works: BTreeMap<&str, i64> = offers
        .map(|offer| (offer.supplier.as_str(), offer.work))
        .collect();
    for supplier in round.suppliers.values() {
        let work = i128::from(works.get(supplier.id.as_str()).copied().unwrap_or(1));
        let load = made.load(supplier);
        let at = |load: i128| round.fairness(supplier, load);
        let place = Place::Supplier(&supplier.id);
        let room = supplier
            .capacity
            .is_none_or(|most| load + work <= i128::from(most));
        let another = Levels(0, at(load + work) - at(load), 0, 0);
        residual.step(place, Place::Sink, another, room, false);
        if load > 0 {
            let last = Levels(0, at(load) - at(load - work), 0, 0);
            residual.step(place, Place::Sink, last, false, true);
        }
    }
}

/// The first 20 bits of SHA-256 over seed, zero byte, line, zero byte, offer.
fn ticket(seed: i64, line: &str, offer: &str) -> i128 {
    let digest: [u8; 32] = Sha256::digest(format!("{seed}\0{line}\0{offer}")).into();
    let bits = digest
        .iter()
        .take(3)
        .fold(0_i128, |bits, byte| bits * 256 + i128::from(*byte));
    bits / 16
}

/// Bellman and Ford from everywhere at once; a cycle among the last steps is a cycle that betters.
fn has_negative_cycle(nodes: usize, steps: &[(usize, usize, Levels)]) -> bool {
    let mut distance = Table::filled(Levels::default(), nodes);
    let mut before: Table<Option<usize>> = Table::filled(None, nodes);
    for _ in 0..=nodes {
        let mut changed = false;
        for &(from, to, cost) in steps {
            let reached = distance[from].plus(cost);
            if reached < distance[to] {
                distance[to] = reached;
                before[to] = Some(from);
                changed = true;
            }
        }
        if !changed {
            return false;
        }
        if has_cycle(&before) {
            return true;
        }
    }
    true
}

fn has_cycle(before: &Table<Option<usize>>) -> bool {
    // The walk in which each node was first met.
    let mut met: Table<Option<usize>> = Table::filled(None, before.len());
    for start in before.ids() {
        let mut at = start;
        while met[at].is_none() {
            met[at] = Some(start);
            match before[at] {
                Some(earlier) => at = earlier,
                None => break,
            }
        }
        // Stopped at a node of this very walk, and not for want of one before it.
        if met[at] == Some(start) && before[at].is_some() {
            return true;
        }
    }
    false
}
