//! Artwork: nothing is printed before the buyer has approved a proof.

use crate::machine::{Machine, named};

named! {
    /// Where an artwork stands.
    ArtworkState, "state of an artwork" {
        /// The buyer has sent it; the co-operative makes a proof.
        Sent = "sent",
        /// A proof waits for the buyer's word.
        Proofed = "proofed",
        /// The last proof is what will be made.
        Approved = "approved",
        /// The last proof is not what was meant; the co-operative makes another.
        Rejected = "rejected",
        /// The buyer has taken it back.
        Withdrawn = "withdrawn",
    }
}

named! {
    /// What happens to an artwork.
    ArtworkAct, "act on an artwork" {
        /// The co-operative offers a proof.
        OfferProof = "offer_proof",
        /// The buyer approves the last proof.
        Approve = "approve",
        /// The buyer rejects it, with the reason.
        Reject = "reject",
        /// The buyer takes the artwork back.
        Withdraw = "withdraw",
    }
}

/// Artworks.
pub static ARTWORK: Machine<ArtworkState, ArtworkAct> = {
    use {ArtworkAct as Act, ArtworkState as State};
    Machine {
        noun: "artwork",
        initial: State::Sent,
        table: &[
            (Act::OfferProof, State::Sent, State::Proofed),
            (Act::OfferProof, State::Rejected, State::Proofed),
            (Act::Approve, State::Proofed, State::Approved),
            (Act::Reject, State::Proofed, State::Rejected),
            (Act::Withdraw, State::Sent, State::Withdrawn),
            (Act::Withdraw, State::Proofed, State::Withdrawn),
            (Act::Withdraw, State::Rejected, State::Withdrawn),
        ],
    }
};
