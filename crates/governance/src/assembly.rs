//! Assembly records, and what an assembly decided by them.
//!
//! A record says what happened; [`decide`] says what it is worth under the rules. Turnout stands beside
//! every decision, as the exact ratio of those present to those eligible.

use std::fmt;

use chrono::NaiveDate;
use money::Micro;

use crate::error::{Faults, FieldError, GovernanceError};

/// The longest title, in characters: a title. The text itself is only known by its hash.
pub const MAX_TITLE_CHARS: usize = 500;

/// SHA-256 of the text that was voted on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextHash(String);

impl TextHash {
    /// Hexadecimal digits of a SHA-256.
    const DIGITS: usize = 64;

    /// Reads 64 hexadecimal digits; capitals are read as their small letters.
    ///
    /// # Errors
    /// [`GovernanceError::Invalid`] naming `text_hash` for any other text.
    pub fn parse(text: &str) -> Result<Self, GovernanceError> {
        if text.len() == Self::DIGITS && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(GovernanceError::Invalid(vec![FieldError {
                field: "text_hash",
                reason: "a SHA-256 is written as 64 hexadecimal digits".to_owned(),
            }]))
        }
    }

    /// The 64 digits, in small letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TextHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An assembly as its secretary writes it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssemblyFacts {
    /// The day on which the members were told of it.
    pub notice_on: NaiveDate,
    /// The day on which it was held.
    pub held_on: NaiveDate,
    /// Members with a vote.
    pub eligible: u32,
    /// Members who came.
    pub present: u32,
    /// Votes in favour.
    pub votes_for: u32,
    /// Votes against.
    pub votes_against: u32,
    /// Members present who voted neither way.
    pub abstentions: u32,
    /// What the vote was about.
    pub title: String,
    /// The text voted on.
    pub text_hash: TextHash,
}

/// A record whose counts and dates are possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssemblyRecord(AssemblyFacts);

impl AssemblyRecord {
    /// Reads a record on the day `today`.
    ///
    /// # Errors
    /// [`GovernanceError::Invalid`] naming every field that cannot be: `held_on` (in the future, or
    /// before the notice), `eligible` (nobody), `present` (more than are eligible, or not the sum of the
    /// votes), `title` (blank, or over [`MAX_TITLE_CHARS`]).
    pub fn parse(facts: AssemblyFacts, today: NaiveDate) -> Result<Self, GovernanceError> {
        let mut faults = Faults::default();
        faults.when(
            facts.held_on > today,
            "held_on",
            "an assembly is recorded after it was held",
        );
        faults.when(
            facts.held_on < facts.notice_on,
            "held_on",
            "an assembly cannot be held before its notice",
        );
        faults.when(
            facts.eligible == 0,
            "eligible",
            "an assembly needs members with a vote",
        );
        faults.when(
            facts.present > facts.eligible,
            "present",
            "more members were present than are eligible",
        );
        let votes = [facts.votes_for, facts.votes_against, facts.abstentions];
        let counted: u64 = votes.into_iter().map(u64::from).sum();
        faults.when(
            counted != u64::from(facts.present),
            "present",
            format!(
                "{} were present, but {counted} voted or abstentions",
                facts.present
            ),
        );
        faults.when(
            facts.title.trim().is_empty(),
            "title",
            "a vote needs a title",
        );
        faults.when(
            facts.title.chars().count() > MAX_TITLE_CHARS,
            "title",
            format!("a title has at most {MAX_TITLE_CHARS} characters"),
        );
        faults.or(Self(facts))
    }

    /// What was written down.
    pub const fn facts(&self) -> &AssemblyFacts {
        &self.0
    }

    /// Those present of those eligible.
    pub const fn turnout(&self) -> Turnout {
        Turnout {
            present: self.0.present,
            eligible: self.0.eligible,
        }
    }
}

/// An exact ratio, never above one: who came, of those who could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turnout {
    /// Members who came.
    pub present: u32,
    /// Members with a vote; above zero.
    pub eligible: u32,
}

impl Turnout {
    /// Whether the ratio is at least `rate`, compared without division.
    pub fn reaches(self, rate: Micro) -> bool {
        i128::from(self.present) * i128::from(Micro::ONE.get())
            >= i128::from(rate.get()) * i128::from(self.eligible)
    }
}

impl fmt::Display for Turnout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.present, self.eligible)
    }
}

/// When a vote counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssemblyRules {
    quorum_rate: Micro,
    minimum_notice_days: u16,
    repeat_window_days: u16,
}

impl AssemblyRules {
    /// Half of the members: fewer could bind the others without their knowing.
    pub const QUORUM_RATE: Micro = Micro::new(500_000);
    /// A week: every shift hears of it and every member can arrange to come. Where the law asks for
    /// more (fifteen days for Argentina's co-operatives), the organisation's rules do too.
    pub const MINIMUM_NOTICE_DAYS: u16 = 7;
    /// A quarter, the least time between two reviews of a price too: a text that was voted down comes
    /// back when something has changed, not until the members are tired.
    pub const REPEAT_WINDOW_DAYS: u16 = 90;

    /// Reads rules.
    ///
    /// # Errors
    /// [`GovernanceError::Invalid`] naming `quorum_rate` unless it is above 0 and at most 1.
    pub fn parse(
        quorum_rate: Micro,
        minimum_notice_days: u16,
        repeat_window_days: u16,
    ) -> Result<Self, GovernanceError> {
        let mut faults = Faults::default();
        faults.when(
            quorum_rate <= Micro::ZERO || quorum_rate > Micro::ONE,
            "quorum_rate",
            "a quorum is above 0 and at most 1",
        );
        faults.or(Self {
            quorum_rate,
            minimum_notice_days,
            repeat_window_days,
        })
    }

    /// Least share of the eligible who must be present.
    pub const fn quorum_rate(self) -> Micro {
        self.quorum_rate
    }

    /// Least days from the notice to the assembly.
    pub const fn minimum_notice_days(self) -> u16 {
        self.minimum_notice_days
    }

    /// Least days between two votes on one text.
    pub const fn repeat_window_days(self) -> u16 {
        self.repeat_window_days
    }
}

impl Default for AssemblyRules {
    fn default() -> Self {
        Self {
            quorum_rate: Self::QUORUM_RATE,
            minimum_notice_days: Self::MINIMUM_NOTICE_DAYS,
            repeat_window_days: Self::REPEAT_WINDOW_DAYS,
        }
    }
}

/// Why a vote does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Irregularity {
    /// The members were told too late.
    #[error("notice was given {days} days before, and {minimum} are needed")]
    ShortNotice {
        /// Days from the notice to the assembly.
        days: i64,
        /// Days that the rules ask for.
        minimum: u16,
    },
    /// Too few came.
    #[error("{turnout} members were present, under the quorum of {quorum_rate}")]
    BelowQuorum {
        /// Who came.
        turnout: Turnout,
        /// The share that the rules ask for.
        quorum_rate: Micro,
    },
    /// The same text was voted on within the window.
    #[error("the same text was voted on at {held_on}, less than {window_days} days away")]
    RepeatVote {
        /// The day of the vote on record.
        held_on: NaiveDate,
        /// The window of the rules.
        window_days: u16,
    },
}

impl Irregularity {
    /// The stable `snake_case` code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ShortNotice { .. } => "short_notice",
            Self::BelowQuorum { .. } => "below_quorum",
            Self::RepeatVote { .. } => "repeat_vote",
        }
    }
}

/// What a vote came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// More votes for than against; abstentions count for neither.
    Carried,
    /// At least as many votes against as for.
    NotCarried,
    /// The vote does not count, for at least one reason.
    NotValid(Vec<Irregularity>),
}

impl Outcome {
    /// The stable `snake_case` word: `carried`, `not_carried` or `not_valid`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Carried => "carried",
            Self::NotCarried => "not_carried",
            Self::NotValid(_) => "not_valid",
        }
    }
}

/// A vote's outcome, with the text and the turnout that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The text voted on.
    pub text_hash: TextHash,
    /// The day of the vote.
    pub held_on: NaiveDate,
    /// Shown beside every decision.
    pub turnout: Turnout,
    /// What it came to.
    pub outcome: Outcome,
}

impl Decision {
    /// Whether the text was carried by a vote that counts.
    pub fn is_carried(&self) -> bool {
        self.outcome == Outcome::Carried
    }
}

/// What the assembly decided, given the same organisation's votes already `on_record` (without this one).
///
/// A vote on the same text less than the window away from one on record does not count, whichever of the
/// two is dated earlier: a back-dated record cannot slip in before. An assembly without a quorum took
/// no vote, so its second call is no repeat; one called at short notice did vote, and is one.
pub fn decide<'a>(
    record: &AssemblyRecord,
    on_record: impl IntoIterator<Item = &'a AssemblyRecord>,
    rules: AssemblyRules,
) -> Decision {
    let facts = record.facts();
    let turnout = record.turnout();
    let mut irregularities = Vec::new();

    let days = (facts.held_on - facts.notice_on).num_days();
    if days < i64::from(rules.minimum_notice_days) {
        irregularities.push(Irregularity::ShortNotice {
            days,
            minimum: rules.minimum_notice_days,
        });
    }
    if !turnout.reaches(rules.quorum_rate) {
        irregularities.push(Irregularity::BelowQuorum {
            turnout,
            quorum_rate: rules.quorum_rate,
        });
    }
    let nearest_repeat = on_record
        .into_iter()
        .filter(|other| other.facts().text_hash == facts.text_hash)
        .filter(|other| other.turnout().reaches(rules.quorum_rate))
        .map(|other| other.facts().held_on)
        .min_by_key(|held_on| (*held_on - facts.held_on).num_days().abs())
        .filter(|held_on| {
            (*held_on - facts.held_on).num_days().abs() < i64::from(rules.repeat_window_days)
        });
    if let Some(held_on) = nearest_repeat {
        irregularities.push(Irregularity::RepeatVote {
            held_on,
            window_days: rules.repeat_window_days,
        });
    }

    let outcome = if !irregularities.is_empty() {
        Outcome::NotValid(irregularities)
    } else if facts.votes_for > facts.votes_against {
        Outcome::Carried
    } else {
        Outcome::NotCarried
    };
    Decision {
        text_hash: facts.text_hash.clone(),
        held_on: facts.held_on,
        turnout,
        outcome,
    }
}

#[cfg(test)]
mod tests;
