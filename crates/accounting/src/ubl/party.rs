//! Who sells and who buys.
use super::checks;
use super::codes::{Country, is_of_peppol};
use super::violation::{Violation, require};

/// The most letters and digits of a tax id, without its country.
const TAX_ID_MAX: usize = 30;

/// A tax id as invoices carry it: the country that gave it, and its letters and digits (`AR30500010912`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxId(String);

impl TaxId {
    /// Reads what a country calls it: `30-50001091-2` in Argentina, `4123456789` in South Africa. Hyphens,
    /// points, slashes and spaces are left out; the country is put in front unless it is there already.
    ///
    /// # Errors
    /// BR-CO-09 where something else than letters and digits is left, nothing, or more than 30.
    pub fn parse(country: Country, text: &str) -> Result<Self, Violation> {
        let plain: String = text
            .chars()
            .filter(|letter| !matches!(letter, '-' | '.' | '/' | ' '))
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        let plain = match plain.strip_prefix(country.code()) {
            Some(rest) => rest.to_owned(),
            None => plain,
        };
        let good = (1..=TAX_ID_MAX).contains(&plain.len())
            && plain.chars().all(|letter| letter.is_ascii_alphanumeric());
        require(
            good,
            "BR-CO-09",
            "tax_id",
            "A tax id has 1 to 30 letters and digits.",
        )?;
        Ok(Self(format!("{country}{plain}")))
    }

    /// The country's code and the id: `AR30500010912`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id alone: `30500010912`.
    pub fn number(&self) -> &str {
        self.0.get(2..).unwrap_or_default()
    }
}

/// A global location number of GS1: thirteen digits, the last a check digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gln(String);

impl Gln {
    /// Reads thirteen digits.
    ///
    /// # Errors
    /// PEPPOL-COMMON-R040 for another form or a wrong check digit.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(10)).collect();
        let sum = digits.filter(|digits| digits.len() == 13).map(|digits| {
            let weights = [1, 3].iter().cycle();
            digits
                .iter()
                .zip(weights)
                .map(|(digit, weight)| digit * weight)
                .sum::<u32>()
        });
        require(
            sum.is_some_and(|sum| sum % 10 == 0),
            "PEPPOL-COMMON-R040",
            "gln",
            "A GLN has thirteen digits, and its check digit is right.",
        )?;
        Ok(Self(text.to_owned()))
    }

    /// The thirteen digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a party receives documents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ElectronicAddress {
    /// In the Peppol network, by its GLN (scheme 0088).
    Gln(Gln),
    /// By mail (scheme EM). EN 16931 has it, Peppol has not.
    Email(String),
    /// Any other scheme, in other people's documents.
    Other {
        /// The code of the scheme.
        scheme: String,
        /// The address in that scheme.
        id: String,
    },
}

impl ElectronicAddress {
    /// The code of its scheme.
    pub fn scheme(&self) -> &str {
        match self {
            Self::Gln(_) => "0088",
            Self::Email(_) => "EM",
            Self::Other { scheme, .. } => scheme,
        }
    }

    /// The address in that scheme.
    pub fn id(&self) -> &str {
        match self {
            Self::Gln(gln) => gln.as_str(),
            Self::Email(address) => address,
            Self::Other { id, .. } => id,
        }
    }
}

/// Where a party is. Only the country has to be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostalAddress {
    /// Street and number, and up to two lines more.
    pub lines: Vec<String>,
    /// The city.
    pub city: Option<String>,
    /// The postal code, as the country writes it.
    pub postal_code: Option<String>,
    /// The province or state.
    pub region: Option<String>,
    /// The country.
    pub country: Country,
}

impl PostalAddress {
    /// Of which no more than the country is known.
    pub const fn of_country(country: Country) -> Self {
        Self {
            lines: Vec::new(),
            city: None,
            postal_code: None,
            region: None,
            country,
        }
    }

    pub(super) fn check(&self, field: &str) -> Result<(), Violation> {
        require(
            self.lines.len() <= 3,
            "UBL-SR-51",
            format!("{field}.lines"),
            "An address has at most three lines.",
        )?;
        for (at, line) in self.lines.iter().enumerate() {
            checks::text("BT-35", &format!("{field}.lines[{at}]"), line)?;
        }
        checks::optional("BT-37", &format!("{field}.city"), self.city.as_ref())?;
        let postal_code = self.postal_code.as_ref();
        checks::optional("BT-38", &format!("{field}.postal_code"), postal_code)?;
        checks::optional("BT-39", &format!("{field}.region"), self.region.as_ref())
    }
}

/// An organisation as documents name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its registered name.
    pub name: String,
    /// The name it goes by, where that is another.
    pub trading_name: Option<String>,
    /// Where it is.
    pub address: PostalAddress,
    /// Its tax id: a CUIT, a VAT number.
    pub tax_id: Option<TaxId>,
    /// Its number in a register of companies or co-operatives.
    pub registration: Option<String>,
    /// Where it receives documents.
    pub electronic_address: Option<ElectronicAddress>,
}

impl Party {
    /// Whether documents reach it through the Peppol network.
    pub fn is_in_peppol(&self) -> bool {
        let address = self.electronic_address.as_ref();
        address.is_some_and(|address| is_of_peppol(address.scheme()))
    }

    pub(super) fn check(&self, field: &str, name_rule: &'static str) -> Result<(), Violation> {
        checks::text(name_rule, &format!("{field}.name"), &self.name)?;
        let trading_name = self.trading_name.as_ref();
        checks::optional("BT-28", &format!("{field}.trading_name"), trading_name)?;
        let registration = self.registration.as_ref();
        checks::optional("BT-30", &format!("{field}.registration"), registration)?;
        self.address.check(&format!("{field}.address"))?;
        let at = format!("{field}.electronic_address");
        match &self.electronic_address {
            None | Some(ElectronicAddress::Gln(_)) => Ok(()),
            Some(ElectronicAddress::Email(address)) => {
                checks::text("BR-62", &at, address)?;
                let inside = address.trim_matches('@');
                require(
                    inside == address && inside.contains('@') && !inside.contains(' '),
                    "BR-62",
                    at,
                    "A mail address has one @ inside and no space.",
                )
            }
            Some(ElectronicAddress::Other { .. }) => Err(Violation::new(
                "BR-CL-25",
                at,
                "Documents are issued to a GLN or a mail address.",
            )),
        }
    }
}
