//! One difference, as it is shown and as it is kept with a decision.
use accounting::three_way::{self, Kind, Value};
use accounting::ubl::{DocumentType, UnitCode};
use serde::{Deserialize, Serialize};

/// A line of another unit than the order's: nothing that is pure can tell how many of one make one of the other.
const UNIT: &str = "unit";

/// What differs, in words and figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The order's line, or the document's where it is not of the order; none for the foot.
    pub line: Option<String>,
    /// The stable word for what differs.
    pub code: String,
    /// What it should be.
    pub expected: String,
    /// What it is.
    pub found: String,
    /// What it comes to without tax, above zero where more is asked for.
    pub effect: String,
    /// Whether it lies within the tolerances.
    pub within: bool,
    /// A sentence for people.
    pub detail: String,
}

impl Difference {
    pub(super) fn of(document: DocumentType, found: &three_way::Difference) -> Self {
        let [expected, stated] = [found.expected, found.found].map(text);
        Self {
            line: found.line.clone(),
            code: found.kind.as_str().to_owned(),
            detail: sentence(document, found.kind, &expected, &stated),
            expected,
            found: stated,
            effect: found.effect.to_decimal().to_string(),
            within: found.within,
        }
    }

    pub(super) fn of_unit(line: String, expected: &str, found: UnitCode, nothing: String) -> Self {
        let found = found.code().to_owned();
        Self {
            line: Some(line),
            code: UNIT.to_owned(),
            detail: format!("This is counted in {found}, and in {expected} by the order."),
            expected: expected.to_owned(),
            found,
            effect: nothing,
            within: false,
        }
    }
}

fn text(value: Value) -> String {
    match value {
        Value::Quantity(number) | Value::UnitPrice(number) | Value::TaxRate(number) => {
            number.to_decimal().normalize().to_string()
        }
        Value::Amount(amount) => amount.to_decimal().to_string(),
    }
}

fn sentence(document: DocumentType, kind: Kind, expected: &str, found: &str) -> String {
    let credit = document == DocumentType::CreditNote;
    match kind {
        Kind::NotOrdered => "This is not of the purchase order.".to_owned(),
        Kind::BilledBeyondAccepted if credit => {
            format!("{found} are credited, and {expected} were billed and not accepted.")
        }
        Kind::BilledBeyondAccepted => {
            format!("{found} are billed, and {expected} were accepted and not billed before.")
        }
        Kind::BilledBeyondOrdered if credit => {
            format!("{found} are credited, and {expected} were billed.")
        }
        Kind::BilledBeyondOrdered => {
            format!("{found} are billed with what was before, and {expected} were ordered.")
        }
        Kind::NotYetBilled if credit => {
            format!("{found} are credited of {expected} that were billed and not accepted.")
        }
        Kind::NotYetBilled => {
            format!("{found} are billed of {expected} that were accepted: the rest may follow.")
        }
        Kind::UnitPrice => format!("A unit costs {found}, and {expected} by the order."),
        Kind::TaxRate => format!("The rate of tax is {found}, and {expected} by the order."),
        Kind::LineAmount => {
            format!("The line says {found}, and its price, charges and allowances make {expected}.")
        }
        Kind::NetTotal => {
            format!("The amount without tax is {found}, and the lines make {expected}.")
        }
        Kind::TaxTotal => format!("The tax is {found}, and that of the lines is {expected}."),
        Kind::Payable => format!("{found} is to be paid, and {expected} is owed."),
    }
}
