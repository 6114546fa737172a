//! Needs and what matching makes of them: proposals with their explanation, and the unmet list.
pub mod need;
pub mod proposals;
pub mod states;
pub mod unmet;
mod written;
