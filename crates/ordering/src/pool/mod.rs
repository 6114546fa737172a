//! What a pool's buyers agree on: whole cases, what happens below the minimum, and secret
//! bids to a target sum.

mod bidding;
mod cases;
mod vote;

use crate::machine::named;

pub use bidding::{BIDDERS_MIN, Ballot, Counted, ROUNDS_MAX, count, round_bids, settle};
pub use cases::{Asked, bought, cases};
pub use vote::{PoolChoice, Shortcoming, Tally};

named! {
    /// How the members of a pool share its price.
    PoolMode, "mode of a pool" {
        /// The extra by ability to pay, up to each one's cap; a fund pays what caps leave.
        Ability = "ability",
        /// By secret bids to the sum that the co-operative receives.
        Bidding = "bidding",
    }
}
