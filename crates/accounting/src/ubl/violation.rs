//! What a document may not be.
use money::MoneyError;

/// A rule that a document breaks, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why} [{rule}]")]
pub struct Violation {
    /// The rule of EN 16931 (`BR-S-02`) or Peppol, or the business term (`BT-126`) whose definition asks it.
    pub rule: &'static str,
    /// The field of the draft: `lines[2].price`.
    pub field: String,
    /// What is wrong, a sentence.
    pub why: String,
}

impl Violation {
    pub(super) fn new(
        rule: &'static str,
        field: impl Into<String>,
        why: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            field: field.into(),
            why: why.into(),
        }
    }

    /// An amount of the field that cannot be kept exactly.
    pub(super) fn of_money(
        rule: &'static str,
        field: impl Into<String>,
    ) -> impl FnOnce(MoneyError) -> Self {
        let field = field.into();
        move |error| Self::new(rule, field, format!("{error}."))
    }
}

/// `Ok` where `holds`, and the violation otherwise.
pub(super) fn require(
    holds: bool,
    rule: &'static str,
    field: impl Into<String>,
    why: impl Into<String>,
) -> Result<(), Violation> {
    if holds {
        Ok(())
    } else {
        Err(Violation::new(rule, field, why))
    }
}
