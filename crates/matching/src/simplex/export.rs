//! A network written down for other solvers, to compare with.

use super::Id;
use crate::cost::Cost;
use std::io;

/// Weights that keep the levels apart in the rounds compared, and products with the node count in the
/// 64 bits that other solvers calculate in; a tier weighs so many cents, unmet need so many tiers.
const TIER: i64 = 1 << 20;
const NEED: i64 = 1 << 6;

/// A network as arcs and supplies.
pub struct Export {
    pub(super) nodes: usize,
    pub(super) arcs: Vec<ExportedArc>,
}

pub(super) struct ExportedArc {
    pub(super) ends: (Id, Id),
    pub(super) capacity: i64,
    pub(super) flow: i64,
    pub(super) cost: Cost,
}

impl Export {
    /// Writes the first three levels, added up, as a minimum cost flow in the DIMACS format.
    ///
    /// # Errors
    /// As the writer.
    pub fn write(&self, out: &mut impl io::Write) -> io::Result<()> {
        let total: i64 = self.arcs.iter().map(|arc| arc.flow).sum();
        writeln!(out, "p min {} {}", self.nodes, self.arcs.len())?;
        writeln!(out, "n 1 -{total}")?;
        for arc in self.arcs.iter().filter(|arc| arc.flow > 0) {
            writeln!(out, "n {} {}", arc.ends.0 + 1, arc.flow)?;
        }
        for arc in &self.arcs {
            let capacity = arc.capacity.min(total);
            let cost = (arc.cost.unmet * NEED + arc.cost.fairness) * TIER + arc.cost.landed;
            let (from, to) = (arc.ends.0 + 1, arc.ends.1 + 1);
            writeln!(out, "a {from} {to} 0 {capacity} {cost}")?;
        }
        Ok(())
    }

    /// The weighted sum that [`Export::write`] makes of an objective.
    pub const fn weighted(unmet: i64, fairness: i64, landed: i64) -> i64 {
        (unmet * NEED + fairness) * TIER + landed
    }
}
