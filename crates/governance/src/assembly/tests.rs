#![expect(
    clippy::unwrap_used,
    reason = "a record that is refused fails the test"
)]

use proptest::prelude::*;

use super::*;
use crate::days::day;
use crate::error::fields;

fn hash(digit: char) -> TextHash {
    TextHash::parse(&digit.to_string().repeat(64)).unwrap()
}

/// Twelve of twenty members came, eight said yes, with three weeks of notice.
fn facts() -> AssemblyFacts {
    AssemblyFacts {
        notice_on: day("2026-04-01"),
        held_on: day("2026-04-22"),
        eligible: 20,
        present: 12,
        votes_for: 8,
        votes_against: 3,
        abstentions: 1,
        title: "Price rules 2026".to_owned(),
        text_hash: hash('a'),
    }
}

fn record(facts: AssemblyFacts) -> AssemblyRecord {
    AssemblyRecord::parse(facts, day("2030-01-01")).unwrap()
}

fn decided(facts: AssemblyFacts) -> Decision {
    decide(&record(facts), [], AssemblyRules::default())
}

fn codes(decision: &Decision) -> Vec<&'static str> {
    match &decision.outcome {
        Outcome::NotValid(reasons) => reasons.iter().map(Irregularity::code).collect(),
        _ => vec![],
    }
}

#[test]
fn a_quorate_assembly_carries_a_text_by_more_votes_for_than_against() {
    let decision = decided(facts());
    assert_eq!(decision.outcome, Outcome::Carried);
    assert!(decision.is_carried());
    assert_eq!(decision.turnout.to_string(), "12 of 20");

    let tie = AssemblyFacts {
        votes_for: 6,
        votes_against: 6,
        abstentions: 0,
        ..facts()
    };
    assert_eq!(decided(tie).outcome, Outcome::NotCarried);
    let all_abstain = AssemblyFacts {
        votes_for: 0,
        votes_against: 0,
        abstentions: 12,
        ..facts()
    };
    assert_eq!(decided(all_abstain).outcome, Outcome::NotCarried);
    let one_voice = AssemblyFacts {
        votes_for: 1,
        votes_against: 0,
        abstentions: 11,
        ..facts()
    };
    assert_eq!(decided(one_voice).outcome, Outcome::Carried);
}

#[test]
fn exactly_half_is_a_quorum_and_one_fewer_is_not() {
    let half = AssemblyFacts {
        present: 10,
        votes_for: 6,
        ..facts()
    };
    assert!(decided(half).is_carried());
    let fewer = AssemblyFacts {
        present: 9,
        votes_for: 5,
        ..facts()
    };
    let decision = decided(fewer);
    assert_eq!(codes(&decision), ["below_quorum"]);
    assert_eq!(decision.outcome.as_str(), "not_valid");
    assert!(!decision.is_carried());
}

#[test]
fn exactly_a_week_of_notice_is_enough() {
    let week = AssemblyFacts {
        notice_on: day("2026-04-15"),
        ..facts()
    };
    assert!(decided(week).is_carried());
    let six_days = AssemblyFacts {
        notice_on: day("2026-04-16"),
        ..facts()
    };
    assert_eq!(codes(&decided(six_days)), ["short_notice"]);
}

#[test]
fn every_irregularity_is_named() {
    let bad = AssemblyFacts {
        notice_on: day("2026-04-22"),
        present: 4,
        votes_for: 0,
        ..facts()
    };
    let earlier = record(facts());
    let decision = decide(&record(bad), [&earlier], AssemblyRules::default());
    assert_eq!(
        codes(&decision),
        ["short_notice", "below_quorum", "repeat_vote"]
    );
}

/// The April vote is on record, and the text comes back `held_on` that day.
fn voted_again(held_on: &str, earlier: AssemblyFacts) -> Vec<&'static str> {
    let again = AssemblyFacts {
        notice_on: day("2025-01-01"),
        held_on: day(held_on),
        ..facts()
    };
    codes(&decide(
        &record(again),
        [&record(earlier)],
        AssemblyRules::default(),
    ))
}

#[test]
fn the_same_text_rests_for_the_window() {
    assert_eq!(
        voted_again("2026-07-20", facts()),
        ["repeat_vote"],
        "89 days"
    );
    assert_eq!(voted_again("2026-07-21", facts()), [""; 0], "90 days");
    assert_eq!(
        voted_again("2026-04-22", facts()),
        ["repeat_vote"],
        "the same day"
    );
}

#[test]
fn a_back_dated_vote_is_a_repeat_too() {
    assert_eq!(voted_again("2026-03-01", facts()), ["repeat_vote"]);
    assert_eq!(voted_again("2026-01-22", facts()), [""; 0]);
}

#[test]
fn another_text_and_a_second_call_are_no_repeats() {
    let other_text = AssemblyFacts {
        text_hash: hash('b'),
        ..facts()
    };
    assert_eq!(voted_again("2026-05-01", other_text), [""; 0]);
    let without_quorum = AssemblyFacts {
        present: 9,
        votes_for: 5,
        ..facts()
    };
    assert_eq!(voted_again("2026-05-01", without_quorum), [""; 0]);
    let short_notice = AssemblyFacts {
        notice_on: day("2026-04-21"),
        ..facts()
    };
    assert_eq!(voted_again("2026-05-01", short_notice), ["repeat_vote"]);
}

#[test]
fn a_repeat_is_found_among_older_votes() {
    let old = AssemblyFacts {
        notice_on: day("2020-01-01"),
        held_on: day("2020-03-01"),
        ..facts()
    };
    let recent = AssemblyFacts {
        held_on: day("2026-04-20"),
        ..facts()
    };
    let decision = decide(
        &record(facts()),
        &[record(old), record(recent)],
        AssemblyRules::default(),
    );
    assert_eq!(codes(&decision), ["repeat_vote"]);
}

#[test]
fn impossible_records_name_their_fields() {
    let today = day("2026-04-22");
    let parse = |facts| AssemblyRecord::parse(facts, today);
    assert!(parse(facts()).is_ok(), "recorded on the very day");
    for (wrong, field) in [
        (
            AssemblyFacts {
                held_on: day("2026-04-23"),
                ..facts()
            },
            "held_on",
        ),
        (
            AssemblyFacts {
                notice_on: day("2026-04-23"),
                ..facts()
            },
            "held_on",
        ),
        (
            AssemblyFacts {
                eligible: 11,
                ..facts()
            },
            "present",
        ),
        (
            AssemblyFacts {
                votes_for: 9,
                ..facts()
            },
            "present",
        ),
        (
            AssemblyFacts {
                votes_for: u32::MAX,
                votes_against: u32::MAX,
                ..facts()
            },
            "present",
        ),
        (
            AssemblyFacts {
                title: "  ".into(),
                ..facts()
            },
            "title",
        ),
        (
            AssemblyFacts {
                title: "é".repeat(501),
                ..facts()
            },
            "title",
        ),
    ] {
        assert_eq!(fields(parse(wrong.clone())), [field], "{wrong:?}");
    }
    assert!(
        parse(AssemblyFacts {
            title: "é".repeat(500),
            ..facts()
        })
        .is_ok()
    );
    let empty = AssemblyFacts {
        eligible: 0,
        ..facts()
    };
    assert_eq!(fields(parse(empty)), ["eligible", "present"]);
}

#[test]
fn a_hash_is_64_hexadecimal_digits() {
    assert_eq!(
        TextHash::parse(&"AB".repeat(32)).unwrap(),
        TextHash::parse(&"ab".repeat(32)).unwrap()
    );
    for wrong in [
        "",
        "ab",
        &"g".repeat(64),
        &"a".repeat(63),
        &"a".repeat(65),
        &"é".repeat(32),
    ] {
        assert_eq!(fields(TextHash::parse(wrong)), ["text_hash"]);
    }
}

#[test]
fn a_quorum_is_above_nothing_and_at_most_all() {
    assert!(AssemblyRules::parse(Micro::ONE, 15, 0).is_ok());
    assert!(AssemblyRules::parse(Micro::new(1), 15, 0).is_ok());
    for wrong in [0, -1, 1_000_001] {
        assert_eq!(
            fields(AssemblyRules::parse(Micro::new(wrong), 15, 0)),
            ["quorum_rate"]
        );
    }
}

proptest! {
    #[test]
    fn turnout_is_compared_exactly(present in 0..=u32::MAX, more in 0..=u32::MAX, rate in 1..=1_000_000_i64) {
        let eligible = present.saturating_add(more).max(1);
        let turnout = Turnout { present: present.min(eligible), eligible };
        // The least number of members that is a quorum, by division and rounding up.
        let needed = (i128::from(eligible) * i128::from(rate) + 999_999) / 1_000_000;
        prop_assert_eq!(
            turnout.reaches(Micro::new(rate)),
            i128::from(turnout.present) >= needed
        );
    }

    #[test]
    fn a_record_that_adds_up_is_read_and_any_other_count_is_refused(
        counts in prop::array::uniform3(0..1000_u32), absent in 0..1000_u32, off in 1..1000_u32,
    ) {
        let [votes_for, votes_against, abstentions] = counts;
        let present = votes_for + votes_against + abstentions;
        let possible = AssemblyFacts {
            eligible: present + absent + off,
            present, votes_for, votes_against, abstentions,
            ..facts()
        };
        prop_assert!(AssemblyRecord::parse(possible.clone(), day("2026-05-01")).is_ok());
        let wrong = AssemblyFacts { present: present + off, ..possible };
        prop_assert_eq!(fields(AssemblyRecord::parse(wrong, day("2026-05-01"))), ["present"]);
    }
}
