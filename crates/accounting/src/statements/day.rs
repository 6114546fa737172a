//! Days as banks write them in tables.
use chrono::NaiveDate;

/// In which order a date's parts stand, whatever is between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// `2026-03-01`, `20260301`
    YearMonthDay,
    /// `01/03/2026`, `1.3.26`
    DayMonthYear,
    /// `03/01/2026`
    MonthDayYear,
}

/// The day in a cell, whatever is between its parts and after them.
pub(super) fn day(cell: &str, order: DateOrder) -> Option<NaiveDate> {
    let mut groups = cell
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty());
    let first = groups.next()?;
    let (a, b, c) = if first.len() == 8 {
        match order {
            DateOrder::YearMonthDay => (first.get(..4)?, first.get(4..6)?, first.get(6..)?),
            _ => (first.get(..2)?, first.get(2..4)?, first.get(4..)?),
        }
    } else {
        (first, groups.next()?, groups.next()?)
    };
    let (year, month, of_month) = match order {
        DateOrder::YearMonthDay => (a, b, c),
        DateOrder::DayMonthYear => (c, b, a),
        DateOrder::MonthDayYear => (c, a, b),
    };
    let short = month.len() <= 2 && of_month.len() <= 2;
    let year: i32 = match year.len() {
        2 => 2000 + year.parse::<i32>().ok()?,
        4 => year.parse().ok()?,
        _ => return None,
    };
    short
        .then(|| NaiveDate::from_ymd_opt(year, month.parse().ok()?, of_month.parse().ok()?))
        .flatten()
}
