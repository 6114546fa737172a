//! Framework agreements and the reviews of their prices.

use crate::machine::{Machine, named};

named! {
    /// Where a framework agreement stands.
    AgreementState, "state of a framework agreement" {
        /// Being written; only its buyer sees it.
        Draft = "draft",
        /// Both sides read it, change it and sign it.
        Offered = "offered",
        /// Both sides have signed: goods can be called off.
        InForce = "in_force",
        /// Its term is over.
        Expired = "expired",
        /// Ended before its term, or never signed.
        Ended = "ended",
    }
}

named! {
    /// What happens to a framework agreement.
    AgreementAct, "act on a framework agreement" {
        /// Its terms are written anew: signatures are void.
        Change = "change",
        /// The buyer shows it to the co-operative.
        Offer = "offer",
        /// The buyer takes it back to its own desk.
        Withdraw = "withdraw",
        /// The last signature that was outstanding is given.
        Sign = "sign",
        /// Goods are ordered under it.
        CallOff = "call_off",
        /// Its price is moved by its indices.
        Review = "review",
        /// A clause is measured.
        Check = "check",
        /// Its last day is over.
        Expire = "expire",
        /// A side ends it.
        End = "end",
    }
}

/// Framework agreements.
pub static AGREEMENT: Machine<AgreementState, AgreementAct> = {
    use {AgreementAct as Act, AgreementState as State};
    Machine {
        noun: "framework agreement",
        initial: State::Draft,
        table: &[
            (Act::Change, State::Draft, State::Draft),
            (Act::Offer, State::Draft, State::Offered),
            (Act::End, State::Draft, State::Ended),
            (Act::Change, State::Offered, State::Offered),
            (Act::Withdraw, State::Offered, State::Draft),
            (Act::Sign, State::Offered, State::InForce),
            (Act::Expire, State::Offered, State::Expired),
            (Act::End, State::Offered, State::Ended),
            (Act::CallOff, State::InForce, State::InForce),
            (Act::Review, State::InForce, State::InForce),
            (Act::Check, State::InForce, State::InForce),
            (Act::Expire, State::InForce, State::Expired),
            (Act::End, State::InForce, State::Ended),
            (Act::Check, State::Expired, State::Expired),
        ],
    }
};

named! {
    /// Where a price review stands.
    ReviewState, "state of a price review" {
        /// One side has asked for it.
        Proposed = "proposed",
        /// The other side took it: later call-offs have the new price.
        Accepted = "accepted",
        /// The other side did not take it.
        Refused = "refused",
        /// Who asked for it took it back.
        Withdrawn = "withdrawn",
    }
}

named! {
    /// What happens to a price review.
    ReviewAct, "act on a price review" {
        /// The other side takes it.
        Accept = "accept",
        /// The other side does not take it.
        Refuse = "refuse",
        /// Who asked for it takes it back.
        Withdraw = "withdraw",
    }
}

/// Price reviews.
pub static REVIEW: Machine<ReviewState, ReviewAct> = {
    use {ReviewAct as Act, ReviewState as State};
    Machine {
        noun: "price review",
        initial: State::Proposed,
        table: &[
            (Act::Accept, State::Proposed, State::Accepted),
            (Act::Refuse, State::Proposed, State::Refused),
            (Act::Withdraw, State::Proposed, State::Withdrawn),
        ],
    }
};

named! {
    /// Why a price is reviewed.
    ReviewReason, "reason of a price review" {
        /// Materials.
        Materials = "materials",
        /// Energy.
        Energy = "energy",
        /// A wage agreement.
        Wages = "wages",
        /// Carriage.
        Transport = "transport",
        /// The exchange rate.
        ExchangeRate = "exchange_rate",
        /// Taxes and contributions.
        Taxes = "taxes",
    }
}
