//! Seeded rounds, measured: `cargo bench -p matching -- MODE SEED LINES SUPPLIERS PRODUCTS OFFERS`.
//!
//! Modes: `cpl`, `cpl12` (its first two levels), `dec`, `moq`, `all`, `arriving`, and
//! `export-cpl FILE …` and `export-dec FILE …`, which write the network for other solvers. One case a
//! process, so that the peak of memory is its own; one thread. Prints one line of `key=value`.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark stops at the first surprise"
)]

#[path = "../tests/generator/mod.rs"]
mod generator;

use generator::{Mode, generate, request};
use matching::steps::Prepared;
use matching::{Objective, Plan, Request, Status, check, plan};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

/// CPU time of this process, which has one thread.
fn cpu() -> Duration {
    // Nanoseconds on a processor (as of the last tick, some milliseconds ago), waiting, slices.
    let text = fs::read_to_string("/proc/self/schedstat").unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

/// The most memory that the process has held, in MiB.
fn peak() -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024
}

/// CPU and wall time in milliseconds.
fn timed<T>(work: impl FnOnce() -> T) -> (T, String, String) {
    let (wall, spent) = (Instant::now(), cpu());
    let result = work();
    let millis = |time: Duration| format!("{}.{:03}", time.as_millis(), time.as_micros() % 1000);
    (
        result,
        millis(cpu().saturating_sub(spent)),
        millis(wall.elapsed()),
    )
}

fn levels(objective: &Objective) -> String {
    format!(
        "{},{},{}",
        objective.unmet_weighted, objective.fairness, objective.landed_cost
    )
}

fn round(mode: Mode, args: &[i64]) -> Request {
    let [seed, lines, suppliers, products, offers] = args.try_into().unwrap();
    request(&generate(seed, lines, suppliers, products, offers), mode)
}

fn solve(request: &Request, depth: usize) {
    let (prepared, prepare, _) = timed(|| Prepared::new(request).unwrap());
    let (solved, cpu, wall) = timed(|| prepared.solve(depth));
    let (objective, proven) = prepared.objective(&solved);
    println!(
        "prepare_ms={prepare} solve_ms={cpu} solve_wall_ms={wall} proven={proven} objective={} peak_mib={}",
        levels(&objective),
        peak()
    );
}

fn whole(request: &Request) -> Plan {
    let (plan, cpu, wall) = timed(|| plan(request).unwrap());
    let peak = peak();
    let (checked, check_cpu, _) = timed(|| check(request, &plan));
    assert_eq!(checked, Ok(()));
    let bound = plan.bound.as_ref().map_or("-".to_owned(), levels);
    println!(
        "plan_ms={cpu} plan_wall_ms={wall} check_ms={check_cpu} optimal={} objective={} bound={bound} peak_mib={peak}",
        plan.status == Status::Optimal,
        levels(&plan.objective)
    );
    plan
}

/// One line arrives at a time, where 500 factories make its product and a national round is agreed:
/// capacities and needs are what that round leaves. In wall time: the clock of the processor's time is
/// too coarse.
fn arriving(args: &[i64]) {
    let left = after(round(Mode::Coupled, args));
    let (mut times, mut prepares, mut solves) = (Vec::new(), Vec::new(), Vec::new());
    for one in &round(Mode::Coupled, &[7, 1000, 500, 1, 500]).lines {
        let mut request = left.clone();
        request.lines = vec![one.clone()];
        let start = Instant::now();
        let plan = plan(&request).unwrap();
        times.push(start.elapsed());
        assert_eq!(check(&request, &plan), Ok(()));
        let start = Instant::now();
        let prepared = Prepared::new(&request).unwrap();
        prepares.push(start.elapsed());
        let start = Instant::now();
        let _solved = prepared.solve(4);
        solves.push(start.elapsed());
    }
    let at = |times: &mut Vec<Duration>, percent: usize| {
        times.sort_unstable();
        times.get(times.len() * percent / 100).unwrap().as_micros()
    };
    println!(
        "arriving_p50_us={} arriving_p99_us={} prepare_p50_us={} solve_p50_us={}",
        at(&mut times, 50),
        at(&mut times, 99),
        at(&mut prepares, 50),
        at(&mut solves, 50)
    );
}

/// 500 offers of one product by the round's factories, less what the round's best plan takes.
fn after(national: Request) -> Request {
    let agreed = plan(&national).unwrap();
    let loads: BTreeMap<&str, i64> = agreed
        .suppliers
        .iter()
        .map(|one| (one.supplier.as_str(), one.load))
        .collect();
    let mut request = round(Mode::Coupled, &[7, 1000, 500, 1, 500]);
    request.lines.clear();
    for supplier in &mut request.suppliers {
        let Some(before) = national.suppliers.iter().find(|one| one.id == supplier.id) else {
            continue;
        };
        let load = loads.get(supplier.id.as_str()).copied().unwrap_or(0);
        supplier.need = (before.need - load).max(1);
        supplier.capacity = before.capacity.map(|most| most - load);
    }
    request
}

fn export(mode: Mode, file: &str, args: &[i64]) {
    let request = round(mode, args);
    let mut out = BufWriter::new(fs::File::create(file).unwrap());
    Prepared::new(&request)
        .unwrap()
        .export()
        .write(&mut out)
        .unwrap();
    out.flush().unwrap();
}

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let mode = words.first().map_or("smoke", String::as_str);
    let numbers = |from: usize| -> Vec<i64> {
        words
            .iter()
            .skip(from)
            .map(|word| word.parse().unwrap())
            .collect()
    };
    match mode {
        // As `cargo test --benches` runs it.
        "smoke" => {
            let _plan = whole(&round(Mode::Coupled, &[1, 100, 20, 5, 14]));
        }
        "cpl" => solve(&round(Mode::Coupled, &numbers(1)), 4),
        "cpl12" => solve(&round(Mode::Coupled, &numbers(1)), 2),
        "dec" => solve(&round(Mode::Decoupled, &numbers(1)), 4),
        "plan" => {
            let _plan = whole(&round(Mode::Coupled, &numbers(1)));
        }
        "moq" => {
            let _plan = whole(&round(Mode::Minimums, &numbers(1)));
        }
        "all" => {
            let _plan = whole(&round(Mode::Everything, &numbers(1)));
        }
        "arriving" => arriving(&numbers(1)),
        "export-cpl" => export(Mode::Coupled, words.get(1).unwrap(), &numbers(2)),
        "export-dec" => export(Mode::Decoupled, words.get(1).unwrap(), &numbers(2)),
        other => panic!("{other}: no such mode"),
    }
}
