//! The languages that templates exist in.

use std::str::FromStr;

use fluent_templates::{LanguageIdentifier, langid};
use serde::{Deserialize, Serialize};

/// A language that every message exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Spanish.
    Es,
    /// English.
    En,
    /// Portuguese.
    Pt,
}

/// No template exists in the language of this BCP 47 tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no messages in language '{0}': choose es, en or pt")]
pub struct LanguageError(String);

static ES: LanguageIdentifier = langid!("es");
static EN: LanguageIdentifier = langid!("en");
static PT: LanguageIdentifier = langid!("pt");

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Es, Self::En, Self::Pt];

    /// The BCP 47 tag: `es`, `en` or `pt`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::En => "en",
            Self::Pt => "pt",
        }
    }

    pub(crate) fn identifier(self) -> &'static LanguageIdentifier {
        match self {
            Self::Es => &ES,
            Self::En => &EN,
            Self::Pt => &PT,
        }
    }

    /// The separators of a printed number: between thousands, and before the decimals.
    pub(crate) const fn separators(self) -> (char, char) {
        match self {
            Self::Es | Self::Pt => ('.', ','),
            Self::En => (',', '.'),
        }
    }
}

/// Reads a BCP 47 tag by its language alone: `pt-BR` is [`Language::Pt`].
impl FromStr for Language {
    type Err = LanguageError;

    fn from_str(tag: &str) -> Result<Self, LanguageError> {
        let refused = || LanguageError(tag.to_owned());
        let identifier: LanguageIdentifier = tag.parse().map_err(|_| refused())?;
        Self::ALL
            .into_iter()
            .find(|language| language.identifier().language == identifier.language)
            .ok_or_else(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regional_tag_is_read_by_its_language() {
        assert_eq!("es-AR".parse(), Ok(Language::Es));
        assert_eq!("en-ZA".parse(), Ok(Language::En));
        assert_eq!("pt".parse(), Ok(Language::Pt));
    }

    #[test]
    fn a_language_without_templates_and_a_word_that_is_no_tag_are_refused() {
        for tag in ["fr", "", "spanish please", "e"] {
            assert!(tag.parse::<Language>().is_err(), "{tag}");
        }
    }
}
