//! The characters that banks take in payment files.
//!
//! Letters without accents, digits, the space and `/ - ? : ( ) . , ' +`: what every bank that reads ISO 20022 takes.

/// Other characters than letters and digits that are taken.
const MARKS: &str = " /-?:().,'+";

/// The text in those characters, on one line, at most so many of them: letters of other scripts and with accents are
/// transliterated, anything else is a space. Nothing may be left of it.
///
/// ```
/// use accounting::payments::latin;
/// assert_eq!(latin("Fábrica «Ñandú» & Cía", 70), "Fabrica Nandu Cia");
/// assert_eq!(latin("工人", 70), "Gong Ren");
/// ```
pub fn latin(text: &str, most: usize) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in deunicode::deunicode_with_tofu(text, " ").chars() {
        let taken = character.is_ascii_alphanumeric() || MARKS.contains(character);
        let character = if taken { character } else { ' ' };
        if character != ' ' || !(clean.is_empty() || clean.ends_with(' ')) {
            clean.push(character);
        }
    }
    // What is left is ASCII: bytes are characters.
    clean.truncate(most);
    clean.truncate(clean.trim_end().len());
    clean
}

/// Whether a bank takes the text as it is, as a reference: 1 to 35 characters, no space, no slash at an end, no two
/// slashes together.
pub(super) fn is_reference(text: &str) -> bool {
    (1..=35).contains(&text.len())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || (c != ' ' && MARKS.contains(c)))
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !text.ends_with('/')
        && !text.contains("//")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn only_what_banks_take_is_left(text in any::<String>(), most in 0_usize..100) {
            let clean = latin(&text, most);
            prop_assert!(clean.len() <= most);
            prop_assert!(clean.chars().all(|c| c.is_ascii_alphanumeric() || MARKS.contains(c)));
            prop_assert_eq!(clean.trim(), &clean);
            prop_assert_eq!(latin(&clean, most), clean);
        }

        #[test]
        fn what_banks_take_is_left_alone(text in "[A-Za-z0-9/?:().,'+-]{1,10}( [A-Za-z0-9]{1,10}){0,3}") {
            prop_assert_eq!(latin(&text, 70), text);
        }
    }
}
