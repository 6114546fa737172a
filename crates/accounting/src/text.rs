//! Names and references made harmless for the format that they are written in, and amounts in digits.
use money::Currency;
use std::fmt::Write as _;

/// The text on one line: every run of blanks, line ends and control characters is one space, characters that
/// turn the direction of writing or have no width are left out, and nothing is left at the ends.
pub(crate) fn one_line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.chars().filter(|&character| !invisible(character)) {
        if character.is_whitespace() || character.is_control() {
            if !clean.ends_with(' ') && !clean.is_empty() {
                clean.push(' ');
            }
        } else {
            clean.push(character);
        }
    }
    clean.truncate(clean.trim_end().len());
    clean
}

fn invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// One line without the characters that mean something to the format; each is a space instead.
pub(crate) fn without(text: &str, marks: &[char]) -> String {
    one_line(&text.replace(marks, " "))
}

/// The text of a cell: an apostrophe stands before what a spreadsheet would compute.
pub(crate) fn cell(text: &str) -> String {
    let clean = one_line(text);
    if clean
        .trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@'])
    {
        format!("'{clean}")
    } else {
        clean
    }
}

/// At most so many characters, without a blank at the end.
pub(crate) fn at_most(text: &str, characters: usize) -> &str {
    text.char_indices()
        .nth(characters)
        .and_then(|(end, _)| text.get(..end))
        .map_or(text, str::trim_end)
}

/// Minor units as a decimal with all the places of the currency: `-1774.44`. Wider than [`money::Money`], for sums.
pub(crate) fn decimal(minor: i128, currency: Currency) -> String {
    let unit = 10_u128.pow(currency.minor_digits());
    let (whole, part) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    let mut text = String::with_capacity(24);
    if minor < 0 {
        text.push('-');
    }
    // Writing to a string cannot fail.
    let _ = write!(text, "{whole}");
    if unit > 1 {
        let places = usize::try_from(currency.minor_digits()).unwrap_or_default();
        let _ = write!(text, ".{part:0places$}");
    }
    text
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use money::Money;
    use proptest::prelude::*;

    #[test]
    fn amounts_have_the_places_of_their_currency() {
        for (minor, code, text) in [
            (177_444, "ARS", "1774.44"),
            (-5, "ARS", "-0.05"),
            (7, "JPY", "7"),
            (-1_005, "TND", "-1.005"),
            (0, "ARS", "0.00"),
        ] {
            assert_eq!(decimal(minor, Currency::parse(code).unwrap()), text);
        }
    }

    proptest! {
        #[test]
        fn amounts_are_written_as_money_prints_them(minor: i64, code in "ARS|JPY|TND|CLF") {
            let currency = Currency::parse(&code).unwrap();
            let printed = Money::new(minor, currency).to_decimal().to_string();
            prop_assert_eq!(decimal(minor.into(), currency), printed);
        }

        #[test]
        fn a_line_stays_one_line(text in any::<String>()) {
            let clean = one_line(&text);
            prop_assert!(!clean.contains("  ") && clean.trim() == clean);
            prop_assert!(!clean.chars().any(|c| c.is_control() || (c.is_whitespace() && c != ' ')));
            prop_assert_eq!(one_line(&clean), clean);
        }
    }
}
