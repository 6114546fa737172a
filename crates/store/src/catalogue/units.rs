//! Units of measure by their codes in UN/ECE Recommendation 20, and articles by their GTIN.
use crate::error::{Code, Error, Refusal};

/// The units in which products are counted here, and their names.
const UNITS: &[(&str, &str)] = &[
    ("C62", "one"),
    ("H87", "piece"),
    ("PR", "pair"),
    ("SET", "set"),
    ("DZN", "dozen"),
    ("CEN", "hundred"),
    ("MIL", "thousand"),
    ("RM", "ream"),
    ("GRM", "gram"),
    ("KGM", "kilogram"),
    ("TNE", "tonne"),
    ("MTR", "metre"),
    ("MTK", "square metre"),
    ("MTQ", "cubic metre"),
    ("LTR", "litre"),
    ("KWH", "kilowatt hour"),
    ("MIN", "minute"),
    ("HUR", "hour"),
    ("DAY", "day"),
    ("WEE", "week"),
    ("MON", "month"),
    ("E48", "service unit"),
];

/// The units of services: time, and E48 for what is counted as a whole, such as a visit.
const OF_SERVICES: &[&str] = &["MIN", "HUR", "DAY", "WEE", "MON", "E48"];

/// Whether what is counted in this unit is a service: nothing of it is sent anywhere.
pub fn is_service(code: &str) -> bool {
    OF_SERVICES.contains(&code)
}

/// A unit of measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit(&'static str);

impl Unit {
    /// Reads a code of UN/ECE Recommendation 20.
    ///
    /// # Errors
    /// A sentence that names the codes in use here.
    pub fn parse(code: &str) -> Result<Self, String> {
        let known = UNITS.iter().find(|(known, _)| *known == code);
        known.map(|(code, _)| Self(code)).ok_or_else(|| {
            let codes: Vec<&str> = UNITS.iter().map(|(code, _)| *code).collect();
            format!(
                "This is a code of UN/ECE Recommendation 20 in use here: {}.",
                codes.join(", ")
            )
        })
    }

    /// The code.
    pub const fn code(self) -> &'static str {
        self.0
    }
}

/// A Global Trade Item Number of 8, 12, 13 or 14 digits whose check digit is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gtin(String);

impl Gtin {
    /// Reads a GTIN.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] for another number of digits, [`Code::CheckDigit`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(10)).collect();
        let Some(digits) = digits.filter(|digits| matches!(digits.len(), 8 | 12 | 13 | 14)) else {
            return Err(
                Refusal::new(Code::InvalidInput, "A GTIN has 8, 12, 13 or 14 digits.").into(),
            );
        };
        // From the right, where the check digit stands, digits weigh 1 and 3 by turns.
        let weighted = digits.iter().rev().zip([1, 3].into_iter().cycle());
        let sum: u32 = weighted.map(|(digit, weight)| digit * weight).sum();
        if sum.is_multiple_of(10) {
            return Ok(Self(text.to_owned()));
        }
        Err(Refusal::new(Code::CheckDigit, "The check digit of this GTIN is wrong.").into())
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_in_use_are_units() {
        assert_eq!(Unit::parse("MTK").map(Unit::code), Ok("MTK"));
        for code in ["mtk", "XXX", "", "M2"] {
            assert!(Unit::parse(code).is_err(), "{code}");
        }
    }

    #[test]
    fn services_are_counted_in_time_or_as_a_whole() {
        let services = UNITS.iter().filter(|(code, _)| is_service(code));
        assert_eq!(services.count(), OF_SERVICES.len(), "each is in use");
        for (code, service) in [
            ("HUR", true),
            ("E48", true),
            ("MON", true),
            ("C62", false),
            ("KWH", false),
        ] {
            assert_eq!(is_service(code), service, "{code}");
        }
    }

    #[test]
    fn a_gtin_has_a_length_and_a_check_digit() {
        let code = |text: &str| match Gtin::parse(text) {
            Ok(_) => "read",
            Err(Error::Refused(refusal)) => refusal.code.as_str(),
            Err(_) => "database",
        };
        for (text, outcome) in [
            ("4006381333931", "read"),
            ("96385074", "read"),
            ("036000291452", "read"),
            ("10614141000415", "read"),
            ("4006381333932", "check_digit"),
            ("96385075", "check_digit"),
            ("400638133393", "check_digit"),
            ("4006381", "invalid_input"),
            ("40063813339３1", "invalid_input"),
            ("", "invalid_input"),
        ] {
            assert_eq!(code(text), outcome, "{text}");
        }
    }
}
