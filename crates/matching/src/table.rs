//! A vector that is read by the ids handed out when it was filled.

use std::ops::{Index, IndexMut, Range};

/// Values by id. An id is a position this crate made itself (never a number from a request), so a
/// miss is a defect of this crate; it panics, as a wrong answer would be worse.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table<T>(Vec<T>);

impl<T> Table<T> {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    /// Appends a value and gives its id.
    pub(crate) fn push(&mut self, value: T) -> usize {
        self.0.push(value);
        self.0.len() - 1
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn ids(&self) -> Range<usize> {
        0..self.0.len()
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.0.iter_mut()
    }

    pub(crate) fn last(&self) -> Option<&T> {
        self.0.last()
    }
}

impl<T: Clone> Table<T> {
    pub(crate) fn filled(value: T, len: usize) -> Self {
        Self(vec![value; len])
    }
}

impl<T> IntoIterator for Table<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "the one place where ids are resolved; they come from `push` or `ids` of the same shape"
)]
impl<T> Index<usize> for Table<T> {
    type Output = T;
    fn index(&self, id: usize) -> &T {
        &self.0[id]
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "the one place where ids are resolved; they come from `push` or `ids` of the same shape"
)]
impl<T> IndexMut<usize> for Table<T> {
    fn index_mut(&mut self, id: usize) -> &mut T {
        &mut self.0[id]
    }
}
