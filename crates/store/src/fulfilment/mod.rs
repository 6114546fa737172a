//! What follows an accepted purchase order: its delivery in stages, receipts, claims, invoices, payments,
//! and the consultation that comes before any cancellation.
//!
//! Every act locks its purchase order first, so two acts on one are one after the other. What holds in every
//! transaction, as constraints of the database too:
//!
//! * what is accepted and credited of a line is never more than was ordered of it;
//! * what is billed of a line is worth [`ordering::value_of`] those units, so the goods and freight of all
//!   invoices of a purchase order that is delivered add up to it; tax is each document's own
//!   ([`ordering::document_tax`]);
//! * an advance is paid once, and netted or given back once;
//! * of a buyer's material, no more is consumed, wasted and returned than was supplied.
pub mod advance;
pub mod artworks;
pub(crate) mod billing;
pub mod claims;
mod closing;
pub mod consultations;
mod credit;
pub mod deadlines;
pub mod despatches;
pub mod fund_advances;
pub mod invoices;
pub mod materials;
pub mod milestones;
mod notice;
mod opening;
pub mod payments;
pub mod progress;
pub mod ratings;
pub mod receipts;
pub mod reversals;
pub mod schedule;
mod taxed;
mod trade;
pub mod variants;

pub(crate) use opening::open;
