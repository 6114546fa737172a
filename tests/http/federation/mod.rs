//! Federations: who belongs to whom.
mod tree;
