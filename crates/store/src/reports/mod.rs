//! Reports from the books, each of which adds up by itself.
pub mod members;
pub mod payees;
pub mod premium;
pub mod reconciliation;
