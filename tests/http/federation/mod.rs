//! Federations: who belongs to whom, and the budgets they delegate.
mod budgets;
pub mod tree;
