//! Concrete clauses of an agreement: what is promised as a number, and whether a measured number keeps it.

use money::Micro;

use crate::machine::named;

named! {
    /// What a clause is about.
    ClauseKind, "kind of clause" {
        /// Jobs that are kept: at least so many people work there.
        JobsKept = "jobs_kept",
        /// The paid week: at most so many hours.
        WeeklyHours = "weekly_hours",
        /// Pay per member and month: at least so much.
        MonthlyPay = "monthly_pay",
        /// Notice before a side cancels: at least so many days.
        Cancellation = "cancellation",
        /// Price reviews: at most so many days apart when they are asked for.
        Review = "review",
    }
}

/// On which side of its number a clause is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClauseBound {
    /// That much, or more.
    AtLeast,
    /// That much, or less.
    AtMost,
}

impl ClauseBound {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtLeast => "at_least",
            Self::AtMost => "at_most",
        }
    }
}

/// In what a clause is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The agreement's currency.
    Money,
    /// A unit of UN/ECE Recommendation 20.
    Unit(&'static str),
}

impl ClauseKind {
    /// On which side of its number it is kept.
    pub const fn bound(self) -> ClauseBound {
        match self {
            Self::JobsKept | Self::MonthlyPay | Self::Cancellation => ClauseBound::AtLeast,
            Self::WeeklyHours | Self::Review => ClauseBound::AtMost,
        }
    }

    /// In what it is measured: people, hours, money, days.
    pub const fn measure(self) -> Measure {
        match self {
            Self::JobsKept => Measure::Unit("C62"),
            Self::WeeklyHours => Measure::Unit("HUR"),
            Self::MonthlyPay => Measure::Money,
            Self::Cancellation | Self::Review => Measure::Unit("DAY"),
        }
    }

    /// Whether it counts whole things: people and days.
    pub const fn is_counted(self) -> bool {
        matches!(self, Self::JobsKept | Self::Cancellation | Self::Review)
    }

    /// Whether `measured` keeps the promise of `target`; meeting it exactly does.
    pub fn is_kept(self, target: Micro, measured: Micro) -> bool {
        match self.bound() {
            ClauseBound::AtLeast => measured >= target,
            ClauseBound::AtMost => measured <= target,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_is_kept_on_its_side_of_the_number_and_by_the_number_itself() {
        let (less, target, more) = (Micro::new(39), Micro::new(40), Micro::new(41));
        for kind in ClauseKind::ALL {
            let kept = [less, target, more].map(|measured| kind.is_kept(target, measured));
            match kind.bound() {
                ClauseBound::AtLeast => assert_eq!(kept, [false, true, true], "{kind}"),
                ClauseBound::AtMost => assert_eq!(kept, [true, true, false], "{kind}"),
            }
        }
    }

    #[test]
    fn more_hours_break_the_promise_and_more_pay_does_not() {
        assert_eq!(ClauseKind::WeeklyHours.bound().as_str(), "at_most");
        assert_eq!(ClauseKind::MonthlyPay.bound().as_str(), "at_least");
        assert_eq!(ClauseKind::MonthlyPay.measure(), Measure::Money);
        assert!(ClauseKind::JobsKept.is_counted());
        assert!(!ClauseKind::WeeklyHours.is_counted());
    }
}
