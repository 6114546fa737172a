//! A part as a network whose bounds and prices follow a [`Domain`]: line → offer and period (arcs
//! back in time for early production) → offer → supplier → tiers → root, and line → root for what
//! stays unmet.

use super::Relaxed;
use super::domain::{Domain, Empty};
use super::levels::Levels;
use super::tree::{Basis, Ended, Tree};
use crate::assignment::Score;
use crate::cost::{Cost, Packing};
use crate::fairness::Tiers;
use crate::market::Market;
use crate::plan::Objective;
use crate::scenario::{Scenario, common_divisor};
use crate::table::Table;

const ROOT: usize = 0;
/// A period in which something can be made, and its node.
type Made = (i64, usize);

/// A pair's arc and what of its cost does not depend on the offer's price, in units.
#[derive(Clone, Copy)]
struct PairArc {
    arc: usize,
    /// Holding of a unit from the last period in which it can be made.
    held: i64,
    /// The price its arc has now.
    price: i64,
}

/// The part's network, with the tree of the last solve.
pub(super) struct Network<'a> {
    market: &'a Market<'a>,
    tree: Tree,
    /// Units that a unit of flow stands for.
    unit: i64,
    /// Cost of each arc.
    costs: Table<Cost>,
    /// Of each line the arc of what stays unmet, and what starts at the line.
    unmet: Table<(usize, i64)>,
    /// None where nothing can be made in time.
    pairs: Table<Option<PairArc>>,
    /// Arcs of the offers' totals.
    offers: Table<usize>,
    /// The weight of the need that no plan can meet, and the fairness of what is made besides.
    lost: Objective,
}

impl<'a> Network<'a> {
    /// None where the four levels do not fit one number.
    pub(super) fn new(market: &'a Market<'a>, relaxed: &Scenario, root: &Domain) -> Option<Self> {
        let mut network = Self {
            market,
            tree: Tree::new(),
            unit: common_unit(market, root),
            costs: Table::new(),
            unmet: Table::new(),
            pairs: Table::new(),
            offers: Table::new(),
            lost: Objective::default(),
        };
        let suppliers: Table<usize> = market
            .suppliers
            .ids()
            .map(|supplier| network.add_supplier(supplier, relaxed, root))
            .collect();
        let periods: Table<Table<Option<Made>>> = market
            .offers
            .ids()
            .map(|offer| {
                let supplier = suppliers[market.offers[offer].supplier];
                network.add_offer(offer, supplier, root.offer[offer].high)
            })
            .collect();
        for line in market.lines.ids() {
            network.add_line(line, root, &periods);
        }
        network.pack().then_some(network)
    }

    /// Pivots of all solves.
    pub(super) fn pivots(&self) -> usize {
        self.tree.pivots()
    }

    /// How many pairs it has.
    pub(super) fn pairs(&self) -> usize {
        self.pairs.len()
    }

    /// A new node whose arc to `parent` holds up to `high`.
    fn node(&mut self, parent: usize, supply: i64, high: i64, cost: Cost) -> (usize, usize) {
        let (node, arc) = self.tree.node(parent, supply);
        self.tree.bound(arc, 0, high);
        self.costs.push(cost);
        (node, arc)
    }

    fn arc(&mut self, from: usize, to: usize, high: i64, cost: Cost) -> usize {
        let arc = self.tree.arc(from, to);
        self.tree.bound(arc, 0, high);
        self.costs.push(cost);
        arc
    }

    fn add_supplier(&mut self, supplier: usize, relaxed: &Scenario, root: &Domain) -> usize {
        let market = self.market;
        let weight = relaxed.weight[supplier] * self.unit;
        let mut most = 0_i64;
        for &offer in &market.offers_of_supplier[supplier] {
            most = most.saturating_add(root.offer[offer].high / self.unit);
        }
        if let Some(capacity) = root.capacity_left(market, supplier) {
            most = most.min(capacity / weight);
        }
        let tiers = Tiers::new(market.suppliers[supplier].need, market.rules.tiers);
        let mut node = None;
        let loaded = market.loaded[supplier];
        self.lost.fairness += tiers.cost(loaded);
        for segment in tiers.segments_from(loaded, weight, most) {
            let cost = Cost {
                fairness: segment.cost,
                ..Cost::ZERO
            };
            match node {
                None => node = Some(self.node(ROOT, 0, segment.steps, cost).0),
                Some(node) => {
                    self.arc(node, ROOT, segment.steps, cost);
                }
            }
        }
        node.unwrap_or_else(|| self.node(ROOT, 0, 0, Cost::ZERO).0)
    }

    /// For each period the node of the last one up to it in which the offer can make something.
    fn add_offer(&mut self, offer: usize, supplier: usize, most: i64) -> Table<Option<Made>> {
        let making = &self.market.offers[offer];
        let (total, arc) = self.node(supplier, 0, 0, Cost::ZERO);
        self.offers.push(arc);
        let mut last: Option<Made> = None;
        let mut periods = Table::new();
        let all = most / self.unit;
        for (period, room) in (0_i64..).zip(making.period_room(self.market.rules).iter()) {
            // More than it can make in all is no limit, and would only be a large number.
            let room = room.min(&most) / self.unit;
            if room > 0 {
                let (node, _) = self.node(total, 0, room, Cost::ZERO);
                if let Some((earlier, before)) = last {
                    let landed = self.market.rules.holding * (period - earlier) * self.unit;
                    let cost = Cost {
                        landed,
                        ..Cost::ZERO
                    };
                    self.arc(node, before, all, cost);
                }
                last = Some((period, node));
            }
            periods.push(last);
        }
        periods
    }

    fn add_line(&mut self, line: usize, root: &Domain, offers: &Table<Table<Option<Made>>>) {
        let market = self.market;
        let needed = market.lines[line];
        let most = root.most[line] / self.unit;
        self.lost.unmet_weighted += (needed.quantity - most * self.unit) * needed.priority;
        let cost = Cost {
            unmet: needed.priority * self.unit,
            ..Cost::ZERO
        };
        let (node, arc) = self.node(ROOT, most, most, cost);
        self.unmet.push((arc, most));
        for pair in market.pairs_of_line[line].clone() {
            let at = &market.pairs[pair];
            let arc = offers[at.offer][at.period].map(|(period, made)| {
                let held = market.rules.holding * (at.due - period);
                let price = market.offers[at.offer].price_at(root.offer[at.offer].high);
                let arc = self.arc(node, made, 0, Cost::ZERO);
                self.costs[arc] = self.pair_cost(pair, price, held);
                PairArc { arc, held, price }
            });
            self.pairs.push(arc);
        }
    }

    fn pair_cost(&self, pair: usize, price: i64, held: i64) -> Cost {
        Cost {
            landed: (self.market.landed(pair, price) + held) * self.unit,
            lottery: self.market.pairs[pair].ticket * self.unit,
            ..Cost::ZERO
        }
    }

    fn pack(&mut self) -> bool {
        let mut most = Cost::ZERO;
        for cost in self.costs.iter() {
            most.unmet = most.unmet.max(cost.unmet);
            most.fairness = most.fairness.max(cost.fairness);
            most.landed = most.landed.max(cost.landed);
            most.lottery = most.lottery.max(cost.lottery);
        }
        for (pair, at) in self.pairs.iter().enumerate() {
            // The list price may come yet.
            if let Some(PairArc { held, .. }) = at {
                let offer = &self.market.offers[self.market.pairs[pair].offer];
                let cost = self.pair_cost(pair, offer.offer.unit_price, *held);
                most.landed = most.landed.max(cost.landed);
            }
        }
        let Some(packing) = Packing::new(most, self.tree.nodes()) else {
            return false;
        };
        self.tree.pack(packing);
        for arc in self.costs.ids() {
            self.tree.price(arc, self.costs[arc]);
        }
        true
    }

    /// The cheapest flow that a domain allows and that comes to less than a score, from the tree of a
    /// flow before; none where the limit on pivots came first.
    pub(super) fn solve(
        &mut self,
        domain: &Domain,
        from: Option<&Basis>,
        limit: &Score,
    ) -> Option<Result<Relaxed, Empty>> {
        let market = self.market;
        if let Some(basis) = from {
            self.tree.restore(basis);
        }
        for offer in market.offers.ids() {
            let span = domain.offer[offer];
            self.tree.bound(
                self.offers[offer],
                span.low / self.unit,
                span.high / self.unit,
            );
            let price = domain.price(market, offer);
            for &pair in &market.pairs_of_offer[offer] {
                if let Some(at) = self.pairs[pair] {
                    let span = domain.pair[pair];
                    self.tree
                        .bound(at.arc, span.low / self.unit, span.high / self.unit);
                    if at.price != price && span.high > 0 {
                        let cost = self.pair_cost(pair, price, at.held);
                        self.costs[at.arc] = cost;
                        self.tree.price(at.arc, cost);
                        self.pairs[pair] = Some(PairArc { price, ..at });
                    }
                }
            }
        }
        for line in market.lines.ids() {
            let (arc, supply) = self.unmet[line];
            self.tree
                .bound(arc, supply - domain.most[line] / self.unit, supply);
        }
        match self.tree.solve(Levels::below(limit, &self.lost)) {
            Ended::Cheapest => self.relaxed().map(Ok),
            Ended::Hopeless => Some(Err(Empty)),
            Ended::Stopped => None,
        }
    }

    fn relaxed(&self) -> Option<Relaxed> {
        let mut total = Table::filled(0, self.offers.len());
        let (mut quantity, mut partial) = (Table::new(), Table::new());
        for pair in self.market.pairs.ids() {
            let offer = self.market.pairs[pair].offer;
            let lot = self.market.offers[offer].offer.lot;
            let units = match self.pairs[pair] {
                Some(at) => self.tree.flow(at.arc) * self.unit,
                None => 0,
            };
            total[offer] += units;
            quantity.push(units - units % lot);
            partial.push(units % lot > 0);
        }
        let mut rest = Table::filled(false, total.len());
        for offer in total.ids() {
            let part = total[offer] % self.market.offers[offer].offer.lot;
            total[offer] -= part;
            rest[offer] = part > 0;
        }
        Some(Relaxed {
            bound: self.tree.value().score(&self.lost)?,
            quantity,
            partial,
            total,
            rest,
            basis: Some(self.tree.basis()),
        })
    }
}

/// The largest unit that every quantity of a plan is a multiple of and every capacity that counts.
pub(super) fn common_unit(market: &Market, root: &Domain) -> i64 {
    let mut unit = 0;
    for offer in market.offers.ids() {
        if root.offer[offer].high > 0 {
            let making = &market.offers[offer];
            unit = common_divisor(making.offer.lot, unit);
            if market.rules.holding > 0 {
                for units in making.capacity.iter() {
                    unit = common_divisor(*units, unit);
                }
            }
        }
    }
    unit.max(1)
}
