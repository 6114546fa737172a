//! Price-rule sets: both sides of the trade adopt them, and neither the operator nor a network does.

use chrono::NaiveDate;

use crate::assembly::{Decision, TextHash};
use crate::error::GovernanceError;
use crate::organisation::OrganisationKind;
use crate::words::words;

words! {
    /// A side of the trade.
    Side, "side" {
        /// Unions and community organisations.
        Buyers = "buyers",
        /// Co-operatives.
        Suppliers = "suppliers",
    }
}

impl Side {
    /// The side that an organisation of this kind is on; none for those that do not trade.
    pub const fn of(kind: OrganisationKind) -> Option<Self> {
        match kind {
            OrganisationKind::Union | OrganisationKind::Community => Some(Self::Buyers),
            OrganisationKind::Cooperative => Some(Self::Suppliers),
            OrganisationKind::Network | OrganisationKind::Operator => None,
        }
    }
}

/// One organisation's adoption of one rule set: its assembly carried that very text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    side: Side,
    rule_set: TextHash,
}

impl Adoption {
    /// Reads the adoption of the rule set whose text has the hash `rule_set`.
    ///
    /// # Errors
    /// [`GovernanceError::CannotAdopt`] for a network or the operator, [`GovernanceError::OtherText`]
    /// where the vote was on another text, [`GovernanceError::NotCarried`] where it was lost or does not
    /// count.
    pub fn parse(
        kind: OrganisationKind,
        rule_set: &TextHash,
        decision: &Decision,
    ) -> Result<Self, GovernanceError> {
        let side = Side::of(kind).ok_or(GovernanceError::CannotAdopt(kind))?;
        if decision.text_hash != *rule_set {
            return Err(GovernanceError::OtherText {
                voted: decision.text_hash.clone(),
                published: rule_set.clone(),
            });
        }
        if !decision.is_carried() {
            return Err(GovernanceError::NotCarried);
        }
        Ok(Self {
            side,
            rule_set: rule_set.clone(),
        })
    }

    /// The side of the trade that it speaks for.
    pub const fn side(&self) -> Side {
        self.side
    }
}

/// Whether an organisation of the kind `publisher` may publish the rule set with these `adoptions`;
/// adoptions of other texts do not count.
///
/// # Errors
/// [`GovernanceError::OperatorCannotPublish`], or [`GovernanceError::NotAdoptedBy`] for the first side
/// without an adoption.
pub fn may_publish(
    rule_set: &TextHash,
    adoptions: &[Adoption],
    publisher: OrganisationKind,
) -> Result<(), GovernanceError> {
    if publisher == OrganisationKind::Operator {
        return Err(GovernanceError::OperatorCannotPublish);
    }
    let missing = Side::ALL.iter().find(|side| {
        !adoptions
            .iter()
            .any(|adoption| adoption.side == **side && adoption.rule_set == *rule_set)
    });
    match missing {
        Some(side) => Err(GovernanceError::NotAdoptedBy(*side)),
        None => Ok(()),
    }
}

/// A rule set that may be traded under from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishedRuleSet<Version> {
    /// Its version.
    pub version: Version,
    /// The first day.
    pub starts_on: NaiveDate,
}

/// The rule set of a trade on `date`: of the versions that buyer and supplier have both adopted, the one
/// that started last (of two that started on one day, the higher version). None: they cannot trade yet.
pub fn common_rule_set<'a, Version: Ord>(
    buyer_adopted: &[Version],
    supplier_adopted: &[Version],
    published: &'a [PublishedRuleSet<Version>],
    date: NaiveDate,
) -> Option<&'a PublishedRuleSet<Version>> {
    published
        .iter()
        .filter(|rule_set| rule_set.starts_on <= date)
        .filter(|rule_set| buyer_adopted.contains(&rule_set.version))
        .filter(|rule_set| supplier_adopted.contains(&rule_set.version))
        .max_by_key(|rule_set| (rule_set.starts_on, &rule_set.version))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a refused adoption fails the test")]
mod tests {
    use OrganisationKind::{Community, Cooperative, Network, Operator, Union};

    use super::*;
    use crate::assembly::{Outcome, Turnout};
    use crate::days::day;

    fn text(digit: &str) -> TextHash {
        TextHash::parse(&digit.repeat(64)).unwrap()
    }

    fn decision(outcome: Outcome) -> Decision {
        Decision {
            text_hash: text("a"),
            held_on: day("2026-05-30"),
            turnout: Turnout {
                present: 3,
                eligible: 4,
            },
            outcome,
        }
    }

    fn adoption(kind: OrganisationKind) -> Adoption {
        Adoption::parse(kind, &text("a"), &decision(Outcome::Carried)).unwrap()
    }

    #[test]
    fn only_those_who_trade_adopt() {
        assert_eq!(adoption(Union).side(), Side::Buyers);
        assert_eq!(adoption(Community).side(), Side::Buyers);
        assert_eq!(adoption(Cooperative).side(), Side::Suppliers);
        for kind in [Network, Operator] {
            assert_eq!(
                Adoption::parse(kind, &text("a"), &decision(Outcome::Carried)),
                Err(GovernanceError::CannotAdopt(kind))
            );
        }
    }

    #[test]
    fn an_adoption_is_a_carried_vote_on_that_very_text() {
        let other = Adoption::parse(Union, &text("b"), &decision(Outcome::Carried));
        assert_eq!(other.unwrap_err().code(), "other_text");
        for outcome in [Outcome::NotCarried, Outcome::NotValid(vec![])] {
            assert_eq!(
                Adoption::parse(Union, &text("a"), &decision(outcome)),
                Err(GovernanceError::NotCarried)
            );
        }
    }

    #[test]
    fn a_rule_set_is_published_when_both_sides_have_adopted_it() {
        let publish = |kinds: &[OrganisationKind], publisher| {
            let adoptions: Vec<_> = kinds.iter().copied().map(adoption).collect();
            may_publish(&text("a"), &adoptions, publisher)
        };
        assert_eq!(publish(&[Union, Cooperative], Union), Ok(()));
        assert_eq!(publish(&[Community, Cooperative], Network), Ok(()));
        assert_eq!(
            publish(&[Union, Community], Union),
            Err(GovernanceError::NotAdoptedBy(Side::Suppliers))
        );
        assert_eq!(
            publish(&[Cooperative], Cooperative),
            Err(GovernanceError::NotAdoptedBy(Side::Buyers))
        );
        assert_eq!(
            publish(&[Union, Cooperative], Operator),
            Err(GovernanceError::OperatorCannotPublish)
        );
    }

    #[test]
    fn adoptions_of_another_text_do_not_count() {
        assert_eq!(
            may_publish(&text("b"), &[adoption(Union), adoption(Cooperative)], Union),
            Err(GovernanceError::NotAdoptedBy(Side::Buyers))
        );
    }

    #[test]
    fn a_trade_takes_the_latest_started_version_that_both_adopted() {
        let published = [
            ("v3", "2027-01-01"),
            ("v1", "2025-01-01"),
            ("v2", "2026-01-01"),
        ]
        .map(|(version, on)| PublishedRuleSet {
            version,
            starts_on: day(on),
        });
        let all = ["v1", "v2", "v3"];
        let common = |buyer: &[&'static str], supplier: &[&'static str], on| {
            common_rule_set(buyer, supplier, &published, day(on)).map(|r| r.version)
        };
        assert_eq!(common(&all, &all, "2026-12-31"), Some("v2"));
        assert_eq!(common(&all, &all, "2027-01-01"), Some("v3"));
        assert_eq!(common(&all, &["v1"], "2027-01-01"), Some("v1"));
        assert_eq!(common(&["v2"], &["v1"], "2027-01-01"), None);
        assert_eq!(common(&all, &all, "2024-12-31"), None);
        assert_eq!(
            common(&["draft"], &["draft"], "2027-01-01"),
            None,
            "not published"
        );
    }

    #[test]
    fn of_two_that_start_on_one_day_the_higher_version_holds() {
        let published = [2, 1].map(|version| PublishedRuleSet {
            version,
            starts_on: day("2026-01-01"),
        });
        let common = common_rule_set(&[1, 2], &[1, 2], &published, day("2026-01-01"));
        assert_eq!(common.map(|r| r.version), Some(2));
    }
}
