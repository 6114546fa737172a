//! Many short lists in one piece of memory.

use crate::table::Table;
use std::ops::Index;

/// Numbers by what they belong to, in their order.
pub(crate) struct Lists {
    /// Where each list begins, and the end of the last.
    starts: Table<usize>,
    members: Vec<usize>,
}

impl Lists {
    /// So many lists, where number `n` belongs to `owner(n)` of `owners`.
    pub(crate) fn new(count: usize, owners: impl Iterator<Item = usize> + Clone) -> Self {
        let mut starts = Table::filled(0, count + 1);
        for owner in owners.clone() {
            starts[owner + 1] += 1;
        }
        let mut before = 0;
        for start in starts.iter_mut() {
            before += *start;
            *start = before;
        }
        let mut next = starts.clone();
        let mut members: Table<usize> = Table::filled(0, before);
        for (number, owner) in owners.enumerate() {
            members[next[owner]] = number;
            next[owner] += 1;
        }
        Self {
            starts,
            members: members.into_iter().collect(),
        }
    }
}

impl Index<usize> for Lists {
    type Output = [usize];
    fn index(&self, owner: usize) -> &[usize] {
        let range = self.starts[owner]..self.starts[owner + 1];
        self.members.get(range).unwrap_or_default()
    }
}
