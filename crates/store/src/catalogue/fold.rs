//! Text as it is searched: the same in both databases, whatever their collations.

/// Latin letters with a sign, by the letter that people type without a keyboard for it.
const PLAIN: &[(&str, char)] = &[
    ("áàâãäåā", 'a'),
    ("éèêëē", 'e'),
    ("íìîïī", 'i'),
    ("óòôõöøō", 'o'),
    ("úùûüū", 'u'),
    ("ñ", 'n'),
    ("ç", 'c'),
    ("ýÿ", 'y'),
];

/// Lower case, without the accents of Latin letters; anything but letters and digits becomes one space.
/// What it answers has no sign that `LIKE` reads.
pub fn fold(text: &str) -> String {
    let letters: String = text
        .to_lowercase()
        .chars()
        .map(
            |letter| match PLAIN.iter().find(|(signed, _)| signed.contains(letter)) {
                Some((_, plain)) => *plain,
                None if letter.is_alphanumeric() => letter,
                None => ' ',
            },
        )
        .collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_signs_do_not_matter() {
        for (text, folded) in [
            ("  Cerámica  esmaltada 20×20", "ceramica esmaltada 20 20"),
            ("CALÇA de Trabalho, nº 4", "calca de trabalho nº 4"),
            ("100 %_\\ algodón", "100 algodon"),
            ("ÑANDÚ", "nandu"),
            ("", ""),
            ("%", ""),
        ] {
            assert_eq!(fold(text), folded);
        }
    }
}
