//! Calendar arithmetic that cannot fail.

use chrono::{Months, NaiveDate};

/// The day `months` later (the last of the month where that day is missing); the calendar's last day
/// where it would run out.
pub(crate) fn months_after(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_add_months(Months::new(months))
        .unwrap_or(NaiveDate::MAX)
}

/// A date written out, for tests.
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests write valid dates")]
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
