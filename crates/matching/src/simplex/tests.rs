use super::*;
use crate::cost::Cost;

/// Ten units that cost 5 each as they are, 1 through a middle that carries six, or 7.
fn network() -> (Simplex<Cost>, Id, Id) {
    let cost = |landed: i64| Cost {
        landed,
        ..Cost::ZERO
    };
    let mut network = Builder::with_capacity(3, 4);
    network.component();
    network.block();
    let middle = network.node(ROOT, 6, 0, cost(1));
    let source = network.node(ROOT, i64::MAX, 10, cost(5));
    let cheap = network.arc(source, middle, i64::MAX, Cost::ZERO);
    let dear = network.arc(source, ROOT, 10, cost(7));
    (network.finish(), cheap, dear)
}

#[test]
fn the_cheapest_flow_is_found_and_priced() {
    let (mut simplex, cheap, dear) = network();
    assert!(simplex.solve());
    let outcome = simplex.outcome();
    assert_eq!((outcome.flow(cheap), outcome.flow(dear)), (6, 0));
    assert_eq!(outcome.reduced_cost(cheap), Cost::ZERO);
    assert!(outcome.reduced_cost(dear) > Cost::ZERO);
}

#[test]
fn without_pivots_left_the_flow_is_feasible_and_not_called_cheapest() {
    let (mut simplex, cheap, dear) = network();
    assert!(!simplex.solve_within(0));
    let outcome = simplex.outcome();
    assert_eq!((outcome.flow(cheap), outcome.flow(dear)), (0, 0));
}
