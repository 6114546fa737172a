//! Ids in their order, and the place of each.

/// Ids with the positions at which they were given, sorted.
pub(crate) struct Sorted<'a>(Vec<Place<'a>>);

struct Place<'a> {
    /// The first bytes of the id as one number, which compares faster than the bytes and orders alike.
    first: u128,
    id: &'a str,
    given: usize,
}

impl Place<'_> {
    fn key(&self) -> (u128, &str) {
        (self.first, self.id)
    }
}

fn first(id: &str) -> u128 {
    let mut bytes = [0; 16];
    for (byte, said) in bytes.iter_mut().zip(id.bytes()) {
        *byte = said;
    }
    u128::from_be_bytes(bytes)
}

impl<'a> Sorted<'a> {
    pub(crate) fn new(ids: impl Iterator<Item = &'a str>) -> Self {
        let place = |(given, id): (usize, &'a str)| Place {
            first: first(id),
            id,
            given,
        };
        let mut places: Vec<Place> = ids.enumerate().map(place).collect();
        places.sort_by(|one, next| one.key().cmp(&next.key()));
        Self(places)
    }

    /// Some id stands twice.
    pub(crate) fn repeats(&self) -> bool {
        let next = self.0.iter().skip(1);
        self.0.iter().zip(next).any(|(one, next)| one.id == next.id)
    }

    /// The place of an id in the order.
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        let key = (first(id), id);
        self.0.binary_search_by(|one| one.key().cmp(&key)).ok()
    }

    /// The positions at which they were given, in their order.
    pub(crate) fn given(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|one| one.given)
    }
}

#[cfg(test)]
mod tests {
    use super::Sorted;

    #[test]
    fn ids_are_found_in_the_order_of_their_bytes() {
        let ids = [
            "b",
            "",
            "a",
            "a\0",
            "a\0b",
            "é",
            "0123456789abcdef1",
            "0123456789abcdef0",
            "0123456789abcdef",
        ];
        let sorted = Sorted::new(ids.into_iter());
        let mut expected: Vec<(&str, usize)> = ids.into_iter().zip(0..).collect();
        expected.sort_unstable();
        let given: Vec<usize> = sorted.given().collect();
        let positions: Vec<usize> = expected.iter().map(|(_, given)| *given).collect();
        assert_eq!(given, positions);
        for (place, (id, _)) in expected.iter().enumerate() {
            assert_eq!(sorted.place(id), Some(place));
        }
        assert_eq!(sorted.place("c"), None);
        assert!(!sorted.repeats());
        assert!(Sorted::new(["x", "y", "x"].into_iter()).repeats());
    }
}
