//! The one way in which decimals are read from text, and that in which people read them.

use rust_decimal::Decimal;

use crate::MoneyError;

/// Significant digits, and decimal places, that a decimal may have: what [`Decimal`] always keeps.
pub const MAX_DIGITS: usize = 28;

/// Reads a decimal of the form `-?[0-9]+(\.[0-9]+)?`, exactly; the places written are kept.
///
/// # Errors
///
/// [`MoneyError::NotADecimal`] for another form (no exponent, no sign `+`, no space, no bare point),
/// [`MoneyError::TooManyDigits`] for more than 28 significant digits as written (zeros in front do
/// not count, zeros at the end do) or more than 28 decimal places. Never rounds.
///
/// ```
/// # use money::parse_decimal;
/// assert_eq!(parse_decimal("-0.050")?.to_string(), "-0.050");
/// assert!(parse_decimal("1e3").is_err());
/// # Ok::<(), money::MoneyError>(())
/// ```
pub fn parse_decimal(text: &str) -> Result<Decimal, MoneyError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return Err(MoneyError::NotADecimal),
        Some(parts) => parts,
        None => (digits, ""),
    };
    if whole.is_empty() {
        return Err(MoneyError::NotADecimal);
    }
    let mut mantissa: i128 = 0;
    let mut significant = 0_usize;
    for byte in whole.bytes().chain(fraction.bytes()) {
        if !byte.is_ascii_digit() {
            return Err(MoneyError::NotADecimal);
        }
        if significant > 0 || byte != b'0' {
            significant += 1;
        }
        // Past the limit only the form is still read, so that the answer does not depend on where
        // a stray letter stands.
        if significant <= MAX_DIGITS {
            mantissa = mantissa * 10 + i128::from(byte - b'0');
        }
    }
    if significant > MAX_DIGITS || fraction.len() > MAX_DIGITS {
        return Err(MoneyError::TooManyDigits);
    }
    let places = u32::try_from(fraction.len()).map_err(|_| MoneyError::TooManyDigits)?;
    let signed = if negative { -mantissa } else { mantissa };
    Decimal::try_from_i128_with_scale(signed, places).map_err(|_| MoneyError::TooManyDigits)
}

/// A decimal's text as people read it: `-1774.44` with `.` between groups of three and `,` before the decimals is
/// `-1.774,44`. A text of another form is given back with what can be told apart in it.
pub fn grouped(decimal: &str, thousands: char, point: char) -> String {
    let (sign, digits) = match decimal.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", decimal),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = sign.to_owned();
    for (position, digit) in whole.chars().enumerate() {
        let remaining = whole.len().saturating_sub(position);
        if position > 0 && remaining.is_multiple_of(3) {
            text.push(thousands);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(point);
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn people_read_groups_of_three() {
        for (machine, read) in [
            ("1774.44", "1.774,44"),
            ("14700000.00", "14.700.000,00"),
            ("999.5", "999,5"),
            ("-123456", "-123.456"),
            ("0.00", "0,00"),
        ] {
            assert_eq!(grouped(machine, '.', ','), read);
        }
    }

    #[test]
    fn only_the_strict_form_is_read() {
        for text in [
            "", "-", ".", "1.", ".5", "+1", " 1", "1 ", "1e3", "1,5", "1.2.3", "--1", "-.5", "0x1",
            "NaN", "١", "1_000", "1.-5",
        ] {
            assert_eq!(parse_decimal(text), Err(MoneyError::NotADecimal), "{text}");
        }
        for text in ["0", "-1", "14700.00", "0.0000001", "1.50"] {
            assert_eq!(parse_decimal(text).unwrap().to_string(), text);
        }
        assert_eq!(parse_decimal("-0").unwrap().to_string(), "0");
        assert_eq!(parse_decimal("0007.5").unwrap().to_string(), "7.5");
    }

    #[test]
    fn twenty_eight_digits_are_kept_and_one_more_is_refused() {
        for text in [
            "9999999999999999999999999999",
            "-9.999999999999999999999999999",
            "0.0000000000000000000000000001",
            "0.9999999999999999999999999999",
        ] {
            assert_eq!(parse_decimal(text).unwrap().to_string(), text);
        }
        for text in [
            "10000000000000000000000000000",
            "1.0000000000000000000000000000",
            "0.00000000000000000000000000001",
        ] {
            assert_eq!(
                parse_decimal(text),
                Err(MoneyError::TooManyDigits),
                "{text}"
            );
        }
        let long = format!("{}x", "9".repeat(400));
        assert_eq!(parse_decimal(&long), Err(MoneyError::NotADecimal));
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(mantissa in -10_i128.pow(28) + 1..10_i128.pow(28), places in 0_u32..=28) {
            let value = Decimal::try_from_i128_with_scale(mantissa, places).unwrap();
            let read = parse_decimal(&value.to_string()).unwrap();
            prop_assert_eq!((read, read.scale()), (value, places));
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = parse_decimal(&text);
        }

        #[test]
        fn accepts_exactly_what_the_form_says(text in "[-0-9.]{0,12}") {
            let unsigned = text.strip_prefix('-').unwrap_or(&text);
            let parts: Vec<&str> = unsigned.split('.').collect();
            let formed = parts.len() <= 2
                && parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(parse_decimal(&text).is_ok(), formed);
        }
    }
}
