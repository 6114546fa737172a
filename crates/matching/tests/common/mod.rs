//! Random rounds for the property tests, and the best plan of a tiny round by trying them all.

use matching::{Break, Line, Objective, Offer, Request, Rules, Supplier};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What a random round may hold.
#[derive(Clone, Copy)]
pub struct Shape {
    pub lines: usize,
    pub suppliers: usize,
    pub offers: usize,
    pub quantity: i64,
    /// Minimums, lots, breaks, budgets, supplier limits, mixed work.
    pub beyond_network: bool,
}

const REGIONS: [&str; 3] = ["north", "south", "coast"];
const PRODUCTS: [&str; 2] = ["bricks", "tiles"];

fn line(shape: Shape) -> impl Strategy<Value = Line> {
    (
        (1..=shape.quantity, 1_i64..4, 0_i64..4),
        (0..PRODUCTS.len(), 0..REGIONS.len()),
        weighted(0.4, 20_i64..45),
        weighted(0.3, 0..shape.quantity * 30),
        weighted(0.3, 0_i64..3),
    )
        .prop_map(
            move |((quantity, priority, due), (product, region), most, budget, few)| Line {
                priority,
                max_unit_price: most,
                budget: budget.filter(|_| shape.beyond_network),
                max_suppliers: few.filter(|_| shape.beyond_network),
                ..Line::new(
                    "",
                    "union",
                    PRODUCTS[product],
                    quantity,
                    REGIONS[region],
                    due,
                )
            },
        )
}

fn supplier(shape: Shape) -> impl Strategy<Value = Supplier> {
    let need = 1..=shape.quantity * 2;
    let capacity = weighted(0.4, 0..=shape.quantity * 2);
    (need, capacity, proptest::bool::weighted(0.9)).prop_map(|(need, capacity, verified)| {
        Supplier {
            capacity,
            verified,
            ..Supplier::new("", need)
        }
    })
}

fn by_region(
    value: std::ops::Range<i64>,
    odds: f64,
) -> impl Strategy<Value = BTreeMap<String, i64>> {
    vec(weighted(odds, value), REGIONS.len()).prop_map(|values| {
        let served = REGIONS.iter().zip(values);
        served
            .filter_map(|(region, value)| Some(((*region).to_owned(), value?)))
            .collect()
    })
}

fn offer(shape: Shape) -> impl Strategy<Value = Offer> {
    let most = shape.quantity;
    let beyond = (
        0..=most,
        1_i64..4,
        vec((0..=most, 10_i64..30), 0..3),
        1_i64..4,
    );
    (
        (0..shape.suppliers, 0..PRODUCTS.len(), 10_i64..30),
        (vec(0..=most, 0..4), 0_i64..2),
        (by_region(0..10, 0.85), by_region(0..2, 0.5)),
        beyond,
    )
        .prop_map(
            move |((supplier, product, price), (capacity, lead), (freight, transit), beyond)| {
                let (minimum, lot, breaks, work) = beyond;
                let supplier = format!("f{supplier}");
                let mut offer = Offer::new("", supplier, PRODUCTS[product], capacity, price);
                (offer.lead, offer.freight, offer.transit) = (lead, freight, transit);
                if shape.beyond_network {
                    (offer.minimum, offer.lot, offer.work) = (minimum, lot, work);
                    offer.breaks = breaks.into_iter().map(Break::from).collect();
                }
                offer
            },
        )
}

/// A random round.
pub fn round(shape: Shape) -> impl Strategy<Value = Request> {
    (
        vec(line(shape), 1..=shape.lines),
        vec(supplier(shape), shape.suppliers),
        vec(offer(shape), 1..=shape.offers),
        (1_i64..12, 0_i64..3, 0_i64..1000),
        vec(1_i64..4, shape.suppliers),
    )
        .prop_map(
            move |(mut lines, mut suppliers, mut offers, (tiers, holding, seed), works)| {
                // Names in an order of their own, so that sorting by name changes something.
                for (at, line) in lines.iter_mut().enumerate() {
                    line.id = format!("n{}", at * 7 % 23);
                }
                for (at, supplier) in suppliers.iter_mut().enumerate() {
                    supplier.id = format!("f{at}");
                }
                for (at, offer) in offers.iter_mut().enumerate() {
                    offer.id = format!("o{}", at * 7 % 23);
                    if !shape.beyond_network {
                        // One work content inside each factory.
                        let supplier: usize =
                            offer.supplier.trim_start_matches('f').parse().unwrap();
                        offer.work = works[supplier];
                    }
                }
                Request {
                    lines,
                    suppliers,
                    offers,
                    rules: Rules {
                        tiers,
                        holding,
                        seed,
                    },
                }
            },
        )
}

/// A pair as the definition reads: the line, the offer, and the last period to make it in.
struct Pair<'a> {
    line: &'a Line,
    offer: &'a Offer,
    due: i64,
    freight: i64,
}

/// The best objective of all plans, by trying every quantity of every pair; none if there are more
/// than `limit` of them.
pub fn best_of_all(request: &Request, limit: u64) -> Option<Objective> {
    let pairs = pairs(request);
    let steps = |pair: &Pair| pair.line.quantity / pair.offer.lot;
    let plans = pairs.iter().try_fold(1_u64, |plans, pair| {
        let next = plans.checked_mul(u64::try_from(steps(pair)).ok()? + 1)?;
        (next <= limit).then_some(next)
    })?;
    let best = (0..plans).filter_map(|plan| {
        let mut rest = plan;
        let quantities: Vec<i64> = pairs
            .iter()
            .map(|pair| {
                let choices = u64::try_from(steps(pair)).unwrap() + 1;
                let lots = i64::try_from(rest % choices).unwrap();
                rest /= choices;
                lots * pair.offer.lot
            })
            .collect();
        value(request, &pairs, &quantities)
    });
    Some(best.min().unwrap())
}

/// The best objective of all plans, by trying the quantities of one pair after the other and leaving
/// what can no longer become better; none if that takes more than `limit` steps.
pub fn best_by_search(request: &Request, limit: u64) -> Option<Objective> {
    let mut trial = Trial {
        request,
        pairs: pairs(request),
        quantities: Vec::new(),
        best: value(request, &[], &[]).unwrap(),
        left: limit,
    };
    trial.extend()?;
    Some(trial.best)
}

struct Trial<'a> {
    request: &'a Request,
    pairs: Vec<Pair<'a>>,
    /// Of the first pairs.
    quantities: Vec<i64>,
    best: Objective,
    left: u64,
}

impl Trial<'_> {
    fn extend(&mut self) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        if self.at_best() >= self.best {
            return Some(());
        }
        let Some(pair) = self.pairs.get(self.quantities.len()) else {
            if let Some(objective) = value(self.request, &self.pairs, &self.quantities) {
                self.best = self.best.min(objective);
            }
            return Some(());
        };
        let lot = pair.offer.lot;
        let rest = pair.line.quantity - self.got(&pair.line.id);
        let made: i64 = pair.offer.capacity.iter().sum();
        for lots in (0..=rest.min(made) / lot).rev() {
            self.quantities.push(lots * lot);
            self.extend()?;
            self.quantities.pop();
        }
        Some(())
    }

    fn got(&self, line: &str) -> i64 {
        let chosen = self.pairs.iter().zip(&self.quantities);
        chosen
            .filter(|(pair, _)| pair.line.id == line)
            .map(|(_, units)| units)
            .sum()
    }

    /// What the quantities come to at least: every line that has a pair left may still be met, every
    /// offer may reach its lowest price.
    fn at_best(&self) -> Objective {
        let mut objective = Objective::default();
        let open = |line: &Line| {
            let rest = self.pairs.iter().skip(self.quantities.len());
            rest.into_iter().any(|pair| pair.line.id == line.id)
        };
        for line in self.request.lines.iter().filter(|line| !open(line)) {
            objective.unmet_weighted += (line.quantity - self.got(&line.id)) * line.priority;
        }
        for supplier in &self.request.suppliers {
            let chosen = self.pairs.iter().zip(&self.quantities);
            let load = chosen
                .filter(|(pair, _)| pair.offer.supplier == supplier.id)
                .map(|(pair, units)| pair.offer.work * units)
                .sum();
            objective.fairness += fairness(supplier, self.request.rules.tiers, load);
        }
        for (pair, units) in self.pairs.iter().zip(&self.quantities) {
            let steps = pair.offer.breaks.iter().map(|step| step.unit_price);
            let price = steps.fold(pair.offer.unit_price, i64::min);
            objective.landed_cost += units * (price + pair.freight);
        }
        objective
    }
}

fn pairs(request: &Request) -> Vec<Pair<'_>> {
    let mut pairs = Vec::new();
    for line in &request.lines {
        for offer in &request.offers {
            let supplier = request
                .suppliers
                .iter()
                .find(|one| one.id == offer.supplier)
                .unwrap();
            let Some(freight) = offer.freight.get(&line.region) else {
                continue;
            };
            let due = line.due - offer.transit.get(&line.region).unwrap_or(&0);
            if offer.product == line.product && supplier.verified && due >= offer.lead {
                pairs.push(Pair {
                    line,
                    offer,
                    due,
                    freight: *freight,
                });
            }
        }
    }
    pairs
}

/// The objective of these quantities; none if they break a constraint.
fn value(request: &Request, pairs: &[Pair], quantities: &[i64]) -> Option<Objective> {
    let made = || {
        pairs
            .iter()
            .zip(quantities)
            .filter(|(_, units)| **units > 0)
    };
    let total = |offer: &Offer| -> i64 {
        made()
            .filter(|(pair, _)| pair.offer.id == offer.id)
            .map(|(_, units)| units)
            .sum()
    };
    let mut objective = Objective::default();
    for offer in &request.offers {
        let units = total(offer);
        let owed: Vec<(i64, i64)> = made()
            .filter(|(pair, _)| pair.offer.id == offer.id)
            .map(|(pair, units)| (pair.due, *units))
            .collect();
        let held = held(offer, &owed)?;
        if units > 0 && units < offer.minimum {
            return None;
        }
        objective.landed_cost += request.rules.holding * held;
    }
    for supplier in &request.suppliers {
        let offers = request
            .offers
            .iter()
            .filter(|offer| offer.supplier == supplier.id);
        let load: i64 = offers.map(|offer| total(offer) * offer.work).sum();
        if supplier.capacity.is_some_and(|most| load > most) {
            return None;
        }
        objective.fairness += fairness(supplier, request.rules.tiers, load);
    }
    for line in &request.lines {
        let serving: Vec<_> = made().filter(|(pair, _)| pair.line.id == line.id).collect();
        let (mut got, mut spent) = (0, 0);
        for (pair, units) in &serving {
            let reached = pair
                .offer
                .breaks
                .iter()
                .filter(|step| step.quantity <= total(pair.offer));
            let price = reached
                .map(|step| step.unit_price)
                .fold(pair.offer.unit_price, i64::min);
            if line
                .max_unit_price
                .is_some_and(|most| price + pair.freight > most)
            {
                return None;
            }
            got += **units;
            spent += **units * (price + pair.freight);
        }
        let few = line
            .max_suppliers
            .is_none_or(|most| serving.len() <= usize::try_from(most).unwrap());
        if got > line.quantity || line.budget.is_some_and(|most| spent > most) || !few {
            return None;
        }
        objective.unmet_weighted += (line.quantity - got) * line.priority;
        objective.landed_cost += spent;
    }
    Some(objective)
}

/// The tiers of the units of a load, one by one.
fn fairness(supplier: &Supplier, tiers: i64, load: i64) -> i64 {
    let need = supplier.need;
    let tier = |unit: i64| {
        let within = |k: &i64| need * k / tiers < unit && unit <= need * (k + 1) / tiers;
        (0..tiers).find(within).unwrap_or(tiers)
    };
    (1..=load).map(tier).sum()
}

/// The fewest unit periods held, unit by unit: the latest due take the latest slots; none if some
/// unit finds no slot in time.
fn held(offer: &Offer, owed: &[(i64, i64)]) -> Option<i64> {
    let mut slots: Vec<i64> = Vec::new();
    for (period, units) in (0_i64..).zip(&offer.capacity) {
        if period >= offer.lead {
            slots.extend((0..*units).map(|_| period));
        }
    }
    let mut units: Vec<i64> = owed
        .iter()
        .flat_map(|(due, units)| (0..*units).map(move |_| *due))
        .collect();
    units.sort_unstable();
    let mut held = 0;
    while let Some(due) = units.pop() {
        let at = slots.iter().rposition(|slot| *slot <= due)?;
        held += due - slots.remove(at);
    }
    Some(held)
}
