//! How much work a co-operative looks for: what matching calls its `need`.

use money::Micro;

/// The weeks ahead that a co-operative tries to fill: a quarter. Beyond it buyers' plans are guesses,
/// and a factory with a quarter of orders can buy material and keep its hands.
pub const QUARTER_WEEKS: i64 = 13;

const MINUTES_PER_HOUR: i128 = 60;

/// The units that would fill a co-operative's idle hours until the quarter ahead is covered:
/// `max(1, floor(idle hours × max(0, 13 − weeks left) × 60 / minutes per unit))`.
///
/// All three are millionths: hours idle per week, weeks of work on order, standard minutes per unit.
/// Where a unit takes no time it fills no hours, so the answer is 1, the least that matching knows; so it
/// is for negative hours and minutes. An answer past 64 bits is cut to their most.
pub fn units_sought(
    idle_weekly_hours: Micro,
    weeks_of_work_left: Micro,
    minutes_per_unit: Micro,
) -> i64 {
    let million = i128::from(Micro::ONE.get());
    let quarter = i128::from(QUARTER_WEEKS) * million;
    // Weeks below none are none; so the product below stays far from the 128 bits.
    let empty_weeks = (quarter - i128::from(weeks_of_work_left.get())).clamp(0, quarter);
    let idle_minutes = i128::from(idle_weekly_hours.get()) * empty_weeks * MINUTES_PER_HOUR;
    let minutes = i128::from(minutes_per_unit.get()).max(0) * million;
    let units = idle_minutes.checked_div(minutes).unwrap_or(0).max(1);
    i64::try_from(units).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a figure that cannot be read fails the test"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sought(idle: &str, weeks: &str, minutes: &str) -> i64 {
        units_sought(
            idle.parse().unwrap(),
            weeks.parse().unwrap(),
            minutes.parse().unwrap(),
        )
    }

    #[test]
    fn idle_hours_until_the_end_of_the_quarter_are_turned_into_units() {
        // 400 h × (13 − 4) weeks × 60 / 24 min.
        assert_eq!(sought("400", "4", "24"), 9000);
        assert_eq!(sought("400", "0", "24"), 13_000);
        assert_eq!(
            sought("1", "12.5", "7"),
            4,
            "30 minutes hold four units of 7"
        );
    }

    #[test]
    fn a_full_order_book_seeks_the_least() {
        for (idle, weeks, minutes) in [
            ("400", "13", "24"),
            ("400", "60", "24"),
            ("0", "0", "24"),
            ("0.001", "12.9", "24"),
            ("400", "4", "0"),
            ("-5", "4", "24"),
            ("400", "4", "-24"),
        ] {
            assert_eq!(sought(idle, weeks, minutes), 1, "{idle} {weeks} {minutes}");
        }
        assert_eq!(
            sought("400", "-3", "24"),
            sought("400", "0", "24"),
            "owed work is no idle time"
        );
    }

    proptest! {
        #[test]
        fn it_is_exact_and_never_below_one_nor_past_64_bits(idle: i64, weeks: i64, minutes: i64) {
            let units = units_sought(Micro::new(idle), Micro::new(weeks), Micro::new(minutes));
            prop_assert!(units >= 1);
            let empty = 13_000_000 - i128::from(weeks.clamp(0, 13_000_000));
            let available = i128::from(idle) * empty * 60;
            let each = i128::from(minutes) * 1_000_000;
            if minutes > 0 && units > 1 {
                prop_assert!(i128::from(units) * each <= available);
            }
            if minutes > 0 && units < i64::MAX {
                prop_assert!((i128::from(units) + 1) * each > available);
            }
        }
    }
}
