//! Amounts as banks write them.
use money::{Currency, Money};

/// What stands before the minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecimalMark {
    /// `1.774,44`
    Comma,
    /// `1,774.44`
    Point,
}

impl DecimalMark {
    const fn mark(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Point => '.',
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Comma => Self::Point,
            Self::Point => Self::Comma,
        }
    }
}

/// What a number says about the decimal mark of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// It has no mark, or nothing in it that is read.
    None,
    /// `1.774` may be either.
    Either,
    /// It can only be this one.
    Only(DecimalMark),
}

/// What this cell says about the decimal mark.
pub(super) fn evidence(cell: &str) -> Evidence {
    let count = |mark: DecimalMark| cell.matches(mark.mark()).count();
    let last = cell.rfind([',', '.']);
    let Some((last, mark)) = last.map(|at| {
        let comma = cell.get(at..).is_some_and(|rest| rest.starts_with(','));
        (
            at,
            if comma {
                DecimalMark::Comma
            } else {
                DecimalMark::Point
            },
        )
    }) else {
        return Evidence::None;
    };
    let digits = cell
        .get(last + 1..)
        .map_or(0, |rest| rest.bytes().filter(u8::is_ascii_digit).count());
    match (count(mark), count(mark.other())) {
        (1, 0) if digits == 3 => Evidence::Either,
        (1, _) => Evidence::Only(mark),
        // Twice the same can only part thousands.
        _ => Evidence::Only(mark.other()),
    }
}

/// Reads an amount with an optional sign (before or after, or brackets), the currency's code or common sign, and
/// thousands parted by the other mark, spaces or apostrophes. `None` where it could mean something else.
pub(super) fn parse(cell: &str, mark: DecimalMark, currency: Currency) -> Option<Money> {
    let mut text: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
    for sign in [currency.code(), "AR$", "U$S", "R$", "$", "€", "£", "R"] {
        if let Some(rest) = without_once(&text, sign) {
            text = rest;
            break;
        }
    }
    let text = text.replace('\u{2212}', "-");
    let (negative, digits) = unsigned(&text)?;
    let (whole, part) = match digits.split_once(mark.mark()) {
        Some((whole, part)) => (whole, part),
        None => (digits, ""),
    };
    let whole = ungrouped(whole, mark.other().mark())?;
    if !part.bytes().all(|b| b.is_ascii_digit())
        || (digits.contains(mark.mark()) && part.is_empty())
    {
        return None;
    }
    let sign = if negative { "-" } else { "" };
    let part = if part.is_empty() { "0" } else { part };
    let value = money::parse_decimal(&format!("{sign}{whole}.{part}")).ok()?;
    Money::from_decimal(value, currency).ok()
}

/// The text without the sign of a currency at its beginning (behind a minus too) or its end.
fn without_once(text: &str, sign: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix('-') {
        return rest.strip_prefix(sign).map(|rest| format!("-{rest}"));
    }
    let rest = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign));
    rest.map(str::to_owned)
}

fn unsigned(text: &str) -> Option<(bool, &str)> {
    let bracketed = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let (negative, rest) = match bracketed {
        Some(rest) => (true, rest),
        None => match (text.strip_prefix('-'), text.strip_suffix('-')) {
            (Some(_), Some(_)) => return None,
            (Some(rest), None) | (None, Some(rest)) => (true, rest),
            (None, None) => (false, text.strip_prefix('+').unwrap_or(text)),
        },
    };
    rest.starts_with(|c: char| c.is_ascii_digit())
        .then_some((negative, rest))
}

/// The digits of the whole part; where thousands are parted, every group after the first has three.
fn ungrouped(whole: &str, group: char) -> Option<String> {
    let whole = whole.replace(['\'', '\u{2019}'], &group.to_string());
    let mut groups = whole.split(group);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for (at, group) in groups.enumerate() {
        if group.len() != 3 || (at == 0 && !(1..=3).contains(&first.len())) {
            return None;
        }
        digits.push_str(group);
    }
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use proptest::prelude::*;

    fn ars() -> Currency {
        Currency::parse("ARS").unwrap()
    }

    #[test]
    fn amounts_as_banks_write_them() {
        use DecimalMark::{Comma, Point};
        for (cell, mark, minor) in [
            ("1774.44", Point, Some(177_444)),
            ("-1,774.44", Point, Some(-177_444)),
            ("$ 1.774,44-", Comma, Some(-177_444)),
            ("(1 774,44)", Comma, Some(-177_444)),
            ("+5", Comma, Some(500)),
            ("R 1\u{a0}774.4", Point, Some(177_440)),
            ("-$5.00", Point, Some(-500)),
            ("1'774.44 ARS", Point, Some(177_444)),
            ("\u{2212}5,00", Comma, Some(-500)),
            ("1.77.444", Comma, None),
            ("1774.440", Point, Some(177_444)),
            ("1774.445", Point, None),
            ("5.", Point, None),
            (".5", Point, None),
            ("5 DR", Point, None),
            ("--5", Point, None),
            ("-5-", Point, None),
            ("1.774,44", Point, None),
            ("1,2,3", Point, None),
            ("1774,444", Point, None),
            ("99999999999999999999", Point, None),
            ("", Point, None),
            ("٣", Point, None),
        ] {
            assert_eq!(parse(cell, mark, ars()).map(Money::minor), minor, "{cell}");
        }
    }

    #[test]
    fn what_a_number_says_about_its_mark() {
        use DecimalMark::{Comma, Point};
        for (cell, says) in [
            ("12", Evidence::None),
            ("1.774", Evidence::Either),
            ("1,774", Evidence::Either),
            ("1.774,4", Evidence::Only(Comma)),
            ("1,774.444", Evidence::Only(Point)),
            ("1.774.444", Evidence::Only(Comma)),
            ("0.5", Evidence::Only(Point)),
        ] {
            assert_eq!(evidence(cell), says, "{cell}");
        }
    }

    proptest! {
        #[test]
        fn no_cell_panics(cell in "[-+().,' $R0-9]{0,12}|.*") {
            let _ = evidence(&cell);
            let _ = parse(&cell, DecimalMark::Comma, ars());
            let _ = parse(&cell, DecimalMark::Point, ars());
        }

        #[test]
        fn what_money_prints_is_read(minor: i64) {
            let printed = Money::new(minor, ars()).to_decimal().to_string();
            let read = parse(&printed, DecimalMark::Point, ars());
            prop_assert_eq!(read.map(Money::minor), Some(minor));
        }
    }
}
