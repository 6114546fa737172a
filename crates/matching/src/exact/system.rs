//! A part as equations whose bounds and prices follow a [`Domain`]: like the network, and budgets and
//! work of different content besides.

use super::Relaxed;
use super::domain::{Domain, Empty};
use super::levels::Levels;
use super::network::common_unit;
use super::tableau::{Ended, Tableau};
use crate::assignment::Score;
use crate::fairness::Tiers;
use crate::market::Market;
use crate::plan::Objective;
use crate::table::Table;

/// Coefficients that a system may have: it is worked on as a whole, so it must be small.
const MOST_COEFFICIENTS: usize = 120_000;

/// The part's equations and which column stands for what.
pub(super) struct System<'a> {
    market: &'a Market<'a>,
    tableau: Tableau,
    /// Units that one of a column stands for, in pairs, totals and what stays unmet.
    unit: i64,
    /// None for pairs that cannot trade.
    pairs: Table<Option<usize>>,
    /// Columns of the offers' totals.
    offers: Table<usize>,
    /// Of each line the column of what stays unmet, and what it might get.
    unmet: Table<(usize, i64)>,
    /// Columns of the first two levels, and the most they can come to.
    levels: [(usize, i64); 2],
    /// The weight of the need that no plan can meet, and the fairness of what is made besides.
    lost: Objective,
}

/// Columns as they are handed out, with the equations to be.
#[derive(Default)]
struct Draft {
    /// Upper bounds and costs.
    columns: Table<(i64, [i64; 4])>,
    /// What the columns weigh on the first two levels.
    weights: [Vec<(usize, i64)>; 2],
    equations: Vec<(usize, Vec<(usize, i64)>, i64)>,
}

impl Draft {
    fn column(&mut self, high: i64, [unmet, fairness, landed, lottery]: [i64; 4]) -> usize {
        let column = self.columns.push((high, [0, 0, landed, lottery]));
        for (weights, weight) in self.weights.iter_mut().zip([unmet, fairness]) {
            if weight != 0 {
                weights.push((column, -weight));
            }
        }
        column
    }

    /// The first two levels as columns of their own, so that they can be bounded.
    fn levels(&mut self) -> [(usize, i64); 2] {
        let [unmet, fairness] = std::mem::take(&mut self.weights);
        let mut level = |weights: Vec<(usize, i64)>, levels: [i64; 4]| {
            let most = weights.iter().fold(0_i64, |sum, (column, weight)| {
                let (high, _) = self.columns[*column];
                sum.saturating_add(high.saturating_mul(-weight))
            });
            let column = self.columns.push((most, levels));
            self.equation(column, weights, 0);
            (column, most)
        };
        [level(unmet, [1, 0, 0, 0]), level(fairness, [0, 1, 0, 0])]
    }

    /// `Σ terms + basic = sum`.
    fn equation(&mut self, basic: usize, terms: Vec<(usize, i64)>, sum: i64) {
        self.equations.push((basic, terms, sum));
    }
}

impl<'a> System<'a> {
    /// None where it would be too large.
    pub(super) fn new(market: &'a Market<'a>, root: &Domain) -> Option<Self> {
        let unit = common_unit(market, root);
        let mut draft = Draft::default();
        let pairs: Table<Option<usize>> = market
            .pairs
            .ids()
            .map(|pair| {
                let levels = pair_levels(market, pair, root, unit);
                let high = root.pair[pair].high / unit;
                (high > 0).then(|| draft.column(high, levels))
            })
            .collect();
        let mut lost = Objective::default();
        let unmet = market.lines.ids().map(|line| {
            let needed = market.lines[line];
            lost.unmet_weighted +=
                (needed.quantity - root.most[line] / unit * unit) * needed.priority;
            add_line(&mut draft, market, &pairs, line, root, unit)
        });
        let unmet = unmet.collect();
        let offers = market.offers.ids().map(|offer| {
            let most = root.offer[offer].high;
            add_periods(&mut draft, market, &pairs, (offer, most), unit);
            let total = draft.column(root.offer[offer].high / unit, [0; 4]);
            let terms = terms(&pairs, &market.pairs_of_offer[offer], |_| -1);
            draft.equation(total, terms, 0);
            total
        });
        let offers: Table<usize> = offers.collect();
        for supplier in market.suppliers.ids() {
            lost.fairness += add_supplier(&mut draft, market, &pairs, supplier, root, unit);
        }
        let levels = draft.levels();
        let columns = draft.columns.len();
        if columns.saturating_mul(draft.equations.len()) > MOST_COEFFICIENTS {
            return None;
        }
        let mut tableau = Tableau::new(columns);
        for (column, (high, levels)) in draft.columns.iter().enumerate() {
            tableau.bound(column, 0, *high);
            tableau.price(column, *levels);
        }
        for (basic, terms, sum) in &draft.equations {
            if !tableau.row(*basic, terms, *sum) {
                return None;
            }
        }
        if !tableau.close() {
            return None;
        }
        Some(Self {
            market,
            tableau,
            unit,
            pairs,
            offers,
            unmet,
            levels,
            lost,
        })
    }

    /// Pivots of all solves.
    pub(super) fn pivots(&self) -> usize {
        self.tableau.pivots()
    }

    /// How many coefficients it has.
    pub(super) fn coefficients(&self) -> usize {
        self.tableau.coefficients()
    }

    /// The same from the beginning, where its numbers grew too long.
    pub(super) fn anew(&self, root: &Domain) -> Option<Self> {
        let mut system = Self::new(self.market, root)?;
        system.tableau.count(self.tableau.pivots());
        Some(system)
    }

    /// The best values that a domain allows and that come to less than a score; none where numbers
    /// grew too long.
    pub(super) fn solve(
        &mut self,
        domain: &Domain,
        limit: &Score,
    ) -> Option<Result<Relaxed, Empty>> {
        let (market, unit) = (self.market, self.unit);
        for offer in market.offers.ids() {
            let span = domain.offer[offer];
            self.tableau
                .bound(self.offers[offer], span.low / unit, span.high / unit);
        }
        for pair in market.pairs.ids() {
            if let Some(column) = self.pairs[pair] {
                let span = domain.pair[pair];
                self.tableau
                    .bound(column, span.low / unit, span.high / unit);
                if span.high > 0 {
                    self.tableau
                        .price(column, pair_levels(market, pair, domain, unit));
                }
            }
        }
        for line in market.lines.ids() {
            let (column, most) = self.unmet[line];
            self.tableau
                .bound(column, most - domain.most[line] / unit, most);
        }
        match self.solve_rounded(limit) {
            Ended::Best => self.relaxed().map(Ok),
            Ended::Hopeless => Some(Err(Empty)),
            Ended::Stopped => None,
        }
    }

    /// Solves; where a level comes to a fraction, asks for the next whole number of it and solves
    /// again, so that the levels below it say something too.
    fn solve_rounded(&mut self, limit: &Score) -> Ended {
        let best = [
            limit.0.unmet_weighted - self.lost.unmet_weighted,
            limit.0.fairness - self.lost.fairness,
        ];
        let below = Levels::below(limit, &self.lost);
        // Only where the levels above are as in the best plan, a level may be held to its own there.
        let mut as_best = true;
        for ((column, most), best) in self.levels.into_iter().zip(best) {
            let high = if as_best { most.min(best) } else { most };
            self.tableau.bound(column, 0, high);
            as_best = false;
        }
        let mut ended = self.tableau.solve(below);
        as_best = true;
        for (level, ((column, most), best)) in self.levels.into_iter().zip(best).enumerate() {
            if ended != Ended::Best || !as_best {
                break;
            }
            let (least, rounded) = self.tableau.level(level);
            let Ok(least) = i64::try_from(least) else {
                break;
            };
            let high = most.min(best);
            if least > high {
                return Ended::Hopeless;
            }
            as_best = least == high;
            if rounded || as_best {
                self.tableau.bound(column, least, high);
                ended = self.tableau.solve(below);
            }
        }
        ended
    }

    fn relaxed(&self) -> Option<Relaxed> {
        let (mut quantity, mut partial) = (Table::new(), Table::new());
        for pair in self.market.pairs.ids() {
            let (units, rest) = match self.pairs[pair] {
                Some(column) => self.tableau.value(column),
                None => (0, false),
            };
            let units = units * self.unit;
            let lot = self.market.offers[self.market.pairs[pair].offer].offer.lot;
            quantity.push(units - units % lot);
            partial.push(rest || units % lot > 0);
        }
        let (mut total, mut rest) = (Table::new(), Table::new());
        for offer in self.market.offers.ids() {
            let (units, part) = self.tableau.value(self.offers[offer]);
            let units = units * self.unit;
            let lot = self.market.offers[offer].offer.lot;
            total.push(units - units % lot);
            rest.push(part || units % lot > 0);
        }
        Some(Relaxed {
            bound: self.tableau.least().score(&self.lost)?,
            quantity,
            partial,
            total,
            rest,
            basis: None,
        })
    }
}

/// What so many units of a pair cost at the lowest price its offer can reach.
fn pair_levels(market: &Market, pair: usize, domain: &Domain, units: i64) -> [i64; 4] {
    let at = &market.pairs[pair];
    // A position of a period fits.
    let late = at.due - i64::try_from(at.period).unwrap_or(at.due);
    let one = market.landed(pair, domain.price(market, at.offer)) + market.rules.holding * late;
    [0, 0, one * units, at.ticket * units]
}

/// The columns of pairs with what one counts.
fn terms(
    columns: &Table<Option<usize>>,
    pairs: &[usize],
    times: impl Fn(usize) -> i64,
) -> Vec<(usize, i64)> {
    let open = pairs
        .iter()
        .filter_map(|pair| Some((*pair, columns[*pair]?)));
    open.map(|(pair, column)| (column, times(pair))).collect()
}

/// What a line gets, and what it may spend.
fn add_line(
    draft: &mut Draft,
    market: &Market,
    columns: &Table<Option<usize>>,
    line: usize,
    root: &Domain,
    unit: i64,
) -> (usize, i64) {
    let needed = market.lines[line];
    let most = root.most[line] / unit;
    let pairs: Vec<usize> = market.pairs_of_line[line].clone().collect();
    let unmet = draft.column(most, [needed.priority * unit, 0, 0, 0]);
    draft.equation(unmet, terms(columns, &pairs, |_| 1), most);
    if let Some(budget) = needed.budget {
        let landed = |pair: usize| {
            let price = root.price(market, market.pairs[pair].offer);
            market.landed(pair, price)
        };
        let left = draft.column(budget / unit, [0; 4]);
        draft.equation(left, terms(columns, &pairs, landed), budget / unit);
    }
    (unmet, most)
}

/// What an offer can make by each period: what is due in a period and what later ones leave is made
/// in it or before it.
fn add_periods(
    draft: &mut Draft,
    market: &Market,
    columns: &Table<Option<usize>>,
    (offer, most): (usize, i64),
    unit: i64,
) {
    let rooms = market.offers[offer].period_room(market.rules);
    // More than it can make in all is no limit, and would only be a large number.
    let rooms: Table<i64> = rooms.iter().map(|room| room.min(&most) / unit).collect();
    let all = most / unit;
    let holding = market.rules.holding * unit;
    let mut later: Option<usize> = None;
    for period in rooms.ids().rev() {
        let due: Vec<usize> = market.pairs_of_offer[offer]
            .iter()
            .copied()
            .filter(|pair| market.pairs[*pair].period == period)
            .collect();
        let mut terms = terms(columns, &due, |_| 1);
        if terms.is_empty() && later.is_none() {
            continue;
        }
        terms.extend(later.map(|column| (column, 1)));
        let before = (period > 0).then(|| draft.column(all, [0, 0, holding, 0]));
        terms.extend(before.map(|column| (column, -1)));
        // What is left of the period's room, and of what is made before.
        let left = draft.column(rooms[period] + all, [0; 4]);
        draft.equation(left, terms, rooms[period]);
        later = before;
    }
}

/// The load of a supplier in its tiers. Gives the fairness of what it makes besides.
fn add_supplier(
    draft: &mut Draft,
    market: &Market,
    columns: &Table<Option<usize>>,
    supplier: usize,
    root: &Domain,
    unit: i64,
) -> i64 {
    let mut load = 0_i64;
    let mut pairs = Vec::new();
    for &offer in &market.offers_of_supplier[supplier] {
        let made = root.offer[offer]
            .high
            .saturating_mul(market.offers[offer].offer.work);
        load = load.saturating_add(made);
        pairs.extend_from_slice(&market.pairs_of_offer[offer]);
    }
    let load = load.min(root.capacity_left(market, supplier).unwrap_or(load));
    let loaded = market.loaded[supplier];
    let work = |pair: usize| -unit * market.offers[market.pairs[pair].offer].offer.work;
    let mut terms = terms(columns, &pairs, work);
    let tiers = Tiers::new(market.suppliers[supplier].need, market.rules.tiers);
    let mut segments = tiers
        .segments_from(loaded, 1, load)
        .into_iter()
        .map(|segment| draft.column(segment.steps, [0, segment.cost, 0, 0]))
        .collect::<Vec<usize>>()
        .into_iter();
    let first = segments.next().unwrap_or_else(|| draft.column(0, [0; 4]));
    terms.extend(segments.map(|column| (column, 1)));
    draft.equation(first, terms, 0);
    tiers.cost(loaded)
}
