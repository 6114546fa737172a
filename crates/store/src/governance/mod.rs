//! Assemblies, verification, recognition, rule sets, and the figures that prices start from.
pub mod assembly;
pub mod benchmarks;
pub mod dossiers;
pub mod exchange_rates;
mod figures;
pub mod findings;
pub mod ladders;
pub mod recognitions;
pub mod rule_sets;
pub mod verification;
