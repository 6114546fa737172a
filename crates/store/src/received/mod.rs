//! Invoices and credit notes that reach a buyer as UBL, and the three-way check of order, receipt and invoice.
//!
//! * [`document`]: what was sent, read and held to the rules of EN 16931;
//! * [`invoices`]: what was received, which keeps its bytes, and is accepted or refused;
//! * [`check`]: what differs, for a received document and for one that was issued here;
//! * [`tolerances`]: how far an organisation lets an invoice be off.
//!
//! Nothing here posts to a book: what is owed was posted when the invoice was issued.
pub mod check;
mod compare;
pub mod difference;
pub mod document;
mod expected;
pub mod invoices;
mod parties;
pub mod tolerances;
