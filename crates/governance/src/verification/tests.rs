#![expect(
    clippy::unwrap_used,
    reason = "a dossier that is refused fails the test"
)]

use super::*;
use crate::assembly::{Outcome, TextHash, Turnout};
use crate::conflict::Conflict;
use crate::days::day;
use crate::error::fields;
use crate::finding::{Finding, FindingSize};

const SIGNED: &str = "2026-06-15";

/// A recovered textile factory: thirty members, four hired hands.
fn facts() -> DossierFacts {
    DossierFacts {
        members: 30,
        hired: 4,
        one_person_one_vote: true,
        last_assembly_on: Some(day("2026-05-30")),
        founded_on: day("2015-08-01"),
        origin: Origin::Recovered,
    }
}

fn decision(outcome: Outcome) -> Decision {
    Decision {
        text_hash: TextHash::parse(&"c".repeat(64)).unwrap(),
        held_on: day("2026-05-30"),
        turnout: Turnout {
            present: 25,
            eligible: 30,
        },
        outcome,
    }
}

fn findings(sizes: &[FindingSize]) -> Findings<usize> {
    let filed = sizes.iter().enumerate().map(|(id, size)| Finding {
        id,
        size: *size,
        filed_on: day("2026-06-01"),
        amends: None,
        closes: false,
    });
    Findings::of(filed).unwrap()
}

fn dossier(facts: DossierFacts) -> Dossier {
    Dossier::parse(facts, day(SIGNED)).unwrap()
}

fn unmet(facts: DossierFacts) -> Vec<&'static str> {
    let carried = decision(Outcome::Carried);
    let unmet = assess(&dossier(facts), Some(&carried), &findings(&[]), day(SIGNED));
    unmet.into_iter().map(UnmetCondition::as_str).collect()
}

fn sign(
    facts: DossierFacts,
    verifier: &[(&'static str, OrganisationKind)],
    expires_on: Option<&str>,
) -> Result<Verification<&'static str>, GovernanceError> {
    let application = Application {
        cooperative: &"shirts",
        dossier: &dossier(facts),
        decision: Some(&decision(Outcome::Carried)),
        findings: &findings(&[FindingSize::Minor]),
    };
    Verification::sign(
        &application,
        "network",
        verifier,
        day(SIGNED),
        expires_on.map(day),
    )
}

#[test]
fn a_sound_cooperative_meets_every_condition() {
    assert_eq!(unmet(facts()), [""; 0]);
}

#[test]
fn members_must_be_more_than_half_of_those_who_work_there() {
    let workers = |members, hired| DossierFacts {
        members,
        hired,
        ..facts()
    };
    assert_eq!(unmet(workers(5, 4)), [""; 0]);
    assert_eq!(unmet(workers(4, 4)), ["members_not_majority"]);
    assert_eq!(unmet(workers(0, 0)), ["members_not_majority"]);
}

#[test]
fn the_last_assembly_is_at_most_a_year_ago() {
    let held = |on: Option<&str>| DossierFacts {
        last_assembly_on: on.map(day),
        ..facts()
    };
    assert_eq!(unmet(held(Some("2025-06-15"))), [""; 0]);
    assert_eq!(unmet(held(Some("2025-06-14"))), ["no_recent_assembly"]);
    assert_eq!(unmet(held(None)), ["no_recent_assembly"]);
}

#[test]
fn an_application_needs_a_carried_vote_and_no_open_major_finding() {
    let assess_with = |decision: Option<&Decision>, sizes: &[FindingSize]| {
        assess(&dossier(facts()), decision, &findings(sizes), day(SIGNED))
    };
    let carried = decision(Outcome::Carried);
    assert_eq!(assess_with(Some(&carried), &[FindingSize::Minor]), []);
    assert_eq!(
        assess_with(Some(&carried), &[FindingSize::Major]),
        [UnmetCondition::OpenMajorFinding]
    );
    for outcome in [Outcome::NotCarried, Outcome::NotValid(vec![])] {
        assert_eq!(
            assess_with(Some(&decision(outcome)), &[]),
            [UnmetCondition::NoValidAssemblyRecord]
        );
    }
    assert_eq!(
        assess_with(None, &[]),
        [UnmetCondition::NoValidAssemblyRecord]
    );
}

#[test]
fn every_unmet_condition_is_listed() {
    let hollow = DossierFacts {
        members: 1,
        hired: 40,
        one_person_one_vote: false,
        last_assembly_on: None,
        ..facts()
    };
    let all = assess(
        &dossier(hollow),
        None,
        &findings(&[FindingSize::Major]),
        day(SIGNED),
    );
    assert_eq!(all, UnmetCondition::ALL);
}

#[test]
fn a_verified_cooperative_is_signed_for_two_years_at_most() {
    let signed = sign(facts(), &[], None).unwrap();
    assert_eq!(signed.standing(), Standing::Verified);
    assert_eq!(signed.expires_on(), day("2028-06-15"));
    assert!(sign(facts(), &[], Some("2028-06-15")).is_ok());
    assert_eq!(
        fields(sign(facts(), &[], Some("2028-06-16"))),
        ["expires_on"]
    );
    assert_eq!(
        fields(sign(facts(), &[], Some("2026-06-14"))),
        ["expires_on"]
    );
}

#[test]
fn a_cooperative_under_a_year_old_is_provisional_for_a_year() {
    let founded = |on| {
        sign(
            DossierFacts {
                founded_on: day(on),
                ..facts()
            },
            &[],
            None,
        )
        .unwrap()
    };
    assert_eq!(founded("2025-06-16").standing(), Standing::Provisional);
    assert_eq!(founded("2025-06-16").expires_on(), day("2027-06-15"));
    assert_eq!(founded("2025-06-15").standing(), Standing::Verified);
}

#[test]
fn a_signature_holds_from_its_day_to_its_last() {
    let signed = sign(facts(), &[], Some("2026-12-31")).unwrap();
    for (on, holds) in [
        ("2026-06-14", false),
        ("2026-06-15", true),
        ("2026-12-31", true),
        ("2027-01-01", false),
    ] {
        assert_eq!(signed.in_force(day(on)), holds, "{on}");
    }
}

#[test]
fn a_verifier_with_a_stake_cannot_sign() {
    let of_a_union = [
        ("network", OrganisationKind::Network),
        ("miners", OrganisationKind::Union),
    ];
    assert_eq!(
        sign(facts(), &of_a_union, None),
        Err(GovernanceError::ConflictOfInterest(vec![
            Conflict::MemberOfBuyer
        ]))
    );
    let own = [("shirts", OrganisationKind::Cooperative)];
    assert_eq!(
        sign(facts(), &own, None),
        Err(GovernanceError::ConflictOfInterest(vec![
            Conflict::MemberOfCooperative
        ]))
    );
}

#[test]
fn a_refusal_names_what_is_missing() {
    let refused = sign(
        DossierFacts {
            one_person_one_vote: false,
            ..facts()
        },
        &[],
        None,
    );
    let error = refused.unwrap_err();
    assert_eq!(error.code(), "not_verifiable");
    assert_eq!(
        error.to_string(),
        "the co-operative cannot be verified yet: not_one_person_one_vote"
    );
}

#[test]
fn a_dossier_cannot_come_from_the_future() {
    let parse = |facts| Dossier::parse(facts, day(SIGNED));
    let unfounded = DossierFacts {
        founded_on: day("2026-06-16"),
        ..facts()
    };
    assert_eq!(fields(parse(unfounded)), ["founded_on"]);
    let planned = DossierFacts {
        last_assembly_on: Some(day("2026-06-16")),
        ..facts()
    };
    assert_eq!(fields(parse(planned)), ["last_assembly_on"]);
    let before_founding = DossierFacts {
        founded_on: day(SIGNED),
        ..facts()
    };
    assert!(parse(before_founding).is_ok());
}
