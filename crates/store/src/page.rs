//! Pages of lists that several queries find the things of.

/// The first `limit` of the ids that either found, in order, each once.
pub(crate) fn merged<I: Ord>(some: Vec<I>, others: Vec<I>, limit: i64) -> Vec<I> {
    let mut all = some;
    all.extend(others);
    all.sort_unstable();
    all.dedup();
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    all
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn a_page_of_two_sources_is_sorted_has_nothing_twice_and_ends_at_its_limit() {
        assert_eq!(merged(vec![1, 4, 9], vec![2, 4, 4, 7], 4), [1, 2, 4, 7]);
        assert_eq!(merged(vec![3], Vec::new(), 4), [3]);
        assert!(merged::<i32>(Vec::new(), Vec::new(), 4).is_empty());
    }
}
