//! Listings, needs, orders, purchase orders and pools: states, totals, approvals.
