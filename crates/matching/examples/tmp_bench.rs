#![allow(warnings, clippy::all)]
#[path = "../tests/generator/mod.rs"]
mod generator;
use generator::*;
fn main() {
    let a: Vec<i64> = std::env::args()
        .skip(2)
        .map(|x| x.parse().unwrap())
        .collect();
    let mode = match std::env::args().nth(1).unwrap().as_str() {
        "moq" => Mode::Minimums,
        "dec" => Mode::Decoupled,
        _ => Mode::Coupled,
    };
    let r = request(&generate(a[0], a[1], a[2], a[3], a[4]), mode);
    let t = std::time::Instant::now();
    let p = matching::plan(&r).unwrap();
    eprintln!(
        "{:?} {:?} {:?} bound {:?}",
        t.elapsed(),
        p.status,
        p.objective,
        p.bound
    );
}
