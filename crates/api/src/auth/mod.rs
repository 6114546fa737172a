//! Passwords, tokens and the keys that sign them.
pub mod passwords;
pub mod secrets;
pub mod tokens;

pub use tokens::{Claims, Tokens};
