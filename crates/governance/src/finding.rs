//! Findings of verifiers and inspectors: they are filed, amended and resolved, never taken away.
//!
//! An amendment is a finding of its own that names the one it replaces; the original stays on file and
//! stops counting. Only the latest of a chain is current, and it is open until it is resolved.

use chrono::NaiveDate;

use crate::error::{Faults, GovernanceError};
use crate::words::words;

words! {
    /// How much a finding weighs; every size is stored.
    FindingSize, "size of finding" {
        /// To be put right; it does not stop a verification.
        Minor = "minor",
        /// Stops a verification while it is open.
        Major = "major",
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding<Id> {
    /// Its own id.
    pub id: Id,
    /// How much it weighs.
    pub size: FindingSize,
    /// The day of filing.
    pub filed_on: NaiveDate,
    /// The finding that this one replaces.
    pub amends: Option<Id>,
    /// The day from which it counts as answered.
    pub resolved_on: Option<NaiveDate>,
}

/// The findings on one dossier, in order of filing. Nothing can be taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings<Id>(Vec<Finding<Id>>);

impl<Id> Default for Findings<Id> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<Id: Eq> Findings<Id> {
    /// Reads a dossier's findings in order of filing, each checked as when it was filed.
    ///
    /// # Errors
    /// As [`Findings::file`].
    pub fn of(filed: impl IntoIterator<Item = Finding<Id>>) -> Result<Self, GovernanceError> {
        let mut findings = Self::default();
        for finding in filed {
            findings.file(finding)?;
        }
        Ok(findings)
    }

    /// Files a finding or an amendment.
    ///
    /// # Errors
    /// [`GovernanceError::FindingOnFile`] for an id on file; [`GovernanceError::OriginalNotOnFile`] and
    /// [`GovernanceError::AlreadyAmended`] for an amendment of anything but the end of a chain;
    /// [`GovernanceError::Invalid`] naming `filed_on` (before the original's) or `resolved_on` (before
    /// `filed_on`).
    pub fn file(&mut self, finding: Finding<Id>) -> Result<(), GovernanceError> {
        if self.0.iter().any(|f| f.id == finding.id) {
            return Err(GovernanceError::FindingOnFile);
        }
        let mut faults = Faults::default();
        faults.when(
            finding.resolved_on.is_some_and(|on| on < finding.filed_on),
            "resolved_on",
            "a finding cannot be resolved before it is filed",
        );
        if let Some(amended) = &finding.amends {
            let original = self
                .0
                .iter()
                .find(|f| f.id == *amended)
                .ok_or(GovernanceError::OriginalNotOnFile)?;
            if self.is_amended(&original.id) {
                return Err(GovernanceError::AlreadyAmended);
            }
            faults.when(
                finding.filed_on < original.filed_on,
                "filed_on",
                "an amendment cannot be filed before its original",
            );
        }
        faults.or(())?;
        self.0.push(finding);
        Ok(())
    }

    /// Everything ever filed, amended originals too, in order of filing.
    pub fn on_file(&self) -> &[Finding<Id>] {
        &self.0
    }

    /// The findings that stand unanswered on `date`: filed by then, amended by none, resolved by none.
    pub fn open(&self, date: NaiveDate) -> impl Iterator<Item = &Finding<Id>> {
        self.0.iter().filter(move |finding| {
            finding.filed_on <= date
                && !self
                    .amendments_of(&finding.id)
                    .any(|later| later.filed_on <= date)
                && finding.resolved_on.is_none_or(|on| on > date)
        })
    }

    /// Whether a major finding is open on `date`.
    pub fn has_open_major(&self, date: NaiveDate) -> bool {
        self.open(date)
            .any(|finding| finding.size == FindingSize::Major)
    }

    fn amendments_of(&self, id: &Id) -> impl Iterator<Item = &Finding<Id>> {
        self.0.iter().filter(move |f| f.amends.as_ref() == Some(id))
    }

    fn is_amended(&self, id: &Id) -> bool {
        self.amendments_of(id).next().is_some()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a refused finding fails the test")]
mod tests {
    use super::*;
    use crate::days::day;
    use crate::error::fields;

    fn finding(id: u32, size: FindingSize, filed_on: &str) -> Finding<u32> {
        Finding {
            id,
            size,
            filed_on: day(filed_on),
            amends: None,
            resolved_on: None,
        }
    }

    fn open(findings: &Findings<u32>, on: &str) -> Vec<u32> {
        findings.open(day(on)).map(|f| f.id).collect()
    }

    #[test]
    fn an_amendment_replaces_its_original_and_keeps_it_on_file() {
        let mut findings = Findings::of([finding(1, FindingSize::Major, "2026-01-10")]).unwrap();
        assert!(findings.has_open_major(day("2026-01-10")));

        let milder = Finding {
            amends: Some(1),
            ..finding(2, FindingSize::Minor, "2026-02-01")
        };
        findings.file(milder).unwrap();
        assert_eq!(open(&findings, "2026-02-01"), [2]);
        assert!(!findings.has_open_major(day("2026-02-01")));
        assert_eq!(
            open(&findings, "2026-01-31"),
            [1],
            "what stood before still stands in the past"
        );
        assert_eq!(findings.on_file().len(), 2);
    }

    #[test]
    fn a_finding_is_open_until_the_day_it_is_resolved() {
        let resolved = Finding {
            resolved_on: Some(day("2026-03-01")),
            ..finding(1, FindingSize::Major, "2026-01-10")
        };
        let findings = Findings::of([resolved]).unwrap();
        assert_eq!(open(&findings, "2026-01-09"), []);
        assert_eq!(open(&findings, "2026-01-10"), [1]);
        assert_eq!(open(&findings, "2026-02-28"), [1]);
        assert_eq!(open(&findings, "2026-03-01"), []);
    }

    #[test]
    fn an_amendment_of_a_resolved_finding_is_open_again() {
        let resolved = Finding {
            resolved_on: Some(day("2026-01-20")),
            ..finding(1, FindingSize::Minor, "2026-01-10")
        };
        let worse = Finding {
            amends: Some(1),
            ..finding(2, FindingSize::Major, "2026-02-01")
        };
        let findings = Findings::of([resolved, worse]).unwrap();
        assert!(findings.has_open_major(day("2026-02-01")));
    }

    #[test]
    fn a_chain_has_one_end() {
        let mut findings = Findings::of([finding(1, FindingSize::Minor, "2026-01-10")]).unwrap();
        let amendment = |id, of, on| Finding {
            amends: Some(of),
            ..finding(id, FindingSize::Minor, on)
        };
        assert_eq!(
            findings.file(amendment(2, 9, "2026-01-11")),
            Err(GovernanceError::OriginalNotOnFile)
        );
        assert_eq!(
            findings.file(amendment(2, 2, "2026-01-11")),
            Err(GovernanceError::OriginalNotOnFile),
            "a finding cannot amend itself"
        );
        assert_eq!(
            fields(findings.file(amendment(2, 1, "2026-01-09"))),
            ["filed_on"]
        );
        findings.file(amendment(2, 1, "2026-01-10")).unwrap();
        assert_eq!(
            findings.file(amendment(3, 1, "2026-01-11")),
            Err(GovernanceError::AlreadyAmended)
        );
        assert_eq!(
            findings.file(finding(1, FindingSize::Major, "2026-01-12")),
            Err(GovernanceError::FindingOnFile)
        );
        findings.file(amendment(3, 2, "2026-01-11")).unwrap();
        assert_eq!(open(&findings, "2026-12-31"), [3]);
    }

    #[test]
    fn a_finding_cannot_be_resolved_before_it_is_filed() {
        let hasty = Finding {
            resolved_on: Some(day("2026-01-09")),
            ..finding(1, FindingSize::Minor, "2026-01-10")
        };
        assert_eq!(fields(Findings::of([hasty])), ["resolved_on"]);
    }
}
