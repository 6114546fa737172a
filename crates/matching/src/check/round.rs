//! The request by id, with its pairs.

use super::periods;
use crate::plan::Code;
use crate::request::{Line, Offer, Request, Supplier};
use std::collections::{BTreeMap, BTreeSet};

/// The request by id, with its pairs.
pub(super) struct Round<'a> {
    pub(super) request: &'a Request,
    pub(super) lines: BTreeMap<&'a str, &'a Line>,
    pub(super) suppliers: BTreeMap<&'a str, &'a Supplier>,
    pub(super) offers: BTreeMap<&'a str, &'a Offer>,
    /// The pairs that may trade: of each line in order of its id, in order of the offers' ids.
    pub(super) eligible: BTreeMap<&'a str, Vec<Eligible<'a>>>,
    pub(super) rejected: Vec<(&'a str, &'a str, Code)>,
}

/// An offer that a line may use.
#[derive(Clone, Copy)]
pub(super) struct Eligible<'a> {
    pub(super) offer: &'a Offer,
    pub(super) supplier: &'a Supplier,
    /// The offer's place among all by id.
    pub(super) number: usize,
    /// The last period in which it may be made.
    pub(super) due: i64,
}

/// An offer with what eligibility asks of it.
struct Offered<'a> {
    number: usize,
    offer: &'a Offer,
    supplier: Option<&'a Supplier>,
    best_price: i64,
    /// The first period in which it can make anything.
    first: Option<i64>,
    /// Freight and transit by number of the region.
    regions: BTreeMap<usize, (i64, i64)>,
}

impl<'a> Offered<'a> {
    fn new(
        number: usize,
        offer: &'a Offer,
        suppliers: &BTreeMap<&str, &'a Supplier>,
        regions: &BTreeMap<&str, usize>,
    ) -> Self {
        let steps = offer.breaks.iter().map(|step| step.unit_price);
        let transit = |region: &str| offer.transit.get(region).copied().unwrap_or(0);
        let served = offer.freight.iter().filter_map(|(region, freight)| {
            let number = *regions.get(region.as_str())?;
            Some((number, (*freight, transit(region))))
        });
        Self {
            number,
            offer,
            supplier: suppliers.get(offer.supplier.as_str()).copied(),
            best_price: steps.fold(offer.unit_price, i64::min),
            first: periods(offer).find_map(|(period, units)| (units > 0).then_some(period)),
            regions: served.collect(),
        }
    }

    /// The supplier and the last period in which a line's goods may be made.
    fn may_serve(&self, line: &Line, region: Option<usize>) -> Result<(&'a Supplier, i64), Code> {
        let Some(supplier) = self.supplier.filter(|one| one.verified) else {
            return Err(Code::SupplierNotVerified);
        };
        let Some((freight, transit)) = region.and_then(|region| self.regions.get(&region)) else {
            return Err(Code::RegionNotServed);
        };
        let landed = i128::from(self.best_price) + i128::from(*freight);
        if line
            .max_unit_price
            .is_some_and(|most| landed > i128::from(most))
        {
            return Err(Code::PriceAboveMaximum);
        }
        let due = line.due - transit;
        let in_time = self.first.is_some_and(|first| first <= due);
        if self.offer.lead > due || !in_time {
            return Err(Code::TooLate);
        }
        Ok((supplier, due))
    }
}

impl<'a> Round<'a> {
    pub(super) fn new(request: &'a Request) -> Self {
        let mut round = Self {
            request,
            lines: request
                .lines
                .iter()
                .map(|one| (one.id.as_str(), one))
                .collect(),
            suppliers: request
                .suppliers
                .iter()
                .map(|one| (one.id.as_str(), one))
                .collect(),
            offers: request
                .offers
                .iter()
                .map(|one| (one.id.as_str(), one))
                .collect(),
            eligible: BTreeMap::new(),
            rejected: Vec::new(),
        };
        let all = request.lines.iter().map(|line| line.region.as_str());
        let regions: BTreeSet<&str> = all.collect();
        let regions: BTreeMap<&str, usize> = regions.into_iter().zip(0..).collect();
        let mut products: BTreeMap<&str, Vec<Offered>> = BTreeMap::new();
        for (number, offer) in round.offers.values().enumerate() {
            let product = products.entry(&offer.product).or_default();
            product.push(Offered::new(number, offer, &round.suppliers, &regions));
        }
        for line in round.lines.values() {
            let region = regions.get(line.region.as_str()).copied();
            let mut pairs = Vec::new();
            for offered in products.get(line.product.as_str()).into_iter().flatten() {
                let offer = offered.offer;
                match offered.may_serve(line, region) {
                    Ok((supplier, due)) => pairs.push(Eligible {
                        offer,
                        supplier,
                        number: offered.number,
                        due,
                    }),
                    Err(code) => round.rejected.push((&line.id, &offer.id, code)),
                }
            }
            round.eligible.insert(&line.id, pairs);
        }
        round
    }

    /// How a line may use an offer.
    pub(super) fn pair(&self, line: &str, offer: &str) -> Option<Eligible<'a>> {
        let pairs = self.eligible.get(line)?;
        let at = pairs.binary_search_by(|pair| pair.offer.id.as_str().cmp(offer));
        pairs.get(at.ok()?).copied()
    }

    /// The definition: a supplier's unit u lies in tier k if `⌊n·k/K⌋ < u ≤ ⌊n·(k+1)/K⌋`.
    pub(super) fn fairness(&self, supplier: &Supplier, load: i128) -> i128 {
        let (need, tiers) = (
            i128::from(supplier.need),
            i128::from(self.request.rules.tiers),
        );
        let mut sum = tiers * (load - need).max(0);
        for tier in 0..self.request.rules.tiers {
            let tier = i128::from(tier);
            let (from, to) = (need * tier / tiers, need * (tier + 1) / tiers);
            sum += tier * (load.min(to) - from).max(0);
        }
        sum
    }

    /// Nothing in the request is beyond a network, whether it binds or not.
    pub(super) fn is_plain_network(&self) -> bool {
        let plain_offers = self
            .offers
            .values()
            .all(|offer| offer.minimum <= 1 && offer.lot == 1 && offer.breaks.is_empty());
        let plain_lines = self
            .lines
            .values()
            .all(|line| line.budget.is_none() && line.max_suppliers.is_none());
        let mut works: BTreeMap<&str, i64> = BTreeMap::new();
        let one_work = self
            .offers
            .values()
            .all(|offer| *works.entry(offer.supplier.as_str()).or_insert(offer.work) == offer.work);
        plain_offers && plain_lines && one_work
    }
}
