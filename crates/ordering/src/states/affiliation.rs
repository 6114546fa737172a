//! How an organisation comes under another: confederation, union, branch.

use crate::machine::{Machine, named};

named! {
    /// Where an affiliation stands.
    AffiliationState, "state of an affiliation" {
        /// The child has asked.
        Proposed = "proposed",
        /// The parent has taken it in.
        Accepted = "accepted",
        /// The parent has not taken it in.
        Refused = "refused",
        /// The child has taken its question back.
        Withdrawn = "withdrawn",
        /// One of the two has left the other.
        Ended = "ended",
    }
}

named! {
    /// What happens to an affiliation.
    AffiliationAct, "act on an affiliation" {
        /// The parent takes the child in.
        Accept = "accept",
        /// The parent does not.
        Refuse = "refuse",
        /// The child takes its question back.
        Withdraw = "withdraw",
        /// Either side leaves.
        End = "end",
    }
}

/// Affiliations.
pub static AFFILIATION: Machine<AffiliationState, AffiliationAct> = {
    use {AffiliationAct as Act, AffiliationState as State};
    Machine {
        noun: "affiliation",
        initial: State::Proposed,
        table: &[
            (Act::Accept, State::Proposed, State::Accepted),
            (Act::Refuse, State::Proposed, State::Refused),
            (Act::Withdraw, State::Proposed, State::Withdrawn),
            (Act::End, State::Accepted, State::Ended),
        ],
    }
};
