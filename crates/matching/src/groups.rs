//! Numbers that belong together, directly or not.

use crate::table::Table;

/// Disjoint groups of numbers.
pub(crate) struct Groups(Table<usize>);

impl Groups {
    pub(crate) fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    /// The lowest member of a number's group.
    pub(crate) fn find(&mut self, mut member: usize) -> usize {
        while self.0[member] != member {
            let above = self.0[self.0[member]];
            self.0[member] = above;
            member = above;
        }
        member
    }

    /// Makes one group of those of two numbers.
    pub(crate) fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.find(left), self.find(right));
        let (low, high) = (left.min(right), left.max(right));
        self.0[high] = low;
    }
}
