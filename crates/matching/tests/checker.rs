//! The checker refuses plans that are not what they claim.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(
    clippy::indexing_slicing,
    reason = "the round has what the tests change"
)]

use matching::{
    Allocation, Break, Code, Line, Objective, Offer, Plan, Request, Rules, Status, Supplier,
    Violation, ViolationCode, check, plan,
};

/// Two villages order bricks from two factories with the same need. Each is cheapest at home.
fn round() -> Request {
    let offer = |id: &str, supplier: &str, north: i64, south: i64| {
        let mut offer = Offer::new(id, supplier, "bricks", vec![6, 6], 100);
        offer.freight = [("north".to_owned(), north), ("south".to_owned(), south)].into();
        offer
    };
    Request {
        lines: vec![
            Line::new("ln", "u", "bricks", 6, "north", 1),
            Line::new("ls", "u", "bricks", 6, "south", 1),
        ],
        suppliers: vec![Supplier::new("fa", 10), Supplier::new("fb", 10)],
        offers: vec![offer("a", "fa", 1, 20), offer("b", "fb", 20, 1)],
        rules: Rules::default(),
    }
}

fn codes(found: Result<(), Vec<Violation>>) -> Vec<ViolationCode> {
    let mut codes: Vec<_> = found
        .err()
        .unwrap_or_default()
        .iter()
        .map(|one| one.code)
        .collect();
    codes.dedup();
    codes
}

/// The codes of a plan of [`round`] after a change.
fn after(change: impl FnOnce(&mut Plan)) -> Vec<ViolationCode> {
    let request = round();
    let mut plan = plan(&request).unwrap();
    assert_eq!(check(&request, &plan), Ok(()));
    change(&mut plan);
    codes(check(&request, &plan))
}

/// The codes of [`round`]'s plan against another request.
fn against(change: impl FnOnce(&mut Request)) -> Vec<ViolationCode> {
    let mut request = round();
    let plan = plan(&request).unwrap();
    change(&mut request);
    codes(check(&request, &plan))
}

#[test]
fn each_hard_constraint_is_held() {
    use ViolationCode as V;
    assert_eq!(
        against(|r| r.offers[0].capacity = vec![3, 2]),
        [V::Capacity]
    );
    assert_eq!(
        against(|r| r.suppliers[0].capacity = Some(5)),
        [V::Capacity]
    );
    assert_eq!(against(|r| r.offers[0].minimum = 7), [V::Minimum]);
    assert_eq!(against(|r| r.offers[0].lot = 4), [V::Lot]);
    assert_eq!(against(|r| r.lines[0].quantity = 5), [V::Quantity]);
    assert_eq!(against(|r| r.lines[0].budget = Some(605)), [V::Budget]);
    assert_eq!(
        against(|r| r.lines[0].max_suppliers = Some(0)),
        [V::MaxSuppliers]
    );
    let not_eligible = [V::NotEligible, V::PriceAboveMaximum];
    assert_eq!(
        against(|r| r.lines[0].max_unit_price = Some(100)),
        not_eligible
    );
    assert_eq!(
        against(|r| r.offers[0].breaks = vec![Break::from((6, 90))]),
        [V::Price]
    );
    assert_eq!(
        against(|r| r.suppliers[0].verified = false),
        [V::NotEligible]
    );
    assert_eq!(against(|r| r.offers[0].lead = 2), [V::NotEligible]);
    assert_eq!(against(|r| r.lines[0].due = 0), <[V; 0]>::default());
    assert_eq!(against(|r| r.lines[0].quantity = 0), [V::InvalidRequest]);
    // Eligible at a break that the total does not reach.
    let dear = against(|r| {
        r.lines[0].max_unit_price = Some(100);
        r.offers[0].breaks = vec![Break::from((7, 90))];
    });
    assert_eq!(dear, [V::PriceAboveMaximum]);
}

#[test]
fn every_figure_of_a_plan_is_held() {
    use ViolationCode as V;
    assert_eq!(after(|p| p.objective.unmet_weighted = -1), [V::Objective]);
    assert_eq!(after(|p| p.objective.fairness += 1), [V::Objective]);
    assert_eq!(after(|p| p.objective.landed_cost -= 1), [V::Objective]);
    assert_eq!(after(|p| p.status = Status::Bounded), [V::Bound]);
    assert_eq!(after(|p| p.bound = Some(Objective::default())), [V::Bound]);
    assert_eq!(after(|p| p.allocations[0].amount += 1), [V::Price]);
    assert_eq!(after(|p| p.allocations[0].freight += 1), [V::Price]);
    assert_eq!(after(|p| p.allocations.reverse()), [V::Order]);
    assert_eq!(
        after(|p| p.allocations[0].line = "nobody".to_owned())[0],
        V::NotEligible
    );
    assert_eq!(after(|p| p.allocations[0].quantity = i64::MIN)[0], V::Lot);
    assert_eq!(after(|p| p.allocations[0].quantity = i64::MAX)[0], V::Price);
    assert_eq!(
        after(|p| p.offers[0].closed = Some(Code::MinimumNotReached)),
        [V::Statement]
    );
    assert_eq!(after(|p| p.suppliers[1].tier = None), [V::Statement]);
    assert_eq!(after(|p| p.why.clear()), [V::Statement]);
    assert_eq!(after(|p| p.why[0].load = 0), [V::Statement]);
    assert_eq!(
        after(|p| p.allocations.push(p.allocations[0].clone()))[0],
        V::Order,
        "a pair stands once"
    );
}

/// The plan of a request with other allocations: for quantities that leave the rest as it is.
fn plan_of(request: &Request, quantities: &[(&str, &str, i64)]) -> Plan {
    let mut plan = plan(request).unwrap();
    plan.allocations = quantities
        .iter()
        .map(|(line, offer, quantity)| {
            let region = &request
                .lines
                .iter()
                .find(|one| one.id == *line)
                .unwrap()
                .region;
            let source = request.offers.iter().find(|one| one.id == *offer).unwrap();
            let freight = source.freight[region];
            Allocation {
                line: (*line).to_owned(),
                offer: (*offer).to_owned(),
                quantity: *quantity,
                unit_price: source.unit_price,
                freight,
                amount: quantity * (source.unit_price + freight),
            }
        })
        .collect();
    plan.objective.landed_cost = plan.allocations.iter().map(|one| one.amount).sum();
    plan
}

#[test]
fn a_dearer_plan_that_claims_to_be_optimal_is_found_out() {
    let request = round();
    let crossed = plan_of(&request, &[("ln", "b", 6), ("ls", "a", 6)]);
    assert_eq!(
        codes(check(&request, &crossed)),
        [ViolationCode::NotOptimal]
    );
    // Honest about it, the same plan passes.
    let bound = Some(Objective {
        landed_cost: 1212,
        ..crossed.objective
    });
    let honest = Plan {
        status: Status::Bounded,
        bound,
        ..crossed
    };
    assert_eq!(check(&request, &honest), Ok(()));
}

#[test]
fn making_early_costs_and_is_counted() {
    let mut request = round();
    request.rules.holding = 2;
    request.offers[0].capacity = vec![6, 2];
    let best = plan(&request).unwrap();
    assert_eq!(check(&request, &best), Ok(()));
    // The factory makes two in time and four a period early.
    assert_eq!(best.objective.landed_cost, 2 * 606 + 2 * 4);
}

#[test]
fn the_lottery_is_part_of_what_is_proven() {
    let mut request = round();
    for offer in &mut request.offers {
        offer.freight.values_mut().for_each(|freight| *freight = 0);
    }
    let drawn = plan(&request).unwrap();
    assert_eq!(check(&request, &drawn), Ok(()));
    let one = plan_of(&request, &[("ln", "a", 6), ("ls", "b", 6)]);
    let other = plan_of(&request, &[("ln", "b", 6), ("ls", "a", 6)]);
    let passes = [one, other].map(|plan| check(&request, &plan).is_ok());
    assert_eq!(
        passes.iter().filter(|passes| **passes).count(),
        1,
        "exactly one was drawn"
    );
}
