//! A scenario as a network: line → offer and period (arcs back in time for early production) →
//! supplier → tiers → root, and line → root for what stays unmet.

use crate::cost::Cost;
use crate::fairness::Tiers;
use crate::market::Market;
use crate::scenario::Scenario;
use crate::simplex::Simplex;
use crate::table::Table;

const ROOT: usize = 0;
/// A period in which something can be made, and its node.
type Made = (i64, usize);
/// Wider than any flow: only what is scarce has a capacity, so that no arc in use has a reduced cost
/// of its own.
const OPEN: i64 = i64::MAX;

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
    let mut network = Network::new(market, scenario);
    let proven = network.simplex.solve();
    let mut quantity = Table::filled(0, market.pairs.len());
    let mut reduced = Table::filled(None, market.pairs.len());
    for pair in market.pairs.ids() {
        if let Some(arc) = network.pair_arcs[pair] {
            let lot = scenario.lot[market.pairs[pair].offer];
            quantity[pair] = network.simplex.flow(arc) * lot;
            reduced[pair] = Some(network.simplex.reduced_cost(arc));
        }
    }
    Flow {
        quantity,
        reduced,
        proven,
    }
}

struct Network<'a> {
    market: &'a Market<'a>,
    scenario: &'a Scenario,
    simplex: Simplex,
    pair_arcs: Table<Option<usize>>,
    /// What forcing pays for a unit: more than any line's weight.
    bonus: i64,
}

impl<'a> Network<'a> {
    fn new(market: &'a Market<'a>, scenario: &'a Scenario) -> Self {
        let priority = market.lines.iter().map(|line| line.priority).max();
        let mut network = Self {
            market,
            scenario,
            simplex: Simplex::new(),
            pair_arcs: Table::filled(None, market.pairs.len()),
            bonus: priority.unwrap_or(0) + 1,
        };
        let suppliers: Table<Option<usize>> = market
            .suppliers
            .ids()
            .map(|supplier| network.add_supplier(supplier))
            .collect();
        let offers: Table<Table<Option<Made>>> = market
            .offers
            .ids()
            .map(|offer| match suppliers[market.offers[offer].supplier] {
                Some(node) => network.add_offer(offer, node),
                None => Table::new(),
            })
            .collect();
        for line in market.lines.ids() {
            network.add_line(line, &offers);
        }
        network
    }

    /// The supplier's node with its tiers; none where it can make nothing.
    fn add_supplier(&mut self, supplier: usize) -> Option<usize> {
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
        if let Some(capacity) = market.suppliers[supplier].capacity {
            most = most.min(capacity / weight);
        }
        let tiers = Tiers::new(market.suppliers[supplier].need, market.rules.tiers);
        let mut node = None;
        for segment in tiers.segments(weight, most) {
            let cost = Cost {
                fairness: segment.cost,
                ..Cost::ZERO
            };
            match node {
                None => node = Some(self.simplex.node(ROOT, segment.steps, 0, cost)),
                Some(node) => {
                    self.simplex.arc(node, ROOT, segment.steps, cost);
                }
            }
        }
        node
    }

    /// For each period the node of the last one up to it in which the offer can make something.
    fn add_offer(&mut self, offer: usize, supplier: usize) -> Table<Option<Made>> {
        let (market, scenario) = (self.market, self.scenario);
        if !scenario.in_use(market, offer) {
            return Table::new();
        }
        let making = &market.offers[offer];
        let lot = scenario.lot[offer];
        let mut above = supplier;
        let minimum = making
            .offer
            .minimum
            .min(making.made_by.last().copied().unwrap_or(0));
        let steps = minimum / lot + i64::from(minimum % lot > 0);
        if scenario.forced[offer] && steps > 0 {
            let cost = Cost {
                unmet: -self.bonus * lot,
                ..Cost::ZERO
            };
            above = self.simplex.node(supplier, steps, 0, cost);
            self.simplex.arc(above, supplier, OPEN, Cost::ZERO);
        }
        let mut last: Option<Made> = None;
        let mut periods = Table::new();
        for (period, room) in (0_i64..).zip(making.period_room(market.rules).iter()) {
            if room / lot > 0 {
                let node = self.simplex.node(above, room / lot, 0, Cost::ZERO);
                if let Some((earlier, before)) = last {
                    let landed = market.rules.holding * (period - earlier) * lot;
                    self.simplex.arc(
                        node,
                        before,
                        OPEN,
                        Cost {
                            landed,
                            ..Cost::ZERO
                        },
                    );
                }
                last = Some((period, node));
            }
            periods.push(last);
        }
        periods
    }

    fn add_line(&mut self, line: usize, offers: &Table<Table<Option<Made>>>) {
        let (market, scenario) = (self.market, self.scenario);
        let lot = scenario.line_lot[line];
        let most = scenario.most[line] / lot;
        if most == 0 {
            return;
        }
        let unmet = market.lines[line].priority * lot;
        let node = self.simplex.node(
            ROOT,
            OPEN,
            most,
            Cost {
                unmet,
                ..Cost::ZERO
            },
        );
        for pair in scenario.open_pairs(market, line) {
            let at = &market.pairs[pair];
            let periods = &offers[at.offer];
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
                self.pair_arcs[pair] = Some(self.simplex.arc(node, made, OPEN, cost));
            }
        }
    }
}
