#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a plan that is refused, or points nowhere, fails the test"
)]

use chrono::Days;
use proptest::prelude::*;

use super::*;

fn on(days: u64) -> NaiveDate {
    "2026-06-01".parse::<NaiveDate>().unwrap() + Days::new(days)
}

fn line(quantity: i64, earliest: u64, due: u64) -> WorkLine {
    WorkLine {
        quantity: Micro::new(quantity),
        earliest_on: on(earliest),
        due_on: on(due),
    }
}

fn periods(free: &[(u64, i64)]) -> Vec<FreePeriod<usize>> {
    let period = |(id, (ends, free)): (usize, &(u64, i64))| FreePeriod {
        id,
        ends_on: on(*ends),
        free: Micro::new(*free),
    };
    free.iter().enumerate().map(period).collect()
}

/// (line, period, quantity) of each reservation.
fn plan(lines: &[WorkLine], free: &[(u64, i64)]) -> Result<Vec<(usize, usize, i64)>, ShortLine> {
    let reserved = reserve(lines, &periods(free))?;
    Ok(reserved
        .iter()
        .map(|r| (r.line, r.period, r.quantity.get()))
        .collect())
}

#[test]
fn work_is_put_as_late_as_it_can_be() {
    let free = [(0, 100), (7, 100), (14, 100), (21, 100)];
    assert_eq!(
        plan(&[line(150, 0, 15)], &free),
        Ok(vec![(0, 2, 100), (0, 1, 50)])
    );
}

#[test]
fn a_later_line_leaves_the_earlier_periods_to_an_earlier_one() {
    let free = [(7, 100), (14, 100)];
    assert_eq!(
        plan(&[line(100, 0, 7), line(100, 0, 14)], &free),
        Ok(vec![(1, 1, 100), (0, 0, 100)])
    );
}

#[test]
fn a_line_that_can_start_only_late_goes_before_one_that_can_start_early() {
    let free = [(7, 100), (14, 100)];
    assert_eq!(
        plan(&[line(100, 0, 14), line(100, 10, 14)], &free),
        Ok(vec![(1, 1, 100), (0, 0, 100)])
    );
}

#[test]
fn both_ends_of_a_window_count() {
    assert_eq!(plan(&[line(1, 7, 7)], &[(7, 1)]), Ok(vec![(0, 0, 1)]));
    let short = Err(ShortLine {
        line: 0,
        missing: Micro::new(1),
    });
    assert_eq!(plan(&[line(1, 8, 9)], &[(7, 1), (10, 1)]), short);
    assert_eq!(
        plan(&[line(1, 9, 8)], &[(8, 1), (9, 1)]),
        short,
        "no window at all"
    );
}

#[test]
fn a_shortage_names_the_first_short_line() {
    assert_eq!(
        plan(
            &[line(30, 0, 7), line(50, 0, 14), line(90, 0, 14)],
            &[(7, 100), (14, 50)]
        ),
        Err(ShortLine {
            line: 0,
            missing: Micro::new(20)
        })
    );
}

#[test]
fn nothing_asked_is_nothing_reserved() {
    assert_eq!(plan(&[], &[(7, 1)]), Ok(vec![]));
    assert_eq!(plan(&[line(0, 0, 7)], &[]), Ok(vec![]));
    assert_eq!(
        plan(&[line(1, 0, 7)], &[(7, -5), (7, 0)]),
        Err(ShortLine {
            line: 0,
            missing: Micro::new(1)
        }),
    );
}

#[test]
fn the_largest_quantities_do_not_wrap() {
    let most = i64::MAX;
    assert_eq!(
        plan(
            &[line(most, 0, 9), line(most, 0, 9)],
            &[(9, most), (9, most)]
        ),
        Ok(vec![(0, 0, most), (1, 1, most)])
    );
}

/// The most that can be made in periods ending on or after `from`: by max-flow min-cut, the least over
/// all sets of lines of what their periods can make and what the other lines ask for.
fn most_made(lines: &[WorkLine], periods: &[FreePeriod<usize>], from: NaiveDate) -> i64 {
    let cut = |set: u32| {
        let inside = |index: usize| set & (1 << index) != 0;
        let outside: i64 = lines
            .iter()
            .enumerate()
            .filter(|(index, _)| !inside(*index))
            .map(|(_, line)| line.quantity.get())
            .sum();
        let served: i64 = periods
            .iter()
            .filter(|period| {
                period.ends_on >= from
                    && lines.iter().enumerate().any(|(index, line)| {
                        inside(index)
                            && line.earliest_on <= period.ends_on
                            && period.ends_on <= line.due_on
                    })
            })
            .map(|period| period.free.get())
            .sum();
        outside + served
    };
    (0..1_u32 << lines.len()).map(cut).min().unwrap()
}

fn asked(lines: &[WorkLine]) -> i64 {
    lines.iter().map(|line| line.quantity.get()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_plan_is_found_whenever_there_is_one_and_none_is_later(
        asks in prop::collection::vec((0..12_i64, 0..6_u64, 0..6_u64), 0..6),
        free in prop::collection::vec((0..8_u64, 0..12_i64), 0..7),
        same_start: bool,
    ) {
        let lines: Vec<WorkLine> = asks
            .into_iter()
            .map(|(quantity, earliest, length)| {
                let earliest = if same_start { 0 } else { earliest };
                line(quantity, earliest, earliest + length)
            })
            .collect();
        let periods = periods(&free);
        let feasible = most_made(&lines, &periods, on(0)) == asked(&lines);
        let outcome = reserve(&lines, &periods);
        prop_assert_eq!(outcome.is_ok(), feasible);
        let Ok(reserved) = outcome else { return Ok(()) };

        for (index, line) in lines.iter().enumerate() {
            let of_line = reserved.iter().filter(|r| r.line == index);
            prop_assert_eq!(of_line.map(|r| r.quantity.get()).sum::<i64>(), line.quantity.get());
        }
        for period in &periods {
            let of_period = reserved.iter().filter(|r| r.period == period.id);
            prop_assert!(of_period.map(|r| r.quantity.get()).sum::<i64>() <= period.free.get());
        }
        for r in &reserved {
            prop_assert!(r.quantity > Micro::ZERO);
            let window = lines[r.line].earliest_on..=lines[r.line].due_on;
            prop_assert!(window.contains(&periods[r.period].ends_on));
        }
        for from in (0..8).map(on) {
            let late = reserved.iter().filter(|r| periods[r.period].ends_on >= from);
            let made: i64 = late.map(|r| r.quantity.get()).sum();
            prop_assert_eq!(made, most_made(&lines, &periods, from), "as much as can be from {}", from);
        }
    }
}
