//! Where a pool stands, from its opening to its order.

use crate::machine::{Machine, named};

named! {
    /// Where a pool stands.
    PoolState, "state of a pool" {
        /// Buyers join and change their parts.
        Open = "open",
        /// Its buyers raise their parts, until a new date; nobody joins, leaves or asks for less.
        ToppingUp = "topping_up",
        /// It fell short: its buyers vote on what becomes of it.
        Deciding = "deciding",
        /// Parts are fixed, and its buyers bid in secret.
        Bidding = "bidding",
        /// Parts are fixed, and it can be ordered.
        Closing = "closing",
        /// One order to the co-operative came of it.
        Ordered = "ordered",
        /// It came to nothing.
        Cancelled = "cancelled",
    }
}

named! {
    /// What happens to a pool.
    PoolAct, "act on a pool" {
        /// Its date passes or its opener ends it, and it reaches the minimum: parts are fixed.
        Close = "close",
        /// Its parts are fixed, and the first round of bids begins.
        StartBidding = "start_bidding",
        /// A round's bids reach what the co-operative receives.
        Cover = "cover",
        /// Its date passes below the minimum, or its bids stay under the sum: its buyers decide.
        FallShort = "fall_short",
        /// Its buyers decide for more time, for others to join too.
        Extend = "extend",
        /// Its buyers decide to raise their parts among themselves.
        TopUp = "top_up",
        /// Its buyers decide to leave it.
        GiveUp = "give_up",
        /// Its opener gives a pool that could be ordered more time.
        Reopen = "reopen",
        /// Its opener orders what was pooled.
        Order = "order",
        /// Its opener calls it off.
        Cancel = "cancel",
    }
}

/// Pools. While its buyers decide, its opener has their vote and no other act.
pub static POOL: Machine<PoolState, PoolAct> = {
    use {PoolAct as Act, PoolState as State};
    Machine {
        noun: "pool",
        initial: State::Open,
        table: &[
            (Act::Close, State::Open, State::Closing),
            (Act::Close, State::ToppingUp, State::Closing),
            (Act::StartBidding, State::Open, State::Bidding),
            (Act::StartBidding, State::ToppingUp, State::Bidding),
            (Act::Cover, State::Bidding, State::Closing),
            (Act::FallShort, State::Open, State::Deciding),
            (Act::FallShort, State::ToppingUp, State::Deciding),
            (Act::FallShort, State::Bidding, State::Deciding),
            (Act::Extend, State::Deciding, State::Open),
            (Act::TopUp, State::Deciding, State::ToppingUp),
            (Act::GiveUp, State::Deciding, State::Cancelled),
            (Act::Reopen, State::Closing, State::Open),
            (Act::Order, State::Closing, State::Ordered),
            (Act::Cancel, State::Open, State::Cancelled),
            (Act::Cancel, State::ToppingUp, State::Cancelled),
            (Act::Cancel, State::Bidding, State::Cancelled),
            (Act::Cancel, State::Closing, State::Cancelled),
        ],
    }
};
