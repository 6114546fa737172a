//! Whether moving a unit around some cycle betters a plan: Bellman and Ford on what the plan leaves
//! possible. A flow is the cheapest of its network if and only if there is no such cycle, and the
//! distances found are prices that prove it.

use super::{Made, Round, last_period, periods};
use crate::table::Table;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, VecDeque};

/// Need, fairness, cost, lottery. The door bounds the sum along any path in each level.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Levels([i64; 4]);

impl Levels {
    fn plus(self, other: Self) -> Self {
        let (Self([a, b, c, d]), Self([e, f, g, h])) = (self, other);
        Self([a + e, b + f, c + g, d + h])
    }
    fn less(self) -> Self {
        let Self([a, b, c, d]) = self;
        Self([-a, -b, -c, -d])
    }
}

/// A unit moved from a place to another, and what that costs.
struct Step {
    from: usize,
    to: usize,
    cost: Levels,
}

/// What the plan leaves possible. The places are the sink, the lines, the suppliers, and the offers'
/// periods from their lead time on.
struct Residual {
    suppliers: BTreeMap<String, usize>,
    /// Where each offer's periods begin, and its first period; then the number of places.
    offers: Vec<(usize, i64)>,
    places: usize,
    steps: Vec<Step>,
}

const SINK: usize = 0;

impl Residual {
    fn new(round: &Round) -> Self {
        let mut places = 1 + round.lines.len();
        let mut suppliers = BTreeMap::new();
        for name in round.suppliers.keys() {
            suppliers.insert((*name).to_owned(), places);
            places += 1;
        }
        let mut offers = Vec::new();
        for offer in round.offers.values() {
            offers.push((places, offer.lead));
            places += periods(offer).count();
        }
        Self {
            suppliers,
            offers,
            places,
            steps: Vec::new(),
        }
    }

    /// The place of an offer's period.
    fn making(&self, offer: usize, period: i64) -> Option<usize> {
        let (first, lead) = self.offers.get(offer)?;
        Some(first + usize::try_from(period - lead).ok()?)
    }

    /// One more unit may go from a place to another, and one less where some already goes.
    fn step(&mut self, from: usize, to: usize, cost: Levels, more: bool, less: bool) {
        if more {
            self.steps.push(Step { from, to, cost });
        }
        if less {
            let cost = cost.less();
            self.steps.push(Step {
                from: to,
                to: from,
                cost,
            });
        }
    }
}

/// True if a cycle betters the plan.
pub(super) fn improving(round: &Round, made: &Made) -> bool {
    let mut residual = Residual::new(round);
    lines(round, made, &mut residual);
    let stepped = offers(round, made, &mut residual);
    suppliers(round, made, &mut residual);
    // A plan whose places cannot be told is not proven.
    stepped.is_none() || has_negative_cycle(residual.places, &residual.steps)
}

fn lines(round: &Round, made: &Made, residual: &mut Residual) {
    // Both in order of line and offer.
    let mut used = made.pairs.keys().peekable();
    for (here, (line, pairs)) in (1..).zip(round.lines.values().zip(round.eligible.values())) {
        let unmet = Levels([line.priority, 0, 0, 0]);
        let lacking = made.of_line(&line.id) < i128::from(line.quantity);
        residual.step(here, SINK, unmet, true, lacking);
        let lottery = Sha256::new()
            .chain_update(round.request.rules.seed.to_string())
            .chain_update([0])
            .chain_update(&line.id)
            .chain_update([0]);
        for pair in pairs {
            let offer = pair.offer;
            let freight = offer.freight.get(&line.region).copied().unwrap_or_default();
            let last = last_period(offer).min(pair.due);
            let waits = round.request.rules.holding * (pair.due - last);
            let drawn = ticket(lottery.clone().chain_update(&offer.id));
            let cost = Levels([0, 0, offer.unit_price + freight + waits, drawn]);
            let name = (line.id.as_str(), offer.id.as_str());
            let used = used.next_if(|next| **next == name).is_some();
            if let Some(made) = residual.making(pair.number, last) {
                residual.step(here, made, cost, true, used);
            }
        }
    }
}

fn offers(round: &Round, made: &Made, residual: &mut Residual) -> Option<()> {
    for (number, offer) in round.offers.values().enumerate() {
        let schedule = made.schedule(offer);
        let supplier = *residual.suppliers.get(&offer.supplier)?;
        for (period, room) in periods(offer) {
            let done = schedule.made.get(&period).copied().unwrap_or(0);
            let here = residual.making(number, period)?;
            let (more, less) = (done < i128::from(room), done > 0);
            residual.step(here, supplier, Levels::default(), more, less);
            if period > offer.lead {
                let held = schedule.held_into.get(&period).copied().unwrap_or(0);
                let cost = Levels([0, 0, round.request.rules.holding, 0]);
                let earlier = residual.making(number, period - 1)?;
                residual.step(here, earlier, cost, true, held > 0);
            }
        }
    }
    Some(())
}

fn suppliers(round: &Round, made: &Made, residual: &mut Residual) {
    let offers = round.offers.values();
    let works: BTreeMap<&str, i64> = offers
        .map(|offer| (offer.supplier.as_str(), offer.work))
        .collect();
    let first = 1 + round.lines.len();
    for (here, supplier) in (first..).zip(round.suppliers.values()) {
        let work = i128::from(works.get(supplier.id.as_str()).copied().unwrap_or(1));
        let load = made.load(supplier);
        let fairness = |from: i128, to: i128| {
            let change = round.fairness(supplier, to) - round.fairness(supplier, from);
            // The door bounds the tiers of a unit.
            Levels([0, i64::try_from(change).unwrap_or(i64::MAX >> 2), 0, 0])
        };
        let room = supplier
            .capacity
            .is_none_or(|most| load + work <= i128::from(most));
        residual.step(here, SINK, fairness(load, load + work), room, false);
        if load > 0 {
            residual.step(here, SINK, fairness(load - work, load), false, true);
        }
    }
}

/// The first 20 bits of SHA-256 over seed, zero byte, line, zero byte, offer.
fn ticket(lottery: Sha256) -> i64 {
    let digest: [u8; 32] = lottery.finalize().into();
    let bits = digest
        .iter()
        .take(3)
        .fold(0, |bits, byte| bits * 256 + i64::from(*byte));
    bits / 16
}

/// Bellman and Ford from everywhere at once, from the places whose distance fell in the last round
/// only; a cycle among the last steps is a cycle that betters.
fn has_negative_cycle(places: usize, steps: &[Step]) -> bool {
    let from = Starts::new(places, steps);
    let mut distance = Table::filled(Levels::default(), places);
    let mut before: Table<Option<usize>> = Table::filled(None, places);
    let mut waiting = Table::filled(true, places);
    let mut queue: VecDeque<usize> = (0..places).collect();
    for round in 0..=places {
        for _ in 0..queue.len() {
            let Some(place) = queue.pop_front() else {
                return false;
            };
            waiting[place] = false;
            let so_far = distance[place];
            for step in from.steps(place) {
                let reached = so_far.plus(step.cost);
                if reached < distance[step.to] {
                    distance[step.to] = reached;
                    before[step.to] = Some(place);
                    if !waiting[step.to] {
                        waiting[step.to] = true;
                        queue.push_back(step.to);
                    }
                }
            }
        }
        if queue.is_empty() {
            return false;
        }
        // Now and then: as long as a cycle betters, distances go on falling.
        if round.is_power_of_two() && has_cycle(&before) {
            return true;
        }
    }
    true
}

/// The steps by where they start.
struct Starts<'a> {
    first: Table<usize>,
    steps: Vec<&'a Step>,
}

impl<'a> Starts<'a> {
    fn new(places: usize, steps: &'a [Step]) -> Self {
        let mut first = Table::filled(0, places + 1);
        for step in steps {
            first[step.from + 1] += 1;
        }
        for place in 0..places {
            first[place + 1] += first[place];
        }
        let mut steps: Vec<&Step> = steps.iter().collect();
        steps.sort_by_key(|step| step.from);
        Self { first, steps }
    }

    fn steps(&self, place: usize) -> &[&'a Step] {
        let range = self.first[place]..self.first[place + 1];
        self.steps.get(range).unwrap_or_default()
    }
}

fn has_cycle(before: &Table<Option<usize>>) -> bool {
    // The walk in which each place was first met.
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
        // Stopped at a place of this very walk, and not for want of one before it.
        if met[at] == Some(start) && before[at].is_some() {
            return true;
        }
    }
    false
}
