//! A part as a network whose bounds and prices follow a [`Domain`]: line → offer and period (arcs
//! back in time for early production) → offer → supplier → tiers → root, and line → root for what
//! stays unmet. Where only the need is asked for, pairs of lines with limits pay [`Tolls`].

mod build;

use super::Relaxed;
use super::domain::{Domain, Empty, Span};
use super::levels::Levels;
use super::tolls::{SCALE, Tolls};
use super::tree::{Basis, Ended, Tree};
use crate::assignment::Score;
use crate::cost::Cost;
use crate::market::Market;
use crate::plan::Objective;
use crate::table::Table;
use std::ops::Range;

pub(super) use build::common_unit;

/// A pair's arcs, which follow each other, and what of their cost does not depend on the offer's price, in
/// units. It has several where goods of each period are told apart, as a toll asks; those hold no more
/// than their room, and together only what the line and the offer hold.
#[derive(Clone, Copy)]
struct PairArcs {
    first: usize,
    count: usize,
    /// Holding of a unit from the last period in which it can be made.
    held: i64,
    /// The price its arc has now.
    price: i64,
    tolled: bool,
}

impl PairArcs {
    const fn all(self) -> Range<usize> {
        self.first..self.first + self.count
    }
}

/// What an arc of a tolled pair holds, and what a unit pays there.
#[derive(Clone, Copy, Default)]
struct Charge {
    room: i64,
    /// For the offer, as long as it is open whether the line uses it.
    offer: i64,
    budget: i64,
}

/// Tolls of a network, and how it counts on the first level.
struct Tolled {
    tolls: Tolls,
    /// By arc.
    charges: Table<Charge>,
    /// All values of plans differ by multiples of this.
    grain: i64,
    /// What lines get back in the domain of the last solve.
    back: i128,
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
    pairs: Table<Option<PairArcs>>,
    /// Arcs of the offers' totals.
    offers: Table<usize>,
    /// The weight of the need that no plan can meet, and the fairness of what is made besides.
    lost: Objective,
    tolled: Option<Tolled>,
}

impl Network<'_> {
    /// Pivots of all solves.
    pub(super) fn pivots(&self) -> usize {
        self.tree.pivots()
    }

    /// How many pairs it has.
    pub(super) fn pairs(&self) -> usize {
        self.pairs.len()
    }

    /// Its tolls, where it has any.
    pub(super) fn tolls(&self) -> Option<&Tolls> {
        self.tolled.as_ref().map(|tolled| &tolled.tolls)
    }

    /// Other tolls for the next solve.
    pub(super) fn charge(&mut self, tolls: Tolls) {
        let Some(tolled) = &mut self.tolled else {
            return;
        };
        let (pairs, charges) = (&self.pairs, &mut tolled.charges);
        tolls.each(|pair, at, toll| {
            if let Some(arcs) = pairs[pair] {
                charges[arcs.first + at].offer = toll;
            }
        });
        tolls.each_budget(|pair, toll| {
            if let Some(arcs) = pairs[pair] {
                charges[arcs.first].budget = toll;
            }
        });
        tolled.tolls = tolls;
    }

    /// The tolls after they have noted the last flow, as one of so many; and what it bounds, scaled.
    pub(super) fn noted(&self, of: i64) -> Option<(Tolls, i64)> {
        let tolled = self.tolled.as_ref()?;
        let mut tolls = tolled.tolls.clone();
        tolls.note(of, |pair, at| {
            self.pairs[pair].map_or(0, |arcs| self.tree.flow(arcs.first + at))
        });
        let lost = i128::from(self.lost.unmet_weighted) * i128::from(SCALE);
        let reached = lost + self.tree.value().unmet() - tolled.back;
        Some((tolls, i64::try_from(reached).ok()?))
    }

    /// What lines get back of their tolls in a domain, and which of them pay for offers: those that more
    /// offers are open to than may serve them.
    fn paying(&mut self, domain: &Domain) -> Table<bool> {
        let market = self.market;
        let mut paying = Table::filled(false, market.lines.len());
        let Some(tolled) = &mut self.tolled else {
            return paying;
        };
        tolled.back = tolled.tolls.back();
        for (line, most, rate) in tolled.tolls.rates() {
            let (mut open, mut used) = (0, 0);
            for pair in market.pairs_of_line[line].clone() {
                open += i64::from(domain.pair[pair].high > 0);
                used += i64::from(domain.pair[pair].low > 0);
            }
            if open > most && rate > 0 {
                paying[line] = true;
                // Offers that are used for sure pay nothing.
                tolled.back += i128::from(rate) * i128::from((most - used).max(0));
            }
        }
        paying
    }

    /// Bounds and costs of a tolled pair's arcs.
    fn toll(&mut self, pair: usize, arcs: PairArcs, span: Span, paying: bool, price: i64) {
        let cost = self.pair_cost(pair, price, arcs.held);
        for arc in arcs.all() {
            let charge = match &self.tolled {
                Some(tolled) => tolled.charges[arc],
                None => Charge::default(),
            };
            let low = if arcs.count == 1 { span.low } else { 0 };
            let high = (span.high / self.unit).min(charge.room);
            self.tree.bound(arc, low / self.unit, high);
            if span.high > 0 {
                let offer = if paying && span.low == 0 {
                    charge.offer
                } else {
                    0
                };
                let unmet = charge.budget + offer;
                let cost = Cost { unmet, ..cost };
                if self.costs[arc] != cost {
                    self.costs[arc] = cost;
                    self.tree.price(arc, cost);
                }
            }
        }
    }

    fn pair_cost(&self, pair: usize, price: i64, held: i64) -> Cost {
        Cost {
            landed: (self.market.landed(pair, price) + held) * self.unit,
            lottery: self.market.pairs[pair].ticket * self.unit,
            ..Cost::ZERO
        }
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
        let paying = self.paying(domain);
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
                    if at.tolled {
                        let pays = paying[market.pairs[pair].line];
                        self.toll(pair, at, span, pays, price);
                        continue;
                    }
                    self.tree
                        .bound(at.first, span.low / self.unit, span.high / self.unit);
                    if at.price != price && span.high > 0 {
                        let cost = self.pair_cost(pair, price, at.held);
                        self.costs[at.first] = cost;
                        self.tree.price(at.first, cost);
                        self.pairs[pair] = Some(PairArcs { price, ..at });
                    }
                }
            }
        }
        for line in market.lines.ids() {
            let (arc, supply) = self.unmet[line];
            self.tree
                .bound(arc, supply - domain.most[line] / self.unit, supply);
        }
        let mut limit = Levels::below(limit, &self.lost);
        if let Some(tolled) = &self.tolled {
            limit = limit.with_tolls(SCALE, tolled.grain, tolled.back);
        }
        match self.tree.solve(limit) {
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
                Some(arcs) => {
                    let flows = arcs.all().map(|arc| self.tree.flow(arc));
                    flows.sum::<i64>() * self.unit
                }
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
        let mut value = self.tree.value();
        if let Some(tolled) = &self.tolled {
            value = value.without_tolls(SCALE, tolled.grain, tolled.back);
        }
        Some(Relaxed {
            bound: value.score(&self.lost)?,
            quantity,
            partial,
            total,
            rest,
            basis: Some(self.tree.basis()),
        })
    }
}
