//! What goes to the bank and what comes from it.
//!
//! * [`runs`]: payment runs, which pay nothing by themselves: a payment counts when whoever was paid records it.
//! * [`statements`]: files from the bank, kept as they came, each of whose movements is taken once.
//! * `items`: the documents that a movement may pay.
//! * [`entries`]: what movements pay, and the work list of the rest.
//! * [`transfers`]: what a run pays to whom, as it was when the run was proposed.
pub mod entries;
mod items;
pub mod runs;
pub mod statements;
pub mod transfers;
