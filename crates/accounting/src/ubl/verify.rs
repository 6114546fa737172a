//! A second opinion on the bytes of an invoice or a credit note, before anybody is sent them.
use super::read::read;
use en16931::Severity;
use en16931_formats::{Policy, Recommendation, receive};

/// What is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message} [{rule}]")]
pub struct Finding {
    /// The rule, such as `BR-CO-14`; empty where the document cannot be read at all.
    pub rule: String,
    /// The place, in the terms of EN 16931 (`BG-25[2]/BT-151`) or as a path of elements.
    pub path: String,
    /// What the rule says.
    pub message: String,
}

/// Reads an invoice or a credit note again and holds it to [`keeps_rules`]. Then every amount has to be exactly what
/// follows from the lines, where EN 16931 would let a tax be off by less than a whole unit.
///
/// # Errors
/// Everything that is wrong, never an empty list.
pub fn verify(xml: &[u8]) -> Result<(), Vec<Finding>> {
    keeps_rules(xml)?;
    exact(xml)
}

/// Holds an invoice or a credit note, whoever wrote it, to the rules of EN 16931 and, where it says that it is one of
/// Peppol BIS Billing 3.0, to Peppol's. That is done by the crates `en16931` and `en16931-formats`, which share no
/// code with what writes documents here; their warnings are not findings.
///
/// # Errors
/// Everything that is wrong, never an empty list.
pub fn keeps_rules(xml: &[u8]) -> Result<(), Vec<Finding>> {
    let received = receive(xml, &Policy::default());
    if received.recommendation == Recommendation::Accept {
        return Ok(());
    }
    let report = &received.report_declared;
    let entries = report
        .entries()
        .filter(|entry| entry.level() == Severity::Fatal)
        .map(|entry| Finding {
            rule: entry.rule.clone().unwrap_or_default(),
            path: entry.path.clone(),
            message: entry.message.clone(),
        });
    let broken = report.semantic.report.iter();
    let broken = broken.flat_map(|report| {
        report.fatal().map(|finding| Finding {
            rule: finding.rule.clone(),
            path: finding.path.to_string(),
            message: finding.message.clone(),
        })
    });
    let mut findings: Vec<Finding> = entries.chain(broken).collect();
    if findings.is_empty() {
        // Such as a document that declares rules nobody here knows.
        findings.push(Finding {
            rule: String::new(),
            path: String::from("/"),
            message: received.reasons.join("; "),
        });
    }
    Err(findings)
}

fn exact(xml: &[u8]) -> Result<(), Vec<Finding>> {
    let unread = |path: String, message: String| Finding {
        rule: String::new(),
        path,
        message,
    };
    let received = read(xml).map_err(|error| vec![unread(error.path, error.why)])?;
    let differences = received
        .differences()
        .map_err(|violation| vec![unread(violation.field, violation.why)])?;
    if differences.is_empty() {
        return Ok(());
    }
    let findings = differences.into_iter().map(|one| Finding {
        rule: one.rule.to_owned(),
        message: one.to_string(),
        path: one.field,
    });
    Err(findings.collect())
}
