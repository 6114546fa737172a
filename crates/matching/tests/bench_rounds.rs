//! Seeded rounds whose optimum several solvers agree on.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod generator;

use generator::{Mode, generate, request};
use matching::{Objective, Request, Status, check, plan};
use serde::Deserialize;

#[derive(Deserialize)]
struct Expected {
    instances: Vec<Instance>,
}

#[derive(Deserialize)]
struct Instance {
    name: String,
    args: [i64; 5],
    pairs: usize,
    dec: Option<(i64, i64, i64)>,
    cpl: Option<(i64, i64, i64)>,
    moq: Option<(i64, i64, i64)>,
}

fn instance(name: &str) -> Instance {
    let expected: Expected = serde_json::from_str(include_str!("golden/bench.json")).unwrap();
    expected
        .instances
        .into_iter()
        .find(|one| one.name == name)
        .unwrap()
}

fn optimum(levels: Option<(i64, i64, i64)>) -> Objective {
    let (unmet_weighted, fairness, landed_cost) = levels.unwrap();
    Objective {
        unmet_weighted,
        fairness,
        landed_cost,
    }
}

fn requests(instance: &Instance, mode: Mode) -> Request {
    let [seed, lines, suppliers, products, offers] = instance.args;
    request(&generate(seed, lines, suppliers, products, offers), mode)
}

/// Solved to the known optimum, proven, and passed by the checker.
fn reaches(name: &str, mode: Mode) {
    let instance = instance(name);
    let request = requests(&instance, mode);
    let levels = match mode {
        Mode::Coupled => instance.cpl,
        Mode::Decoupled => instance.dec,
        Mode::Minimums => instance.moq,
        Mode::Everything => None,
    };
    let plan = plan(&request).unwrap();
    assert_eq!(plan.why.len(), instance.pairs, "{name}: eligible pairs");
    assert_eq!(
        (plan.status, plan.objective),
        (Status::Optimal, optimum(levels)),
        "{name}"
    );
    assert_eq!(check(&request, &plan), Ok(()), "{name}");
}

#[test]
fn small_rounds_of_coupled_factories_reach_their_optimum() {
    for name in ["small-1", "small-2", "small-3"] {
        reaches(name, Mode::Coupled);
    }
}

#[test]
fn small_rounds_of_offers_on_their_own_reach_their_optimum() {
    for name in ["small-1", "small-2", "small-3"] {
        reaches(name, Mode::Decoupled);
    }
}

#[test]
fn a_thousand_lines_and_three_reach_their_optimum() {
    for name in ["l1k-1", "l3k-1"] {
        reaches(name, Mode::Coupled);
        reaches(name, Mode::Decoupled);
    }
}

#[test]
fn small_rounds_with_pooled_minimums_reach_their_optimum() {
    for name in ["small-1", "small-2", "small-3"] {
        reaches(name, Mode::Minimums);
    }
}
