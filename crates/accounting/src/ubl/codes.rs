//! Words from closed lists: countries, units, categories of tax.
use super::violation::{Violation, require};
use en16931::codes::{contains, generated};
use money::Micro;
use std::fmt;

/// A country by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(&'static str);

impl Country {
    /// Reads a code in capitals.
    ///
    /// # Errors
    /// BR-CL-14 for any other text.
    pub fn parse(code: &str) -> Result<Self, Violation> {
        listed(generated::COUNTRY_CODES, code)
            .map(Self)
            .ok_or_else(|| {
                Violation::new(
                    "BR-CL-14",
                    "country",
                    "A country is a code of ISO 3166-1, such as AR.",
                )
            })
    }

    /// The code.
    pub const fn code(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// A unit of measure by its code in UN/ECE Recommendation 20, or 21 with an X in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitCode(&'static str);

impl UnitCode {
    /// Reads a code: `MTK`, `C62`, `HUR`.
    ///
    /// # Errors
    /// BR-CL-23 for any other text, such as `m2`.
    pub fn parse(code: &str) -> Result<Self, Violation> {
        listed(generated::UNIT_CODES, code)
            .map(Self)
            .ok_or_else(|| {
                Violation::new(
                    "BR-CL-23",
                    "unit",
                    "A unit is a code of UN/ECE Recommendation 20, such as MTK.",
                )
            })
    }

    /// The code.
    pub const fn code(self) -> &'static str {
        self.0
    }
}

fn listed(list: &'static [&'static str], code: &str) -> Option<&'static str> {
    let at = list.binary_search(&code).ok()?;
    list.get(at).copied()
}

/// Whether `scheme` is an electronic address scheme of the Peppol network.
pub(super) fn is_of_peppol(scheme: &str) -> bool {
    contains(generated::PEPPOL_EAS_SCHEMES, scheme)
}

/// The value-added tax on a line: its category, with what belongs to that category.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vat {
    /// Taxed (S), at a rate above zero as a fraction of one: 0.21, 0.105.
    Standard(Micro),
    /// Zero-rated (Z).
    Zero,
    /// Exempt (E).
    Exempt {
        /// Why, as the law says it.
        reason: String,
    },
    /// Not subject to the tax (O): where the seller is nobody's taxpayer.
    OutOfScope {
        /// Why.
        reason: String,
    },
    /// A category of other people's documents that is never issued here.
    Other {
        /// The code of UNCL 5305: `AE`, `K`, `G`.
        category: String,
        /// The rate as a fraction of one, where it is stated.
        rate: Option<Micro>,
        /// Why there is no tax, where it is stated.
        reason: Option<String>,
    },
}

impl Vat {
    /// The code of UNCL 5305.
    pub fn category(&self) -> &str {
        match self {
            Self::Standard(_) => "S",
            Self::Zero => "Z",
            Self::Exempt { .. } => "E",
            Self::OutOfScope { .. } => "O",
            Self::Other { category, .. } => category,
        }
    }

    /// The rate as a fraction of one; none where no rate may be stated.
    pub const fn rate(&self) -> Option<Micro> {
        match self {
            Self::Standard(rate) => Some(*rate),
            Self::Zero | Self::Exempt { .. } => Some(Micro::ZERO),
            Self::OutOfScope { .. } => None,
            Self::Other { rate, .. } => *rate,
        }
    }

    /// Why there is no tax, where it has to be said.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Exempt { reason } | Self::OutOfScope { reason } => Some(reason),
            Self::Other { reason, .. } => reason.as_deref(),
            Self::Standard(_) | Self::Zero => None,
        }
    }

    /// Whether it may be issued.
    pub(super) fn check(&self, field: &str) -> Result<(), Violation> {
        match self {
            Self::Standard(rate) => require(
                *rate > Micro::ZERO && *rate <= Micro::ONE,
                "BR-S-05",
                field,
                "A standard rate is above 0 and at most 1.",
            ),
            Self::Zero => Ok(()),
            Self::Exempt { reason } => super::checks::text("BR-E-10", field, reason),
            Self::OutOfScope { reason } => super::checks::text("BR-O-10", field, reason),
            Self::Other { .. } => Err(Violation::new(
                "BR-CL-18",
                field,
                "Only the categories S, Z, E and O are issued here.",
            )),
        }
    }
}
