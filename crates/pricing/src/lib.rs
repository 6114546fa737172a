//! The solidarity price: market reference, cost floor, premium, pool shares, reviews.
