//! Which rule a relaxed plan breaks, and how to split its domain so that neither half holds it.

use super::Relaxed;
use super::domain::{Domain, Span};
use crate::market::Market;
use std::cmp::Reverse;

/// What is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Offer(usize),
    Pair(usize),
}

/// Two halves of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) place: Place,
    pub(super) below: Span,
    pub(super) above: Span,
}

/// A split with how much it matters.
type Weighed = (i64, Split);

/// Ways to split what is broken worst, at most so many; none where nothing is broken.
pub(super) fn splits(
    market: &Market,
    domain: &Domain,
    relaxed: &Relaxed,
    most: usize,
    need_only: bool,
) -> Vec<Split> {
    let offers = market.offers.ids().filter_map(|offer| {
        let total = relaxed.total[offer];
        let split = offer_split(market, domain, offer, total)?;
        let missed = total < market.offers[offer].offer.minimum;
        (missed || !need_only || too_dear(market, offer, relaxed)).then_some(split)
    });
    let lines = || market.lines.ids();
    let one = heaviest(offers).or_else(|| {
        heaviest(lines().filter_map(|line| supplier_split(market, domain, line, relaxed)))
    });
    if let Some(split) = one {
        return vec![split];
    }
    let offers = market.offers.ids();
    let mut lots: Vec<Weighed> = offers
        .filter_map(|offer| total_split(market, domain, offer, relaxed))
        .collect();
    lots.sort_by_key(|(weight, _)| Reverse(*weight));
    if lots.len() < most {
        let pairs = market.pairs.ids();
        let mut pairs: Vec<Weighed> = pairs
            .filter_map(|pair| lot_split(market, domain, pair, relaxed))
            .collect();
        pairs.sort_by_key(|(weight, _)| Reverse(*weight));
        lots.append(&mut pairs);
    }
    if lots.is_empty() {
        let budgets = lines().filter_map(|line| budget_split(market, domain, line, relaxed));
        return heaviest(budgets).into_iter().collect();
    }
    lots.into_iter()
        .take(most)
        .map(|(_, split)| split)
        .collect()
}

/// A half to go on with for all that is broken, and the other half: offers that make half of what is
/// missing and more are to make all of it, lines keep the offers that give them most.
pub(super) fn decide(
    market: &Market,
    domain: &Domain,
    relaxed: &Relaxed,
) -> Vec<(Place, Span, Span)> {
    let mut decided = Vec::new();
    for offer in market.offers.ids() {
        let total = relaxed.total[offer];
        if let Some((_, split)) = offer_split(market, domain, offer, total) {
            let (first, second) = (split.below, split.above);
            decided.push(if total >= split.above.low / 2 && total < split.above.low {
                (split.place, second, first)
            } else {
                (split.place, first, second)
            });
        }
    }
    for line in market.lines.ids() {
        if supplier_split(market, domain, line, relaxed).is_some() {
            decided.extend(surplus(market, domain, line, relaxed));
        }
        if let Some((_, split)) = budget_split(market, domain, line, relaxed) {
            decided.push((split.place, split.below, split.above));
        }
    }
    for pair in market.pairs.ids() {
        if let Some((_, split)) = lot_split(market, domain, pair, relaxed) {
            decided.push((split.place, split.below, split.above));
        }
    }
    decided
}

/// The pairs beyond those that a line may have, the smallest.
fn surplus(
    market: &Market,
    domain: &Domain,
    line: usize,
    relaxed: &Relaxed,
) -> Vec<(Place, Span, Span)> {
    let most = market.lines[line].max_suppliers.unwrap_or(i64::MAX);
    let mut pairs: Vec<usize> = market.pairs_of_line[line]
        .clone()
        .filter(|pair| relaxed.trades(*pair))
        .collect();
    pairs.sort_by_key(|pair| {
        let held = domain.pair[*pair].low > 0;
        (Reverse((held, relaxed.quantity[*pair])), *pair)
    });
    let surplus = pairs
        .into_iter()
        .skip(usize::try_from(most).unwrap_or(usize::MAX));
    surplus
        .filter(|pair| domain.pair[*pair].low == 0)
        .map(|pair| {
            let whole = domain.pair[pair];
            let lot = market.offers[market.pairs[pair].offer].offer.lot;
            let split = halves(Place::Pair(pair), whole, 0, lot);
            (split.place, split.below, split.above)
        })
        .collect()
}

/// The first of the heaviest.
fn heaviest(splits: impl Iterator<Item = Weighed>) -> Option<Split> {
    let mut best: Option<Weighed> = None;
    for (weight, split) in splits {
        if best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, split));
        }
    }
    best.map(|(_, split)| split)
}

fn halves(place: Place, whole: Span, below: i64, above: i64) -> Split {
    Split {
        place,
        below: Span {
            high: below,
            ..whole
        },
        above: Span {
            low: above,
            ..whole
        },
    }
}

/// The total misses the minimum, or the price that was counted on.
fn offer_split(market: &Market, domain: &Domain, offer: usize, total: i64) -> Option<Weighed> {
    if total == 0 {
        return None;
    }
    let making = &market.offers[offer];
    let whole = domain.offer[offer];
    let least = making.offer.minimum;
    if total < least {
        let weight = total.min(least - total);
        return Some((weight, halves(Place::Offer(offer), whole, 0, least)));
    }
    let price = making.price_at(total);
    if price == making.price_at(whole.high) {
        return None;
    }
    let next = making
        .offer
        .breaks
        .iter()
        .filter(|step| step.quantity > total && step.unit_price < price)
        .map(|step| step.quantity)
        .min()?;
    let weight = total.min(next - total);
    Some((weight, halves(Place::Offer(offer), whole, next - 1, next)))
}

/// At the price that an offer's total reaches, a line that it serves would pay more than it may.
fn too_dear(market: &Market, offer: usize, relaxed: &Relaxed) -> bool {
    let price = |offer: usize| market.offers[offer].price_at(relaxed.total[offer]);
    let landed = |pair: usize| market.landed(pair, price(market.pairs[pair].offer));
    let pairs = market.pairs_of_offer[offer].iter().copied();
    let mut served = pairs.filter(|pair| relaxed.trades(*pair));
    served.any(|pair| {
        let at = market.pairs[pair].line;
        let line = market.lines[at];
        let spent = || -> i64 {
            let pairs = market.pairs_of_line[at].clone();
            pairs
                .map(|pair| relaxed.quantity[pair] * landed(pair))
                .sum()
        };
        line.max_unit_price.is_some_and(|most| landed(pair) > most)
            || line.budget.is_some_and(|budget| spent() > budget)
    })
}

/// The total is not of whole lots. Where lines are alike, splitting a pair only moves the part of a lot
/// to another of them; this does not.
fn total_split(
    market: &Market,
    domain: &Domain,
    offer: usize,
    relaxed: &Relaxed,
) -> Option<Weighed> {
    if !relaxed.rest[offer] {
        return None;
    }
    let making = market.offers[offer].offer;
    let below = relaxed.total[offer];
    let whole = domain.offer[offer];
    let weight = making.lot.saturating_mul(making.work);
    Some((
        weight,
        halves(Place::Offer(offer), whole, below, below + making.lot),
    ))
}

/// More offers serve the line than it allows.
fn supplier_split(
    market: &Market,
    domain: &Domain,
    line: usize,
    relaxed: &Relaxed,
) -> Option<Weighed> {
    let most = market.lines[line].max_suppliers?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let serving = || {
        market.pairs_of_line[line]
            .clone()
            .filter(|pair| relaxed.trades(*pair))
    };
    let quantity = &relaxed.quantity;
    let count = serving().count();
    if count <= most {
        return None;
    }
    let pair = serving()
        .filter(|pair| domain.pair[*pair].low == 0)
        .max_by_key(|pair| quantity[*pair])?;
    let whole = domain.pair[pair];
    let lot = market.offers[market.pairs[pair].offer].offer.lot;
    let weight = serving().map(|pair| quantity[pair]).sum();
    Some((weight, halves(Place::Pair(pair), whole, 0, lot)))
}

/// A part of a lot.
fn lot_split(market: &Market, domain: &Domain, pair: usize, relaxed: &Relaxed) -> Option<Weighed> {
    if !relaxed.partial[pair] {
        return None;
    }
    let lot = market.offers[market.pairs[pair].offer].offer.lot;
    let below = relaxed.quantity[pair];
    let whole = domain.pair[pair];
    Some((lot, halves(Place::Pair(pair), whole, below, below + lot)))
}

/// The line spends more than its budget.
fn budget_split(
    market: &Market,
    domain: &Domain,
    line: usize,
    relaxed: &Relaxed,
) -> Option<Weighed> {
    let budget = market.lines[line].budget?;
    let landed = |pair: usize| {
        let offer = market.pairs[pair].offer;
        market.landed(pair, domain.price(market, offer))
    };
    let serving = || {
        market.pairs_of_line[line]
            .clone()
            .filter(|pair| relaxed.quantity[*pair] > 0)
    };
    let quantity = &relaxed.quantity;
    let spent: i64 = serving().map(|pair| quantity[pair] * landed(pair)).sum();
    if spent <= budget {
        return None;
    }
    let movable = |pair: &usize| domain.pair[*pair].low < domain.pair[*pair].high;
    let pair = serving()
        .filter(movable)
        .max_by_key(|pair| (quantity[*pair] > domain.pair[*pair].low, landed(*pair)))?;
    let whole = domain.pair[pair];
    let lot = market.offers[market.pairs[pair].offer].offer.lot;
    let over = spent - budget;
    let less = over / landed(pair).max(1) + 1;
    let mut below = quantity[pair] - less;
    below -= below.rem_euclid(lot);
    below = below.clamp(whole.low, whole.high - lot);
    Some((over, halves(Place::Pair(pair), whole, below, below + lot)))
}
