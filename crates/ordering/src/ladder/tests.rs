#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]
//! Which step holds an amount, on both sides of every bound.

use proptest::prelude::*;

use super::*;

fn ars(minor: i64) -> Money {
    Money::new(minor, Currency::parse("ARS").unwrap())
}

fn step(up_to: Bound, inclusive: bool, signers: &[(Office, u32)]) -> Step {
    Step {
        up_to,
        inclusive,
        signers: signers
            .iter()
            .map(|(office, persons)| Signers {
                office: *office,
                persons: *persons,
            })
            .collect(),
        assembly_record: false,
    }
}

fn ladder(full: Vec<Step>, within_budget: Vec<Step>, emergency: Vec<Step>) -> Vec<CurrencySteps> {
    vec![CurrencySteps {
        currency: Currency::parse("ARS").unwrap(),
        full,
        within_budget,
        emergency,
    }]
}

/// A by-law: the president alone under 100.00, the board from 100.00 to 500.00 included, the membership
/// above; in an emergency president and board up to 1,000.00.
fn by_law() -> Ladder {
    let board = (Office::BoardMember, 3);
    let president = (Office::President, 1);
    Ladder::parse(ladder(
        vec![
            step(Bound::Amount(ars(10_000)), false, &[president]),
            step(Bound::Amount(ars(50_000)), true, &[board]),
        ],
        vec![],
        vec![step(Bound::Amount(ars(100_000)), true, &[president, board])],
    ))
    .unwrap()
}

fn offices(demand: &Demand) -> Vec<Office> {
    demand
        .signers
        .iter()
        .map(|signers| signers.office)
        .collect()
}

#[test]
fn a_by_law_on_both_sides_of_every_bound() {
    let law = by_law();
    for (minor, asked, assembly) in [
        (0, vec![Office::President], false),
        (9_999, vec![Office::President], false),
        (10_000, vec![Office::BoardMember], false),
        (50_000, vec![Office::BoardMember], false),
        (50_001, vec![], true),
        (i64::MAX, vec![], true),
    ] {
        let demand = law.demand(ars(minor), false).unwrap();
        assert_eq!(offices(&demand), asked, "{minor}");
        assert_eq!(demand.assembly_record, assembly, "{minor}");
        // Without steps of its own a budget line changes nothing.
        assert_eq!(law.demand(ars(minor), true).unwrap(), demand, "{minor}");
    }
    for minor in [1, 50_001, 100_000] {
        let demand = law.emergency(ars(minor)).unwrap();
        assert_eq!(offices(&demand), [Office::President, Office::BoardMember]);
        assert_eq!(demand.path, ApprovalPath::Emergency);
    }
    assert_eq!(
        law.emergency(ars(100_001)),
        Err(OrderingError::AboveEmergency {
            amount: ars(100_001),
            most: Some(ars(100_000)),
        })
    );
    assert_eq!(
        law.demand(Money::new(1, Currency::parse("USD").unwrap()), false),
        Err(OrderingError::NoSteps(Currency::parse("USD").unwrap()))
    );
}

#[test]
fn inside_a_budget_line_its_own_steps_hold_and_above_them_the_full_ones() {
    let officer = [(Office::Officer, 1), (Office::SecondSigner, 1)];
    let ladder = Ladder::parse(ladder(
        vec![step(Bound::Unlimited, true, &[(Office::BoardMember, 2)])],
        vec![step(Bound::Amount(ars(20_000)), true, &officer)],
        vec![],
    ))
    .unwrap();
    let inside = ladder.demand(ars(20_000), true).unwrap();
    assert_eq!(inside.path, ApprovalPath::WithinBudget);
    assert_eq!(inside.persons(), 2);
    let above = ladder.demand(ars(20_001), true).unwrap();
    assert_eq!(above.path, ApprovalPath::Full);
    let outside = ladder.demand(ars(1), false).unwrap();
    assert_eq!(offices(&outside), [Office::BoardMember]);
    assert_eq!(
        ladder.emergency(ars(1)),
        Err(OrderingError::AboveEmergency {
            amount: ars(1),
            most: None,
        })
    );
}

#[test]
fn zero_is_zero_and_unlimited_a_word_of_its_own() {
    let president = [(Office::President, 1)];
    let nothing = Ladder::parse(ladder(
        vec![step(Bound::Amount(ars(0)), true, &president)],
        vec![],
        vec![],
    ))
    .unwrap();
    assert!(!nothing.demand(ars(0), false).unwrap().assembly_record);
    assert!(nothing.demand(ars(1), false).unwrap().assembly_record);

    let all = Ladder::parse(ladder(
        vec![step(Bound::Unlimited, true, &president)],
        vec![],
        vec![],
    ))
    .unwrap();
    assert!(!all.demand(ars(i64::MAX), false).unwrap().assembly_record);
}

#[test]
fn every_fault_is_named_where_it_stands() {
    let one = [(Office::President, 1)];
    let twice = [(Office::President, 1), (Office::President, 51)];
    let steward = [(Office::FundSteward, 0)];
    let amount = |minor| Bound::Amount(ars(minor));
    let mut wrong = ladder(
        vec![
            step(amount(-1), true, &one),
            step(amount(100), true, &one),
            step(amount(100), true, &twice),
            step(Bound::Unlimited, false, &steward),
            step(amount(200), true, &[]),
        ],
        vec![step(amount(0), false, &one)],
        vec![],
    );
    wrong.extend(ladder(vec![], vec![], vec![]));
    let faults = Ladder::parse(wrong).unwrap_err();
    let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/0/full/0/up_to",
            "/0/full/2/up_to",
            "/0/full/2/signers/1/role",
            "/0/full/2/signers/1/persons",
            "/0/full/3/inclusive",
            "/0/full/3/signers/0/role",
            "/0/full/3/signers/0/persons",
            "/0/full/4/up_to",
            "/0/full/4/signers",
            "/0/within_budget/0/up_to",
            "/1/currency",
            "/1/full",
        ]
    );
    assert_eq!(Ladder::parse(vec![]).unwrap_err().len(), 1);
    let many = vec![step(Bound::Unlimited, true, &one); STEPS_MAX + 1];
    assert!(Ladder::parse(ladder(many, vec![], vec![])).is_err());
}

proptest! {
    /// Every amount has exactly one answer, and a larger one never falls to an earlier step.
    #[test]
    fn there_is_no_gap(
        bounds in prop::collection::btree_set(1_i64..1_000, 1..6),
        inclusive in prop::collection::vec(any::<bool>(), 6),
        amount in 0_i64..1_100,
    ) {
        let steps: Vec<Step> = bounds
            .iter()
            .zip(&inclusive)
            .enumerate()
            .map(|(at, (bound, inclusive))| {
                let persons = u32::try_from(at).unwrap() + 1;
                step(Bound::Amount(ars(*bound)), *inclusive, &[(Office::BoardMember, persons)])
            })
            .collect();
        let ladder = Ladder::parse(ladder(steps, vec![], vec![])).unwrap();
        let rank = |minor: i64| {
            let demand = ladder.demand(ars(minor), false).unwrap();
            if demand.assembly_record { u32::MAX } else { demand.persons() }
        };
        let expected = bounds
            .iter()
            .zip(&inclusive)
            .position(|(bound, inclusive)| amount < *bound || (*inclusive && amount == *bound));
        let expected = expected.map_or(u32::MAX, |at| u32::try_from(at).unwrap() + 1);
        prop_assert_eq!(rank(amount), expected);
        prop_assert!(rank(amount) <= rank(amount + 1));
    }
}
