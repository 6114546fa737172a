//! What one solve of the network takes as given, and the tightest such case that no plan can beat.
//!
//! [`relax`] leaves out what a network cannot say (minimums, breaks, budgets, supplier limits, mixed
//! lots and work), but keeps what follows from it for every plan: an offer whose minimum cannot be
//! reached is out, a price that no total reaches is not used, a line gets no more than its budget can
//! pay at best. Its optimum therefore bounds every plan's.

use crate::market::Market;
use crate::table::Table;
use std::cmp::Reverse;

/// What is ruled out can rule out more; further rounds would only tighten a bound.
const TIGHTENING_ROUNDS: usize = 4;

/// The given of one solve.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// The price at which each offer sells.
    pub(crate) price: Table<i64>,
    /// The most each line may get.
    pub(crate) most: Table<i64>,
    /// Pairs that may not trade.
    pub(crate) barred: Table<bool>,
    /// Units that one unit of flow of an offer stands for; equal for all that serve a line.
    pub(crate) lot: Table<i64>,
    /// The same of each line.
    pub(crate) line_lot: Table<i64>,
    /// Units of work in one unit of flow of each supplier.
    pub(crate) weight: Table<i64>,
    /// Whether the network says all: its optimum is the plan's.
    pub(crate) exact: bool,
}

/// The case whose optimum bounds every plan's, exact where the request is a network.
pub(crate) fn relax(market: &Market) -> Scenario {
    let mut scenario = Scenario {
        price: market
            .offers
            .iter()
            .map(|making| making.offer.unit_price)
            .collect(),
        most: market.lines.iter().map(|line| line.quantity).collect(),
        barred: Table::filled(false, market.pairs.len()),
        lot: Table::filled(1, market.offers.len()),
        line_lot: Table::filled(1, market.lines.len()),
        weight: Table::filled(1, market.suppliers.len()),
        exact: false,
    };
    for _ in 0..TIGHTENING_ROUNDS {
        let barred = scenario.barred.clone();
        for offer in market.offers.ids() {
            scenario.tighten_offer(market, offer);
        }
        for line in market.lines.ids() {
            scenario.tighten_line(market, line);
        }
        if scenario.barred == barred {
            break;
        }
    }
    for supplier in market.suppliers.ids() {
        let work = scenario.works(market, supplier).min();
        scenario.weight[supplier] = work.unwrap_or(1);
    }
    scenario.exact = scenario.says_all(market);
    if scenario.exact {
        scenario.count_in_lots(market);
    }
    scenario
}

impl Scenario {
    /// The pairs of a line that may trade.
    pub(crate) fn open_pairs<'a>(
        &'a self,
        market: &'a Market,
        line: usize,
    ) -> impl Iterator<Item = usize> + 'a {
        market.pairs_of_line[line]
            .clone()
            .filter(|pair| !self.barred[*pair])
    }

    /// The offer has a pair that may trade.
    pub(crate) fn in_use(&self, market: &Market, offer: usize) -> bool {
        market.pairs_of_offer[offer]
            .iter()
            .any(|pair| !self.barred[*pair])
    }

    /// Units of work of the offers of a supplier that may trade.
    fn works<'a>(&'a self, market: &'a Market, supplier: usize) -> impl Iterator<Item = i64> + 'a {
        market.offers_of_supplier[supplier]
            .iter()
            .filter(|offer| self.in_use(market, **offer))
            .map(|offer| market.offers[*offer].offer.work)
    }

    /// The most a pair can trade, whatever the others do, where its supplier can make so much.
    fn pair_room(&self, market: &Market, pair: usize, supplier_room: i64) -> i64 {
        let at = &market.pairs[pair];
        let making = &market.offers[at.offer];
        let made = making.made_by[at.period];
        let room = self.most[at.line].min(made).min(supplier_room);
        making.in_lots(room)
    }

    fn tighten_offer(&mut self, market: &Market, offer: usize) {
        let making = &market.offers[offer];
        let most = supplier_room(market, offer);
        let mut room = 0_i64;
        for &pair in &market.pairs_of_offer[offer] {
            if !self.barred[pair] {
                let alone = self.pair_room(market, pair, most);
                self.barred[pair] = alone == 0;
                // The lines' quantities add up in 64 bits.
                room += alone;
            }
        }
        room = room.min(making.made_by.last().copied().unwrap_or(0));
        room = making.in_lots(room.min(most));
        self.price[offer] = making.price_at(room);
        let closed = room < making.offer.minimum;
        for &pair in &market.pairs_of_offer[offer] {
            let line = market.lines[market.pairs[pair].line];
            let landed = market.landed(pair, self.price[offer]);
            let dear = line.max_unit_price.is_some_and(|most| landed > most);
            self.barred[pair] |= closed || dear;
        }
    }

    /// The most the line can get within its lots, its budget and its number of suppliers.
    fn tighten_line(&mut self, market: &Market, line: usize) {
        let needed = market.lines[line];
        let mut rooms: Vec<(i64, i64)> = Vec::new();
        let mut divisor = 0;
        for pair in self.open_pairs(market, line) {
            let offer = market.pairs[pair].offer;
            divisor = common_divisor(market.offers[offer].offer.lot, divisor);
            if needed.max_suppliers.is_some() || needed.budget.is_some() {
                let room = self.pair_room(market, pair, supplier_room(market, offer));
                rooms.push((market.landed(pair, self.price[offer]), room));
            }
        }
        let mut most = self.most[line];
        if let Some(limit) = needed.max_suppliers {
            rooms.sort_unstable_by_key(|(_, room)| Reverse(*room));
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            most = most.min(
                rooms
                    .iter()
                    .take(limit)
                    .fold(0, |sum, (_, room)| room.saturating_add(sum)),
            );
        }
        if let Some(budget) = needed.budget {
            rooms.sort_unstable();
            let (mut left, mut got) = (budget, 0_i64);
            for (landed, room) in rooms {
                let affordable = left.checked_div(landed).unwrap_or(i64::MAX);
                let taken = room.min(affordable).min(most.saturating_sub(got));
                got += taken;
                left -= taken * landed;
            }
            most = most.min(got);
        }
        if divisor > 0 {
            most -= most % divisor;
        }
        self.most[line] = most;
    }

    /// Budgets or work of different content, of which a network says too little.
    pub(crate) fn beyond_network(&self, market: &Market) -> bool {
        let budgets = market.lines.iter().any(|line| line.budget.is_some());
        budgets
            || market.suppliers.ids().any(|supplier| {
                let mut works = self.works(market, supplier);
                let first = works.next();
                works.any(|work| Some(work) != first)
            })
    }

    /// Nothing that a network cannot say binds.
    fn says_all(&self, market: &Market) -> bool {
        let offers = market
            .offers
            .ids()
            .filter(|offer| self.in_use(market, *offer));
        let offers_say = offers.into_iter().all(|id| {
            let making = &market.offers[id];
            let lot = making.offer.lot;
            let aligned =
                market.rules.holding == 0 || making.capacity.iter().all(|units| units % lot == 0);
            making.offer.minimum <= lot && making.price_at(lot) == self.price[id] && aligned
        });
        let suppliers_say = market.suppliers.ids().all(|supplier| {
            let mut steps = market.offers_of_supplier[supplier]
                .iter()
                .filter(|offer| self.in_use(market, **offer))
                .map(|offer| {
                    let offer = market.offers[*offer].offer;
                    (offer.work, offer.lot)
                })
                .map(|(work, lot)| work.saturating_mul(lot));
            let first = steps.next();
            steps.all(|step| Some(step) == first)
        });
        offers_say
            && suppliers_say
            && market
                .lines
                .ids()
                .all(|line| self.line_says_all(market, line))
    }

    fn line_says_all(&self, market: &Market, line: usize) -> bool {
        let needed = market.lines[line];
        let (mut pairs, mut dearest, mut lots) = (0, 0, Vec::new());
        for pair in self.open_pairs(market, line) {
            let offer = market.pairs[pair].offer;
            pairs += 1;
            dearest = market.landed(pair, self.price[offer]).max(dearest);
            lots.push(market.offers[offer].offer.lot);
        }
        lots.dedup();
        let paid = needed
            .budget
            .is_none_or(|budget| dearest * self.most[line] <= budget);
        let few = needed.max_suppliers.is_none_or(|most| pairs <= most);
        lots.len() <= 1 && paid && few
    }

    /// Where lots are equal all along, a unit of flow is a lot.
    fn count_in_lots(&mut self, market: &Market) {
        for offer in market.offers.ids() {
            if !self.in_use(market, offer) {
                continue;
            }
            let making = &market.offers[offer];
            self.lot[offer] = making.offer.lot;
            self.weight[making.supplier] = making.offer.work * making.offer.lot;
            for &pair in &market.pairs_of_offer[offer] {
                if !self.barred[pair] {
                    self.line_lot[market.pairs[pair].line] = making.offer.lot;
                }
            }
        }
    }
}

/// What the supplier's capacity leaves for one of its offers alone.
fn supplier_room(market: &Market, offer: usize) -> i64 {
    let making = &market.offers[offer];
    let capacity = market.capacity_left(making.supplier);
    capacity.map_or(i64::MAX, |capacity| divided(capacity, making.offer.work))
}

/// A quotient; most divisors are one, and dividing takes long.
fn divided(units: i64, by: i64) -> i64 {
    if by == 1 { units } else { units / by }
}

/// The greatest number that divides both; 0 divides nothing.
pub(crate) fn common_divisor(mut left: i64, mut right: i64) -> i64 {
    if left == right {
        return left;
    }
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}
