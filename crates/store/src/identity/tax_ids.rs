//! Tax ids, with the check digits of the countries that have them.

/// The weights of a CUIT's first ten digits (Argentina, AFIP: modulo 11).
const CUIT_WEIGHTS: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
/// The longest tax id of any country here.
const LENGTH_MAX: usize = 32;

/// Reads a tax id of a country (ISO 3166 alpha-2): in Argentina a CUIT of eleven digits, with or without
/// hyphens, whose check digit is right; elsewhere any text of at most 32 characters.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn parse(country: &str, text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if country == "AR" {
        return cuit(text);
    }
    let good = !text.is_empty()
        && text.chars().count() <= LENGTH_MAX
        && !text.chars().any(char::is_control);
    good.then(|| text.to_owned())
        .ok_or("A tax id has 1 to 32 characters.")
}

fn cuit(text: &str) -> Result<String, &'static str> {
    let plain: String = text.chars().filter(|letter| *letter != '-').collect();
    let digits: Option<Vec<u32>> = plain.chars().map(|digit| digit.to_digit(10)).collect();
    let digits = digits
        .filter(|digits| digits.len() == 11)
        .ok_or("A CUIT has eleven digits, as 30-50001091-2.")?;
    let sum: u32 = digits
        .iter()
        .zip(CUIT_WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    // 11 stands for 0; 10 is given to nobody (another prefix is used then).
    let check = match 11 - sum % 11 {
        11 => 0,
        other => other,
    };
    if digits.last() == Some(&check) {
        Ok(plain)
    } else {
        Err("The check digit of this CUIT is wrong.")
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_cuit_has_eleven_digits_and_a_check_digit() {
        for good in [
            "30-50001091-2",
            "30500010912",
            "20-12345678-6",
            "27-00000006-5",
        ] {
            assert!(parse("AR", good).is_ok(), "{good}");
        }
        for wrong in [
            "30-50001091-3",
            "3050001091",
            "305000109122",
            "30-5000109A-2",
            "",
        ] {
            assert!(parse("AR", wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse("AR", " 30-50001091-2 ").as_deref(), Ok("30500010912"));
    }

    #[test]
    fn other_countries_write_what_they_write() {
        assert_eq!(parse("ZA", "4012345678").as_deref(), Ok("4012345678"));
        assert!(parse("ZA", "").is_err());
        assert!(parse("ZA", &"9".repeat(33)).is_err());
    }
}
