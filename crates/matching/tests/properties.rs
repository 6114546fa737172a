//! What holds of every round, tried on random ones.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(
    clippy::indexing_slicing,
    reason = "the strategies draw positions of their own arrays"
)]

mod common;

use common::{Shape, best_by_search, best_of_all, round};
use matching::{Plan, Request, Status, check, plan, plan_json};
use proptest::prelude::*;

const TINY: Shape = Shape {
    lines: 2,
    suppliers: 2,
    offers: 2,
    quantity: 4,
    beyond_network: false,
};
const TINY_BEYOND: Shape = Shape {
    beyond_network: true,
    quantity: 5,
    ..TINY
};
const SMALL: Shape = Shape {
    lines: 8,
    suppliers: 4,
    offers: 8,
    quantity: 30,
    beyond_network: false,
};
/// An order that arrives by itself.
const ONE_LINE: Shape = Shape {
    lines: 1,
    suppliers: 6,
    offers: 6,
    ..SMALL
};
const SMALL_BEYOND: Shape = Shape {
    beyond_network: true,
    ..SMALL
};

const FEW_BEYOND: Shape = Shape {
    lines: 4,
    suppliers: 3,
    offers: 6,
    quantity: 7,
    beyond_network: true,
};
/// The largest round with everything on that must come back as optimal.
const LARGE_BEYOND: Shape = Shape {
    lines: 10,
    suppliers: 6,
    offers: 20,
    quantity: 30,
    beyond_network: true,
};

/// Steps that [`best_by_search`] may take.
const STEPS: u64 = 100_000;
/// Plans that [`best_of_all`] may try.
const TRIED: u64 = 20_000;

fn shuffled(request: Request) -> impl Strategy<Value = (Request, Request)> {
    let orders = (
        Just(request.lines.clone()).prop_shuffle(),
        Just(request.suppliers.clone()).prop_shuffle(),
        Just(request.offers.clone()).prop_shuffle(),
    );
    orders.prop_map(move |(lines, suppliers, mut offers)| {
        for offer in &mut offers {
            offer.breaks.reverse();
        }
        let rules = request.rules.clone();
        (
            request.clone(),
            Request {
                lines,
                suppliers,
                offers,
                rules,
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_network_is_planned_to_proven_optimality(request in round(SMALL)) {
        let plan = plan(&request).unwrap();
        prop_assert_eq!(plan.status, Status::Optimal);
        prop_assert_eq!(check(&request, &plan), Ok(()));
    }

    #[test]
    fn an_order_by_itself_is_planned_to_proven_optimality(request in round(ONE_LINE)) {
        let plan = plan(&request).unwrap();
        prop_assert_eq!(plan.status, Status::Optimal);
        prop_assert_eq!(check(&request, &plan), Ok(()));
    }

    #[test]
    fn every_plan_keeps_every_constraint(request in round(SMALL_BEYOND)) {
        let plan = plan(&request).unwrap();
        prop_assert_eq!(check(&request, &plan), Ok(()));
    }

    #[test]
    fn the_order_of_the_input_changes_nothing(
        (request, other) in round(SMALL_BEYOND).prop_flat_map(shuffled)
    ) {
        let text = |request: &Request| plan_json(&serde_json::to_string(request).unwrap()).unwrap();
        prop_assert_eq!(text(&request), text(&other));
    }

    #[test]
    fn a_stored_plan_reads_back_as_it_was(request in round(SMALL_BEYOND)) {
        let written = serde_json::to_string(&request).unwrap();
        prop_assert_eq!(&Request::from_json(&written).unwrap(), &request);
        let plan = plan(&request).unwrap();
        let stored: Plan = serde_json::from_str(&plan_json(&written).unwrap()).unwrap();
        prop_assert_eq!(stored, plan);
    }

    #[test]
    fn more_capacity_never_leaves_more_need_unmet(
        request in round(SMALL),
        more in 1_i64..20,
        which in any::<prop::sample::Index>(),
    ) {
        let before = plan(&request).unwrap().objective.unmet_weighted;
        let mut richer = request;
        let offer = which.index(richer.offers.len());
        for units in &mut richer.offers[offer].capacity {
            *units += more;
        }
        prop_assert!(plan(&richer).unwrap().objective.unmet_weighted <= before);
    }

    #[test]
    fn a_new_offer_never_leaves_more_need_unmet(request in round(SMALL)) {
        let after = plan(&request).unwrap().objective.unmet_weighted;
        let mut poorer = request;
        poorer.offers.pop();
        prop_assert!(plan(&poorer).unwrap().objective.unmet_weighted >= after);
    }

    #[test]
    fn a_tiny_network_is_as_good_as_the_best_of_all_plans(request in round(TINY)) {
        let best = best_of_all(&request, TRIED);
        prop_assume!(best.is_some());
        let plan = plan(&request).unwrap();
        prop_assert_eq!((plan.status, Some(plan.objective)), (Status::Optimal, best));
    }

    #[test]
    fn a_tiny_round_with_everything_on_is_as_good_as_the_best_of_all_plans(
        request in round(TINY_BEYOND)
    ) {
        let best = best_of_all(&request, TRIED);
        prop_assume!(best.is_some());
        let plan = plan(&request).unwrap();
        prop_assert_eq!((plan.status, Some(plan.objective)), (Status::Optimal, best));
    }
}

// The same rounds every time: a build must not fail by lot.
proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_122), max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_round_with_everything_on_is_as_good_as_another_solver_finds(request in round(FEW_BEYOND)) {
        let best = best_by_search(&request, STEPS);
        prop_assume!(best.is_some());
        let plan = plan(&request).unwrap();
        prop_assert_eq!((plan.status, Some(plan.objective)), (Status::Optimal, best));
    }

    #[test]
    fn ten_lines_and_twenty_offers_with_everything_on_are_planned_to_proven_optimality(
        request in round(LARGE_BEYOND)
    ) {
        let plan = plan(&request).unwrap();
        prop_assert_eq!(plan.status, Status::Optimal);
        prop_assert_eq!(check(&request, &plan), Ok(()));
    }

    #[test]
    fn what_allows_more_never_leaves_more_need_unmet(
        request in round(SMALL_BEYOND),
        more in 1_i64..20,
        which in any::<prop::sample::Index>(),
    ) {
        let unmet = |request: &Request| {
            let plan = plan(request).unwrap();
            (plan.status == Status::Optimal).then_some(plan.objective.unmet_weighted)
        };
        let before = unmet(&request);
        prop_assume!(before.is_some());
        let offer = which.index(request.offers.len());
        let mut richer = request.clone();
        for units in &mut richer.offers[offer].capacity {
            *units += more;
        }
        let mut lower = request.clone();
        lower.offers[offer].minimum = (lower.offers[offer].minimum - more).max(0);
        let mut again = request.clone();
        let mut new = request.offers[offer].clone();
        new.id = "new".to_owned();
        again.offers.push(new);
        for allows_more in [richer, lower, again] {
            let after = unmet(&allows_more);
            prop_assert!(after.is_none() || after <= before);
        }
    }
}
