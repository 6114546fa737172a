//! The filled cells of a row, by column, and what bodies are made of them.
use crate::http::Fields;
use crate::http::wire::DecimalText;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use store::Error;
use store::catalogue::units::Gtin;
use store::imports::ProductName;

/// The filled cells of a row, by column.
pub struct Cells<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Cells<'a> {
    /// The cells of a row below this header.
    pub fn new(header: &'a [String], row: &'a [String]) -> Self {
        let cells = header.iter().map(String::as_str);
        let cells = cells.zip(row.iter().map(|cell| plain(cell)));
        Self(cells.filter(|(_, cell)| !cell.is_empty()).collect())
    }

    /// The cell, where it is filled.
    pub fn get(&self, column: &str) -> Option<&'a str> {
        self.0.get(column).copied()
    }

    /// The cell's text, empty where it is not filled.
    pub fn text(&self, column: &str) -> String {
        self.get(column).unwrap_or_default().to_owned()
    }

    /// The cell as a decimal's text.
    pub fn decimal(&self, column: &str) -> DecimalText {
        DecimalText(self.text(column))
    }

    /// The same where it is filled.
    pub fn optional(&self, column: &str) -> Option<DecimalText> {
        self.get(column).map(|cell| DecimalText(cell.to_owned()))
    }

    /// The entries of a cell, which are divided by semicolons.
    pub fn entries(&self, column: &str) -> impl Iterator<Item = &'a str> {
        let cell = self.get(column).unwrap_or_default();
        cell.split(';')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
    }

    /// A day.
    pub fn day(&self, fields: &mut Fields, column: &str) -> Option<NaiveDate> {
        let day = self.get(column)?.parse().ok();
        if day.is_none() {
            fields.refuse(format!("/{column}"), "A day is written as 2027-01-31.");
        }
        day
    }

    /// A whole number, where the cell is filled.
    pub fn whole<T: std::str::FromStr>(&self, fields: &mut Fields, column: &str) -> Option<T> {
        let cell = self.get(column)?;
        let number = whole(cell);
        if number.is_none() {
            fields.refuse(format!("/{column}"), "This is a whole number.");
        }
        number
    }

    /// The product that the row names, by GTIN or else by name.
    pub fn product(&self, fields: &mut Fields) -> Option<ProductName> {
        match (self.get("gtin"), self.get("product")) {
            (Some(gtin), _) => match Gtin::parse(gtin) {
                Ok(gtin) => Some(ProductName::Gtin(gtin)),
                Err(error) => {
                    fields.refuse("/gtin", sentence(error));
                    None
                }
            },
            (None, Some(name)) => fields.text("/product", name, 200).map(ProductName::Name),
            (None, None) => None,
        }
    }

    /// The same for a table whose rows all name one.
    pub fn needed_product(&self, fields: &mut Fields) -> Option<ProductName> {
        if self.get("gtin").or(self.get("product")).is_none() {
            fields.refuse("/product", "State the product's name, or its GTIN.");
        }
        self.product(fields)
    }
}

/// Whether a spreadsheet would compute the cell, were the apostrophes before it not there.
fn computes(cell: &str) -> bool {
    cell.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The cell as it is written: with an apostrophe before what a spreadsheet would compute.
pub fn neutral(cell: &str) -> String {
    if computes(cell) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// The cell without the apostrophe of [`neutral`].
fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if computes(cell) => rest,
        _ => cell,
    }
}

/// Digits only: no sign, no blank.
pub fn whole<T: std::str::FromStr>(cell: &str) -> Option<T> {
    let digits = cell.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| cell.parse().ok()).flatten()
}

fn sentence(error: Error) -> String {
    match error {
        Error::Refused(refusal) => refusal.detail,
        Error::Db(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{neutral, plain};

    #[test]
    fn nothing_that_is_written_computes_and_all_of_it_reads_back() {
        for cell in ["=1+1", "+54 11", "-3", "@SUM(A1)", "'=1", "''-", "\t=1"] {
            assert!(neutral(cell).starts_with('\''), "{cell:?}");
            assert_eq!(plain(&neutral(cell)), cell);
        }
        for cell in ["", "1-2", "'quoted'", "O'Higgins", "Ladrillo"] {
            assert_eq!(neutral(cell), cell);
            assert_eq!(plain(cell), cell);
        }
    }
}
