//! The languages that documents are printed in.
use chrono::NaiveDate;

/// A language that documents are printed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Spanish.
    Es,
    /// English.
    En,
    /// Portuguese.
    Pt,
}

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

    /// Reads a BCP 47 tag by its language alone: `pt-BR` is [`Language::Pt`].
    pub fn of_tag(tag: &str) -> Option<Self> {
        let language = tag.split('-').next()?;
        Self::ALL
            .into_iter()
            .find(|known| known.tag().eq_ignore_ascii_case(language))
    }

    /// The separators of a printed number: between thousands, and before the decimals.
    pub(crate) const fn separators(self) -> (char, char) {
        match self {
            Self::Es | Self::Pt => ('.', ','),
            Self::En => (',', '.'),
        }
    }

    /// A day: 31/12/2026, or 31 Dec 2026 in English, where the order of numbers is not the same everywhere.
    pub(crate) fn day(self, day: NaiveDate) -> String {
        let form = match self {
            Self::Es | Self::Pt => "%d/%m/%Y",
            Self::En => "%-d %b %Y",
        };
        day.format(form).to_string()
    }
}
