//! Approvals: by others than who placed the order, of one revision, two from an amount on.

use money::Money;

use crate::error::OrderingError;

/// How many persons approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ApprovalRule {
    /// The total from which two persons approve; an order of exactly the threshold needs two. Without a
    /// threshold one person is always enough.
    pub threshold: Option<Money>,
}

impl ApprovalRule {
    /// How many distinct persons must approve an order of this total. A total in another currency than
    /// the threshold cannot be compared with it, and needs two.
    pub fn persons_needed(self, total: Money) -> usize {
        match self.threshold {
            Some(threshold)
                if total.currency() != threshold.currency()
                    || total.minor() >= threshold.minor() =>
            {
                2
            }
            _ => 1,
        }
    }
}

/// One person's approval of one revision of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval<Id> {
    /// The person.
    pub approver: Id,
    /// The order's revision when they approved; any change of the order is a new revision.
    pub revision: u32,
}

/// Whether an order has its approvals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalStanding {
    /// So many persons have still to approve.
    Outstanding(usize),
    /// It can be confirmed.
    Enough,
}

/// The approval of `revision` by `approver`, to be put beside `approvals`.
///
/// # Errors
/// [`OrderingError::ApproverPlacedOrder`], [`OrderingError::AlreadyApproved`].
pub fn approve<Id: Eq>(
    approvals: &[Approval<Id>],
    placer: &Id,
    approver: Id,
    revision: u32,
) -> Result<Approval<Id>, OrderingError> {
    if approver == *placer {
        return Err(OrderingError::ApproverPlacedOrder);
    }
    let approval = Approval { approver, revision };
    if approvals.contains(&approval) {
        return Err(OrderingError::AlreadyApproved);
    }
    Ok(approval)
}

/// Where the approvals of `revision` stand. Those of other revisions are void; a person counts once.
pub fn standing<Id: Eq>(
    approvals: &[Approval<Id>],
    revision: u32,
    total: Money,
    rule: ApprovalRule,
) -> ApprovalStanding {
    let mut persons: Vec<&Id> = Vec::new();
    for approval in approvals.iter().filter(|a| a.revision == revision) {
        if !persons.contains(&&approval.approver) {
            persons.push(&approval.approver);
        }
    }
    match rule.persons_needed(total).saturating_sub(persons.len()) {
        0 => ApprovalStanding::Enough,
        outstanding => ApprovalStanding::Outstanding(outstanding),
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "an approval that is refused fails the test"
)]
mod tests {
    use ApprovalStanding::{Enough, Outstanding};
    use money::Currency;

    use super::*;

    fn amount(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::parse(code).unwrap())
    }

    fn rule() -> ApprovalRule {
        ApprovalRule {
            threshold: Some(amount(100_000, "ARS")),
        }
    }

    fn by(approvers: &[(&'static str, u32)]) -> Vec<Approval<&'static str>> {
        let approval = |(approver, revision): &(&'static str, u32)| Approval {
            approver: *approver,
            revision: *revision,
        };
        approvers.iter().map(approval).collect()
    }

    #[test]
    fn one_person_under_the_threshold_and_two_from_it_on() {
        let after = |approvals: &[Approval<&str>], minor| {
            standing(approvals, 1, amount(minor, "ARS"), rule())
        };
        let (none, one, two) = (by(&[]), by(&[("ana", 1)]), by(&[("ana", 1), ("ben", 1)]));
        assert_eq!(after(&none, 99_999), Outstanding(1));
        assert_eq!(after(&one, 99_999), Enough);
        assert_eq!(after(&none, 100_000), Outstanding(2));
        assert_eq!(after(&one, 100_000), Outstanding(1));
        assert_eq!(after(&two, 100_000), Enough);
        assert_eq!(after(&one, 100_001), Outstanding(1));
        assert_eq!(after(&two, 99_999), Enough);
    }

    #[test]
    fn without_a_threshold_one_is_enough() {
        let any = amount(i64::MAX, "ARS");
        assert_eq!(
            standing(&by(&[("ana", 1)]), 1, any, ApprovalRule::default()),
            Enough
        );
        assert_eq!(
            standing::<&str>(&[], 1, any, ApprovalRule::default()),
            Outstanding(1)
        );
    }

    #[test]
    fn a_total_in_another_currency_needs_two() {
        assert_eq!(rule().persons_needed(amount(1, "USD")), 2);
    }

    #[test]
    fn a_change_voids_every_approval() {
        let approvals = by(&[("ana", 1), ("ben", 1), ("ana", 2)]);
        let total = amount(100_000, "ARS");
        assert_eq!(standing(&approvals, 1, total, rule()), Enough);
        assert_eq!(standing(&approvals, 2, total, rule()), Outstanding(1));
        assert_eq!(standing(&approvals, 3, total, rule()), Outstanding(2));
    }

    #[test]
    fn the_same_person_counts_once() {
        let twice = by(&[("ana", 1), ("ana", 1)]);
        assert_eq!(
            standing(&twice, 1, amount(100_000, "ARS"), rule()),
            Outstanding(1)
        );
    }

    #[test]
    fn nobody_approves_their_own_order_or_twice() {
        let approvals = by(&[("ana", 1)]);
        assert_eq!(
            approve(&approvals, &"ben", "ben", 1),
            Err(OrderingError::ApproverPlacedOrder)
        );
        assert_eq!(
            approve(&approvals, &"ben", "ana", 1),
            Err(OrderingError::AlreadyApproved)
        );
        let again = approve(&approvals, &"ben", "ana", 2).unwrap();
        assert_eq!(
            again,
            Approval {
                approver: "ana",
                revision: 2
            }
        );
        assert!(approve(&approvals, &"ben", "cleo", 1).is_ok());
    }
}
