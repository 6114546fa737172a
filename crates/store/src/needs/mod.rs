//! Needs and what matching makes of them: proposals with their explanation, and the unmet list.
pub mod explain;
pub mod matching;
pub mod need;
pub mod notices;
pub mod proposals;
pub mod propose;
pub mod states;
pub mod unmet;
pub mod upstream;
mod written;
