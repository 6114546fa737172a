//! Minga: a procurement marketplace between unions and recovered factories.
fn main() {}
