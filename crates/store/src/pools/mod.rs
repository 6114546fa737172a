//! Buying pools, and the solidarity funds that pay what the buyers' caps leave.
//!
//! * [`pool`] and [`seen`]: what a pool is, how it is written, who sees it.
//! * [`opening`]: opening it over one listing, and its opener's acts; [`phases`]: what its dates do.
//! * [`members`] and [`joining`]: quantities, abilities that the opener proposes and each buyer accepts;
//!   `parts`: the whole cases that each takes.
//! * [`terms`]: what the pool would pay now, and who what of it; the same code closes it.
//! * [`deciding`]: what its buyers make of one that fell short; [`bidding`]: secret bids to its sum.
//! * [`closing`]: one order to the co-operative, one share for each buyer; [`contracts`]: each buyer's own.
//! * [`funds`] and [`movements`]: the balance, and every change of it.
pub mod bidding;
pub mod closing;
pub mod contracts;
pub mod deciding;
pub mod funds;
pub mod joining;
pub mod members;
pub mod movements;
mod notices;
pub mod opening;
mod parts;
pub mod phases;
pub mod pool;
pub mod seen;
pub mod terms;
