//! Assemblies, verification, recognition, rule sets, and the figures that prices start from.
pub mod assembly;
pub mod rule_sets;
pub mod verification;
