//! Bids to a target: who is silent, which round holds, what is given back.
#![expect(clippy::unwrap_used, reason = "what is refused fails the test")]

use money::Currency;
use proptest::prelude::*;

use super::*;

fn ars(minor: i64) -> Money {
    Money::new(minor, Currency::parse("ARS").unwrap())
}

fn ballot(bids: &[(u32, i64)]) -> Ballot {
    Ballot::new(
        bids.iter()
            .map(|(round, bid)| (*round, ars(*bid)))
            .collect(),
    )
    .unwrap()
}

fn paid(target: i64, bids: &[i64]) -> Option<Vec<i64>> {
    let bids: Vec<Money> = bids.iter().map(|bid| ars(*bid)).collect();
    let paid = settle(ars(target), &bids).unwrap();
    paid.map(|paid| paid.into_iter().map(Money::minor).collect())
}

#[test]
fn what_is_above_the_target_is_given_back_by_bid() {
    assert_eq!(paid(1000, &[600, 500, 0]), Some(vec![545, 455, 0]));
    assert_eq!(
        paid(1000, &[600, 400]),
        Some(vec![600, 400]),
        "exactly enough"
    );
    assert_eq!(paid(1000, &[600, 399]), None, "one short is short");
    assert_eq!(paid(0, &[0, 0]), Some(vec![0, 0]));
    assert_eq!(paid(1, &[]), None);
    assert_eq!(paid(10, &[10, 10, 10]), Some(vec![3, 3, 4]));
}

#[test]
fn who_is_silent_bids_the_guide_value() {
    let bids = ballot(&[(2, 80), (4, 120)]);
    let counted: Vec<i64> = (1..=5)
        .map(|round| bids.counts(round, ars(100)).minor())
        .collect();
    // Silent, under the guide by choice, silent, above it by choice, silent after a higher bid.
    assert_eq!(counted, [100, 80, 100, 120, 120]);
    assert_eq!(Ballot::default().counts(1, ars(100)), ars(100));
}

#[test]
fn the_lowest_sufficient_round_holds() {
    let guides = [ars(100), ars(100), ars(100)];
    let low = [
        ballot(&[(1, 50), (2, 90), (3, 150)]),
        ballot(&[(1, 50), (2, 100), (3, 150)]),
        ballot(&[(1, 50), (2, 110), (3, 150)]),
    ];
    let counted =
        |target, ended, ballots: &[Ballot]| count(ars(target), ended, 3, &guides, ballots).unwrap();
    // All three rounds are prepared: the first that reaches it, and no higher one.
    assert_eq!(counted(150, 1, &low), Counted::Sufficient(1));
    assert_eq!(counted(151, 1, &low), Counted::Sufficient(2));
    assert_eq!(counted(300, 1, &low), Counted::Sufficient(2));
    assert_eq!(counted(301, 1, &low), Counted::Sufficient(3));
    assert_eq!(counted(450, 1, &low), Counted::Sufficient(3));
    assert_eq!(counted(451, 1, &low), Counted::Insufficient);
    // Somebody has not bid for the next round: it is opened to all.
    let mut waiting = low.clone();
    waiting[1] = ballot(&[(1, 50)]);
    assert_eq!(counted(151, 1, &waiting), Counted::Open(2));
    // When that ends too, who is silent bids the guide value.
    assert_eq!(counted(300, 2, &waiting), Counted::Sufficient(2));
    assert_eq!(counted(301, 2, &waiting), Counted::Open(3));
    assert_eq!(counted(400, 3, &waiting), Counted::Sufficient(3));
    assert_eq!(counted(401, 3, &waiting), Counted::Insufficient);
    // Nobody bids at all: the guide values are the target.
    let silent = [const { Ballot(Vec::new()) }; 3];
    assert_eq!(counted(300, 1, &silent), Counted::Sufficient(1));
}

#[test]
fn bids_that_cannot_be_are_refused() {
    let code = |bids: Vec<(u32, Money)>| Ballot::new(bids).unwrap_err().to_string();
    assert!(code(vec![(0, ars(1))]).starts_with("round"));
    assert!(code(vec![(ROUNDS_MAX + 1, ars(1))]).starts_with("round"));
    assert!(code(vec![(1, ars(1)), (1, ars(1))]).starts_with("round"));
    assert!(code(vec![(1, ars(-1))]).starts_with("amount"));
    assert!(code(vec![(1, ars(10)), (2, ars(9))]).starts_with("amount"));
    assert!(code(vec![(2, ars(9)), (1, ars(10))]).starts_with("amount"));
    let rand = Money::new(1, Currency::parse("ZAR").unwrap());
    assert_eq!(
        Ballot::new(vec![(1, ars(1)), (2, rand)])
            .unwrap_err()
            .code(),
        "currency_mismatch"
    );
    assert_eq!(
        settle(ars(1), &[rand]).unwrap_err().code(),
        "currency_mismatch"
    );
    assert_eq!(settle(ars(-1), &[]).unwrap_err().code(), "invalid_input");
    assert_eq!(
        settle(ars(1), &[ars(-1)]).unwrap_err().code(),
        "invalid_input"
    );
    let most = [ars(i64::MAX), ars(i64::MAX)];
    assert_eq!(
        settle(ars(1), &most).unwrap_err().code(),
        "amount_out_of_range"
    );
}

proptest! {
    #[test]
    fn payments_are_the_target_and_nobody_pays_more_than_its_bid(
        bids in prop::collection::vec(0..1_000_000_000_000_i64, 1..200), part in 0..=1_000_i64,
    ) {
        let sum: i64 = bids.iter().sum();
        let target = i64::try_from(i128::from(sum) * i128::from(part) / 1_000).unwrap();
        let paid = paid(target, &bids).unwrap();
        prop_assert_eq!(paid.iter().sum::<i64>(), target);
        for (paid, bid) in paid.iter().zip(&bids) {
            prop_assert!((0..=*bid).contains(paid));
        }
        prop_assert_eq!(super::tests::paid(sum + 1, &bids), None);
    }

    #[test]
    fn no_round_below_the_one_that_holds_reaches_the_target(
        bids in prop::collection::vec(prop::collection::vec(0..1_000_i64, 3), 3..8),
        guide in 0..1_000_i64, target in 0..8_000_i64,
    ) {
        let ballots: Vec<Ballot> = bids
            .iter()
            .map(|steps| {
                let mut sum = 0;
                let rising = steps.iter().zip(1..).map(|(step, round)| {
                    sum += step / 3;
                    (round, ars(sum))
                });
                Ballot::new(rising.collect()).unwrap()
            })
            .collect();
        let guides = vec![ars(guide); ballots.len()];
        let reaches = |round| {
            let bids = round_bids(round, &guides, &ballots);
            settle(ars(target), &bids).unwrap().is_some()
        };
        match count(ars(target), 1, 3, &guides, &ballots).unwrap() {
            Counted::Sufficient(round) => {
                prop_assert!(reaches(round));
                prop_assert!((1..round).all(|lower| !reaches(lower)));
            }
            Counted::Insufficient => prop_assert!(!(1..=3).any(reaches)),
            Counted::Open(round) => prop_assert!(false, "round {round} is prepared"),
        }
    }
}
