//! The bytes of a bank's file as text.
use super::{MOST_BYTES, StatementError, Warnings};
use encoding_rs::{Encoding, WINDOWS_1252};
use std::borrow::Cow;

/// The file as text: by its byte order mark, as UTF-8, by the code page that it names, else as Windows-1252.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    warnings: &mut Warnings,
) -> Result<Cow<'a, str>, StatementError> {
    if bytes.len() > MOST_BYTES {
        return Err(StatementError::TooLarge);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return Ok(encoding.decode_without_bom_handling(rest).0);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    let encoding = named(bytes).unwrap_or_else(|| {
        warnings.add(
            "file",
            "its code page is not said; it was read as Windows-1252",
        );
        WINDOWS_1252
    });
    let (text, _, damaged) = encoding.decode(bytes);
    if damaged {
        warnings.add(
            "file",
            format!("some characters are not {}", encoding.name()),
        );
    }
    Ok(text)
}

/// The code page after `encoding="` of XML, or `CHARSET:` of OFX.
fn named(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes));
    let after = |mark: &str| {
        let rest = head.split_once(mark)?.1;
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)))?;
        rest.get(..end)
    };
    let xml = after("encoding=\"").or_else(|| after("encoding='"));
    let label = match xml.or_else(|| after("CHARSET:")) {
        Some("1252") => "windows-1252",
        Some(label) => label,
        None => return None,
    };
    Encoding::for_label(label.as_bytes())
}
