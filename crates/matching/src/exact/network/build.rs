//! How a part's network is set up.

use super::{Charge, Network, PairArcs, Tolled};
use crate::cost::{Cost, Packing};
use crate::exact::domain::Domain;
use crate::exact::tolls::{SCALE, Tolls};
use crate::exact::tree::Tree;
use crate::fairness::Tiers;
use crate::market::Market;
use crate::plan::Objective;
use crate::scenario::{Scenario, common_divisor};
use crate::table::Table;

const ROOT: usize = 0;
/// Weighted need that can be scaled, with room for rates.
const MOST_WEIGHT: i64 = i64::MAX / SCALE / 256;

/// A period in which something can be made, and its node.
type Made = (i64, usize);

/// An offer's nodes.
struct Making {
    /// For each period the last one up to it in which the offer can make something, and where goods that
    /// are due then come in.
    due: Table<Option<Made>>,
    /// Where what is made in each of those periods comes in, the period, and its room.
    made: Vec<(usize, usize, i64)>,
}

impl<'a> Network<'a> {
    /// None where the four levels do not fit one number.
    pub(in crate::exact) fn new(
        market: &'a Market<'a>,
        relaxed: &Scenario,
        root: &Domain,
        need_only: bool,
    ) -> Option<Self> {
        let mut network = Self {
            market,
            tree: Tree::new(),
            unit: common_unit(market, root),
            costs: Table::new(),
            unmet: Table::new(),
            pairs: Table::new(),
            offers: Table::new(),
            lost: Objective::default(),
            tolled: need_only.then(|| no_tolls_yet(market, root)).flatten(),
        };
        let suppliers: Table<usize> = market
            .suppliers
            .ids()
            .map(|supplier| network.add_supplier(supplier, relaxed, root))
            .collect();
        let makings: Table<Making> = market
            .offers
            .ids()
            .map(|offer| {
                let supplier = suppliers[market.offers[offer].supplier];
                network.add_offer(offer, supplier, root.offer[offer].high)
            })
            .collect();
        for line in market.lines.ids() {
            network.add_line(line, root, &makings);
        }
        network.pack().then_some(network)
    }

    /// A new node whose arc to `parent` holds up to `high`.
    fn node(&mut self, parent: usize, supply: i64, high: i64, cost: Cost) -> (usize, usize) {
        let (node, arc) = self.tree.node(parent, supply);
        self.tree.bound(arc, 0, high);
        self.push_cost(cost);
        (node, arc)
    }

    fn arc(&mut self, from: usize, to: usize, high: i64, cost: Cost) -> usize {
        let arc = self.tree.arc(from, to);
        self.tree.bound(arc, 0, high);
        self.push_cost(cost);
        arc
    }

    fn push_cost(&mut self, cost: Cost) {
        self.costs.push(cost);
        if let Some(tolled) = &mut self.tolled {
            tolled.charges.push(Charge::default());
        }
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

    fn add_offer(&mut self, offer: usize, supplier: usize, most: i64) -> Making {
        let making = &self.market.offers[offer];
        let (total, arc) = self.node(supplier, 0, 0, Cost::ZERO);
        self.offers.push(arc);
        let mut last: Option<Made> = None;
        let (mut due, mut all_made) = (Table::new(), Vec::new());
        let all = most / self.unit;
        for (period, room) in (0_i64..).zip(making.period_room(self.market.rules).iter()) {
            // More than it can make in all is no limit, and would only be a large number.
            let room = room.min(&most) / self.unit;
            if room > 0 {
                let (mut node, _) = self.node(total, 0, room, Cost::ZERO);
                all_made.push((node, due.len(), room));
                if self.tolled.is_some() {
                    // What is made here must not pass on to an earlier period.
                    node = self.node(node, 0, all, Cost::ZERO).0;
                }
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
            due.push(last);
        }
        Making {
            due,
            made: all_made,
        }
    }

    fn add_line(&mut self, line: usize, root: &Domain, makings: &Table<Making>) {
        let market = self.market;
        let needed = market.lines[line];
        let most = root.most[line] / self.unit;
        self.lost.unmet_weighted += (needed.quantity - most * self.unit) * needed.priority;
        let scale = if self.tolled.is_some() { SCALE } else { 1 };
        let cost = Cost {
            unmet: needed.priority * self.unit * scale,
            ..Cost::ZERO
        };
        let (node, arc) = self.node(ROOT, most, most, cost);
        self.unmet.push((arc, most));
        if self.tolled.is_some() && (is_limited(market, root, line) || needed.budget.is_some()) {
            return self.add_tolled(line, node, root, makings);
        }
        for pair in market.pairs_of_line[line].clone() {
            let at = &market.pairs[pair];
            let arcs = makings[at.offer].due[at.period].map(|(period, made)| {
                let held = market.rules.holding * (at.due - period);
                let price = market.offers[at.offer].price_at(root.offer[at.offer].high);
                let first = self.arc(node, made, 0, self.pair_cost(pair, price, held));
                PairArcs {
                    first,
                    count: 1,
                    held,
                    price,
                    tolled: false,
                }
            });
            self.pairs.push(arcs);
        }
    }

    /// The pairs of a line that pays tolls. Where it has a budget, each has one arc, whose bounds keep to
    /// what the budget leaves; otherwise one for each period.
    fn add_tolled(&mut self, line: usize, node: usize, root: &Domain, makings: &Table<Making>) {
        let market = self.market;
        let needed = market.lines[line];
        let (mut shared, mut landed) = (Vec::new(), Vec::new());
        for pair in market.pairs_of_line[line].clone() {
            let at = &market.pairs[pair];
            let making = &makings[at.offer];
            let high = root.pair[pair].high / self.unit;
            let price = market.offers[at.offer].price_at(root.offer[at.offer].high);
            let entries: Vec<(usize, i64)> = if needed.budget.is_some() {
                let due = making.due[at.period].map(|(_, node)| (node, high));
                due.into_iter().collect()
            } else {
                let made = making.made.iter();
                let early = made.filter(|(_, period, _)| *period <= at.period);
                early
                    .map(|(node, _, room)| (*node, high.min(*room)))
                    .collect()
            };
            let mut rooms = Vec::new();
            let mut first = None;
            for (made, room) in entries {
                let arc = self.arc(node, made, 0, self.pair_cost(pair, price, 0));
                if let Some(tolled) = &mut self.tolled {
                    tolled.charges[arc].room = room;
                }
                first.get_or_insert(arc);
                rooms.push(room);
            }
            self.pairs.push(first.map(|first| PairArcs {
                first,
                count: rooms.len(),
                held: 0,
                price,
                tolled: true,
            }));
            if first.is_some() && high > 0 {
                landed.push((pair, market.landed(pair, price) * self.unit));
                shared.push((pair, high, rooms));
            }
        }
        let highest = (needed.priority + 1) * self.unit * SCALE;
        let Some(tolled) = &mut self.tolled else {
            return;
        };
        if let Some(budget) = needed.budget {
            tolled.tolls.budget(budget, highest, landed);
        }
        if let Some(most) = needed
            .max_suppliers
            .filter(|_| is_limited(market, root, line))
        {
            tolled.tolls.limit(line, most, highest, shared);
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
            if let Some(PairArcs { held, .. }) = at {
                let offer = &self.market.offers[self.market.pairs[pair].offer];
                let cost = self.pair_cost(pair, offer.offer.unit_price, *held);
                most.landed = most.landed.max(cost.landed);
            }
        }
        if self.tolled.is_some() {
            // Three tolls at most, none of them far above the weight of a unit.
            most.unmet = most.unmet.saturating_mul(8);
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
}

/// The largest unit that every quantity of a plan is a multiple of and every capacity that counts.
pub(in crate::exact) fn common_unit(market: &Market, root: &Domain) -> i64 {
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

/// More offers are open to a line than may serve it.
fn is_limited(market: &Market, root: &Domain, line: usize) -> bool {
    let pairs = market.pairs_of_line[line].clone();
    let open = pairs.filter(|pair| root.pair[*pair].high > 0).count();
    let most = market.lines[line].max_suppliers;
    most.is_some_and(|most| i64::try_from(open).is_ok_and(|open| open > most))
}

/// No tolls yet, where some line may pay them: some number of offers or some budget is limited, goods cost
/// nothing to hold, so that it does not matter when they are made, and numbers are short enough.
fn no_tolls_yet(market: &Market, root: &Domain) -> Option<Tolled> {
    let limited =
        |line: usize| market.lines[line].budget.is_some() || is_limited(market, root, line);
    let unit = common_unit(market, root);
    let weight = |line: usize| {
        let line = market.lines[line];
        let units = line.quantity.max(unit);
        units.saturating_mul(line.priority.saturating_add(1))
    };
    let (mut any, mut all, mut grain) = (false, 0_i64, 0);
    for line in market.lines.ids() {
        any |= limited(line);
        all = all.saturating_add(weight(line));
        grain = common_divisor(market.lines[line].priority, grain);
    }
    let suits = any && market.rules.holding == 0 && all < MOST_WEIGHT;
    suits.then(|| Tolled {
        tolls: Tolls::default(),
        charges: Table::new(),
        grain: grain.max(1) * unit,
        back: 0,
    })
}
