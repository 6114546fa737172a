//! The journal in the words that hledger and ledger share.
use super::chart::Paths;
use crate::journal::Entry;
use crate::text::{decimal, one_line, without};
use money::Currency;
use std::collections::BTreeSet;
use std::io::{Result, Write};

pub(super) fn head(out: &mut Vec<u8>, organisation: &str, paths: &Paths) -> Result<()> {
    writeln!(out, "; The book of {}", one_line(organisation))?;
    for tag in ["id", "kind", "invoice", "po", "reverses"] {
        writeln!(out, "tag {tag}")?;
    }
    for path in paths.distinct() {
        writeln!(out, "account {path}")?;
    }
    Ok(())
}

pub(super) fn entry(
    out: &mut Vec<u8>,
    declared: &mut BTreeSet<Currency>,
    paths: &Paths,
    entry: &Entry,
) -> Result<()> {
    // A currency is declared before the first entry in it: nobody knows them all in advance.
    for posting in entry.postings.as_slice() {
        if declared.insert(posting.amount.currency()) {
            writeln!(out, "\ncommodity {}", posting.amount.currency())?;
        }
    }
    let code = without(&entry.document, &['(', ')', ';', '|']);
    // A bar would split payee from note, a semicolon begin a comment.
    let name = without(&entry.counterparty, &[';', '|']);
    let name = if name.is_empty() {
        entry.kind.as_str()
    } else {
        &name
    };
    writeln!(out, "\n{} * ({code}) {name}", entry.date)?;
    writeln!(out, "    ; id: {}", entry.id)?;
    writeln!(out, "    ; kind: {}", entry.kind.as_str())?;
    tag(out, "invoice", &entry.document)?;
    tag(
        out,
        "po",
        entry.purchase_order.as_deref().unwrap_or_default(),
    )?;
    if let Some(reversed) = entry.reverses {
        writeln!(out, "    ; reverses: {reversed}")?;
    }
    for posting in entry.postings.as_slice() {
        let currency = posting.amount.currency();
        let amount = decimal(posting.amount.minor().into(), currency);
        writeln!(
            out,
            "    {}  {amount} {currency}",
            paths.of(posting.account)
        )?;
    }
    Ok(())
}

/// A tag without what would end its value, begin another or be taken for a date.
fn tag(out: &mut Vec<u8>, name: &str, value: &str) -> Result<()> {
    let value = without(value, &[',', ':', ';', '[', ']']);
    if value.is_empty() {
        return Ok(());
    }
    writeln!(out, "    ; {name}: {value}")
}
