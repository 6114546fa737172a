//! Rounds built to be hard for the solver of networks: it must prove its optimum, and the checker, which
//! shares no code with it, must find no cycle that betters it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use matching::{
    ErrorCode, Line, Objective, Offer, Plan, Request, Rules, Status, Supplier, check, plan,
};

/// An offer of bricks that serves every region at these freights.
fn offer(number: usize, supplier: usize, capacity: Vec<i64>, freight: &[i64]) -> Offer {
    let mut offer = Offer::new(
        format!("o{number:05}"),
        format!("f{supplier:05}"),
        "bricks",
        capacity,
        100,
    );
    let regions = freight.iter().enumerate();
    offer.freight = regions
        .map(|(region, freight)| (region.to_string(), *freight))
        .collect();
    offer
}

fn line(number: usize, quantity: i64, region: usize, due: i64) -> Line {
    let id = format!("l{number:05}");
    Line::new(id, "u", "bricks", quantity, region.to_string(), due)
}

fn supplier(number: usize, need: i64) -> Supplier {
    Supplier::new(format!("f{number:05}"), need)
}

fn proven(request: &Request) -> Plan {
    let plan = plan(request).unwrap();
    assert_eq!(plan.status, Status::Optimal);
    assert_eq!(check(request, &plan), Ok(()));
    plan
}

/// The same round with its arrays the other way round.
fn reversed(request: &Request) -> Request {
    let mut request = request.clone();
    request.lines.reverse();
    request.suppliers.reverse();
    request.offers.reverse();
    request
}

#[test]
fn where_everything_ties_only_the_lottery_decides_and_the_order_does_not() {
    let request = Request {
        lines: (0..60).map(|at| line(at, 10, 0, 3)).collect(),
        suppliers: (0..40).map(|at| supplier(at, 15)).collect(),
        offers: (0..40)
            .map(|at| offer(at, at, vec![5, 5, 5, 5], &[7]))
            .collect(),
        rules: Rules::default(),
    };
    let drawn = proven(&request);
    assert_eq!(drawn, plan(&reversed(&request)).unwrap());
    // All 600 units at the same price; each factory has the same load.
    assert_eq!(drawn.objective.landed_cost, 600 * 107);
    assert!(drawn.suppliers.iter().all(|one| one.load == 15));
    let mut other = request.clone();
    other.rules.seed = 1;
    assert_ne!(drawn.allocations, proven(&other).allocations);
}

/// Products in a ring: each factory makes two that follow each other, so that one product's prices
/// reach all.
#[test]
fn one_giant_component_is_solved_across_all_its_products() {
    let products = 120;
    let mut request = Request::default();
    for at in 0..products {
        request.suppliers.push(supplier(at, 40));
        for (half, product) in [at, (at + 1) % products].into_iter().enumerate() {
            let mut made = offer(2 * at + half, at, vec![9, 8, 7], &[1, 5, 9]);
            made.product = format!("p{product}");
            made.unit_price = 50 + i64::try_from((at * 7 + half * 13) % 31).unwrap();
            request.offers.push(made);
        }
        for each in 0..3 {
            let mut needed = line(3 * at + each, 11, each, 2);
            needed.product = format!("p{at}");
            needed.priority = 1 + i64::try_from(at % 3).unwrap();
            request.lines.push(needed);
        }
    }
    // The first factory is the only one that can do more.
    request.suppliers.first_mut().unwrap().need = 4000;
    let best = proven(&request);
    assert_eq!(best, plan(&reversed(&request)).unwrap());
    assert_eq!(best.objective.unmet_weighted, 0);
}

#[test]
fn nothing_can_be_made_at_zero_capacity() {
    let mut request = Request {
        lines: vec![line(0, 5, 0, 3), line(1, 5, 1, 3)],
        suppliers: (0..3).map(|at| supplier(at, 10)).collect(),
        offers: vec![
            offer(0, 0, vec![0, 0, 0, 0], &[1, 1]),
            offer(1, 1, Vec::new(), &[1, 1]),
            offer(2, 2, vec![9, 9, 9, 9], &[1, 1]),
        ],
        rules: Rules::default(),
    };
    request.suppliers.last_mut().unwrap().capacity = Some(0);
    let empty = proven(&request);
    assert!(empty.allocations.is_empty());
    assert_eq!(empty.objective.unmet_weighted, 10);
    // A single unit of capacity anywhere is used.
    request.suppliers.last_mut().unwrap().capacity = Some(1);
    assert_eq!(proven(&request).objective.unmet_weighted, 9);
}

#[test]
fn quantities_near_two_to_the_forty_add_up_exactly() {
    let large = 1 << 40;
    let mut request = Request {
        lines: (0..4).map(|at| line(at, large - 1, at % 2, 1)).collect(),
        suppliers: (0..4)
            .map(|at| supplier(at, large + i64::try_from(at).unwrap()))
            .collect(),
        offers: (0..4)
            .map(|at| offer(at, at, vec![large / 2 + 3, large / 2 - 7], &[1, 2]))
            .collect(),
        rules: Rules {
            holding: 1,
            ..Rules::default()
        },
    };
    request.lines.first_mut().unwrap().priority = 1000;
    let best = proven(&request);
    // 4·(2^40 - 4) can be made of 4·(2^40 - 1) needed, and the urgent line is served.
    assert_eq!(best.objective.unmet_weighted, 12);
    assert!(best.unmet.iter().all(|one| one.line != "l00000"));
    assert_eq!(best, plan(&reversed(&request)).unwrap());
    // Dearer goods are refused at the door where the cost might pass 64 bits.
    request.offers.first_mut().unwrap().unit_price = 1 << 40;
    assert_eq!(plan(&request).unwrap_err().code, ErrorCode::Overflow);
}

/// Costs so far apart that the levels do not fit one integer of 128 bits.
#[test]
fn levels_too_wide_for_one_integer_are_still_compared_in_order() {
    let dear = 1 << 46;
    let mut request = Request {
        lines: (0..6).map(|at| line(at, 9, at % 3, 1)).collect(),
        suppliers: (0..5).map(|at| supplier(at, 7)).collect(),
        offers: (0..5)
            .map(|at| {
                let mut made = offer(at, at, vec![4, 6], &[3, 1, 2]);
                made.unit_price = dear + i64::try_from(at).unwrap();
                made.work = 1 << 40;
                made
            })
            .collect(),
        rules: Rules {
            holding: 5,
            ..Rules::default()
        },
    };
    for supplier in &mut request.suppliers {
        supplier.need = 7 << 40;
    }
    for (line, priority) in request.lines.iter_mut().zip([1 << 44, 1, 2, 1 << 43, 5, 9]) {
        line.priority = priority;
    }
    let best = proven(&request);
    assert_eq!(best, plan(&reversed(&request)).unwrap());
    // 50 of 54 units: the line of the least priority goes short.
    assert_eq!(best.objective.unmet_weighted, 4);
}

#[test]
fn among_ten_thousand_offers_of_one_product_the_nearest_serve() {
    let factories = 10_000;
    let request = Request {
        lines: (0..3).map(|at| line(at, 150, at, 2)).collect(),
        suppliers: (0..factories).map(|at| supplier(at, 10)).collect(),
        offers: (0..factories)
            .map(|at| {
                let far = i64::try_from(at % 50).unwrap();
                offer(at, at, vec![2, 2, 2], &[far, 49 - far, 25])
            })
            .collect(),
        rules: Rules::default(),
    };
    let best = proven(&request);
    // A unit each, so that all stay in tier 0: 200 factories lie at no distance from each of the first
    // two regions, all at 25 from the third.
    let landed_cost = 450 * 100 + 150 * 25;
    assert_eq!(
        best.objective,
        Objective {
            landed_cost,
            ..Objective::default()
        }
    );
}

/// Capacities of one and lines of one: every pivot on a cycle of the assignment is degenerate.
#[test]
fn degenerate_cycles_end() {
    let count = 60;
    let far = |one: usize, other: usize| i64::try_from((one * other + one) % 7).unwrap();
    let request = Request {
        lines: (0..count).map(|at| line(at, 1, at, 0)).collect(),
        suppliers: (0..count).map(|at| supplier(at, 1)).collect(),
        offers: (0..count)
            .map(|at| {
                let freight: Vec<i64> = (0..count).map(|region| far(at, region)).collect();
                offer(at, at, vec![1], &freight)
            })
            .collect(),
        rules: Rules {
            tiers: 1,
            ..Rules::default()
        },
    };
    let best = proven(&request);
    assert_eq!(best.allocations.len(), count);
    assert_eq!(best, plan(&reversed(&request)).unwrap());
}

/// A chain of shortages: each unit more in the first period can only come from the one before it.
#[test]
fn early_production_is_held_over_many_periods() {
    let periods = 40;
    let due = |at: usize| i64::try_from(at % periods).unwrap();
    let mut request = Request {
        lines: (0..periods).map(|at| line(at, 10, 0, due(at))).collect(),
        suppliers: vec![supplier(0, 100), supplier(1, 100)],
        offers: (0..2)
            .map(|at| {
                // Twice as much in the first half, nothing in the second.
                let each = |period: usize| if period < periods / 2 { 10 } else { 0 };
                offer(at, at, (0..periods).map(each).collect(), &[1])
            })
            .collect(),
        rules: Rules {
            holding: 3,
            ..Rules::default()
        },
    };
    let best = proven(&request);
    // Of each period of the second half ten units wait for as many periods as the halves are apart.
    let waits: i64 = (20..40).map(|period| 10 * (period - 19)).sum();
    let least = 400 * 101 + 3 * waits;
    assert!(best.objective.landed_cost >= least, "{:?}", best.objective);
    assert_eq!(best.objective.unmet_weighted, 0);
    request.rules.holding = 0;
    let free = proven(&request);
    let bought = Objective {
        landed_cost: 400 * 101,
        ..best.objective
    };
    assert_eq!(free.objective, bought);
}
