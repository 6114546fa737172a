//! What every text of a document has to be.
use super::violation::{Violation, require};

/// The longest text of a document.
const LONGEST: usize = 1_000;

/// A text of one line: something, at most a thousand characters, nothing invisible, no space around it.
pub(super) fn text(rule: &'static str, field: &str, value: &str) -> Result<(), Violation> {
    require(
        !value.is_empty(),
        rule,
        field,
        "This text has to say something.",
    )?;
    require(
        value.chars().count() <= LONGEST,
        rule,
        field,
        "This text is longer than 1000 characters.",
    )?;
    require(
        value.trim() == value && value.chars().all(is_visible),
        rule,
        field,
        "This text has control characters, or space around it.",
    )
}

/// The same of a text that may be absent.
pub(super) fn optional(
    rule: &'static str,
    field: &str,
    value: Option<&String>,
) -> Result<(), Violation> {
    value.map_or(Ok(()), |value| text(rule, field, value))
}

/// A text that may stand in a document: in one line, without what is invisible, cut after a thousand characters.
/// None where nothing is left.
pub fn one_line(text: &str) -> Option<String> {
    let visible = |letter: char| if is_visible(letter) { letter } else { ' ' };
    let text: String = text.chars().map(visible).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().take(LONGEST).collect();
    Some(line.trim_end().to_owned()).filter(|line| !line.is_empty())
}

// XML has no place for the rest, and readers fold some of it into spaces.
fn is_visible(letter: char) -> bool {
    !letter.is_control() && !matches!(letter, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}
