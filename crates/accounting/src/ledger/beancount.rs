//! The journal for beancount.
use super::chart::Paths;
use crate::text::{decimal, one_line};
use crate::{Account, journal::Entry};
use chrono::NaiveDate;
use money::Currency;
use std::collections::BTreeMap;
use std::io::{Result, Write};

pub(super) fn head(out: &mut Vec<u8>, organisation: &str, paths: &Paths) -> Result<()> {
    writeln!(out, "option \"title\" \"{}\"", quoted(organisation))?;
    for path in paths.distinct() {
        // Entries need not come by date, so accounts are open from before them all.
        writeln!(out, "1970-01-01 open {path}")?;
    }
    Ok(())
}

pub(super) fn entry(out: &mut Vec<u8>, paths: &Paths, entry: &Entry) -> Result<()> {
    let (payee, document) = (quoted(&entry.counterparty), quoted(&entry.document));
    write!(out, "\n{} * \"{payee}\" \"{document}\"", entry.date)?;
    for reference in std::iter::once(&entry.document).chain(&entry.purchase_order) {
        let link = link(reference);
        if !link.is_empty() {
            write!(out, " ^{link}")?;
        }
    }
    writeln!(out, "\n  id: \"{}\"", entry.id)?;
    writeln!(out, "  kind: \"{}\"", entry.kind.as_str())?;
    if let Some(order) = &entry.purchase_order {
        writeln!(out, "  po: \"{}\"", quoted(order))?;
    }
    if let Some(reversed) = entry.reverses {
        writeln!(out, "  reverses: \"{reversed}\"")?;
    }
    for posting in entry.postings.as_slice() {
        let currency = posting.amount.currency();
        let amount = decimal(posting.amount.minor().into(), currency);
        writeln!(out, "  {}  {amount} {currency}", paths.of(posting.account))?;
    }
    Ok(())
}

/// What the accounts of the file come to, wider than one amount so that no sum of amounts leaves it.
#[derive(Default)]
pub(super) struct Balances {
    sums: BTreeMap<(Account, Currency), i128>,
    last: Option<NaiveDate>,
}

impl Balances {
    pub(super) fn add(&mut self, entry: &Entry) {
        self.last = self.last.max(Some(entry.date));
        for posting in entry.postings.as_slice() {
            let key = (posting.account, posting.amount.currency());
            // 2^64 amounts of 64 bits fit 128.
            *self.sums.entry(key).or_insert(0) += i128::from(posting.amount.minor());
        }
    }

    /// Asserts every balance on the morning after the last day, exactly: without `~ 0` one cent off would pass.
    pub(super) fn foot(&self, out: &mut Vec<u8>, paths: &Paths) -> Result<()> {
        let mut shown: BTreeMap<(&str, Currency), i128> = BTreeMap::new();
        for (&(account, currency), &sum) in &self.sums {
            *shown.entry((paths.of(account), currency)).or_insert(0) += sum;
        }
        let Some(day) = self.last.and_then(|last| last.succ_opt()) else {
            return Ok(());
        };
        writeln!(out)?;
        for ((path, currency), sum) in shown {
            let sum = decimal(sum, currency);
            writeln!(out, "{day} balance {path}  {sum} ~ 0 {currency}")?;
        }
        Ok(())
    }
}

fn quoted(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace('"', "\\\"")
}

/// Letters, digits and `-_/.`, which is all that a link may have.
fn link(reference: &str) -> String {
    let link: String = reference
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_/.".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    if link.chars().any(|c| c.is_ascii_alphanumeric()) {
        link
    } else {
        String::new()
    }
}
