//! Framework agreements: signed by both sides, called off without another vote.
mod calling_off;
mod clauses;
mod reviews;
mod signing;
