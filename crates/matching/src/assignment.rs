//! Who makes how much for whom, under all hard constraints but the minimums, and what it costs.

use crate::fairness::Tiers;
use crate::market::{Making, Market};
use crate::plan::Objective;
use crate::scenario::Scenario;
use crate::table::Table;

/// The reported objective and, behind it, the lottery.
pub(crate) type Score = (Objective, i128);

/// What keeps a pair from another lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// The line gets all it needs.
    Met,
    /// The offer or the supplier is full.
    Capacity,
    /// The line has as many offers as it allows.
    MaxSuppliers,
    /// The line cannot pay another lot.
    Budget,
    /// The line lacks less than a lot.
    Lot,
}

/// Quantities of every pair, with their totals.
#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) quantity: Table<i64>,
    /// Units that each line gets.
    pub(crate) got: Table<i64>,
    /// Units that each offer makes.
    pub(crate) total: Table<i64>,
    /// Units of work of each supplier.
    pub(crate) load: Table<i64>,
    /// Offers that serve each line.
    pub(crate) serving: Table<i64>,
    /// What is due in each period of each offer, those of an offer one after the other.
    due: Table<i64>,
}

impl Assignment {
    pub(crate) fn empty(market: &Market) -> Self {
        Self {
            quantity: Table::filled(0, market.pairs.len()),
            got: Table::filled(0, market.lines.len()),
            total: Table::filled(0, market.offers.len()),
            load: market.loaded.clone(),
            serving: Table::filled(0, market.lines.len()),
            due: Table::filled(0, market.periods),
        }
    }

    /// The assignment with these quantities.
    pub(crate) fn of(market: &Market, quantities: &Table<i64>) -> Self {
        let mut assignment = Self::empty(market);
        for pair in market.pairs.ids() {
            assignment.add(market, pair, quantities[pair]);
        }
        assignment
    }

    /// Adds to a pair (or takes away), unchecked.
    pub(crate) fn add(&mut self, market: &Market, pair: usize, units: i64) {
        if units == 0 {
            return;
        }
        let at = &market.pairs[pair];
        let making = &market.offers[at.offer];
        let before = self.quantity[pair];
        let after = before + units;
        self.quantity[pair] = after;
        self.serving[at.line] += i64::from(after > 0) - i64::from(before > 0);
        self.got[at.line] += units;
        self.total[at.offer] += units;
        self.load[making.supplier] += units * making.offer.work;
        self.due[making.first_period + at.period] += units;
    }

    /// Units that a line still lacks.
    pub(crate) fn unmet(&self, market: &Market, line: usize) -> i64 {
        market.lines[line].quantity - self.got[line]
    }

    /// Units that an offer can still make by the pair's due period.
    pub(crate) fn spare(&self, market: &Market, pair: usize) -> i64 {
        let at = &market.pairs[pair];
        let making = &market.offers[at.offer];
        let (mut due, mut spare) = (0, i64::MAX);
        for period in making.capacity.ids() {
            due += self.due[making.first_period + period];
            if period >= at.period {
                spare = spare.min(making.made_by[period] - due);
            }
        }
        if let Some(capacity) = market.capacity_left(making.supplier) {
            let made = self.load[making.supplier] - market.loaded[making.supplier];
            let left = capacity - made;
            spare = spare.min(left.div_euclid(making.offer.work));
        }
        spare
    }

    /// Some supplier makes more than it can.
    pub(crate) fn overloaded(&self, market: &Market) -> bool {
        market.suppliers.ids().any(|id| {
            let made = self.load[id] - market.loaded[id];
            market.capacity_left(id).is_some_and(|most| made > most)
        })
    }

    /// What a line spends at these prices.
    pub(crate) fn spent(&self, market: &Market, line: usize, price: impl Fn(usize) -> i64) -> i64 {
        market.pairs_of_line[line]
            .clone()
            .filter(|pair| self.quantity[*pair] > 0)
            .map(|pair| self.quantity[pair] * market.landed(pair, price(market.pairs[pair].offer)))
            .sum()
    }

    /// How many more units a pair can trade at these prices, in whole lots; or what keeps it from
    /// the next lot.
    pub(crate) fn room(
        &self,
        market: &Market,
        pair: usize,
        price: impl Fn(usize) -> i64,
    ) -> Result<i64, Limit> {
        let at = &market.pairs[pair];
        let needed = market.lines[at.line];
        let lot = market.offers[at.offer].offer.lot;
        let unmet = self.unmet(market, at.line);
        if unmet == 0 {
            return Err(Limit::Met);
        }
        let spare = self.spare(market, pair);
        if spare < lot {
            return Err(Limit::Capacity);
        }
        let full = needed
            .max_suppliers
            .is_some_and(|most| self.serving[at.line] >= most);
        if full && self.quantity[pair] == 0 {
            return Err(Limit::MaxSuppliers);
        }
        if unmet < lot {
            return Err(Limit::Lot);
        }
        let mut room = spare.min(unmet);
        if let Some(budget) = needed.budget {
            let landed = market.landed(pair, price(at.offer));
            let left = budget - self.spent(market, at.line, price);
            let affordable = left.checked_div_euclid(landed).unwrap_or(room);
            if affordable < lot {
                return Err(Limit::Budget);
            }
            room = room.min(affordable);
        }
        Ok(room - room % lot)
    }

    /// The price that an offer's total reaches.
    pub(crate) fn price(&self, market: &Market, offer: usize) -> i64 {
        market.offers[offer].price_at(self.total[offer])
    }

    /// The same of all.
    pub(crate) fn prices(&self, market: &Market) -> Table<i64> {
        market
            .offers
            .ids()
            .map(|offer| self.price(market, offer))
            .collect()
    }

    /// The objective and the lottery.
    pub(crate) fn score(&self, market: &Market) -> Score {
        let unmet_weighted = market
            .lines
            .ids()
            .map(|line| self.unmet(market, line) * market.lines[line].priority)
            .sum();
        let fairness = market
            .suppliers
            .ids()
            .map(|id| Tiers::new(market.suppliers[id].need, market.rules.tiers).cost(self.load[id]))
            .sum();
        let (mut landed_cost, mut lottery) = (0, 0);
        for offer in market.offers.ids() {
            let (cost, drawn) = self.offer_cost(market, offer);
            landed_cost += cost;
            lottery += drawn;
        }
        (
            Objective {
                unmet_weighted,
                fairness,
                landed_cost,
            },
            lottery,
        )
    }

    /// What a scenario says these quantities come to: at its prices and with its work of a unit.
    pub(crate) fn relaxed_objective(&self, market: &Market, scenario: &Scenario) -> Objective {
        let (mut objective, _) = self.score(market);
        objective.fairness = market
            .suppliers
            .ids()
            .map(|id| {
                let offers = market.offers_of_supplier[id].iter();
                let units: i64 = offers.map(|offer| self.total[*offer]).sum();
                let tiers = Tiers::new(market.suppliers[id].need, market.rules.tiers);
                tiers.cost(units * scenario.weight[id])
            })
            .sum();
        objective.landed_cost = market
            .offers
            .ids()
            .map(|offer| self.offer_cost_at(market, offer, scenario.price[offer]).0)
            .sum();
        objective
    }

    /// What an offer's goods cost, with freight and holding, and their tickets.
    pub(crate) fn offer_cost(&self, market: &Market, offer: usize) -> (i64, i128) {
        self.offer_cost_at(
            market,
            offer,
            market.offers[offer].price_at(self.total[offer]),
        )
    }

    fn offer_cost_at(&self, market: &Market, offer: usize, price: i64) -> (i64, i128) {
        let (mut landed, mut late, mut lottery) = (0, 0, 0);
        if self.total[offer] == 0 {
            return (landed, lottery);
        }
        for &pair in &market.pairs_of_offer[offer] {
            let quantity = self.quantity[pair];
            if quantity > 0 {
                landed += quantity * market.landed(pair, price);
                lottery += i128::from(quantity) * i128::from(market.pairs[pair].ticket);
                if market.rules.holding > 0 {
                    late += quantity * past_end(market, pair);
                }
            }
        }
        if market.rules.holding > 0 {
            landed += market.rules.holding * (self.held(market, offer) + late);
        }
        (landed, lottery)
    }

    /// Units times periods that an offer's goods wait within its periods: all is made as late as can
    /// be, so what a period cannot make waits one period more.
    fn held(&self, market: &Market, offer: usize) -> i64 {
        let making = &market.offers[offer];
        let (mut later, mut held) = (0, 0);
        for period in making.capacity.ids().rev() {
            later = self.waiting(making, period, later);
            held += later;
        }
        held
    }

    /// What is due in a period of an offer, or made before a later one, and is made before it.
    fn waiting(&self, making: &Making, period: usize, later: i64) -> i64 {
        (later + self.due[making.first_period + period] - making.capacity[period]).max(0)
    }

    /// For each period of an offer how much that is due then or later is made before it.
    pub(crate) fn backlog(&self, market: &Market, offer: usize) -> Table<i64> {
        let making = &market.offers[offer];
        let mut backlog = Table::filled(0, making.capacity.len());
        let mut later = 0;
        for period in making.capacity.ids().rev() {
            later = self.waiting(making, period, later);
            backlog[period] = later;
        }
        backlog
    }

    /// The periods that another unit of the pair would wait, and those that its last unit waits, given
    /// its offer's backlog.
    pub(crate) fn waits(&self, market: &Market, pair: usize, backlog: &Table<i64>) -> (i64, i64) {
        let at = &market.pairs[pair];
        let making = &market.offers[at.offer];
        let (mut another, mut last) = (0, 0);
        let (mut placed, mut chained) = (false, true);
        for period in (0..=at.period).rev() {
            let later = if period + 1 < backlog.len() {
                backlog[period + 1]
            } else {
                0
            };
            placed |= later + self.due[making.first_period + period] < making.capacity[period];
            another += i64::from(!placed);
            chained &= backlog[period] > 0;
            last += i64::from(chained);
        }
        let past = past_end(market, pair);
        (another + past, last + past)
    }
}

/// Periods between the last of the offer and the one in which the pair's goods are due.
fn past_end(market: &Market, pair: usize) -> i64 {
    let at = &market.pairs[pair];
    // A position of a period fits, as does a validated due date.
    at.due - i64::try_from(at.period).unwrap_or(at.due)
}
