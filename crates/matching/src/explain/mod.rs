//! Why each line gets from each offer what it gets, and no more.
//!
//! Two kinds of evidence: the limit that binds, which anyone can check in the plan itself, and, where
//! none does, a comparison. The comparison is the exchange of one unit with the offer that serves the
//! line; where the plan is a network's optimum, its prices say more: the reduced cost of a pair is the
//! least by which any plan that uses it more is worse, and its first level that is not zero names the
//! reason.

mod text;

use crate::assignment::{Assignment, Limit};
use crate::cost::Cost;
use crate::fairness::Tiers;
use crate::market::Market;
use crate::plan::{Code, Why};
use crate::table::Table;

/// An assignment with what is needed to explain it.
pub(crate) struct Explainer<'a> {
    market: &'a Market<'a>,
    assignment: &'a Assignment,
    reduced: &'a Table<Option<Cost>>,
    prices: Table<i64>,
    /// What one more unit of each pair costs at once.
    another: Table<Cost>,
    /// What the last unit of each pair costs.
    last: Table<Cost>,
}

/// The pair to compare with and what moving a unit costs.
#[derive(Clone, Copy)]
struct Exchange {
    pair: usize,
    cost: Cost,
}

/// The pairs of a line that can give a unit, or take one.
struct Side {
    /// The cheapest, and the cheapest of the other suppliers.
    cheapest: Option<usize>,
    other: Option<usize>,
    /// By supplier, then pair.
    by_supplier: Vec<(usize, usize)>,
}

impl<'a> Explainer<'a> {
    pub(crate) fn new(
        market: &'a Market<'a>,
        assignment: &'a Assignment,
        reduced: &'a Table<Option<Cost>>,
    ) -> Self {
        // An unused offer is compared at what its first lot would cost.
        let prices = market.offers.ids().map(|offer| {
            let making = &market.offers[offer];
            making.price_at(assignment.total[offer].max(making.offer.lot))
        });
        let mut explainer = Self {
            market,
            assignment,
            reduced,
            prices: prices.collect(),
            another: Table::new(),
            last: Table::new(),
        };
        let mut backlogs = Table::filled(None, market.offers.len());
        for pair in market.pairs.ids() {
            let offer = market.pairs[pair].offer;
            if market.rules.holding > 0 {
                backlogs[offer].get_or_insert_with(|| assignment.backlog(market, offer));
            }
            let (another, last) = explainer.units(pair, backlogs[offer].as_ref());
            explainer.another.push(another);
            explainer.last.push(last);
        }
        explainer
    }

    /// The costs of one more unit and of the last; the backlog is its offer's, where holding costs.
    fn units(&self, pair: usize, backlog: Option<&Table<i64>>) -> (Cost, Cost) {
        let at = &self.market.pairs[pair];
        let making = &self.market.offers[at.offer];
        let load = self.assignment.load[making.supplier];
        let tiers = self.tiers(making.supplier);
        let here = tiers.cost(load);
        let (mut more, mut less) = (0, 0);
        if let Some(backlog) = backlog {
            (more, less) = self.assignment.waits(self.market, pair, backlog);
        }
        let unit = |fairness: i64, waits: i64| Cost {
            unmet: 0,
            fairness,
            landed: self.landed(pair) + self.market.rules.holding * waits,
            lottery: at.ticket,
        };
        let work = making.offer.work;
        let another = unit(tiers.cost(load + work) - here, more);
        let before = if self.assignment.quantity[pair] > 0 {
            tiers.cost(load - work)
        } else {
            here
        };
        (another, unit(here - before, less))
    }

    /// One entry for each eligible pair, in the order of the pairs.
    pub(crate) fn explain(&self) -> Vec<Why> {
        let mut whys = Vec::with_capacity(self.market.pairs.len());
        for line in self.market.lines.ids() {
            let pairs = self.market.pairs_of_line[line].clone();
            let used = pairs
                .clone()
                .filter(|pair| self.assignment.quantity[*pair] > 0);
            // A pair that gives at the least cost, and one that takes at it, whichever the other is.
            let givers = self.side(used, |pair| -self.last[pair]);
            let able = pairs.clone().filter(|pair| self.can_take(*pair));
            let takers = self.side(able, |pair| self.another[pair]);
            whys.extend(pairs.map(|pair| self.why(pair, &givers, &takers)));
        }
        whys
    }

    fn side(&self, pairs: impl Iterator<Item = usize>, cost: impl Fn(usize) -> Cost) -> Side {
        let mut by_supplier: Vec<(usize, usize)> =
            pairs.map(|pair| (self.supplier(pair), pair)).collect();
        by_supplier.sort_unstable();
        let pairs = || by_supplier.iter().copied();
        let cheapest = |pairs: &mut dyn Iterator<Item = (usize, usize)>| {
            pairs.min_by_key(|(_, pair)| (cost(*pair), *pair))
        };
        let first = cheapest(&mut pairs());
        let own = first.map(|(supplier, _)| supplier);
        let other = cheapest(&mut pairs().filter(|(supplier, _)| Some(*supplier) != own));
        Side {
            cheapest: first.map(|(_, pair)| pair),
            other: other.map(|(_, pair)| pair),
            by_supplier,
        }
    }

    fn supplier(&self, pair: usize) -> usize {
        self.market.offers[self.market.pairs[pair].offer].supplier
    }

    fn why(&self, pair: usize, givers: &Side, takers: &Side) -> Why {
        let at = &self.market.pairs[pair];
        let making = &self.market.offers[at.offer];
        let serving = self.cheapest(givers, pair, |other| self.exchange(other, pair));
        let code = self.code(pair, serving);
        let used = self.assignment.quantity[pair] > 0;
        let alternative = if used {
            self.cheapest(takers, pair, |other| self.exchange(pair, other))
        } else {
            serving
        };
        let cost_difference = alternative.map(|other| self.landed(pair) - self.landed(other.pair));
        let text = if used {
            self.allocation_text(pair, code, alternative)
        } else {
            self.unused_text(pair, code, serving)
        };
        Why {
            line: self.market.lines[at.line].id.clone(),
            offer: making.offer.id.clone(),
            code,
            load: self.assignment.load[making.supplier],
            need: self.market.suppliers[making.supplier].need,
            cost_difference,
            text,
        }
    }

    /// The other pair with which an exchange costs least. Among those of other suppliers what a pair
    /// itself costs decides; inside one factory the loads of both count.
    fn cheapest(
        &self,
        side: &Side,
        pair: usize,
        exchange: impl Fn(usize) -> Cost,
    ) -> Option<Exchange> {
        let own = self.supplier(pair);
        let mut strangers = side.cheapest.into_iter().chain(side.other);
        let stranger = strangers.find(|other| self.supplier(*other) != own);
        let first = side.by_supplier.partition_point(|(one, _)| *one < own);
        let family = side.by_supplier.iter().skip(first);
        let family = family.take_while(|(one, _)| *one == own);
        let family = family
            .map(|(_, other)| *other)
            .filter(|other| *other != pair);
        family
            .chain(stranger)
            .map(|other| Exchange {
                pair: other,
                cost: exchange(other),
            })
            .min_by_key(|exchange| (exchange.cost, exchange.pair))
    }

    /// An offer that could take a lot of this line over.
    fn can_take(&self, pair: usize) -> bool {
        let at = &self.market.pairs[pair];
        let lot = self.market.offers[at.offer].offer.lot;
        !self.closed(at.offer)
            && !self.too_dear(pair)
            && self.assignment.spare(self.market, pair) >= lot
    }

    fn closed(&self, offer: usize) -> bool {
        self.assignment.total[offer] == 0 && self.market.offers[offer].offer.minimum > 0
    }

    fn landed(&self, pair: usize) -> i64 {
        self.market
            .landed(pair, self.prices[self.market.pairs[pair].offer])
    }

    fn too_dear(&self, pair: usize) -> bool {
        let line = self.market.lines[self.market.pairs[pair].line];
        line.max_unit_price
            .is_some_and(|most| self.landed(pair) > most)
    }

    fn tiers(&self, supplier: usize) -> Tiers {
        Tiers::new(
            self.market.suppliers[supplier].need,
            self.market.rules.tiers,
        )
    }

    /// What moving one unit of a line from a pair that serves it to another costs at once.
    fn exchange(&self, from: usize, to: usize) -> Cost {
        let mut cost = self.another[to] - self.last[from];
        let pair = |pair: usize| &self.market.offers[self.market.pairs[pair].offer];
        let (giver, taker) = (pair(from), pair(to));
        if giver.supplier == taker.supplier {
            let (tiers, load) = (
                self.tiers(giver.supplier),
                self.assignment.load[giver.supplier],
            );
            let moved = load - giver.offer.work + taker.offer.work;
            cost.fairness = tiers.cost(moved) - tiers.cost(load);
        }
        cost
    }

    /// What keeps the line from (more of) this offer.
    fn code(&self, pair: usize, serving: Option<Exchange>) -> Code {
        let (market, assignment) = (self.market, self.assignment);
        let at = &market.pairs[pair];
        let lot = market.offers[at.offer].offer.lot;
        if assignment.quantity[pair] == market.lines[at.line].quantity {
            return Code::NeedMet;
        }
        if self.closed(at.offer) {
            return Code::MinimumNotReached;
        }
        if self.too_dear(pair) {
            return Code::PriceAboveMaximum;
        }
        match assignment.room(market, pair, |offer| self.prices[offer]) {
            Err(Limit::Capacity) => Code::Capacity,
            Err(Limit::Met) if assignment.spare(market, pair) < lot => Code::Capacity,
            Err(Limit::MaxSuppliers) => Code::MaxSuppliers,
            Err(Limit::Budget) => Code::Budget,
            Err(Limit::Lot) => Code::Lot,
            Err(Limit::Met) => self.compared(pair, serving),
            Ok(_) => Code::SearchEnded,
        }
    }

    /// The first level on which using this pair more is worse.
    fn compared(&self, pair: usize, serving: Option<Exchange>) -> Code {
        let reduced = self.reduced[pair];
        let cost = match (reduced, serving) {
            (Some(reduced), _) if reduced > Cost::ZERO => reduced,
            (_, Some(exchange)) => exchange.cost,
            // Unreachable: a line that is met, but not by this pair alone, is served by another.
            (_, None) => return Code::Lottery,
        };
        if cost < Cost::ZERO {
            serving.map_or(Code::SearchEnded, |exchange| {
                self.obstacle(exchange.pair, pair)
            })
        } else if cost.unmet > 0 {
            Code::Capacity
        } else if cost.fairness > 0 {
            Code::FullerThanOthers
        } else if cost.landed > 0 {
            Code::DearerAtEqualNeed
        } else {
            Code::Lottery
        }
    }

    /// Why the move of a lot that looks better cannot be made.
    fn obstacle(&self, from: usize, to: usize) -> Code {
        let offer = |pair: usize| self.market.offers[self.market.pairs[pair].offer].offer;
        let (giver, taker) = (offer(from), offer(to));
        let left = self.assignment.total[self.market.pairs[from].offer] - giver.lot;
        if left > 0 && left < giver.minimum {
            Code::MinimumNotReached
        } else if giver.lot != taker.lot {
            Code::Lot
        } else {
            Code::SearchEnded
        }
    }
}
