//! What may be spent of the premium.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]
use accounting::Purpose;
use accounting::premium::{PlanLine, Premium, SpendingError, spend};
use money::{Currency, Money};

fn ars(minor: i64) -> Money {
    Money::new(minor, Currency::parse("ARS").unwrap())
}

fn of(planned: i64, spent: i64, received: i64, spent_in_all: i64) -> (PlanLine, Premium) {
    let line = PlanLine {
        planned: ars(planned),
        spent: ars(spent),
    };
    let premium = Premium {
        received: ars(received),
        spent: ars(spent_in_all),
    };
    (line, premium)
}

#[test]
fn all_that_is_left_can_be_spent_and_not_a_cent_more() {
    let (line, premium) = of(1_000, 400, 5_000, 2_000);
    let (line, premium) = spend(ars(600), line, premium).unwrap();
    assert_eq!((line.spent, premium.spent), (ars(1_000), ars(2_600)));
    assert_eq!(line.left(), Ok(ars(0)));
    let refused = spend(ars(1), line, premium);
    assert_eq!(refused, Err(SpendingError::BeyondLine { left: ars(0) }));

    let (line, premium) = of(9_000, 0, 5_000, 2_000);
    let refused = spend(ars(3_001), line, premium);
    let left = ars(3_000);
    assert_eq!(refused, Err(SpendingError::BeyondReceived { left }));
    let (_, premium) = spend(ars(3_000), line, premium).unwrap();
    assert_eq!(premium.balance(), Ok(ars(0)));
}

#[test]
fn nothing_is_spent_of_a_premium_that_was_taken_back_and_nothing_below_zero() {
    let (line, premium) = of(9_000, 2_000, 1_500, 2_000);
    let left = ars(-500);
    let refused = spend(ars(1), line, premium);
    assert_eq!(refused, Err(SpendingError::BeyondReceived { left }));
    for amount in [0, -1] {
        let refused = spend(ars(amount), line, premium);
        assert_eq!(refused, Err(SpendingError::Nothing));
    }
    let rand = Money::new(1, Currency::parse("ZAR").unwrap());
    let refused = spend(rand, line, premium);
    assert!(matches!(refused, Err(SpendingError::Money(_))));
}

#[test]
fn a_purpose_is_read_by_its_word() {
    for purpose in Purpose::ALL {
        assert_eq!(Purpose::parse(purpose.as_str()), Ok(purpose));
    }
    assert!(Purpose::parse("bonuses").is_err());
}
