//! What this crate refuses, each with a stable code and a sentence that a person can act on.

use crate::assembly::TextHash;
use crate::conflict::Conflict;
use crate::organisation::OrganisationKind;
use crate::rule_set::Side;
use crate::verification::UnmetCondition;

/// One field that cannot be what it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct FieldError {
    /// The field's name, as in the facts it was read from.
    pub field: &'static str,
    /// Why, as a sentence.
    pub reason: String,
}

/// Every refusal of this crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GovernanceError {
    /// A word outside its closed list (400).
    #[error("{word:?} is not a known {what}")]
    UnknownWord {
        /// What the word should have named.
        what: &'static str,
        /// The word given.
        word: String,
    },
    /// Facts that contradict each other or the calendar; all of them at once (400).
    #[error("{}", sentences(.0))]
    Invalid(Vec<FieldError>),
    /// The co-operative does not meet the conditions of verification (422).
    #[error("the co-operative cannot be verified yet: {}", listed(.0))]
    NotVerifiable(Vec<UnmetCondition>),
    /// The verifier is not independent of the trade (403).
    #[error("the verifier has a conflict of interest: {}", listed(.0))]
    ConflictOfInterest(Vec<Conflict>),
    /// Only buyers and suppliers adopt rule sets (403).
    #[error("a {0} does not trade, so it cannot adopt a rule set")]
    CannotAdopt(OrganisationKind),
    /// The record is of a vote on another text (422).
    #[error("the assembly voted on the text {voted}, not on this rule set, which is {published}")]
    OtherText {
        /// Hash of the text that the assembly voted on.
        voted: TextHash,
        /// Hash of the rule set.
        published: TextHash,
    },
    /// The assembly did not carry the rule set by a valid vote (422).
    #[error("the assembly did not carry this text by a valid vote")]
    NotCarried,
    /// The operator holds no pricing power (403).
    #[error("the operator of the platform cannot publish a rule set")]
    OperatorCannotPublish,
    /// A side of the trade has not adopted the rule set (422).
    #[error("no assembly on the {0} side has adopted this rule set")]
    NotAdoptedBy(Side),
    /// Two findings carry one id (409).
    #[error("this finding is already on file")]
    FindingOnFile,
    /// An amendment names a finding that is not on file (422).
    #[error("the finding to amend is not on file")]
    OriginalNotOnFile,
    /// An amendment names a finding that another has amended (409).
    #[error("the finding has been amended already: amend the latest of its amendments")]
    AlreadyAmended,
}

impl GovernanceError {
    /// The stable `snake_case` code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownWord { .. } | Self::Invalid(_) => "invalid_input",
            Self::NotVerifiable(_) => "not_verifiable",
            Self::ConflictOfInterest(_) => "conflict_of_interest",
            Self::CannotAdopt(_) => "cannot_adopt",
            Self::OtherText { .. } => "other_text",
            Self::NotCarried => "not_carried",
            Self::OperatorCannotPublish => "operator_cannot_publish",
            Self::NotAdoptedBy(_) => "not_adopted_by_both_sides",
            Self::FindingOnFile => "finding_on_file",
            Self::OriginalNotOnFile => "original_not_on_file",
            Self::AlreadyAmended => "already_amended",
        }
    }
}

fn sentences(errors: &[FieldError]) -> String {
    errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

fn listed(items: &[impl ToString]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Collects every field that is wrong before it answers.
#[derive(Default)]
pub(crate) struct Faults(Vec<FieldError>);

impl Faults {
    /// Notes `field` with `reason` when `wrong`.
    pub(crate) fn when(&mut self, wrong: bool, field: &'static str, reason: impl Into<String>) {
        if wrong {
            self.0.push(FieldError {
                field,
                reason: reason.into(),
            });
        }
    }

    /// `value` if nothing was noted.
    pub(crate) fn or<T>(self, value: T) -> Result<T, GovernanceError> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(GovernanceError::Invalid(self.0))
        }
    }
}

/// The fields that a refusal names, for tests.
#[cfg(test)]
pub(crate) fn fields<T: std::fmt::Debug>(result: Result<T, GovernanceError>) -> Vec<&'static str> {
    match result {
        Err(GovernanceError::Invalid(errors)) => errors.iter().map(|e| e.field).collect(),
        other => panic!("expected a refusal that names fields, got {other:?}"),
    }
}
