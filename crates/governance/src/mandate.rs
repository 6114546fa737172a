//! Mandates: what a person may do for an organisation, from when to when, until recalled.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use crate::days::months_after;
use crate::error::{Faults, GovernanceError};
use crate::organisation::{OrganisationKind, Role};

/// The longest mandate, in months. Two years: a delegate returns to the assembly that sent them within
/// the usual term of a works council, and nobody keeps a power that everyone has forgotten.
pub const MAX_MANDATE_MONTHS: u32 = 24;

/// A mandate as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandateFacts {
    /// At least one, each allowed in the organisation's kind.
    pub roles: BTreeSet<Role>,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub expires_on: NaiveDate,
    /// The instant from which it no longer holds.
    pub recalled_at: Option<DateTime<Utc>>,
}

/// A mandate that an organisation of the given kind can give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate(MandateFacts);

/// Whether a mandate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MandateStanding {
    /// It holds.
    Active,
    /// Its first day is still to come.
    NotYet,
    /// Its last day is past.
    Expired,
    /// It was taken back, which ends it at once.
    Recalled,
}

impl Mandate {
    /// Reads a mandate.
    ///
    /// # Errors
    /// [`GovernanceError::Invalid`] naming `roles` (none, or one foreign to `kind`) or `expires_on`
    /// (before the start, or later than [`MAX_MANDATE_MONTHS`] after it).
    pub fn parse(kind: OrganisationKind, facts: MandateFacts) -> Result<Self, GovernanceError> {
        let mut faults = Faults::default();
        faults.when(
            facts.roles.is_empty(),
            "roles",
            "a mandate needs at least one role",
        );
        for role in &facts.roles {
            faults.when(
                !role.allowed_in(kind),
                "roles",
                format!("a {kind} cannot give the role {role}"),
            );
        }
        faults.when(
            facts.expires_on < facts.starts_on,
            "expires_on",
            "a mandate cannot end before it starts",
        );
        faults.when(
            facts.expires_on > months_after(facts.starts_on, MAX_MANDATE_MONTHS),
            "expires_on",
            format!("a mandate lasts at most {MAX_MANDATE_MONTHS} months"),
        );
        faults.or(Self(facts))
    }

    /// What was written down.
    pub const fn facts(&self) -> &MandateFacts {
        &self.0
    }

    /// Takes the mandate back from `at` on. An earlier recall stands: a second one cannot lengthen it.
    pub fn recall(&mut self, at: DateTime<Utc>) {
        self.0.recalled_at = Some(self.0.recalled_at.map_or(at, |earlier| earlier.min(at)));
    }

    /// Whether the mandate holds at `now`. A recall outranks the dates.
    pub fn standing(&self, now: DateTime<Utc>) -> MandateStanding {
        let today = now.date_naive();
        if self.0.recalled_at.is_some_and(|at| at <= now) {
            MandateStanding::Recalled
        } else if today < self.0.starts_on {
            MandateStanding::NotYet
        } else if today > self.0.expires_on {
            MandateStanding::Expired
        } else {
            MandateStanding::Active
        }
    }

    /// Whether its holder may act in `role` at `now`.
    pub fn permits(&self, role: Role, now: DateTime<Utc>) -> bool {
        self.standing(now) == MandateStanding::Active && self.0.roles.contains(&role)
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own dates should fail"
)]
mod tests {
    use super::*;
    use crate::days::day;
    use crate::error::fields;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn facts(starts_on: &str, expires_on: &str) -> MandateFacts {
        MandateFacts {
            roles: BTreeSet::from([Role::Buyer]),
            starts_on: day(starts_on),
            expires_on: day(expires_on),
            recalled_at: None,
        }
    }

    fn delegate() -> Mandate {
        Mandate::parse(OrganisationKind::Union, facts("2026-03-01", "2026-12-31")).unwrap()
    }

    #[test]
    fn a_mandate_holds_from_its_first_day_to_its_last() {
        let mandate = delegate();
        for (now, standing) in [
            ("2026-02-28T23:59:59Z", MandateStanding::NotYet),
            ("2026-03-01T00:00:00Z", MandateStanding::Active),
            ("2026-12-31T23:59:59Z", MandateStanding::Active),
            ("2027-01-01T00:00:00Z", MandateStanding::Expired),
        ] {
            assert_eq!(mandate.standing(at(now)), standing, "{now}");
        }
    }

    #[test]
    fn a_recall_ends_it_at_once_and_for_good() {
        let mut mandate = delegate();
        mandate.recall(at("2026-06-01T12:00:00Z"));
        assert!(mandate.permits(Role::Buyer, at("2026-06-01T11:59:59Z")));
        assert_eq!(
            mandate.standing(at("2026-06-01T12:00:00Z")),
            MandateStanding::Recalled
        );
        assert_eq!(
            mandate.standing(at("2028-01-01T00:00:00Z")),
            MandateStanding::Recalled
        );

        mandate.recall(at("2026-09-01T00:00:00Z"));
        assert_eq!(
            mandate.standing(at("2026-06-01T12:00:00Z")),
            MandateStanding::Recalled
        );
        mandate.recall(at("2026-05-01T00:00:00Z"));
        assert_eq!(
            mandate.standing(at("2026-05-01T00:00:00Z")),
            MandateStanding::Recalled
        );
    }

    #[test]
    fn it_permits_only_the_roles_it_names() {
        let mandate = delegate();
        assert!(mandate.permits(Role::Buyer, at("2026-04-01T00:00:00Z")));
        assert!(!mandate.permits(Role::Approver, at("2026-04-01T00:00:00Z")));
        assert!(!mandate.permits(Role::Buyer, at("2027-04-01T00:00:00Z")));
    }

    #[test]
    fn two_years_to_the_day_is_the_longest() {
        let union = OrganisationKind::Union;
        assert!(Mandate::parse(union, facts("2026-03-01", "2028-03-01")).is_ok());
        assert_eq!(
            fields(Mandate::parse(union, facts("2026-03-01", "2028-03-02"))),
            ["expires_on"]
        );
        assert_eq!(
            fields(Mandate::parse(union, facts("2026-03-01", "2026-02-28"))),
            ["expires_on"]
        );
        assert!(Mandate::parse(union, facts("2026-03-01", "2026-03-01")).is_ok());
    }

    #[test]
    fn roles_must_fit_the_organisation() {
        let empty = MandateFacts {
            roles: BTreeSet::new(),
            ..facts("2026-03-01", "2026-03-02")
        };
        assert_eq!(
            fields(Mandate::parse(OrganisationKind::Union, empty)),
            ["roles"]
        );
        assert_eq!(
            fields(Mandate::parse(
                OrganisationKind::Network,
                facts("2026-03-01", "2026-02-01")
            )),
            ["roles", "expires_on"]
        );
    }
}
