//! What a node of the search still allows: how much each offer makes, each pair trades and each line
//! gets, and what follows from one of these for the others.

use crate::assignment::Assignment;
use crate::market::Market;
use crate::request::Offer;
use crate::scenario::{Scenario, common_divisor};
use crate::table::Table;
use std::cmp::Reverse;

/// What is ruled out can rule out more; further passes would only tighten a bound.
const PASSES: usize = 6;

/// The least and the most of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) low: i64,
    pub(super) high: i64,
}

impl Span {
    /// What both allow.
    fn meet(self, other: Self) -> Result<Self, Empty> {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        if low > high {
            return Err(Empty);
        }
        Ok(Self { low, high })
    }
}

/// The totals of offers, the quantities of pairs and what lines get at most, in units.
#[derive(Clone, Debug)]
pub(super) struct Domain {
    pub(super) offer: Table<Span>,
    pub(super) pair: Table<Span>,
    pub(super) most: Table<i64>,
}

/// Nothing is left that keeps every rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Empty;

/// What has changed and is still to be followed up.
pub(super) struct Dirty {
    offer: Table<bool>,
    line: Table<bool>,
    supplier: Table<bool>,
}

impl Dirty {
    fn all(market: &Market, dirty: bool) -> Self {
        Self {
            offer: Table::filled(dirty, market.offers.len()),
            line: Table::filled(dirty, market.lines.len()),
            supplier: Table::filled(dirty, market.suppliers.len()),
        }
    }
}

impl Domain {
    /// What the request allows, as far as the relaxed scenario knows.
    pub(super) fn new(market: &Market, relaxed: &Scenario) -> Result<Self, Empty> {
        let mut domain = Self {
            offer: market
                .offers
                .iter()
                .map(|making| Span {
                    low: 0,
                    high: making.made_by.last().copied().unwrap_or(0),
                })
                .collect(),
            pair: market
                .pairs
                .ids()
                .map(|pair| Span {
                    low: 0,
                    high: if relaxed.barred[pair] {
                        0
                    } else {
                        let at = &market.pairs[pair];
                        relaxed.most[at.line].min(market.offers[at.offer].made_by[at.period])
                    },
                })
                .collect(),
            most: relaxed.most.clone(),
        };
        domain.follow(market, Dirty::all(market, true))?;
        Ok(domain)
    }

    /// The same with another span of an offer's total.
    pub(super) fn with_offer(
        &self,
        market: &Market,
        offer: usize,
        span: Span,
    ) -> Result<Self, Empty> {
        let mut domain = self.clone();
        let mut dirty = Dirty::all(market, false);
        domain.offer[offer] = domain.offer[offer].meet(span)?;
        dirty.offer[offer] = true;
        dirty.supplier[market.offers[offer].supplier] = true;
        domain.follow(market, dirty)?;
        Ok(domain)
    }

    /// The same with another span of a pair's quantity.
    pub(super) fn with_pair(
        &self,
        market: &Market,
        pair: usize,
        span: Span,
    ) -> Result<Self, Empty> {
        let mut domain = self.clone();
        let mut dirty = Dirty::all(market, false);
        domain.pair[pair] = domain.pair[pair].meet(span)?;
        dirty.offer[market.pairs[pair].offer] = true;
        dirty.line[market.pairs[pair].line] = true;
        domain.follow(market, dirty)?;
        Ok(domain)
    }

    /// The same where lines that are served by as many offers as they allow keep to those.
    pub(super) fn around(&self, market: &Market, plan: &Assignment) -> Result<Self, Empty> {
        let kept = market.pairs.ids().map(|pair| {
            let line = market.pairs[pair].line;
            let most = market.lines[line].max_suppliers;
            plan.quantity[pair] > 0 || most.is_none_or(|most| plan.serving[line] < most)
        });
        self.among(market, &kept.collect())
    }

    /// The same with no pairs but these.
    pub(super) fn among(&self, market: &Market, kept: &Table<bool>) -> Result<Self, Empty> {
        let mut domain = self.clone();
        let mut dirty = Dirty::all(market, false);
        for pair in market.pairs.ids() {
            if !kept[pair] && domain.pair[pair].high > 0 {
                domain.pair[pair] = domain.pair[pair].meet(Span { low: 0, high: 0 })?;
                dirty.offer[market.pairs[pair].offer] = true;
                dirty.line[market.pairs[pair].line] = true;
            }
        }
        domain.follow(market, dirty)?;
        Ok(domain)
    }

    /// The lowest price that an offer can still reach.
    pub(super) fn price(&self, market: &Market, offer: usize) -> i64 {
        market.offers[offer].price_at(self.offer[offer].high)
    }

    fn follow(&mut self, market: &Market, mut dirty: Dirty) -> Result<(), Empty> {
        for _ in 0..PASSES {
            let mut changed = false;
            for offer in market.offers.ids() {
                if std::mem::take(&mut dirty.offer[offer]) {
                    changed |= self.follow_offer(market, offer, &mut dirty)?;
                }
            }
            for line in market.lines.ids() {
                if std::mem::take(&mut dirty.line[line]) {
                    changed |= self.follow_line(market, line, &mut dirty)?;
                }
            }
            for supplier in market.suppliers.ids() {
                if std::mem::take(&mut dirty.supplier[supplier]) {
                    changed |= self.follow_supplier(market, supplier, &mut dirty)?;
                }
            }
            if !changed {
                break;
            }
        }
        Ok(())
    }

    /// Whole lots and the minimum.
    fn settle_offer(&mut self, market: &Market, offer: usize) -> Result<(), Empty> {
        let terms = market.offers[offer].offer;
        let span = &mut self.offer[offer];
        span.high -= span.high % terms.lot;
        if span.high < terms.minimum {
            span.high = 0;
        }
        if span.low > 0 {
            span.low = round_up(span.low.max(terms.minimum), terms.lot);
        }
        if span.low > span.high {
            return Err(Empty);
        }
        Ok(())
    }

    fn follow_offer(
        &mut self,
        market: &Market,
        offer: usize,
        dirty: &mut Dirty,
    ) -> Result<bool, Empty> {
        let pairs = &market.pairs_of_offer[offer];
        let (mut low, mut high) = (0_i64, 0_i64);
        for &pair in pairs {
            low += self.pair[pair].low;
            high = high.saturating_add(self.pair[pair].high);
        }
        let before = self.offer[offer];
        let span = &mut self.offer[offer];
        span.high = span.high.min(high);
        span.low = span.low.max(low);
        self.settle_offer(market, offer)?;
        let span = self.offer[offer];
        let mut changed = span != before;
        if changed {
            dirty.supplier[market.offers[offer].supplier] = true;
        }
        let price = self.price(market, offer);
        for &pair in pairs {
            let line = market.pairs[pair].line;
            let now = self.pair[pair];
            let dear = market.lines[line].max_unit_price;
            let dear = dear.is_some_and(|most| market.landed(pair, price) > most);
            let room = if dear { 0 } else { span.high - (low - now.low) };
            let least = span.low.saturating_sub(high - now.high);
            if self.narrow(
                market,
                pair,
                Span {
                    low: least,
                    high: room,
                },
            )? {
                changed = true;
                dirty.line[line] = true;
                dirty.offer[offer] = true;
            }
            if span.high != before.high {
                // Dearer, perhaps: its lines' budgets go less far.
                dirty.line[line] |= market.lines[line].budget.is_some();
            }
        }
        Ok(changed)
    }

    /// Whether a pair's span becomes narrower by this one, in whole lots.
    fn narrow(&mut self, market: &Market, pair: usize, to: Span) -> Result<bool, Empty> {
        let lot = market.offers[market.pairs[pair].offer].offer.lot;
        let now = self.pair[pair];
        let mut high = now.high.min(to.high);
        high -= high.rem_euclid(lot);
        let low = round_up(now.low.max(to.low), lot);
        if low > high {
            return Err(Empty);
        }
        self.pair[pair] = Span { low, high };
        Ok(self.pair[pair] != now)
    }

    fn follow_line(
        &mut self,
        market: &Market,
        line: usize,
        dirty: &mut Dirty,
    ) -> Result<bool, Empty> {
        let needed = market.lines[line];
        let pairs = market.pairs_of_line[line].clone();
        let before = self.most[line];
        if needed.budget.is_some() || needed.max_suppliers.is_some() {
            self.most[line] = before.min(self.attainable(market, line)?);
        }
        let (mut low, mut used, mut spent) = (0_i64, 0_i64, 0_i64);
        let mut step = 0;
        for pair in pairs.clone() {
            let Span { low: least, high } = self.pair[pair];
            if high > 0 {
                step = common_divisor(market.offers[market.pairs[pair].offer].offer.lot, step);
            }
            low += least;
            used += i64::from(least > 0);
            spent += least * self.landed(market, pair);
        }
        let most = self.most[line];
        self.most[line] = most - most.checked_rem(step).unwrap_or(most);
        if low > self.most[line] {
            return Err(Empty);
        }
        let full = needed.max_suppliers.is_some_and(|most| used >= most);
        let mut changed = self.most[line] != before;
        for pair in pairs {
            let now = self.pair[pair];
            let mut room = self.most[line] - (low - now.low);
            if full && now.low == 0 {
                room = 0;
            }
            if let Some(budget) = needed.budget {
                let landed = self.landed(market, pair);
                let left = budget - (spent - now.low * landed);
                room = room.min(left.checked_div(landed).unwrap_or(room));
            }
            if self.narrow(
                market,
                pair,
                Span {
                    low: now.low,
                    high: room,
                },
            )? {
                changed = true;
                dirty.offer[market.pairs[pair].offer] = true;
                dirty.line[line] = true;
            }
        }
        Ok(changed)
    }

    fn landed(&self, market: &Market, pair: usize) -> i64 {
        market.landed(pair, self.price(market, market.pairs[pair].offer))
    }

    /// The most that a line can get within its budget and its number of suppliers.
    fn attainable(&self, market: &Market, line: usize) -> Result<i64, Empty> {
        let needed = market.lines[line];
        let pairs = market.pairs_of_line[line].clone();
        let mut most = self.most[line];
        if let Some(limit) = needed.max_suppliers {
            let mut rooms: Vec<(bool, i64)> = pairs
                .clone()
                .map(|pair| (self.pair[pair].low > 0, self.pair[pair].high))
                .collect();
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            if rooms.iter().filter(|(used, _)| *used).count() > limit {
                return Err(Empty);
            }
            rooms.sort_unstable_by_key(|room| Reverse(*room));
            let best = rooms.iter().take(limit);
            most = most.min(best.fold(0, |sum, (_, room)| room.saturating_add(sum)));
        }
        if let Some(budget) = needed.budget {
            let mut rooms: Vec<(i64, i64)> = Vec::new();
            let (mut left, mut got) = (budget, 0_i64);
            for pair in pairs {
                let Span { low, high } = self.pair[pair];
                let landed = self.landed(market, pair);
                left -= low * landed;
                got += low;
                rooms.push((landed, high - low));
            }
            if left < 0 {
                return Err(Empty);
            }
            rooms.sort_unstable();
            for (landed, room) in rooms {
                let affordable = left.checked_div(landed).unwrap_or(i64::MAX);
                let taken = room.min(affordable).min(most.saturating_sub(got)).max(0);
                got += taken;
                left -= taken * landed;
            }
            most = most.min(got);
        }
        Ok(most)
    }

    /// What a supplier's capacity leaves, as far as the steps of its open offers can fill it.
    pub(super) fn capacity_left(&self, market: &Market, supplier: usize) -> Option<i64> {
        let capacity = market.capacity_left(supplier)?;
        let mut step = 0;
        for &offer in &market.offers_of_supplier[supplier] {
            if self.offer[offer].high > 0 {
                let Offer { work, lot, .. } = market.offers[offer].offer;
                step = common_divisor(work.saturating_mul(*lot), step);
            }
        }
        Some(capacity - capacity.checked_rem(step).unwrap_or(0))
    }

    fn follow_supplier(
        &mut self,
        market: &Market,
        supplier: usize,
        dirty: &mut Dirty,
    ) -> Result<bool, Empty> {
        let Some(capacity) = self.capacity_left(market, supplier) else {
            return Ok(false);
        };
        let offers = &market.offers_of_supplier[supplier];
        let work = |offer: usize| market.offers[offer].offer.work;
        let load: i64 = offers
            .iter()
            .map(|offer| self.offer[*offer].low * work(*offer))
            .sum();
        if load > capacity {
            return Err(Empty);
        }
        let mut changed = false;
        for &offer in offers {
            let span = self.offer[offer];
            let room = (capacity - load) / work(offer) + span.low;
            if room < span.high {
                self.offer[offer].high = room;
                self.settle_offer(market, offer)?;
                dirty.offer[offer] = true;
                changed = true;
            }
        }
        Ok(changed)
    }
}

pub(super) fn round_up(value: i64, lot: i64) -> i64 {
    match value.rem_euclid(lot) {
        0 => value,
        rest => value.saturating_add(lot - rest),
    }
}
