//! Verification of a co-operative by a network: the dossier, its conditions, the signature.
//!
//! The conditions are about ownership and democracy alone. Punctuality, output, size and nationality
//! are not asked for.

use chrono::NaiveDate;

use crate::assembly::Decision;
use crate::conflict::conflicts;
use crate::days::months_after;
use crate::error::{Faults, GovernanceError};
use crate::finding::Findings;
use crate::organisation::OrganisationKind;
use crate::words::words;

/// An assembly is recent for this many months: every co-operative law asks for one a year.
pub const RECENT_ASSEMBLY_MONTHS: u32 = 12;

/// A co-operative is young for this many months: it has no closed year to show yet.
pub const YOUNG_COOPERATIVE_MONTHS: u32 = 12;

words! {
    /// How the co-operative came to be.
    Origin, "origin" {
        /// Taken over by its workers after the owner gave it up.
        Recovered = "recovered",
        /// Founded by workers who were dismissed.
        Retrenched = "retrenched",
        /// Founded out of a strike.
        Strike = "strike",
        /// Any other way.
        Other = "other",
    }
}

words! {
    /// What a co-operative still has to meet.
    UnmetCondition, "condition of verification" {
        /// The members are not more than half of those who work there.
        MembersNotMajority = "members_not_majority",
        /// Some members have more votes than others.
        NotOnePersonOneVote = "not_one_person_one_vote",
        /// No assembly in the last [`RECENT_ASSEMBLY_MONTHS`].
        NoRecentAssembly = "no_recent_assembly",
        /// The application was not carried by an assembly whose vote counts.
        NoValidAssemblyRecord = "no_valid_assembly_record",
        /// A major finding is open.
        OpenMajorFinding = "open_major_finding",
    }
}

words! {
    /// What a verification is worth.
    Standing, "standing" {
        /// In full.
        Verified = "verified",
        /// Of a co-operative without a trading record: smaller lots, larger advance.
        Provisional = "provisional",
    }
}

impl Standing {
    /// The standing of a co-operative founded and signed for on those days.
    pub fn of(founded_on: NaiveDate, signed_on: NaiveDate) -> Self {
        if signed_on < months_after(founded_on, YOUNG_COOPERATIVE_MONTHS) {
            Self::Provisional
        } else {
            Self::Verified
        }
    }

    /// The longest a signature holds, in months. Two years for a verified co-operative, so that a
    /// verifier comes back before a board can change the house; one for a provisional one, which has a
    /// year's record to show by then.
    pub const fn max_months(self) -> u32 {
        match self {
            Self::Verified => 24,
            Self::Provisional => 12,
        }
    }

    /// The last day that a signature of `signed_on` can hold.
    pub fn latest_expiry(self, signed_on: NaiveDate) -> NaiveDate {
        months_after(signed_on, self.max_months())
    }
}

/// What the co-operative says of itself and the verifier has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DossierFacts {
    /// Members who work there.
    pub members: u32,
    /// People who work there and are not members.
    pub hired: u32,
    /// Whether every member has one vote.
    pub one_person_one_vote: bool,
    /// The day of the last assembly, if there was one.
    pub last_assembly_on: Option<NaiveDate>,
    /// The day of founding.
    pub founded_on: NaiveDate,
    /// How it came to be.
    pub origin: Origin,
}

/// A dossier whose dates are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dossier(DossierFacts);

impl Dossier {
    /// Reads a dossier on the day `today`. An assembly may be older than the founding: workers often
    /// meet for years before they have a legal form.
    ///
    /// # Errors
    /// [`GovernanceError::Invalid`] naming `founded_on` or `last_assembly_on` where it is in the future.
    pub fn parse(facts: DossierFacts, today: NaiveDate) -> Result<Self, GovernanceError> {
        let mut faults = Faults::default();
        faults.when(
            facts.founded_on > today,
            "founded_on",
            "a co-operative applies after it was founded",
        );
        faults.when(
            facts.last_assembly_on.is_some_and(|on| on > today),
            "last_assembly_on",
            "the last assembly is one that was held",
        );
        faults.or(Self(facts))
    }

    /// What was written down.
    pub const fn facts(&self) -> &DossierFacts {
        &self.0
    }
}

/// The conditions that are not met on `date`, in the order of [`UnmetCondition`]; none means that the
/// co-operative can be verified. `application` is the assembly's decision to apply.
pub fn assess<Id: Eq>(
    dossier: &Dossier,
    application: Option<&Decision>,
    findings: &Findings<Id>,
    date: NaiveDate,
) -> Vec<UnmetCondition> {
    let facts = dossier.facts();
    let recent = facts
        .last_assembly_on
        .is_some_and(|on| months_after(on, RECENT_ASSEMBLY_MONTHS) >= date);
    [
        (
            facts.members <= facts.hired,
            UnmetCondition::MembersNotMajority,
        ),
        (
            !facts.one_person_one_vote,
            UnmetCondition::NotOnePersonOneVote,
        ),
        (!recent, UnmetCondition::NoRecentAssembly),
        (
            !application.is_some_and(Decision::is_carried),
            UnmetCondition::NoValidAssemblyRecord,
        ),
        (
            findings.has_open_major(date),
            UnmetCondition::OpenMajorFinding,
        ),
    ]
    .into_iter()
    .filter_map(|(unmet, condition)| unmet.then_some(condition))
    .collect()
}

/// All that a verifier signs on.
#[derive(Debug, Clone, Copy)]
pub struct Application<'a, Id, FindingId> {
    /// The co-operative.
    pub cooperative: &'a Id,
    /// Its dossier.
    pub dossier: &'a Dossier,
    /// Its assembly's decision to apply.
    pub decision: Option<&'a Decision>,
    /// All findings on it.
    pub findings: &'a Findings<FindingId>,
}

/// A network's signature under a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verification<Id> {
    network: Id,
    standing: Standing,
    signed_on: NaiveDate,
    expires_on: NaiveDate,
}

impl<Id: Eq> Verification<Id> {
    /// Signs for `network` on the day `signed_on`; the verifier is a member of `verifier_organisations`.
    /// Without `expires_on` the signature holds as long as it can.
    ///
    /// # Errors
    /// [`GovernanceError::ConflictOfInterest`], then [`GovernanceError::NotVerifiable`] with every unmet
    /// condition, then those of [`Verification::parse`].
    pub fn sign<FindingId: Eq>(
        application: &Application<'_, Id, FindingId>,
        network: Id,
        verifier_organisations: &[(Id, OrganisationKind)],
        signed_on: NaiveDate,
        expires_on: Option<NaiveDate>,
    ) -> Result<Self, GovernanceError> {
        let Application {
            cooperative,
            dossier,
            decision,
            findings,
        } = *application;
        let conflicts = conflicts(verifier_organisations, cooperative);
        if !conflicts.is_empty() {
            return Err(GovernanceError::ConflictOfInterest(conflicts));
        }
        let unmet = assess(dossier, decision, findings, signed_on);
        if !unmet.is_empty() {
            return Err(GovernanceError::NotVerifiable(unmet));
        }
        let standing = Standing::of(dossier.facts().founded_on, signed_on);
        let expires_on = expires_on.unwrap_or_else(|| standing.latest_expiry(signed_on));
        Self::parse(network, standing, signed_on, expires_on)
    }

    /// Reads a signature that was given before.
    ///
    /// # Errors
    /// [`GovernanceError::Invalid`] naming `expires_on` where it is before the signature or later than
    /// the standing allows.
    pub fn parse(
        network: Id,
        standing: Standing,
        signed_on: NaiveDate,
        expires_on: NaiveDate,
    ) -> Result<Self, GovernanceError> {
        let mut faults = Faults::default();
        faults.when(
            expires_on < signed_on,
            "expires_on",
            "a verification cannot expire before it is signed",
        );
        faults.when(
            expires_on > standing.latest_expiry(signed_on),
            "expires_on",
            format!(
                "a {standing} standing holds at most {} months",
                standing.max_months()
            ),
        );
        faults.or(Self {
            network,
            standing,
            signed_on,
            expires_on,
        })
    }

    /// Whether it holds on `date`, its last day included.
    pub fn in_force(&self, date: NaiveDate) -> bool {
        (self.signed_on..=self.expires_on).contains(&date)
    }

    /// The network that signed.
    pub const fn network(&self) -> &Id {
        &self.network
    }

    /// What it is worth.
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    /// The day of the signature.
    pub const fn signed_on(&self) -> NaiveDate {
        self.signed_on
    }

    /// Its last day.
    pub const fn expires_on(&self) -> NaiveDate {
        self.expires_on
    }
}

#[cfg(test)]
mod tests;
