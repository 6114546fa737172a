//! Findings of verifiers and inspectors: they are filed, amended and closed, never changed or taken away.
//!
//! An amendment is a finding of its own that names the one it replaces; the original stays on file and
//! stops counting. Only the last of a chain is current. It is open, unless it was filed to close the
//! matter.

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
    /// Whether it closes the matter; only an amendment can.
    pub closes: bool,
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
    /// [`GovernanceError::Invalid`] naming `filed_on` (before the original's) or `closes` (nothing to
    /// close).
    pub fn file(&mut self, finding: Finding<Id>) -> Result<(), GovernanceError> {
        if self.on_file().iter().any(|f| f.id == finding.id) {
            return Err(GovernanceError::FindingOnFile);
        }
        let mut faults = Faults::default();
        faults.when(
            finding.closes && finding.amends.is_none(),
            "closes",
            "only an amendment can close a finding",
        );
        if let Some(amended) = &finding.amends {
            let original = self.on_file().iter().find(|f| f.id == *amended);
            let original = original.ok_or(GovernanceError::OriginalNotOnFile)?;
            if self.amendment_of(amended).is_some() {
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

    /// The findings that stood open on `date`: filed by then, amended by none by then, and not closing.
    pub fn open(&self, date: NaiveDate) -> impl Iterator<Item = &Finding<Id>> {
        self.on_file().iter().filter(move |finding| {
            let amendment = self.amendment_of(&finding.id);
            finding.filed_on <= date
                && !finding.closes
                && amendment.is_none_or(|later| later.filed_on > date)
        })
    }

    /// Whether a major finding stood open on `date`.
    pub fn has_open_major(&self, date: NaiveDate) -> bool {
        self.open(date)
            .any(|finding| finding.size == FindingSize::Major)
    }

    /// A finding is amended once at most.
    fn amendment_of(&self, id: &Id) -> Option<&Finding<Id>> {
        self.on_file()
            .iter()
            .find(|f| f.amends.as_ref() == Some(id))
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
            closes: false,
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
    fn a_finding_is_open_until_an_amendment_closes_it() {
        let closing = Finding {
            amends: Some(1),
            closes: true,
            ..finding(2, FindingSize::Major, "2026-03-01")
        };
        let mut findings =
            Findings::of([finding(1, FindingSize::Major, "2026-01-10"), closing]).unwrap();
        assert_eq!(open(&findings, "2026-01-09"), []);
        assert_eq!(open(&findings, "2026-01-10"), [1]);
        assert_eq!(open(&findings, "2026-02-28"), [1]);
        assert_eq!(open(&findings, "2026-03-01"), []);

        let reopened = Finding {
            amends: Some(2),
            ..finding(3, FindingSize::Minor, "2026-04-01")
        };
        findings.file(reopened).unwrap();
        assert_eq!(open(&findings, "2026-04-01"), [3]);
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
    fn there_must_be_something_to_close() {
        let closing = Finding {
            closes: true,
            ..finding(1, FindingSize::Minor, "2026-01-10")
        };
        assert_eq!(fields(Findings::of([closing])), ["closes"]);
    }
}
