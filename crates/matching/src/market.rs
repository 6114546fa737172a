//! The request in the order that every later step uses: sorted by id, with its eligible pairs.

use crate::plan::Code;
use crate::request::{Line, Offer, Request, Rules, Supplier};
use crate::table::Table;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// A sorted request and what follows from it alone. Lines, offers and suppliers are named by their
/// position here.
pub(crate) struct Market<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) lines: Table<&'a Line>,
    pub(crate) suppliers: Table<&'a Supplier>,
    pub(crate) offers: Table<Making<'a>>,
    /// Sorted by line, then offer.
    pub(crate) pairs: Table<Pair>,
    pub(crate) pairs_of_line: Table<Range<usize>>,
    pub(crate) pairs_of_offer: Table<Vec<usize>>,
    pub(crate) offers_of_supplier: Table<Vec<usize>>,
    /// Units of work that each supplier does besides, where this is a part of a larger market.
    pub(crate) loaded: Table<i64>,
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
    /// The regions that it serves, of those that some line is in.
    reach: Vec<Reach>,
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

    /// Units that it can make in each period, in whole lots up to each period where that loses nothing:
    /// with holding costs, moving a part of a lot to another period would have a price.
    pub(crate) fn period_room(&self, rules: &Rules) -> Table<i64> {
        let lot = if rules.holding == 0 {
            self.offer.lot
        } else {
            1
        };
        let mut before = 0;
        let rooms = self.made_by.iter().map(|made| {
            let whole = made - made % lot;
            let room = whole - before;
            before = whole;
            room
        });
        rooms.collect()
    }

    fn best_price(&self) -> i64 {
        let steps = self.offer.breaks.iter().map(|step| step.unit_price);
        steps.fold(self.offer.unit_price, i64::min)
    }
}

impl<'a> Market<'a> {
    /// Sorts a validated request and finds its eligible pairs.
    pub(crate) fn new(request: &'a Request) -> Self {
        let mut lines: Vec<&Line> = request.lines.iter().collect();
        lines.sort_by_key(|line| &line.id);
        let mut suppliers: Vec<&Supplier> = request.suppliers.iter().collect();
        suppliers.sort_by_key(|supplier| &supplier.id);
        let mut offers: Vec<&Offer> = request.offers.iter().collect();
        offers.sort_by_key(|offer| &offer.id);

        // Asked by name only, so that its order does not matter.
        let position: HashMap<&str, usize> = suppliers
            .iter()
            .enumerate()
            .map(|(at, supplier)| (supplier.id.as_str(), at))
            .collect();
        let mut offers_of_supplier = Table::filled(Vec::new(), suppliers.len());
        let mut makings = Table::new();
        for offer in offers {
            // Validated: every offer's supplier is there.
            let Some(supplier) = position.get(offer.supplier.as_str()).copied() else {
                continue;
            };
            let id = makings.push(making(offer, supplier));
            offers_of_supplier[supplier].push(id);
        }
        let mut market = Self {
            rules: &request.rules,
            pairs_of_offer: Table::filled(Vec::new(), makings.len()),
            lines: lines.into_iter().collect(),
            suppliers: suppliers.into_iter().collect(),
            offers: makings,
            pairs: Table::new(),
            pairs_of_line: Table::new(),
            loaded: Table::filled(0, request.suppliers.len()),
            offers_of_supplier,
            rejected: Vec::new(),
        };
        market.find_pairs();
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
            pairs: Table::new(),
            pairs_of_line: Table::filled(0..0, lines.len()),
            pairs_of_offer: Table::filled(Vec::new(), offers.len()),
            offers_of_supplier: Table::filled(Vec::new(), suppliers.len()),
            loaded: suppliers.iter().map(|one| loaded[*one]).collect(),
            rejected: Vec::new(),
        };
        for offer in &offers {
            let mut making = self.offers[*offer].clone();
            if let Ok(supplier) = suppliers.binary_search(&making.supplier) {
                making.supplier = supplier;
                let id = part.offers.push(making);
                part.offers_of_supplier[supplier].push(id);
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
                part.pairs_of_offer[offer].push(id);
                let range = &mut part.pairs_of_line[line];
                if range.start == range.end {
                    *range = id..id;
                }
                range.end = id + 1;
            }
        }
        part
    }

    /// Units of work that a supplier can do for this market, where it says so.
    pub(crate) fn capacity_left(&self, supplier: usize) -> Option<i64> {
        let capacity = self.suppliers[supplier].capacity?;
        Some((capacity - self.loaded[supplier]).max(0))
    }

    fn find_pairs(&mut self) {
        let mut regions: Vec<&str> = self.lines.iter().map(|line| line.region.as_str()).collect();
        regions.sort_unstable();
        regions.dedup();
        let mut by_product: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for id in self.offers.ids() {
            self.offers[id].reach = reach(self.offers[id].offer, &regions);
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
                match self.eligible(needed, region, offer) {
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
                        let id = self.pairs.push(pair);
                        self.pairs_of_offer[offer].push(id);
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
    ) -> Result<(i64, usize, i64), Code> {
        let making = &self.offers[offer];
        if !self.suppliers[making.supplier].verified {
            return Err(Code::SupplierNotVerified);
        }
        let reach = making
            .reach
            .binary_search_by_key(&region, |reach| reach.region);
        let reach = reach.ok().and_then(|at| making.reach.get(at));
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

fn making(offer: &Offer, supplier: usize) -> Making<'_> {
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
        reach: Vec::new(),
    }
}

/// Which of these regions, sorted, an offer serves.
fn reach(offer: &Offer, regions: &[&str]) -> Vec<Reach> {
    let served = |region: usize, name: &str, freight: i64| Reach {
        region,
        freight,
        transit: offer.transit.get(name).copied().unwrap_or(0),
    };
    if regions.len() < offer.freight.len() {
        let regions = regions.iter().enumerate();
        return regions
            .filter_map(|(at, name)| Some(served(at, name, *offer.freight.get(*name)?)))
            .collect();
    }
    let freight = offer.freight.iter();
    freight
        .filter_map(|(name, freight)| {
            let at = regions.binary_search(&name.as_str()).ok()?;
            Some(served(at, name, *freight))
        })
        .collect()
}

/// The first 20 bits of the digest.
fn ticket(lottery: Sha256, offer: &str) -> i64 {
    let digest: [u8; 32] = lottery.chain_update(offer).finalize().into();
    let [first, second, third, ..] = digest;
    (i64::from(first) << 12) | (i64::from(second) << 4) | (i64::from(third) >> 4)
}
