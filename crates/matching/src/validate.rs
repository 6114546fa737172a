//! The door: what passes here can be planned in 64-bit integers.

use crate::error::{ErrorCode, MatchingError};
use crate::request::{Offer, Request, Rules};
use crate::sorted::Sorted;
use std::collections::{BTreeMap, HashSet};

/// No sum of arc costs along a path may pass this; it leaves room for the difference of two paths
/// and one more arc.
const PATH_LIMIT: i64 = 1 << 60;
/// Tickets have 20 bits.
const TICKETS: i64 = 1 << 20;

/// What the door finds besides: who stands where.
pub(crate) struct Places<'a> {
    /// The suppliers by their ids.
    pub(crate) suppliers: Sorted<'a>,
    /// The place among them of each offer's supplier.
    pub(crate) makers: Vec<usize>,
}

/// Refuses a request that breaks a rule of the input or might overflow.
pub(crate) fn validate(request: &Request) -> Result<Places<'_>, MatchingError> {
    distinct("lines", request.lines.iter().map(|line| &line.id))?;
    let ids = || request.suppliers.iter().map(|one| &one.id);
    let suppliers = Sorted::new(ids().map(String::as_str));
    if suppliers.repeats() {
        distinct("suppliers", ids())?;
    }
    distinct("offers", request.offers.iter().map(|offer| &offer.id))?;
    let freights = ranges(request)?;
    let mut makers = Vec::with_capacity(request.offers.len());
    for (at, offer) in request.offers.iter().enumerate() {
        let Some(maker) = suppliers.place(&offer.supplier) else {
            return Err(MatchingError::new(
                ErrorCode::DanglingReference,
                format!("/offers/{at}/supplier"),
                format!("no supplier has the id `{}`", offer.supplier),
            ));
        };
        makers.push(maker);
    }
    totals(request, &freights)?;
    Ok(Places { suppliers, makers })
}

fn twice(array: &str, at: usize, id: &str) -> MatchingError {
    MatchingError::new(
        ErrorCode::DuplicateId,
        format!("/{array}/{at}/id"),
        format!("the id `{id}` stands twice"),
    )
}

fn distinct<'a>(
    array: &str,
    ids: impl Iterator<Item = &'a String> + Clone,
) -> Result<(), MatchingError> {
    // As they mostly come: each after the one before.
    if ids.clone().is_sorted_by(|one, next| one < next) {
        return Ok(());
    }
    // Asked for membership only, so that its order does not matter.
    let mut seen = HashSet::with_capacity(ids.size_hint().0);
    for (at, id) in ids.enumerate() {
        if !seen.insert(id) {
            return Err(twice(array, at, id));
        }
    }
    Ok(())
}

fn at_least(value: i64, least: i64, pointer: impl FnOnce() -> String) -> Result<(), MatchingError> {
    if value >= least {
        return Ok(());
    }
    Err(MatchingError::new(
        ErrorCode::OutOfRange,
        pointer(),
        format!("{value} is less than {least}"),
    ))
}

/// Gives the dearest freight of each offer.
fn ranges(request: &Request) -> Result<Vec<i64>, MatchingError> {
    for (at, line) in request.lines.iter().enumerate() {
        let field = |name: &'static str| move || format!("/lines/{at}/{name}");
        at_least(line.quantity, 1, field("quantity"))?;
        at_least(line.priority, 1, field("priority"))?;
        at_least(line.due, 0, field("due"))?;
        at_least(line.max_unit_price.unwrap_or(0), 0, field("max_unit_price"))?;
        at_least(line.budget.unwrap_or(0), 0, field("budget"))?;
        at_least(line.max_suppliers.unwrap_or(0), 0, field("max_suppliers"))?;
    }
    for (at, supplier) in request.suppliers.iter().enumerate() {
        let field = |name: &'static str| move || format!("/suppliers/{at}/{name}");
        at_least(supplier.need, 1, field("need"))?;
        at_least(supplier.capacity.unwrap_or(0), 0, field("capacity"))?;
    }
    let mut freights = Vec::with_capacity(request.offers.len());
    for (at, offer) in request.offers.iter().enumerate() {
        freights.push(offer_ranges(at, offer)?);
    }
    let rules = &request.rules;
    at_least(rules.tiers, 1, || "/rules/tiers".to_owned())?;
    at_least(rules.holding, 0, || "/rules/holding".to_owned())?;
    at_least(rules.seed, 0, || "/rules/seed".to_owned())?;
    if rules.tiers > Rules::MOST_TIERS {
        return Err(MatchingError::new(
            ErrorCode::OutOfRange,
            "/rules/tiers",
            format!("{} is more than {}", rules.tiers, Rules::MOST_TIERS),
        ));
    }
    Ok(freights)
}

/// Gives the offer's dearest freight.
fn offer_ranges(at: usize, offer: &Offer) -> Result<i64, MatchingError> {
    let field = |name: &'static str| move || format!("/offers/{at}/{name}");
    for (period, units) in offer.capacity.iter().enumerate() {
        at_least(*units, 0, || format!("/offers/{at}/capacity/{period}"))?;
    }
    at_least(offer.minimum, 0, field("minimum"))?;
    at_least(offer.lot, 1, field("lot"))?;
    at_least(offer.lead, 0, field("lead"))?;
    at_least(offer.unit_price, 0, field("unit_price"))?;
    at_least(offer.work, 1, field("work"))?;
    for (step, price) in offer.breaks.iter().enumerate() {
        at_least(price.quantity, 0, || {
            format!("/offers/{at}/breaks/{step}/0")
        })?;
        at_least(price.unit_price, 0, || {
            format!("/offers/{at}/breaks/{step}/1")
        })?;
    }
    // Each of these maps is gone through once, because there are many of them.
    let extremes = |map: &BTreeMap<String, i64>| {
        map.values()
            .fold((0, 0), |(least, most): (i64, i64), value| {
                (least.min(*value), most.max(*value))
            })
    };
    let (freight, transit) = (extremes(&offer.freight), extremes(&offer.transit));
    for (name, map, (least, _)) in [
        ("freight", &offer.freight, freight),
        ("transit", &offer.transit, transit),
    ] {
        if least >= 0 {
            continue;
        }
        for (region, value) in map {
            at_least(*value, 0, || {
                let region = region.replace('~', "~0").replace('/', "~1");
                format!("/offers/{at}/{name}/{region}")
            })?;
        }
    }
    Ok(freight.1)
}

/// The worst that the offers of one product hold.
#[derive(Clone, Copy, Default)]
struct Worst {
    price: i64,
    freight: i64,
    work: i64,
    lot: i64,
}

fn overflow(field: String, what: &str) -> MatchingError {
    MatchingError::new(
        ErrorCode::Overflow,
        field,
        format!("{what} might not fit 64 bits"),
    )
}

fn totals(request: &Request, freights: &[i64]) -> Result<(), MatchingError> {
    let largest = request
        .lines
        .iter()
        .map(|line| line.quantity)
        .max()
        .unwrap_or(0);
    let mut products: BTreeMap<&str, Worst> = BTreeMap::new();
    let mut nodes: usize = 1 + request.lines.len() + request.suppliers.len();
    for ((at, offer), freight) in request.offers.iter().enumerate().zip(freights) {
        nodes += 1 + offer.capacity.len();
        offer
            .capacity
            .iter()
            .try_fold(0_i64, |sum, units| sum.checked_add(*units))
            .ok_or_else(|| overflow(format!("/offers/{at}/capacity"), "the offer's capacity"))?;
        let worst = products.entry(&offer.product).or_default();
        let dearest = offer.breaks.iter().map(|step| step.unit_price).max();
        worst.price = worst.price.max(offer.unit_price).max(dearest.unwrap_or(0));
        worst.freight = worst.freight.max(*freight);
        worst.work = worst.work.max(offer.work);
        worst.lot = worst.lot.max(offer.lot.min(largest));
    }
    let nodes = i64::try_from(nodes)
        .map_err(|_| overflow(String::new(), "the number of lines, suppliers and periods"))?;
    line_totals(request, &products, PATH_LIMIT / nodes)
}

fn line_totals(
    request: &Request,
    products: &BTreeMap<&str, Worst>,
    arc_limit: i64,
) -> Result<(), MatchingError> {
    let rules = &request.rules;
    let (mut weighted, mut fairness, mut landed) = (0_i64, 0_i64, 0_i64);
    for (at, line) in request.lines.iter().enumerate() {
        let quantity = || format!("/lines/{at}/quantity");
        let worst = products
            .get(line.product.as_str())
            .copied()
            .unwrap_or_default();
        weighted = line
            .quantity
            .checked_mul(line.priority)
            .and_then(|part| part.checked_add(weighted))
            .ok_or_else(|| overflow(quantity(), "the weighted need"))?;
        fairness = line
            .quantity
            .checked_mul(worst.work)
            .and_then(|load| load.checked_mul(rules.tiers))
            .and_then(|part| part.checked_add(fairness))
            .ok_or_else(|| overflow(quantity(), "the load times the tiers"))?;
        let unit = rules
            .holding
            .checked_mul(line.due)
            .and_then(|holding| holding.checked_add(worst.price)?.checked_add(worst.freight))
            .ok_or_else(|| overflow(format!("/lines/{at}/due"), "the cost of a unit"))?;
        landed = line
            .quantity
            .checked_mul(unit)
            .and_then(|part| part.checked_add(landed))
            .ok_or_else(|| overflow(quantity(), "the landed cost"))?;
        // One step of the network moves a lot.
        let lot = worst.lot.max(1);
        let steps = [
            (
                line.priority.checked_mul(3),
                "priority",
                "the weight of a lot",
            ),
            (
                worst.work.checked_mul(rules.tiers),
                "product",
                "the work of a lot",
            ),
            (Some(unit), "product", "the cost of a lot"),
            (Some(TICKETS), "product", "the ticket of a lot"),
        ];
        for (step, name, what) in steps {
            if step
                .and_then(|step| step.checked_mul(lot))
                .is_none_or(|step| step > arc_limit)
            {
                return Err(overflow(
                    format!("/lines/{at}/{name}"),
                    &format!("{what}, added up over the round,"),
                ));
            }
        }
    }
    Ok(())
}
