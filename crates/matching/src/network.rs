//! A scenario as a network: line → offer and period (arcs back in time for early production) →
//! supplier → tiers → root, and line → root for what stays unmet. A product is a block of it, the
//! suppliers are its hubs.

use crate::cost::{Cost, Packing, Price};
use crate::fairness::Tiers;
use crate::market::Market;
use crate::scenario::Scenario;
use crate::simplex::{Builder, Export, Id, ROOT, components};
use crate::table::Table;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A period in which something can be made, and its node.
type Made = (i64, Id);
/// Wider than any flow: only what is scarce has a capacity, so that no arc in use has a reduced cost
/// of its own.
const OPEN: i64 = i64::MAX;
/// Tickets are below this.
const TICKETS: i64 = 1 << 20;

/// Offers that a line begins with at most.
const FIRST_OFFERS: usize = 8;

/// What a scenario's cheapest flow says.
pub(crate) struct Flow {
    /// Units of each pair.
    pub(crate) quantity: Table<i64>,
    /// By how much one more unit of flow of a pair would worsen the plan at least: its reduced cost;
    /// none where the pair may not trade.
    pub(crate) reduced: Table<Option<Cost>>,
    /// Whether the flow is proven to be the cheapest.
    pub(crate) proven: bool,
}

/// Solves a scenario.
pub(crate) fn solve(market: &Market, scenario: &Scenario) -> Flow {
    solve_levels(market, scenario, Cost::LEVELS)
}

/// Solves a scenario on its first so many levels.
pub(crate) fn solve_levels(market: &Market, scenario: &Scenario, levels: usize) -> Flow {
    let periods = market.offers.iter().map(|making| 1 + making.capacity.len());
    let nodes = 1 + market.lines.len() + market.suppliers.len() + periods.sum::<usize>();
    let most = dearest(market, scenario).first(levels);
    match Packing::new(most, nodes) {
        Some(packing) => solve_in(
            market,
            scenario,
            |cost| packing.pack(cost.first(levels)),
            |packed| packing.unpack(packed),
        ),
        None => solve_in(market, scenario, |cost| cost.first(levels), |cost| cost),
    }
}

/// Solves a scenario for fairness alone, where each weighted unit that stays unmet costs so much of it.
pub(crate) fn solve_fairly(market: &Market, scenario: &Scenario, rate: i64) -> Flow {
    let weighed =
        |cost: Cost| i128::from(cost.unmet) * i128::from(rate) + i128::from(cost.fairness);
    solve_in(market, scenario, weighed, |_| Cost::ZERO)
}

/// A scenario's network for other solvers.
pub(crate) fn export(market: &Market, scenario: &Scenario) -> Export {
    let mut network = Network::new(market, scenario, |cost| cost);
    network.build();
    network.builder.export()
}

/// No arc of the network costs more, in any level.
fn dearest(market: &Market, scenario: &Scenario) -> Cost {
    let priority = market.lines.iter().map(|line| line.priority).max();
    let lot = scenario.lot.iter().copied().max().unwrap_or(1);
    let periods = market.offers.iter().map(|making| making.capacity.len());
    let periods = i64::try_from(periods.max().unwrap_or(0)).unwrap_or(i64::MAX);
    let holding = market.rules.holding;
    let mut most = Cost {
        unmet: priority.unwrap_or(0) * lot,
        fairness: market.rules.tiers * scenario.weight.iter().max().copied().unwrap_or(1),
        landed: holding.saturating_mul(periods).saturating_mul(lot),
        lottery: TICKETS * lot,
    };
    for pair in market.pairs.ids() {
        let at = &market.pairs[pair];
        let unit = market.landed(pair, scenario.price[at.offer]) + holding * at.due.max(0);
        most.landed = most.landed.max(unit * scenario.lot[at.offer]);
    }
    most
}

fn solve_in<C: Price>(
    market: &Market,
    scenario: &Scenario,
    price: impl Fn(Cost) -> C,
    cost: impl Fn(C) -> Cost,
) -> Flow {
    let mut network = Network::new(market, scenario, price);
    network.build();
    network.start();
    let mut simplex = network.builder.finish();
    let proven = simplex.solve();
    let outcome = simplex.outcome();
    let mut quantity = Table::filled(0, market.pairs.len());
    let mut reduced = Table::filled(None, market.pairs.len());
    for pair in market.pairs.ids() {
        if let Some(arc) = network.pair_arcs[pair] {
            let lot = scenario.lot[market.pairs[pair].offer];
            quantity[pair] = outcome.flow(arc) * lot;
            reduced[pair] = Some(cost(outcome.reduced_cost(arc)));
        }
    }
    Flow {
        quantity,
        reduced,
        proven,
    }
}

/// The lines and offers of a product.
#[derive(Default)]
struct Product {
    lines: Vec<usize>,
    offers: Vec<usize>,
}

struct Network<'a, C, F> {
    market: &'a Market<'a>,
    scenario: &'a Scenario,
    price: F,
    builder: Builder<C>,
    pair_arcs: Table<Option<Id>>,
    /// The node of each supplier that can make something.
    suppliers: Table<Option<Id>>,
    /// What each can make at most.
    most: Table<i64>,
    /// For each offer and period the node of the last one up to it in which it can make something.
    offers: Table<Table<Option<Made>>>,
    /// The node of each line that can get something.
    lines: Table<Option<Id>>,
}

impl<'a, C: Price, F: Fn(Cost) -> C> Network<'a, C, F> {
    fn new(market: &'a Market<'a>, scenario: &'a Scenario, price: F) -> Self {
        let nodes = market.lines.len() + market.suppliers.len() + 2 * market.offers.len();
        Self {
            market,
            scenario,
            price,
            builder: Builder::with_capacity(nodes, market.pairs.len() + 2 * nodes),
            pair_arcs: Table::filled(None, market.pairs.len()),
            suppliers: Table::filled(None, market.suppliers.len()),
            most: Table::filled(0, market.suppliers.len()),
            offers: Table::filled(Table::new(), market.offers.len()),
            lines: Table::filled(None, market.lines.len()),
        }
    }

    fn build(&mut self) {
        for supplier in self.market.suppliers.ids() {
            self.add_supplier(supplier);
        }
        let products = self.products();
        let suppliers: Vec<Vec<usize>> = products
            .iter()
            .map(|product| {
                let offers = product.offers.iter();
                offers
                    .map(|offer| self.market.offers[*offer].supplier)
                    .collect()
            })
            .collect();
        for component in components(self.market.suppliers.len(), &suppliers) {
            self.builder.component();
            for product in component {
                self.builder.block();
                for offer in &products[product].offers {
                    self.add_offer(*offer);
                }
                for line in &products[product].lines {
                    self.add_line(*line);
                }
            }
        }
    }

    /// A flow to begin with: each line, the most urgent first, is made in the lowest tiers and there at the
    /// least cost, as far as offers have room in the period that suits it.
    fn start(&mut self) {
        let market = self.market;
        let mut lines: Vec<usize> = market.lines.ids().collect();
        lines.sort_by_key(|line| Reverse(market.lines[*line].priority));
        let mut made = Table::filled(0, market.suppliers.len());
        for line in lines {
            self.start_line(line, &mut made);
        }
        for supplier in market.suppliers.ids() {
            if let Some(hub) = self.suppliers[supplier] {
                self.builder.load(hub, made[supplier]);
            }
        }
    }

    fn start_line(&mut self, line: usize, made: &mut Table<i64>) {
        let Some(node) = self.lines[line] else {
            return;
        };
        let mut lacking = self.scenario.most[line] / self.scenario.line_lot[line];
        for _ in 0..FIRST_OFFERS {
            let Some((arc, supplier)) = self.fairest(line, made) else {
                return;
            };
            let room = self.builder.room(arc);
            let left = self.most[supplier] - made[supplier] - 1;
            let steps = lacking.min(room).min(left);
            if steps < lacking.min(room) {
                // Rare, and a flow that ends at a factory's capacity would need another tree.
                return;
            }
            if steps < room {
                self.builder.divert(node, arc, steps);
            } else {
                self.builder.fill(node, arc, steps);
            }
            made[supplier] += steps;
            lacking -= steps;
            if lacking == 0 {
                return;
            }
        }
    }

    /// Of the offers that can still make something for a line, the arc to the one in the lowest tier and
    /// there the cheapest, and its supplier.
    fn fairest(&self, line: usize, made: &Table<i64>) -> Option<(Id, usize)> {
        let (market, scenario) = (self.market, self.scenario);
        let mut best: Option<((i64, i64), Id, usize)> = None;
        for pair in scenario.open_pairs(market, line) {
            let offer = market.pairs[pair].offer;
            let supplier = market.offers[offer].supplier;
            let arc = self.pair_arcs[pair].filter(|arc| {
                made[supplier] + 1 < self.most[supplier] && self.builder.room(*arc) > 0
            });
            let Some(arc) = arc else {
                continue;
            };
            let tiers = Tiers::new(market.suppliers[supplier].need, market.rules.tiers);
            let load = market.loaded[supplier] + made[supplier] * scenario.weight[supplier];
            let price = market.landed(pair, scenario.price[offer]);
            let cost = (tiers.tier(load + 1), price);
            if best.is_none_or(|(least, ..)| cost < least) {
                best = Some((cost, arc, supplier));
            }
        }
        best.map(|(_, arc, supplier)| (arc, supplier))
    }

    /// The products by name, without the offers that are out.
    fn products(&self) -> Table<Product> {
        let market = self.market;
        let mut products: BTreeMap<&str, Product> = BTreeMap::new();
        for line in market.lines.ids() {
            let product = products.entry(&market.lines[line].product).or_default();
            product.lines.push(line);
        }
        for offer in market.offers.ids() {
            let making = &market.offers[offer];
            let can = self.suppliers[making.supplier].is_some();
            if can && self.scenario.in_use(market, offer) {
                let product = products.entry(&making.offer.product).or_default();
                product.offers.push(offer);
            }
        }
        products.into_values().collect()
    }

    /// The supplier's node with its tiers; none where it can make nothing.
    fn add_supplier(&mut self, supplier: usize) {
        let market = self.market;
        let weight = self.scenario.weight[supplier];
        let mut most = 0_i64;
        for &offer in &market.offers_of_supplier[supplier] {
            if self.scenario.in_use(market, offer) {
                let lot = self.scenario.lot[offer];
                let needed = market.pairs_of_offer[offer]
                    .iter()
                    .map(|pair| self.scenario.most[market.pairs[*pair].line] / lot);
                most += needed.sum::<i64>();
            }
        }
        if let Some(capacity) = market.capacity_left(supplier) {
            most = most.min(capacity / weight);
        }
        self.most[supplier] = most;
        let tiers = Tiers::new(market.suppliers[supplier].need, market.rules.tiers);
        let segments = tiers.segments_from(market.loaded[supplier], weight, most);
        let arcs = segments.into_iter().map(|segment| {
            let cost = Cost {
                fairness: segment.cost,
                ..Cost::ZERO
            };
            (segment.steps, (self.price)(cost))
        });
        self.suppliers[supplier] = self.builder.hub(arcs);
    }

    fn add_offer(&mut self, offer: usize) {
        let (market, scenario) = (self.market, self.scenario);
        let making = &market.offers[offer];
        let Some(supplier) = self.suppliers[making.supplier] else {
            return;
        };
        let lot = scenario.lot[offer];
        let free = (self.price)(Cost::ZERO);
        let mut last: Option<Made> = None;
        let mut periods = Table::new();
        for (period, room) in (0_i64..).zip(making.period_room(market.rules).iter()) {
            if room / lot > 0 {
                let node = self.builder.node(supplier, room / lot, 0, free);
                if let Some((earlier, before)) = last {
                    let cost = Cost {
                        landed: market.rules.holding * (period - earlier) * lot,
                        ..Cost::ZERO
                    };
                    self.builder.arc(node, before, OPEN, (self.price)(cost));
                }
                last = Some((period, node));
            }
            periods.push(last);
        }
        self.offers[offer] = periods;
    }

    fn add_line(&mut self, line: usize) {
        let (market, scenario) = (self.market, self.scenario);
        let lot = scenario.line_lot[line];
        let most = scenario.most[line] / lot;
        if most == 0 {
            return;
        }
        let unmet = Cost {
            unmet: market.lines[line].priority * lot,
            ..Cost::ZERO
        };
        let node = self.builder.node(ROOT, OPEN, most, (self.price)(unmet));
        self.lines[line] = Some(node);
        for pair in scenario.open_pairs(market, line) {
            let at = &market.pairs[pair];
            let periods = &self.offers[at.offer];
            if periods.len() == 0 {
                continue;
            }
            if let Some((period, made)) = periods[at.period] {
                let waits = at.due - period;
                let price = market.landed(pair, scenario.price[at.offer]);
                let landed = (price + market.rules.holding * waits) * lot;
                let cost = Cost {
                    landed,
                    lottery: at.ticket * lot,
                    ..Cost::ZERO
                };
                let arc = self.builder.arc(node, made, OPEN, (self.price)(cost));
                self.pair_arcs[pair] = Some(arc);
            }
        }
    }
}
