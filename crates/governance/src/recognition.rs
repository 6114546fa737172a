//! Recognition between networks: whose verifications a buyer's policy accepts.
//!
//! Recognition is direct, one-way and dated. It does not pass on: that A recognises B and B recognises
//! C says nothing about A and C.

use chrono::NaiveDate;

use crate::error::{Faults, GovernanceError};
use crate::verification::Verification;

/// One network's word that it accepts another's verifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recognition<Id> {
    network: Id,
    recognised: Id,
    since: NaiveDate,
    ended_on: Option<NaiveDate>,
}

impl<Id: Eq> Recognition<Id> {
    /// Reads the word of `network` that it accepts the verifications of `recognised`: it holds from
    /// `since` on, and no longer on `ended_on`.
    ///
    /// # Errors
    /// [`GovernanceError::Invalid`] naming `recognised` (the network itself) or `ended_on` (before
    /// the start).
    pub fn parse(
        network: Id,
        recognised: Id,
        since: NaiveDate,
        ended_on: Option<NaiveDate>,
    ) -> Result<Self, GovernanceError> {
        let mut faults = Faults::default();
        faults.when(
            network == recognised,
            "recognised",
            "a network does not need to recognise itself",
        );
        faults.when(
            ended_on.is_some_and(|on| on < since),
            "ended_on",
            "a recognition cannot end before it starts",
        );
        faults.or(Self {
            network,
            recognised,
            since,
            ended_on,
        })
    }

    /// Whether it holds on `date`.
    pub fn in_force(&self, date: NaiveDate) -> bool {
        self.since <= date && self.ended_on.is_none_or(|on| date < on)
    }
}

/// Whether a co-operative with these `verifications` may supply, on `date`, a buyer whose policy names
/// the networks in `policy` (none: any network will do).
///
/// A verification by a network counts for that network, and for every network that recognises it.
pub fn satisfies<Id: Eq>(
    policy: &[Id],
    verifications: &[Verification<Id>],
    recognitions: &[Recognition<Id>],
    date: NaiveDate,
) -> bool {
    let accepted = |by: &Id| {
        policy.is_empty()
            || policy.contains(by)
            || recognitions.iter().any(|recognition| {
                recognition.recognised == *by
                    && recognition.in_force(date)
                    && policy.contains(&recognition.network)
            })
    };
    verifications
        .iter()
        .any(|verification| verification.in_force(date) && accepted(verification.network()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a refused record fails the test")]
mod tests {
    use super::*;
    use crate::days::day;
    use crate::error::fields;
    use crate::verification::Standing;

    fn verified_by(network: &'static str) -> Verification<&'static str> {
        let expiry = day("2027-01-01");
        Verification::parse(network, Standing::Verified, day("2026-01-01"), expiry).unwrap()
    }

    fn recognises(
        network: &'static str,
        recognised: &'static str,
        ended_on: Option<&str>,
    ) -> Recognition<&'static str> {
        let since = day("2026-03-01");
        Recognition::parse(network, recognised, since, ended_on.map(day)).unwrap()
    }

    #[test]
    fn a_policy_is_met_by_the_network_it_names() {
        let by_a = [verified_by("A")];
        assert!(satisfies(&["A"], &by_a, &[], day("2026-06-01")));
        assert!(satisfies(&["B", "A"], &by_a, &[], day("2026-06-01")));
        assert!(!satisfies(&["B"], &by_a, &[], day("2026-06-01")));
        assert!(!satisfies(&["A"], &by_a, &[], day("2027-01-02")), "expired");
        assert!(!satisfies(&["A"], &[], &[], day("2026-06-01")));
    }

    #[test]
    fn an_open_policy_still_asks_for_a_verification() {
        assert!(satisfies(&[], &[verified_by("A")], &[], day("2026-06-01")));
        assert!(!satisfies(&[], &[verified_by("A")], &[], day("2027-01-02")));
        assert!(!satisfies::<&str>(&[], &[], &[], day("2026-06-01")));
    }

    #[test]
    fn recognition_is_one_way() {
        let by_a = [verified_by("A")];
        let on = day("2026-06-01");
        assert!(satisfies(&["B"], &by_a, &[recognises("B", "A", None)], on));
        assert!(!satisfies(&["B"], &by_a, &[recognises("A", "B", None)], on));
    }

    #[test]
    fn recognition_does_not_pass_on() {
        let chain = [recognises("C", "B", None), recognises("B", "A", None)];
        let by_a = [verified_by("A")];
        assert!(satisfies(&["B"], &by_a, &chain, day("2026-06-01")));
        assert!(!satisfies(&["C"], &by_a, &chain, day("2026-06-01")));
    }

    #[test]
    fn recognition_holds_from_its_start_until_it_is_ended() {
        let by_a = [verified_by("A")];
        let ended = [recognises("B", "A", Some("2026-09-01"))];
        for (on, holds) in [
            ("2026-02-28", false),
            ("2026-03-01", true),
            ("2026-08-31", true),
            ("2026-09-01", false),
        ] {
            assert_eq!(satisfies(&["B"], &by_a, &ended, day(on)), holds, "{on}");
        }
    }

    #[test]
    fn impossible_recognitions_name_their_fields() {
        let (march, february) = (day("2026-03-01"), day("2026-02-01"));
        assert_eq!(
            fields(Recognition::parse(1, 1, march, None)),
            ["recognised"]
        );
        assert_eq!(
            fields(Recognition::parse(1, 2, march, Some(february))),
            ["ended_on"]
        );
    }
}
