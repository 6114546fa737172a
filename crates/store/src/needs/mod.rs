//! Needs and what matching makes of them: proposals with their explanation, and the unmet list.
pub mod proposals;
mod written;
