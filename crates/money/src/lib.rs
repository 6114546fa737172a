//! Exact amounts, quantities, currencies, rounding and apportioning.
