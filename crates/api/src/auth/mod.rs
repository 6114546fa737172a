//! Passwords, tokens, the keys that sign them, and what the tokens of machines may be used for.
pub mod passwords;
pub mod scopes;
pub mod secrets;
pub mod tokens;

pub use tokens::{Claims, Tokens};
