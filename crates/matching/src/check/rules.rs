//! Hard constraints, on the allocations alone.

use super::{Made, Round, Violation, ViolationCode as Broken, periods};
use crate::plan::Plan;
use crate::request::Offer;

/// Checks each allocation and adds them up.
pub(super) fn allocations<'a>(
    round: &Round<'a>,
    plan: &Plan,
    found: &mut Vec<Violation>,
) -> Made<'a> {
    let mut made = Made::default();
    for (at, one) in plan.allocations.iter().enumerate() {
        let field = format!("/allocations/{at}");
        // The names as the request holds them.
        let line = round.lines.get_key_value(one.line.as_str());
        let offer = round.offers.get_key_value(one.offer.as_str());
        let pair = line.zip(offer).and_then(|((line, _), (offer, _))| {
            let pair = round.pair(line, offer)?;
            Some((*line, *offer, pair.offer, pair.due))
        });
        let Some((line, offer, source, due)) = pair else {
            let message = format!("{} may not serve {}", one.offer, one.line);
            found.push(Violation::new(Broken::NotEligible, field, message));
            continue;
        };
        if made
            .pairs
            .insert((line, offer), one.quantity.into())
            .is_some()
        {
            found.push(Violation::new(
                Broken::Order,
                field.clone(),
                "the pair stands twice",
            ));
        }
        if one.quantity < 1 || one.quantity % source.lot != 0 {
            let message = format!("{} is not a multiple of {}", one.quantity, source.lot);
            found.push(Violation::new(
                Broken::Lot,
                format!("{field}/quantity"),
                message,
            ));
        }
        let units = i128::from(one.quantity);
        *made.lines.entry(line).or_default() += units;
        *made.offers.entry(offer).or_default() += units;
        *made.loads.entry(source.supplier.as_str()).or_default() += units * i128::from(source.work);
        *made.due.entry(offer).or_default().entry(due).or_default() += units;
    }
    let pairs = plan.allocations.iter().map(|one| (&one.line, &one.offer));
    if !pairs.is_sorted() {
        found.push(Violation::new(
            Broken::Order,
            "/allocations",
            "not sorted by line and offer",
        ));
    }
    prices(round, plan, &made, found);
    made
}

/// The lowest of the list price and the breaks that a total reaches.
pub(super) fn price(offer: &Offer, total: i128) -> i64 {
    let mut price = offer.unit_price;
    for step in &offer.breaks {
        if total >= 1 && total >= i128::from(step.quantity) {
            price = price.min(step.unit_price);
        }
    }
    price
}

fn prices(round: &Round, plan: &Plan, made: &Made, found: &mut Vec<Violation>) {
    for (at, one) in plan.allocations.iter().enumerate() {
        let (Some(offer), Some(line)) = (
            round.offers.get(one.offer.as_str()),
            round.lines.get(one.line.as_str()),
        ) else {
            continue;
        };
        let field = format!("/allocations/{at}");
        let price = price(offer, made.of_offer(&offer.id));
        let freight = offer.freight.get(&line.region).copied().unwrap_or_default();
        let landed = i128::from(price) + i128::from(freight);
        let right = (price, freight) == (one.unit_price, one.freight)
            && i128::from(one.amount) == i128::from(one.quantity) * landed;
        if !right {
            let message = format!(
                "{} units at {price} and freight {freight} it is",
                one.quantity
            );
            found.push(Violation::new(Broken::Price, field.clone(), message));
        }
        if let Some(most) = line
            .max_unit_price
            .filter(|most| landed > i128::from(*most))
        {
            let message = format!("{landed} is over the line's {most}");
            found.push(Violation::new(Broken::PriceAboveMaximum, field, message));
        }
    }
}

pub(super) fn lines(round: &Round, plan: &Plan, made: &Made, found: &mut Vec<Violation>) {
    let mut spent = std::collections::BTreeMap::<&str, (i128, i64)>::new();
    for one in &plan.allocations {
        let (amount, offers) = spent.entry(one.line.as_str()).or_default();
        *amount += i128::from(one.amount);
        *offers += 1;
    }
    for line in round.lines.values() {
        let mut broken = |code, message: String| {
            found.push(Violation::new(
                code,
                "/allocations",
                format!("line {}: {message}", line.id),
            ));
        };
        let got = made.of_line(&line.id);
        if got > i128::from(line.quantity) {
            broken(
                Broken::Quantity,
                format!("{got} units of {}", line.quantity),
            );
        }
        let (amount, offers) = spent.get(line.id.as_str()).copied().unwrap_or_default();
        if let Some(most) = line.max_suppliers.filter(|most| offers > *most) {
            broken(Broken::MaxSuppliers, format!("{offers} offers of {most}"));
        }
        if let Some(budget) = line.budget.filter(|budget| amount > i128::from(*budget)) {
            broken(Broken::Budget, format!("{amount} spent of {budget}"));
        }
    }
}

pub(super) fn offers(round: &Round, made: &Made, found: &mut Vec<Violation>) {
    for offer in round.offers.values() {
        let mut broken = |code, message: String| {
            let message = format!("offer {}: {message}", offer.id);
            found.push(Violation::new(code, "/allocations", message));
        };
        let total = made.of_offer(&offer.id);
        if total != 0 && total < i128::from(offer.minimum) {
            broken(
                Broken::Minimum,
                format!("{total} units, at least {}", offer.minimum),
            );
        }
        let mut owed = 0;
        for (due, units) in made.due.get(offer.id.as_str()).into_iter().flatten() {
            owed += units;
            let by_then = periods(offer).filter(|(period, _)| period <= due);
            let can: i128 = by_then.map(|(_, units)| i128::from(units)).sum();
            if owed > can {
                broken(
                    Broken::Capacity,
                    format!("{owed} units by period {due}, {can} at most"),
                );
            }
        }
    }
}

pub(super) fn suppliers(round: &Round, made: &Made, found: &mut Vec<Violation>) {
    for supplier in round.suppliers.values() {
        let load = made.load(supplier);
        if let Some(most) = supplier.capacity.filter(|most| load > i128::from(*most)) {
            let message = format!("supplier {}: load {load}, {most} at most", supplier.id);
            found.push(Violation::new(Broken::Capacity, "/allocations", message));
        }
    }
}
