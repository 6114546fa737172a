//! Reservation: which periods of a factory's capacity an order's lines take.

use std::cmp::Reverse;

use chrono::NaiveDate;
use money::Micro;

/// Work that a line asks of a factory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkLine {
    /// Units; nothing is reserved for a line of none.
    pub quantity: Micro,
    /// The first day on which a period that makes them may end (lead time).
    pub earliest_on: NaiveDate,
    /// The last day on which a period that makes them may end (transit taken off).
    pub due_on: NaiveDate,
}

/// Capacity that is free in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreePeriod<Id> {
    /// The period.
    pub id: Id,
    /// Its last day; what it makes is ready then.
    pub ends_on: NaiveDate,
    /// Units that can still be reserved; a period with none, or less, gives nothing.
    pub free: Micro,
}

/// A quantity of a line, made in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserved<Id> {
    /// The line's place in what was asked.
    pub line: usize,
    /// The period.
    pub period: Id,
    /// Units, above zero.
    pub quantity: Micro,
}

/// The first line that cannot be made in time (409).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line} cannot be made in time: {missing} units find no free capacity")]
pub struct ShortLine {
    /// The line's place in what was asked, from 0.
    pub line: usize,
    /// Units that find no capacity.
    pub missing: Micro,
}

impl ShortLine {
    /// The stable `snake_case` code of the refusal.
    pub const CODE: &'static str = "capacity_taken";
}

/// Reserves all of the lines, as late as they can be made, so that nothing is made and stored before it
/// is needed.
///
/// Periods are filled from the latest back. Of the lines that a period can serve, the one that can start
/// last comes first, since it has the fewest earlier periods to go to; then the one due last. A plan is
/// found whenever there is one. The answer runs from the latest period to the earliest.
///
/// # Errors
/// [`ShortLine`] where there is no plan, with the first line that was left short.
pub fn reserve<Id: Copy>(
    lines: &[WorkLine],
    periods: &[FreePeriod<Id>],
) -> Result<Vec<Reserved<Id>>, ShortLine> {
    let mut open: Vec<(usize, WorkLine)> = lines.iter().copied().enumerate().collect();
    open.sort_by_key(|(_, line)| Reverse((line.earliest_on, line.due_on)));
    let mut latest_first: Vec<&FreePeriod<Id>> = periods.iter().collect();
    latest_first.sort_by_key(|period| Reverse(period.ends_on));

    let mut reserved = Vec::new();
    for period in latest_first {
        let mut free = period.free.get();
        for (line, work) in &mut open {
            let taken = work.quantity.get().min(free);
            if taken <= 0 || !(work.earliest_on..=work.due_on).contains(&period.ends_on) {
                continue;
            }
            // Both are at least `taken`, which is above zero.
            free -= taken;
            work.quantity = Micro::new(work.quantity.get() - taken);
            reserved.push(Reserved {
                line: *line,
                period: period.id,
                quantity: Micro::new(taken),
            });
        }
    }

    let short = open.iter().filter(|(_, work)| work.quantity > Micro::ZERO);
    match short.min_by_key(|(line, _)| *line) {
        None => Ok(reserved),
        Some((line, work)) => Err(ShortLine {
            line: *line,
            missing: work.quantity,
        }),
    }
}

#[cfg(test)]
mod tests;
