//! A scenario as a network: line → offer and period (arcs back in time for early production) →
//! supplier → tiers → root, and line → root for what stays unmet. A product is a block of it, the
//! suppliers are its hubs.

use crate::cost::{Cost, Packing, Price};
use crate::fairness::Tiers;
use crate::market::Market;
use crate::scenario::Scenario;
use crate::simplex::{Builder, Export, Id, ROOT, components};
use crate::table::Table;
use std::collections::BTreeMap;

/// A period in which something can be made, and its node.
type Made = (i64, Id);
/// Wider than any flow: only what is scarce has a capacity, so that no arc in use has a reduced cost
/// of its own.
const OPEN: i64 = i64::MAX;
/// Tickets are below this.
const TICKETS: i64 = 1 << 20;

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
    let bonus = bonus(market);
    let periods = market.offers.iter().map(|making| 1 + making.capacity.len());
    let nodes = 1 + market.lines.len() + market.suppliers.len() + periods.sum::<usize>();
    let most = dearest(market, scenario, bonus).first(levels);
    match Packing::new(most, nodes) {
        Some(packing) => solve_in(
            market,
            scenario,
            bonus,
            |cost| packing.pack(cost.first(levels)),
            |packed| packing.unpack(packed),
        ),
        None => solve_in(
            market,
            scenario,
            bonus,
            |cost| cost.first(levels),
            |cost| cost,
        ),
    }
}

/// A scenario's network for other solvers.
pub(crate) fn export(market: &Market, scenario: &Scenario) -> Export {
    let mut network = Network::new(market, scenario, bonus(market), |cost| cost);
    network.build();
    network.builder.export()
}

/// What forcing pays for a unit: more than any line's weight.
fn bonus(market: &Market) -> i64 {
    let priority = market.lines.iter().map(|line| line.priority).max();
    priority.unwrap_or(0) + 1
}

/// No arc of the network costs more, in any level.
fn dearest(market: &Market, scenario: &Scenario, bonus: i64) -> Cost {
    let lot = scenario.lot.iter().copied().max().unwrap_or(1);
    let periods = market.offers.iter().map(|making| making.capacity.len());
    let periods = i64::try_from(periods.max().unwrap_or(0)).unwrap_or(i64::MAX);
    let holding = market.rules.holding;
    let mut most = Cost {
        unmet: bonus * lot,
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
    bonus: i64,
    price: impl Fn(Cost) -> C,
    cost: impl Fn(C) -> Cost,
) -> Flow {
    let mut network = Network::new(market, scenario, bonus, price);
    network.build();
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
    bonus: i64,
    price: F,
    builder: Builder<C>,
    pair_arcs: Table<Option<Id>>,
    /// The node of each supplier that can make something.
    suppliers: Table<Option<Id>>,
    /// For each offer and period the node of the last one up to it in which it can make something.
    offers: Table<Table<Option<Made>>>,
}

impl<'a, C: Price, F: Fn(Cost) -> C> Network<'a, C, F> {
    fn new(market: &'a Market<'a>, scenario: &'a Scenario, bonus: i64, price: F) -> Self {
        let nodes = market.lines.len() + market.suppliers.len() + 2 * market.offers.len();
        Self {
            market,
            scenario,
            bonus,
            price,
            builder: Builder::with_capacity(nodes, market.pairs.len() + 2 * nodes),
            pair_arcs: Table::filled(None, market.pairs.len()),
            suppliers: Table::filled(None, market.suppliers.len()),
            offers: Table::filled(Table::new(), market.offers.len()),
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
        let mut above = supplier;
        let minimum = making
            .offer
            .minimum
            .min(making.made_by.last().copied().unwrap_or(0));
        let steps = minimum / lot + i64::from(minimum % lot > 0);
        let free = (self.price)(Cost::ZERO);
        if scenario.forced[offer] && steps > 0 {
            let cost = Cost {
                unmet: -self.bonus * lot,
                ..Cost::ZERO
            };
            above = self.builder.node(supplier, steps, 0, (self.price)(cost));
            self.builder.arc(above, supplier, OPEN, free);
        }
        let mut last: Option<Made> = None;
        let mut periods = Table::new();
        for (period, room) in (0_i64..).zip(making.period_room(market.rules).iter()) {
            if room / lot > 0 {
                let node = self.builder.node(above, room / lot, 0, free);
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
