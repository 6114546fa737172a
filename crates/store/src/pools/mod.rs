//! Buying pools, and the solidarity funds that pay what the buyers' caps leave.
//!
//! * [`pool`]: opening a pool over one listing, extending and cancelling it, who sees it.
//! * [`members`]: joining, quantities, abilities that the opener proposes and each buyer accepts.
//! * [`terms`]: what the pool would pay now, and who what of it; the same code closes it.
//! * [`closing`]: one order to the co-operative, one share for each buyer.
//! * [`funds`] and [`movements`]: the balance, and every change of it.
pub mod closing;
pub mod funds;
pub mod members;
pub mod movements;
pub mod pool;
pub mod terms;
