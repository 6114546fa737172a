//! Buying pools, and the solidarity funds that pay what the buyers' caps leave.
pub mod funds;
pub mod movements;
