//! The lists of a plan that follow from its request and its allocations.

use super::{Made, Round, Violation, ViolationCode as Broken, rules};
use crate::plan::{Code, OfferTotal, Plan, SupplierLoad};
use crate::request::Supplier;
use std::cmp::Reverse;
use std::collections::BTreeMap;

pub(super) fn all(round: &Round, plan: &Plan, made: &Made, found: &mut Vec<Violation>) {
    let mut require = |right: bool, field: &str, message: &str| {
        if !right {
            found.push(Violation::new(Broken::Statement, field, message));
        }
    };
    require(
        plan.rejected
            .iter()
            .map(|one| (one.line.as_str(), one.offer.as_str(), one.code))
            .eq(round.rejected.iter().copied()),
        "/rejected",
        "not the pairs that may not trade, with the first rule that fails",
    );
    require(
        plan.offers.iter().cloned().eq(offers(round, made)),
        "/offers",
        "not what the allocations come to",
    );
    require(
        plan.suppliers.iter().cloned().eq(suppliers(round, made)),
        "/suppliers",
        "not what the allocations come to",
    );
    require(
        plan.unmet
            .iter()
            .map(|one| {
                (
                    one.line.as_str(),
                    i128::from(one.quantity),
                    one.codes.clone(),
                )
            })
            .eq(unmet(round, plan, made)),
        "/unmet",
        "not what the lines lack, with the codes of their pairs, most frequent first",
    );
    require(
        why(round, plan, made),
        "/why",
        "not one entry for each eligible pair, with its load",
    );
}

fn offers(round: &Round, made: &Made) -> impl Iterator<Item = OfferTotal> {
    let mut wanted = vec![false; round.offers.len()];
    for pair in round.eligible.values().flatten() {
        if let Some(wanted) = wanted.get_mut(pair.number) {
            *wanted = true;
        }
    }
    round.offers.values().zip(wanted).map(|(offer, wanted)| {
        let total = made.of_offer(&offer.id);
        let closed = offer.minimum > 0 && total == 0 && wanted;
        OfferTotal {
            offer: offer.id.clone(),
            // Feasible by now: within the lines' quantities.
            quantity: i64::try_from(total).unwrap_or(i64::MAX),
            unit_price: rules::price(offer, total),
            closed: closed.then_some(Code::MinimumNotReached),
        }
    })
}

fn suppliers(round: &Round, made: &Made) -> impl Iterator<Item = SupplierLoad> {
    round.suppliers.values().map(|supplier| {
        let load = i64::try_from(made.load(supplier)).unwrap_or(i64::MAX);
        SupplierLoad {
            supplier: supplier.id.clone(),
            load,
            need: supplier.need,
            capacity: supplier.capacity,
            tier: (load > 0).then(|| last_tier(round, supplier, load)),
        }
    })
}

/// The first tier that ends at or beyond the load.
fn last_tier(round: &Round, supplier: &Supplier, load: i64) -> i64 {
    let tiers = round.request.rules.tiers;
    let ends = |tier: i64| i128::from(supplier.need) * i128::from(tier + 1) / i128::from(tiers);
    (0..tiers)
        .find(|tier| i128::from(load) <= ends(*tier))
        .unwrap_or(tiers)
}

fn unmet<'a>(
    round: &'a Round,
    plan: &Plan,
    made: &Made,
) -> impl Iterator<Item = (&'a str, i128, Vec<Code>)> {
    let mut counts: BTreeMap<&str, BTreeMap<Code, usize>> = BTreeMap::new();
    let whys = plan.why.iter().map(|one| (one.line.as_str(), one.code));
    let rejections = plan
        .rejected
        .iter()
        .map(|one| (one.line.as_str(), one.code));
    for (line, code) in whys.chain(rejections) {
        *counts.entry(line).or_default().entry(code).or_default() += 1;
    }
    let lines = round.lines.values().filter_map(|line| {
        let lacking = i128::from(line.quantity) - made.of_line(&line.id);
        let counted = counts.remove(line.id.as_str()).unwrap_or_default();
        let mut codes: Vec<(Code, usize)> = counted.into_iter().collect();
        // Stable, so that equally frequent ones keep the order of the rules.
        codes.sort_by_key(|(_, count)| Reverse(*count));
        let codes = codes.into_iter().map(|(code, _)| code).collect();
        (lacking > 0).then_some((line.id.as_str(), lacking, codes))
    });
    lines.collect::<Vec<_>>().into_iter()
}

fn why(round: &Round, plan: &Plan, made: &Made) -> bool {
    let expected = round.eligible.iter().flat_map(|(line, pairs)| {
        pairs.iter().map(|pair| {
            let load = made.load(pair.supplier);
            (*line, pair.offer.id.as_str(), load, pair.supplier.need)
        })
    });
    plan.why
        .iter()
        .map(|one| {
            (
                one.line.as_str(),
                one.offer.as_str(),
                i128::from(one.load),
                one.need,
            )
        })
        .eq(expected)
}
