//! What in a movement points to an item.
use super::OpenItem;
use crate::payments::latin;
use crate::statements::{Counterparty, StatementEntry};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Letters and digits that a reference has at least to be looked for in a text: shorter ones stand anywhere.
const SHORTEST: usize = 5;
/// Letters and digits of a bank's name that are enough where it breaks off: longer than what all co-operatives'
/// names begin with.
const NAME_CUT: usize = 25;

/// The items by what is written of them.
pub(super) struct Index {
    ids: BTreeMap<String, BTreeSet<Uuid>>,
    references: BTreeMap<String, BTreeSet<Uuid>>,
    longest: usize,
}

impl Index {
    pub(super) fn new(items: &[OpenItem]) -> Self {
        let mut index = Self {
            ids: BTreeMap::new(),
            references: BTreeMap::new(),
            longest: 0,
        };
        for item in items {
            for written in item.end_to_end.iter().chain([&item.reference]) {
                let solid = solid(written);
                if solid.is_empty() {
                    continue;
                }
                if solid.chars().count() >= SHORTEST && solid.contains(|c: char| c.is_numeric()) {
                    index.longest = index.longest.max(solid.len());
                    index
                        .references
                        .entry(solid.clone())
                        .or_default()
                        .insert(item.id);
                }
                index.ids.entry(solid).or_default().insert(item.id);
            }
        }
        index
    }

    /// Items with this end-to-end id.
    pub(super) fn by_id(&self, id: &str) -> BTreeSet<Uuid> {
        self.ids.get(&solid(id)).cloned().unwrap_or_default()
    }

    /// Items of which a reference stands in the movement: from the beginning of a word to the end of one, whatever is
    /// between its letters, because banks drop hyphens and break lines.
    pub(super) fn by_text(&self, entry: &StatementEntry) -> BTreeSet<Uuid> {
        let mut found = BTreeSet::new();
        let fields = entry.references.iter().chain(&entry.end_to_end);
        for text in fields.chain([&entry.text]) {
            let words: Vec<String> = text
                .split(|c: char| !c.is_alphanumeric())
                .map(solid)
                .filter(|word| !word.is_empty())
                .collect();
            for from in 0..words.len() {
                let mut joined = String::new();
                for word in words.iter().skip(from) {
                    joined.push_str(word);
                    if joined.len() > self.longest {
                        break;
                    }
                    found.extend(self.references.get(&joined).into_iter().flatten());
                }
            }
        }
        found
    }
}

/// Whether the bank's account, tax id or name is the item's. A tax id that is another's says that it is another.
pub(super) fn same_party(item: &OpenItem, bank: &Counterparty) -> bool {
    if let (Some(ours), Some(theirs)) = (&item.tax_id, &bank.tax_id) {
        return solid(ours) == solid(theirs);
    }
    let account = bank.account.as_deref().map(solid);
    if account.is_some_and(|account| item.accounts.iter().any(|known| solid(known) == account)) {
        return true;
    }
    let (ours, theirs) = (
        plain(&item.name),
        plain(bank.name.as_deref().unwrap_or_default()),
    );
    let cut = theirs.len() >= NAME_CUT && ours.starts_with(&theirs);
    !theirs.is_empty() && (ours == theirs || cut)
}

/// Capitals and digits only.
fn solid(text: &str) -> String {
    let solid = text.chars().filter(|c| c.is_alphanumeric());
    solid.flat_map(char::to_uppercase).collect()
}

/// The same in the letters that banks write.
fn plain(name: &str) -> String {
    solid(&latin(name, name.len().saturating_mul(4)))
}
