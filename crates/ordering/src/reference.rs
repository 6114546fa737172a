//! References: the short numbers that people read out and banks carry.

use std::fmt;

use crate::error::{OrderingError, require};

/// A document's reference, such as `PO-2026-000123`: a prefix, the year, a number that starts again
/// every year.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    prefix: String,
    year: u16,
    number: u64,
}

impl Reference {
    /// The longest reference, in ASCII characters: what every bank's remittance field keeps whole.
    pub const MAX_CHARS: usize = 20;

    /// Makes the reference of document `number` of `year`. The number has six digits, and more where it
    /// needs them.
    ///
    /// # Errors
    /// [`OrderingError::Invalid`] naming `prefix` (not one or more capital letters), `year` (not four
    /// digits), `number` (zero) or `reference` (over [`Reference::MAX_CHARS`]).
    pub fn format(prefix: &str, year: u16, number: u64) -> Result<Self, OrderingError> {
        require(
            !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_uppercase()),
            "prefix",
            "a prefix is one or more capital letters",
        )?;
        require(
            (1000..=9999).contains(&year),
            "year",
            "a year has four digits",
        )?;
        require(number > 0, "number", "documents are numbered from one")?;
        let reference = Self {
            prefix: prefix.to_owned(),
            year,
            number,
        };
        require(
            reference.to_string().len() <= Self::MAX_CHARS,
            "reference",
            "a reference has at most 20 characters",
        )?;
        Ok(reference)
    }

    /// Reads a reference, in exactly the form in which it is printed.
    ///
    /// # Errors
    /// [`OrderingError::Invalid`].
    pub fn parse(text: &str) -> Result<Self, OrderingError> {
        let malformed = || OrderingError::Invalid {
            field: "reference",
            reason: "a reference looks like PO-2026-000123",
        };
        let mut parts = text.split('-');
        let (Some(prefix), Some(year), Some(number), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(malformed());
        };
        let year = year.parse().map_err(|_| malformed())?;
        let number = number.parse().map_err(|_| malformed())?;
        let reference = Self::format(prefix, year, number)?;
        // `+2026` and `0000123` are numbers too, but not how a reference is printed.
        if reference.to_string() == text {
            Ok(reference)
        } else {
            Err(malformed())
        }
    }

    /// The letters in front.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The year.
    pub const fn year(&self) -> u16 {
        self.year
    }

    /// The number in that year.
    pub const fn number(&self) -> u64 {
        self.number
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:06}", self.prefix, self.year, self.number)
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a reference that is refused fails the test"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn references_are_short_and_read_back() {
        let reference = Reference::format("PO", 2026, 123).unwrap();
        assert_eq!(reference.to_string(), "PO-2026-000123");
        let read = Reference::parse("PO-2026-000123").unwrap();
        assert_eq!(
            (read.prefix(), read.year(), read.number()),
            ("PO", 2026, 123)
        );
    }

    #[test]
    fn twenty_characters_are_the_most() {
        assert_eq!(
            Reference::format("PO", 2026, 999_999_999_999)
                .unwrap()
                .to_string()
                .len(),
            20
        );
        assert!(Reference::format("PO", 2026, 1_000_000_000_000).is_err());
        assert!(Reference::format("PO", 2026, u64::MAX).is_err());
        assert!(Reference::format("ABCDEFGH", 2026, 1).is_ok());
        assert!(Reference::format("ABCDEFGHI", 2026, 1).is_err());
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "PO",
            "PO-2026",
            "PO-2026-123",
            "PO-2026-0000123",
            "PO-+2026-000123",
            "PO-02026-000123",
            "PO-2026-+00123",
            "po-2026-000123",
            "PÓ-2026-000123",
            "-2026-000123",
            "PO-0999-000123",
            "PO-2026-000000",
            "PO-2026-000123-1",
            "PO-2026-99999999999999999999",
            " PO-2026-000123",
        ] {
            let refused = Reference::parse(text).map_err(|e| e.code());
            assert_eq!(refused, Err("invalid_input"), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_printed_is_read_back(
            prefix in "[A-Z]{1,4}", year in 1000..=9999_u16, number in 1..=9_999_999_999_u64,
        ) {
            let reference = Reference::format(&prefix, year, number).unwrap();
            let printed = reference.to_string();
            prop_assert!(printed.is_ascii() && printed.len() <= Reference::MAX_CHARS);
            prop_assert_eq!(Reference::parse(&printed), Ok(reference));
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,24}") {
            if let Ok(read) = Reference::parse(&text) {
                prop_assert_eq!(read.to_string(), text);
            }
        }
    }
}
