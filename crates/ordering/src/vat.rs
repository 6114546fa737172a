//! Value-added tax: the rates that a country has.

use money::Micro;

use crate::error::OrderingError;

/// The rates of each supported country (ISO 3166), in millionths, standard rate first. Argentina: law
/// 23.349, general and reduced; South Africa: act 89 of 1991. Zero stands for exempt and zero-rated.
const RATES: &[(&str, &[Micro])] = &[
    (
        "AR",
        &[Micro::new(210_000), Micro::new(105_000), Micro::ZERO],
    ),
    ("ZA", &[Micro::new(150_000), Micro::ZERO]),
];

/// A rate of value-added tax that the country in question has, as a fraction of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VatRate(Micro);

impl VatRate {
    /// Reads a rate (0.21 for 21 %) under the law of `country`, an ISO 3166 code in capitals.
    ///
    /// # Errors
    /// [`OrderingError::CountryNotSupported`], [`OrderingError::VatRateNotAllowed`].
    pub fn parse(country: &str, rate: Micro) -> Result<Self, OrderingError> {
        let (country, rates) = on_file(country)?;
        if rates.contains(&rate) {
            Ok(Self(rate))
        } else {
            Err(OrderingError::VatRateNotAllowed { country, rate })
        }
    }

    /// The rates of `country`, standard rate first.
    ///
    /// # Errors
    /// [`OrderingError::CountryNotSupported`].
    pub fn of_country(country: &str) -> Result<&'static [Micro], OrderingError> {
        on_file(country).map(|(_, rates)| rates)
    }

    /// The rate, as a fraction of one.
    pub const fn rate(self) -> Micro {
        self.0
    }
}

fn on_file(country: &str) -> Result<(&'static str, &'static [Micro]), OrderingError> {
    RATES
        .iter()
        .copied()
        .find(|(code, _)| *code == country)
        .ok_or_else(|| OrderingError::CountryNotSupported(country.chars().take(16).collect()))
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a rate that cannot be read fails the test"
)]
mod tests {
    use super::*;

    fn code(country: &str, rate: &str) -> &'static str {
        match VatRate::parse(country, rate.parse().unwrap()) {
            Ok(read) => {
                assert_eq!(read.rate(), rate.parse().unwrap());
                "read"
            }
            Err(error) => error.code(),
        }
    }

    #[test]
    fn each_country_has_its_own_rates() {
        for (country, rate, outcome) in [
            ("AR", "0.21", "read"),
            ("AR", "0.105", "read"),
            ("AR", "0", "read"),
            ("AR", "0.15", "vat_rate_not_allowed"),
            ("ZA", "0.15", "read"),
            ("ZA", "0", "read"),
            ("ZA", "0.21", "vat_rate_not_allowed"),
            ("ZA", "15", "vat_rate_not_allowed"),
            ("AR", "-0.21", "vat_rate_not_allowed"),
            ("BR", "0", "country_not_supported"),
            ("ar", "0.21", "country_not_supported"),
        ] {
            assert_eq!(code(country, rate), outcome, "{country} {rate}");
        }
    }

    #[test]
    fn the_standard_rate_comes_first() {
        let standard =
            |country| VatRate::of_country(country).map(|rates| rates.first().map(Micro::to_string));
        assert_eq!(standard("AR"), Ok(Some("0.21".to_owned())));
        assert_eq!(standard("ZA"), Ok(Some("0.15".to_owned())));
        assert!(standard("BR").is_err());
    }
}
