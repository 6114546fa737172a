#![allow(warnings, clippy::all)]
#[path = "../tests/common/mod.rs"]
mod common;
use common::*;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::*;
fn main() {
    let a: Vec<i64> = std::env::args()
        .skip(1)
        .map(|x| x.parse().unwrap())
        .collect();
    let shape = Shape {
        lines: a[0] as usize,
        suppliers: a[1] as usize,
        offers: a[2] as usize,
        quantity: a[3],
        beyond_network: true,
    };
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let n = a[4];
    let mut b = 0;
    let mut times = vec![];
    let only = a.get(5);
    for i in 0..n {
        let r = round(shape).new_tree(&mut runner).unwrap().current();
        if let Some(&o) = only {
            if i != o {
                continue;
            }
            std::fs::write("/tmp/round.json", serde_json::to_string(&r).unwrap()).unwrap();
        }
        let t = std::time::Instant::now();
        let p = matching::plan(&r).unwrap();
        let e = t.elapsed();
        times.push((e, i));
        if let Err(v) = matching::check(&r, &p) {
            println!("BAD {i} {v:?}");
        }
        if p.status != matching::Status::Optimal {
            b += 1;
            println!(
                "bounded {i} {:?} {:?} {:?}",
                e,
                p.objective,
                p.bound.unwrap()
            );
        }
    }
    times.sort();
    let s: std::time::Duration = times.iter().map(|x| x.0).sum();
    println!(
        "bounded {b} of {n}; total {s:?}; worst {:?}",
        times.iter().rev().take(5).collect::<Vec<_>>()
    );
}
