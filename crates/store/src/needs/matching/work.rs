//! How much work a unit is, and how much work each co-operative looks for.
//!
//! Within a round a product's unit counts the same for everybody, whoever makes it faster: nobody is
//! preferred for working harder. Between products it counts by the minutes that they take.
use super::Scales;
use super::offers::Candidate;
use crate::catalogue::pricer::Pricer;
use crate::ids::{OrganisationId, ProductId};
use matching::Supplier;
use money::Micro;
use ordering::units_sought;
use std::collections::BTreeMap;

/// A unit counts at most so many times the quickest; finer differences would only lengthen the search.
const WORK_MAX: i128 = 1_000;
/// No co-operative looks for more units of work.
const NEED_MAX: i128 = 1 << 40;

/// Units of work in one tradable unit, by product: whole multiples of the quickest product's.
pub(super) fn per_product(candidates: &[Candidate], scales: &Scales) -> BTreeMap<ProductId, i64> {
    let mut minutes: BTreeMap<ProductId, Vec<i128>> = BTreeMap::new();
    for one in candidates {
        let of_unit = i128::from(minutes_per_unit(&one.pricer).get());
        let of_tradable = of_unit * i128::from(scales.unit(one.pricer.product()));
        minutes
            .entry(one.pricer.product())
            .or_default()
            .push(of_tradable);
    }
    let typical: BTreeMap<ProductId, i128> = minutes
        .into_iter()
        .map(|(product, mut all)| {
            all.sort_unstable();
            let middle = all.len().saturating_sub(1) / 2;
            (product, all.get(middle).copied().unwrap_or(0))
        })
        .collect();
    let quickest = typical.values().copied().filter(|all| *all > 0).min();
    typical
        .into_iter()
        .map(|(product, of_tradable)| {
            let times = quickest.and_then(|base| money::round_half_away(of_tradable, base));
            let times = times.unwrap_or(1).clamp(1, WORK_MAX);
            (product, i64::try_from(times).unwrap_or(1))
        })
        .collect()
}

/// Units of work in one tradable unit of the product.
pub(super) fn of(shares: &BTreeMap<ProductId, i64>, product: ProductId) -> i64 {
    shares.get(&product).copied().unwrap_or(1)
}

/// The round's suppliers: each looks for the work that would fill its idle hours, measured by what it
/// offers here (the mean, where it offers several things).
pub(super) fn suppliers(
    candidates: &[Candidate],
    shares: &BTreeMap<ProductId, i64>,
    scales: &Scales,
) -> Vec<Supplier> {
    let mut sought: BTreeMap<OrganisationId, (bool, Vec<i128>)> = BTreeMap::new();
    for one in candidates {
        let conditions = &one.pricer.workplace().conditions;
        let units = units_sought(
            conditions.idle_weekly_hours,
            conditions.weeks_of_work_left,
            minutes_per_unit(&one.pricer),
        );
        let work = i128::from(units)
            * i128::from(scales.tradable_per_unit(one.pricer.product()))
            * i128::from(of(shares, one.pricer.product()));
        let supplier = sought.entry(one.pricer.cooperative()).or_default();
        supplier.0 = one.verified;
        supplier.1.push(work.min(NEED_MAX));
    }
    sought
        .into_iter()
        .map(|(cooperative, (verified, works))| {
            let offers = i128::try_from(works.len()).unwrap_or(1).max(1);
            let mean = works.iter().sum::<i128>() / offers;
            let need = i64::try_from(mean.max(1)).unwrap_or(1);
            let mut supplier = Supplier::new(cooperative.to_string(), need);
            supplier.verified = verified;
            supplier
        })
        .collect()
}

/// Paid minutes that a unit takes: the standard minutes at the line's efficiency, as pricing costs them.
fn minutes_per_unit(pricer: &Pricer) -> Micro {
    let sheet = &pricer.listing().terms.cost_sheet;
    let standard = i128::from(sheet.standard_minutes.get()) * i128::from(Micro::ONE.get());
    let paid = money::round_half_away(standard, i128::from(sheet.line_efficiency.get()));
    Micro::new(
        paid.and_then(|paid| i64::try_from(paid).ok())
            .unwrap_or(i64::MAX),
    )
}
