//! Ids by which a movement is known again.
use super::{Booking, Statement, StatementEntry};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Gives every entry its id. An entry with a reference of the bank that says the same as another is the same one; of
/// those without, the second is another.
pub(super) fn identify(statement: &mut Statement) {
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for entry in &mut statement.entries {
        let content = digest(statement.account.as_deref(), entry, 0);
        entry.id = if entry.bank_reference.is_some() {
            content
        } else {
            let before = seen.entry(content).or_insert(0);
            let id = digest(statement.account.as_deref(), entry, *before);
            *before += 1;
            id
        };
    }
}

fn digest(account: Option<&str>, entry: &StatementEntry, before: u64) -> String {
    let mut hash = Sha256::new();
    let mut field = |text: &str| {
        // The length in front keeps two fields from being taken for one.
        hash.update(text.len().to_be_bytes());
        hash.update(text);
    };
    field(account.unwrap_or_default());
    field(entry.bank_reference.as_deref().unwrap_or_default());
    field(&entry.date.to_string());
    field(&entry.amount.to_string());
    field(entry.end_to_end.as_deref().unwrap_or_default());
    field(entry.counterparty.account.as_deref().unwrap_or_default());
    // What was pending comes once more when it is booked, and only then counts.
    if entry.booking == Booking::Pending {
        field("pending");
    }
    // A bank that has a reference may word the rest anew; without one the words are all there is.
    if entry.bank_reference.is_none() {
        field(entry.counterparty.name.as_deref().unwrap_or_default());
        field(&entry.text);
        entry
            .references
            .iter()
            .for_each(|reference| field(reference));
        field(&before.to_string());
    }
    let mut id = String::with_capacity(32);
    for byte in hash.finalize().iter().take(16) {
        // Writing to a string cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}
