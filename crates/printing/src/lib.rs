//! Documents that people file: purchase orders, invoices, credit notes and explanations of prices as PDF/A-3a, with
//! the document that programs read inside.
//!
//! An invoice is printed from the UBL that it was issued as, so the page cannot say anything else than the file in it.
//! What a page says is a [`sheet::Sheet`] of finished texts; one template sets them. Texts of other people are data
//! to the template, never markup. Time comes from the documents: the same document gives the same bytes.

mod billing;
mod code;
mod error;
mod explanation;
mod figures;
mod kept;
mod language;
mod order;
mod parties;
mod press;
mod sheet;
mod words;

pub use billing::billing;
pub use error::PrintError;
pub use explanation::{Explanation, PricedLine, explanation};
pub use language::Language;
pub use order::{Terms, order};
