#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]
//! Who counts, for what, and who counts no more.

use proptest::prelude::*;

use super::*;
use crate::ladder::ApprovalPath;

fn asks(signers: &[(Office, u32)]) -> Demand {
    let signers = signers.iter();
    Demand {
        path: ApprovalPath::Full,
        signers: signers
            .map(|(office, persons)| Signers {
                office: *office,
                persons: *persons,
            })
            .collect(),
        assembly_record: false,
    }
}

fn by(approver: &'static str, revision: u32, offices: &[Office]) -> Approval<&'static str> {
    Approval {
        approver,
        revision,
        offices: offices.to_vec(),
    }
}

fn lacking(demand: &Demand, approvals: &[Approval<&'static str>]) -> Vec<(Office, u32)> {
    let left = outstanding(demand, approvals, 1, false).signers;
    left.iter().map(|s| (s.office, s.persons)).collect()
}

const BOARD: Office = Office::BoardMember;
const PRESIDENT: Office = Office::President;

#[test]
fn without_a_ladder_two_persons_sign() {
    let rule = Demand::two_of(Office::Approver);
    let ana = by("ana", 1, &[Office::Approver]);
    let ben = by("ben", 1, &[Office::Approver]);
    assert_eq!(lacking(&rule, &[]), [(Office::Approver, 2)]);
    assert_eq!(
        lacking(&rule, std::slice::from_ref(&ana)),
        [(Office::Approver, 1)]
    );
    assert_eq!(lacking(&rule, &[ana, ben]), []);
}

#[test]
fn who_holds_two_offices_signs_for_one() {
    let demand = asks(&[(PRESIDENT, 1), (BOARD, 1)]);
    let both = by("ana", 1, &[PRESIDENT, BOARD]);
    let twice = [both.clone(), both.clone()];
    assert_eq!(outstanding(&demand, &twice, 1, false).persons(), 1);
    assert_eq!(
        approve(&demand, std::slice::from_ref(&both), &"zoe", &both),
        Err(OrderingError::AlreadyApproved)
    );
    // Whoever signs next, for whichever office, completes it: Ana moves to the other.
    for office in [PRESIDENT, BOARD] {
        let second = by("ben", 1, &[office]);
        assert_eq!(lacking(&demand, &[both.clone(), second]), []);
    }
}

#[test]
fn nobody_signs_what_they_placed_or_are_not_asked_for() {
    let demand = asks(&[(PRESIDENT, 1), (BOARD, 2)]);
    let ana = by("ana", 1, &[PRESIDENT]);
    assert_eq!(
        approve(&demand, &[], &"ana", &ana),
        Err(OrderingError::ApproverPlacedOrder)
    );
    assert_eq!(approve(&demand, &[], &"zoe", &ana), Ok(()));
    let officer = by("cleo", 1, &[Office::Officer]);
    assert_eq!(
        approve(&demand, &[], &"zoe", &officer),
        Err(OrderingError::NotAsked(vec![PRESIDENT, BOARD]))
    );
    let second = by("dan", 1, &[PRESIDENT]);
    assert_eq!(
        approve(&demand, &[ana], &"zoe", &second),
        Err(OrderingError::NotAsked(vec![BOARD])),
        "one president is enough"
    );
}

#[test]
fn a_mandate_that_has_ended_counts_no_more() {
    let demand = asks(&[(BOARD, 1)]);
    assert_eq!(lacking(&demand, &[by("ana", 1, &[])]), [(BOARD, 1)]);
}

#[test]
fn a_change_voids_every_approval() {
    let demand = asks(&[(BOARD, 2)]);
    let approvals = [
        by("ana", 1, &[BOARD]),
        by("ben", 1, &[BOARD]),
        by("ana", 2, &[BOARD]),
    ];
    let left = |revision| outstanding(&demand, &approvals, revision, false).persons();
    assert_eq!([left(1), left(2), left(3)], [0, 1, 2]);
    let again = by("ben", 2, &[BOARD]);
    approve(&demand, &approvals, &"zoe", &again).unwrap();
}

#[test]
fn an_assembly_decides_beside_the_signers() {
    let demand = Demand {
        assembly_record: true,
        ..asks(&[(PRESIDENT, 1)])
    };
    let signed = [by("ana", 1, &[PRESIDENT])];
    assert!(outstanding(&demand, &signed, 1, false).assembly_record);
    assert!(!outstanding(&demand, &signed, 1, false).is_empty());
    assert!(outstanding(&demand, &signed, 1, true).is_empty());
    assert!(!outstanding::<&str>(&demand, &[], 1, true).is_empty());
}

/// Tries every way to give each person one of their offices, and takes the best.
fn least_lacking(asked: &[(Office, u32)], people: &[Vec<Office>]) -> u32 {
    let Some((person, others)) = people.split_first() else {
        return asked.iter().map(|(_, persons)| persons).sum();
    };
    let idle = least_lacking(asked, others);
    let seated = person.iter().filter_map(|office| {
        let mut left = asked.to_vec();
        let seat = left
            .iter_mut()
            .find(|(wanted, persons)| wanted == office && *persons > 0)?;
        seat.1 -= 1;
        Some(least_lacking(&left, others))
    });
    seated.fold(idle, u32::min)
}

proptest! {
    /// No order of signing leaves more lacking than the best way to seat the same people.
    #[test]
    fn people_are_seated_in_the_best_way(
        asked in prop::collection::vec(0_u32..3, 5),
        people in prop::collection::vec(prop::collection::vec(any::<bool>(), 5), 0..6),
    ) {
        let offices: Vec<Office> = Office::ALL.iter().copied().take(5).collect();
        let asked: Vec<(Office, u32)> = offices.iter().copied().zip(asked).collect();
        let held: Vec<Vec<Office>> = people
            .iter()
            .map(|holds| {
                let held = offices.iter().zip(holds).filter(|(_, holds)| **holds);
                held.map(|(office, _)| *office).collect()
            })
            .collect();
        let approvals: Vec<Approval<usize>> = held
            .iter()
            .enumerate()
            .map(|(approver, offices)| Approval { approver, revision: 1, offices: offices.clone() })
            .collect();
        let found = outstanding(&asks(&asked), &approvals, 1, false);
        prop_assert_eq!(found.persons(), least_lacking(&asked, &held));
    }
}
