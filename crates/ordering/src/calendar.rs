//! The weeks of a matching round, and which of them a date falls in, always on the safe side.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::error::{OrderingError, require};

const DAYS_PER_WEEK: u32 = 7;

/// Weeks from Monday to Sunday, numbered from 0.
///
/// Goods count in the week in which their capacity period ends, a due date reaches back to the last
/// week that is over by then, and days of lead and transit are rounded up to weeks. So a plan in weeks
/// is never late in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeriodCalendar {
    monday: NaiveDate,
}

impl PeriodCalendar {
    /// The calendar whose week 0 starts on `monday`.
    ///
    /// # Errors
    /// [`OrderingError::Invalid`] naming `starts_on` where that is another day of the week.
    pub fn starting(monday: NaiveDate) -> Result<Self, OrderingError> {
        require(
            monday.weekday() == Weekday::Mon,
            "starts_on",
            "a matching round starts on a Monday",
        )?;
        Ok(Self { monday })
    }

    /// The week in which goods count whose capacity period ends on `ends_on`; none before week 0.
    pub fn capacity_week(self, ends_on: NaiveDate) -> Option<u32> {
        self.days_to(ends_on).map(|days| days / DAYS_PER_WEEK)
    }

    /// The last week whose Sunday is not after `due_on`; none where week 0 is not over by then.
    pub fn due_week(self, due_on: NaiveDate) -> Option<u32> {
        let weeks_over = self.days_to(due_on.succ_opt()?)? / DAYS_PER_WEEK;
        weeks_over.checked_sub(1)
    }

    /// The first week whose goods are all ready no sooner than `days` after `today`.
    pub fn lead_week(self, today: NaiveDate, days: u32) -> u32 {
        let ready_on = today.checked_add_days(Days::new(u64::from(days)));
        let wait = ready_on.map_or(Some(u32::MAX), |ready_on| self.days_to(ready_on));
        wait.map_or(0, Self::weeks)
    }

    /// Weeks that `days` of transit take, rounded up.
    pub const fn weeks(days: u32) -> u32 {
        days.div_ceil(DAYS_PER_WEEK)
    }

    /// The last day of a week; the calendar's last where it would run out.
    pub fn sunday(self, week: u32) -> NaiveDate {
        let days = (u64::from(week) + 1) * u64::from(DAYS_PER_WEEK) - 1;
        self.monday
            .checked_add_days(Days::new(days))
            .unwrap_or(NaiveDate::MAX)
    }

    /// Days from the first Monday; none before it.
    fn days_to(self, date: NaiveDate) -> Option<u32> {
        u32::try_from((date - self.monday).num_days()).ok()
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a date that cannot be read fails the test"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Monday, 1 June 2026.
    fn calendar() -> PeriodCalendar {
        PeriodCalendar::starting(day("2026-06-01")).unwrap()
    }

    #[test]
    fn a_round_starts_on_a_monday() {
        for other in ["2026-05-31", "2026-06-02", "2026-06-07"] {
            assert!(PeriodCalendar::starting(day(other)).is_err());
        }
    }

    #[test]
    fn capacity_counts_in_the_week_in_which_its_period_ends() {
        for (ends_on, week) in [
            ("2026-05-31", None),
            ("2026-06-01", Some(0)),
            ("2026-06-07", Some(0)),
            ("2026-06-08", Some(1)),
            ("2026-06-30", Some(4)),
        ] {
            assert_eq!(calendar().capacity_week(day(ends_on)), week, "{ends_on}");
        }
    }

    #[test]
    fn a_due_date_reaches_back_to_the_last_sunday() {
        for (due_on, week) in [
            ("2026-05-01", None),
            ("2026-06-06", None),
            ("2026-06-07", Some(0)),
            ("2026-06-13", Some(0)),
            ("2026-06-14", Some(1)),
        ] {
            assert_eq!(calendar().due_week(day(due_on)), week, "{due_on}");
        }
    }

    #[test]
    fn days_are_rounded_up_to_weeks() {
        assert_eq!([0, 1, 7, 8, 14].map(PeriodCalendar::weeks), [0, 1, 1, 2, 2]);
        let lead = |today, days| calendar().lead_week(day(today), days);
        assert_eq!(lead("2026-06-01", 7), 1);
        assert_eq!(
            lead("2026-06-03", 7),
            2,
            "Wednesday's goods are not Monday's"
        );
        assert_eq!(lead("2026-05-29", 7), 1);
        assert_eq!(lead("2026-05-25", 7), 0);
        assert_eq!(lead("2026-05-01", 7), 0);
        assert_eq!(calendar().sunday(1), day("2026-06-14"));
    }

    #[test]
    fn the_end_of_the_calendar_is_no_surprise() {
        assert_eq!(calendar().due_week(NaiveDate::MAX), None);
        assert!(calendar().capacity_week(NaiveDate::MAX).is_some());
        assert_eq!(calendar().capacity_week(NaiveDate::MIN), None);
        assert_eq!(
            calendar().lead_week(NaiveDate::MAX, u32::MAX),
            u32::MAX.div_ceil(7)
        );
        assert_eq!(calendar().sunday(u32::MAX), NaiveDate::MAX);
    }

    proptest! {
        #[test]
        fn a_plan_in_weeks_is_never_late_in_days(
            today in 0..7_u64, lead in 0..60_u32, ends in 0..200_u64, transit in 0..60_u32, due in 0..200_u64,
        ) {
            let calendar = calendar();
            let on = |days: u64| day("2026-06-01") + Days::new(days);
            let made = calendar.capacity_week(on(ends)).unwrap();
            if made >= calendar.lead_week(on(today), lead) {
                prop_assert!(ends >= today + u64::from(lead), "made before it could be");
            }
            if let Some(week) = calendar.due_week(on(due))
                && made + PeriodCalendar::weeks(transit) <= week
            {
                prop_assert!(ends + u64::from(transit) <= due, "arrives late");
            }
        }

        #[test]
        fn no_due_week_is_given_away(due in 0..200_u64) {
            let due_on = day("2026-06-01") + Days::new(due);
            let next = calendar().due_week(due_on).map_or(0, |week| week + 1);
            prop_assert!(calendar().sunday(next) > due_on);
        }
    }
}
