//! A document as it was sent: read, and held to the rules of EN 16931 before anything is compared with it.
use crate::digest;
use crate::error::{Code, Error, FieldError, Refusal};
use accounting::ubl::{Finding, Received, keeps_rules, read};

/// Findings that a refusal names.
const NAMED_MAX: usize = 50;

/// An invoice or a credit note with the bytes that it was sent as.
#[derive(Clone, Debug)]
pub struct Document {
    /// What it says.
    pub received: Received,
    /// What was sent.
    pub xml: String,
    /// The digest of its bytes, in hexadecimal digits.
    pub sha256: String,
}

impl Document {
    /// Reads UBL. Amounts that EN 16931 allows to be a little off are not judged here: the check lists them.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] for what cannot be read, with the path of the element; [`Code::DocumentRefused`] for
    /// what breaks the rules, each with its id.
    pub fn read(content: Vec<u8>) -> Result<Self, Error> {
        // First: it refuses document types, so that no other reader ever sees one.
        let received = read(&content).map_err(|error| {
            Refusal::new(Code::InvalidInput, error.why.clone()).at(error.path.clone())
        })?;
        keeps_rules(&content).map_err(|findings| refused(&findings))?;
        let sha256 = digest::sha256(&content);
        let xml = String::from_utf8(content).ok();
        // XML has no place for it, and neither has every database.
        let xml = xml.filter(|xml| !xml.contains('\0'));
        let broken = Refusal::new(Code::InvalidInput, "This is not well-formed XML.");
        Ok(Self {
            received,
            xml: xml.ok_or_else(|| broken.at("/"))?,
            sha256,
        })
    }
}

fn refused(findings: &[Finding]) -> Refusal {
    let detail = match findings {
        [only] => only.to_string(),
        many => format!("The document breaks {} rules.", many.len()),
    };
    let mut refusal = Refusal::new(Code::DocumentRefused, detail);
    let named = findings.iter().take(NAMED_MAX);
    refusal.fields = named
        .map(|finding| FieldError {
            pointer: finding.path.clone(),
            detail: match finding.rule.as_str() {
                "" => finding.message.clone(),
                rule => format!("{} [{rule}]", finding.message),
            },
        })
        .collect();
    refusal
}
