//! The request in the order that every later step uses: sorted by id, with its eligible pairs.

use crate::lists::Lists;
use crate::plan::Code;
use crate::request::{Line, Offer, Request, Rules, Supplier};
use crate::table::Table;
use crate::validate::Places;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Range;

/// A sorted request and what follows from it alone. Lines, offers and suppliers are named by their
/// position here.
pub(crate) struct Market<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) lines: Table<&'a Line>,
    pub(crate) suppliers: Table<&'a Supplier>,
    pub(crate) offers: Table<Making<'a>>,
    /// Periods of all offers.
    pub(crate) periods: usize,
    /// Sorted by line, then offer.
    pub(crate) pairs: Table<Pair>,
    pub(crate) pairs_of_line: Table<Range<usize>>,
    pub(crate) pairs_of_offer: Lists,
    pub(crate) offers_of_supplier: Lists,
    /// Units of work that each supplier does besides, where this is a part of a larger market.
    pub(crate) loaded: Table<i64>,
    /// What that takes of their capacities.
    pub(crate) taken: Table<i64>,
    /// Sorted by line, then offer.
    pub(crate) rejected: Vec<(usize, usize, Code)>,
}

/// An offer and what it can make.
#[derive(Clone)]
pub(crate) struct Making<'a> {
    pub(crate) offer: &'a Offer,
    pub(crate) supplier: usize,
    /// Units of each period, nothing before the lead time.
    pub(crate) capacity: Table<i64>,
    /// What can be made up to the end of each period.
    pub(crate) made_by: Table<i64>,
    /// The place of its first period among the periods of all offers.
    pub(crate) first_period: usize,
}

/// A region that an offer serves.
#[derive(Clone, Copy)]
struct Reach {
    /// Its place among the regions of the lines.
    region: usize,
    freight: i64,
    transit: i64,
}

/// A line and an offer that may serve it.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) line: usize,
    pub(crate) offer: usize,
    /// The last period in which it may be made: the line's, less the transit.
    pub(crate) due: i64,
    /// The same as a position in the offer's capacity.
    pub(crate) period: usize,
    pub(crate) freight: i64,
    pub(crate) ticket: i64,
}

impl Making<'_> {
    /// The unit price at a pooled total; the list price at 0.
    pub(crate) fn price_at(&self, total: i64) -> i64 {
        let reached = self.offer.breaks.iter();
        reached
            .filter(|step| total > 0 && step.quantity <= total)
            .map(|step| step.unit_price)
            .fold(self.offer.unit_price, i64::min)
    }

    /// Units that it can make in a period, in whole lots up to each period where that loses nothing:
    /// with holding costs, moving a part of a lot to another period would have a price.
    pub(crate) fn room(&self, rules: &Rules, period: usize) -> i64 {
        if rules.holding > 0 {
            return self.capacity[period];
        }
        let before = period.checked_sub(1).map_or(0, |last| self.made_by[last]);
        self.in_lots(self.made_by[period]) - self.in_lots(before)
    }

    /// The same of each period.
    pub(crate) fn period_room(&self, rules: &Rules) -> Table<i64> {
        let periods = self.capacity.ids();
        periods.map(|period| self.room(rules, period)).collect()
    }

    /// The whole lots in so many units.
    pub(crate) fn in_lots(&self, units: i64) -> i64 {
        let lot = self.offer.lot;
        // Mostly so, and dividing takes long.
        if lot == 1 { units } else { units - units % lot }
    }

    fn best_price(&self) -> i64 {
        let steps = self.offer.breaks.iter().map(|step| step.unit_price);
        steps.fold(self.offer.unit_price, i64::min)
    }
}

impl<'a> Market<'a> {
    /// Sorts a validated request and finds its eligible pairs.
    pub(crate) fn new(request: &'a Request, places: Places<'a>) -> Self {
        let mut lines: Vec<&Line> = request.lines.iter().collect();
        lines.sort_by_key(|line| &line.id);
        let all: Table<&Supplier> = request.suppliers.iter().collect();
        let suppliers: Table<&Supplier> = places.suppliers.given().map(|at| all[at]).collect();
        let mut offers: Vec<(&Offer, usize)> = request.offers.iter().zip(places.makers).collect();
        offers.sort_by_key(|(offer, _)| &offer.id);

        let mut makings = Table::new();
        let mut periods = 0;
        for (offer, maker) in offers {
            makings.push(making(offer, maker, periods));
            periods += offer.capacity.len();
        }
        let mut market = Self {
            rules: &request.rules,
            lines: lines.into_iter().collect(),
            offers_of_supplier: offers_of(suppliers.len(), &makings),
            suppliers,
            pairs_of_offer: pairs_of(makings.len(), &Table::new()),
            offers: makings,
            periods,
            pairs: Table::new(),
            pairs_of_line: Table::new(),
            loaded: Table::filled(0, request.suppliers.len()),
            taken: Table::filled(0, request.suppliers.len()),
            rejected: Vec::new(),
        };
        market.find_pairs();
        market.pairs_of_offer = pairs_of(market.offers.len(), &market.pairs);
        market
    }

    /// The market of these pairs alone, given in their order: their lines, offers and suppliers.
    /// Their suppliers are loaded with so much besides.
    pub(crate) fn part(&self, pairs: &[usize], loaded: &Table<i64>) -> Self {
        let distinct = |ids: &mut dyn Iterator<Item = usize>| {
            let mut ids: Vec<usize> = ids.collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let lines = distinct(&mut pairs.iter().map(|pair| self.pairs[*pair].line));
        let offers = distinct(&mut pairs.iter().map(|pair| self.pairs[*pair].offer));
        let suppliers = distinct(&mut offers.iter().map(|offer| self.offers[*offer].supplier));
        let mut part = Self {
            rules: self.rules,
            lines: lines.iter().map(|line| self.lines[*line]).collect(),
            suppliers: suppliers.iter().map(|one| self.suppliers[*one]).collect(),
            offers: Table::new(),
            periods: 0,
            pairs: Table::new(),
            pairs_of_line: Table::filled(0..0, lines.len()),
            pairs_of_offer: pairs_of(offers.len(), &Table::new()),
            offers_of_supplier: offers_of(suppliers.len(), &Table::new()),
            loaded: suppliers.iter().map(|one| loaded[*one]).collect(),
            taken: suppliers.iter().map(|one| loaded[*one]).collect(),
            rejected: Vec::new(),
        };
        for offer in &offers {
            let mut making = self.offers[*offer].clone();
            if let Ok(supplier) = suppliers.binary_search(&making.supplier) {
                making.supplier = supplier;
                making.first_period = part.periods;
                part.periods += making.capacity.len();
                part.offers.push(making);
            }
        }
        for &pair in pairs {
            let at = &self.pairs[pair];
            let places = (
                lines.binary_search(&at.line),
                offers.binary_search(&at.offer),
            );
            if let (Ok(line), Ok(offer)) = places {
                let id = part.pairs.push(Pair {
                    line,
                    offer,
                    ..at.clone()
                });
                let range = &mut part.pairs_of_line[line];
                if range.start == range.end {
                    *range = id..id;
                }
                range.end = id + 1;
            }
        }
        part.offers_of_supplier = offers_of(suppliers.len(), &part.offers);
        part.pairs_of_offer = pairs_of(offers.len(), &part.pairs);
        part
    }

    /// The same market under other rules.
    pub(crate) fn under(mut self, rules: &'a Rules) -> Self {
        self.rules = rules;
        self
    }

    /// The same market, with all that its suppliers can do at its disposal.
    pub(crate) fn at_disposal(mut self) -> Self {
        self.taken = Table::filled(0, self.suppliers.len());
        self
    }

    /// Units of work that a supplier can do for this market, where it says so.
    pub(crate) fn capacity_left(&self, supplier: usize) -> Option<i64> {
        let capacity = self.suppliers[supplier].capacity?;
        Some((capacity - self.taken[supplier]).max(0))
    }

    fn find_pairs(&mut self) {
        let mut regions: Vec<&str> = self.lines.iter().map(|line| line.region.as_str()).collect();
        regions.sort_unstable();
        regions.dedup();
        let mut by_product: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut reaches = Table::new();
        let mut all = Vec::new();
        for id in self.offers.ids() {
            let first = all.len();
            reach(self.offers[id].offer, &regions, &mut all);
            reaches.push(first..all.len());
            by_product
                .entry(&self.offers[id].offer.product)
                .or_default()
                .push(id);
        }
        for line in self.lines.ids() {
            let needed = self.lines[line];
            // It is there: these are the lines' regions.
            let region = regions.binary_search(&needed.region.as_str()).unwrap_or(0);
            let lottery = Sha256::new()
                .chain_update(self.rules.seed.to_string())
                .chain_update([0])
                .chain_update(&needed.id)
                .chain_update([0]);
            let first = self.pairs.len();
            for &offer in by_product
                .get(needed.product.as_str())
                .map_or(&[][..], |found| found)
            {
                let reach = all.get(reaches[offer].clone()).unwrap_or_default();
                match self.eligible(needed, region, offer, reach) {
                    Ok((due, period, freight)) => {
                        let ticket = ticket(lottery.clone(), &self.offers[offer].offer.id);
                        let pair = Pair {
                            line,
                            offer,
                            due,
                            period,
                            freight,
                            ticket,
                        };
                        self.pairs.push(pair);
                    }
                    Err(code) => self.rejected.push((line, offer, code)),
                }
            }
            self.pairs_of_line.push(first..self.pairs.len());
        }
    }

    /// The pair's last period, the same as a position, and its freight; or the first rule that fails.
    fn eligible(
        &self,
        line: &Line,
        region: usize,
        offer: usize,
        reach: &[Reach],
    ) -> Result<(i64, usize, i64), Code> {
        let making = &self.offers[offer];
        if !self.suppliers[making.supplier].verified {
            return Err(Code::SupplierNotVerified);
        }
        let place = reach.binary_search_by_key(&region, |reach| reach.region);
        let reach = place.ok().and_then(|at| reach.get(at));
        let Reach {
            freight, transit, ..
        } = *reach.ok_or(Code::RegionNotServed)?;
        if line
            .max_unit_price
            .is_some_and(|most| making.best_price() + freight > most)
        {
            return Err(Code::PriceAboveMaximum);
        }
        let due = line.due - transit;
        let end = making.capacity.len();
        // Past the end of the capacity nothing more is made: the last period stands for all later.
        let period = usize::try_from(due).unwrap_or(if due < 0 { 0 } else { end });
        let period = period.min(end.saturating_sub(1));
        if making.offer.lead > due || end == 0 || making.made_by[period] == 0 {
            return Err(Code::TooLate);
        }
        Ok((due, period, freight))
    }

    /// Price and freight of a unit of the pair at a price of its offer.
    pub(crate) fn landed(&self, pair: usize, price: i64) -> i64 {
        price + self.pairs[pair].freight
    }
}

fn making(offer: &Offer, supplier: usize, first_period: usize) -> Making<'_> {
    let lead = usize::try_from(offer.lead).unwrap_or(usize::MAX);
    let capacity: Table<i64> = offer
        .capacity
        .iter()
        .enumerate()
        .map(|(period, units)| if period < lead { 0 } else { *units })
        .collect();
    let mut sum = 0;
    let made_by = capacity
        .iter()
        .map(|units| {
            sum += units;
            sum
        })
        .collect();
    Making {
        offer,
        supplier,
        capacity,
        made_by,
        first_period,
    }
}

/// Adds which of these regions, sorted, an offer serves.
fn reach(offer: &Offer, regions: &[&str], reaches: &mut Vec<Reach>) {
    let served = |region: usize, name: &str, freight: i64| Reach {
        region,
        freight,
        transit: offer.transit.get(name).copied().unwrap_or(0),
    };
    if regions.len() < offer.freight.len() {
        let regions = regions.iter().enumerate();
        reaches.extend(
            regions.filter_map(|(at, name)| Some(served(at, name, *offer.freight.get(*name)?))),
        );
        return;
    }
    let freight = offer.freight.iter();
    reaches.extend(freight.filter_map(|(name, freight)| {
        let at = regions.binary_search(&name.as_str()).ok()?;
        Some(served(at, name, *freight))
    }));
}

fn offers_of(suppliers: usize, offers: &Table<Making>) -> Lists {
    Lists::new(suppliers, offers.iter().map(|making| making.supplier))
}

fn pairs_of(offers: usize, pairs: &Table<Pair>) -> Lists {
    Lists::new(offers, pairs.iter().map(|pair| pair.offer))
}

/// The first 20 bits of the digest.
fn ticket(lottery: Sha256, offer: &str) -> i64 {
    let digest: [u8; 32] = lottery.chain_update(offer).finalize().into();
    let [first, second, third, ..] = digest;
    (i64::from(first) << 12) | (i64::from(second) << 4) | (i64::from(third) >> 4)
}
