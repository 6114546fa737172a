//! The state machines of what follows an accepted purchase order.

use crate::machine::{Machine, named};

named! {
    /// Where a claim about delivered goods stands.
    ClaimState, "state of a claim" {
        /// The co-operative has yet to say whether it makes the goods again.
        Open = "open",
        /// It makes them again by an agreed day.
        RemakePromised = "remake_promised",
        /// The goods were made again and accepted.
        Remade = "remade",
        /// The rest was credited.
        Credited = "credited",
    }
}

named! {
    /// What happens to a claim.
    ClaimAct, "act on a claim" {
        /// The co-operative will make the goods again.
        PromiseRemake = "promise_remake",
        /// The co-operative will not.
        RefuseRemake = "refuse_remake",
        /// The last of the goods was accepted after all.
        Remake = "remake",
        /// The day passed, or what was made again was not accepted: the rest is credited.
        Lapse = "lapse",
    }
}

/// Claims. The right to make goods again comes before any credit note.
pub static CLAIM: Machine<ClaimState, ClaimAct> = {
    use {ClaimAct as Act, ClaimState as State};
    Machine {
        noun: "claim",
        initial: State::Open,
        table: &[
            (Act::PromiseRemake, State::Open, State::RemakePromised),
            (Act::RefuseRemake, State::Open, State::Credited),
            (Act::Lapse, State::Open, State::Credited),
            (Act::Remake, State::RemakePromised, State::Remade),
            (Act::RefuseRemake, State::RemakePromised, State::Credited),
            (Act::Lapse, State::RemakePromised, State::Credited),
        ],
    }
};

named! {
    /// Where an advance that a fund pays for a buyer stands.
    FundAdvanceState, "state of a fund's advance" {
        /// It waits for the stewards; the money is held.
        Proposed = "proposed",
        /// The co-operative has it.
        Released = "released",
        /// The fund has it back.
        Repaid = "repaid",
        /// It came to nothing.
        Cancelled = "cancelled",
    }
}

named! {
    /// What happens to such an advance.
    FundAdvanceAct, "act on a fund's advance" {
        /// The last steward who was asked approves it.
        Release = "release",
        /// The last of it comes back.
        Repay = "repay",
        /// A steward takes it back.
        Cancel = "cancel",
    }
}

/// Advances that a fund pays for a buyer without the cash: without interest, repaid as goods are delivered.
pub static FUND_ADVANCE: Machine<FundAdvanceState, FundAdvanceAct> = {
    use {FundAdvanceAct as Act, FundAdvanceState as State};
    Machine {
        noun: "fund's advance",
        initial: State::Proposed,
        table: &[
            (Act::Release, State::Proposed, State::Released),
            (Act::Cancel, State::Proposed, State::Cancelled),
            (Act::Repay, State::Released, State::Repaid),
        ],
    }
};

named! {
    /// The five uses of a movement's fund; there is no other.
    FundUse, "use of a fund" {
        /// Health.
        Clinic = "clinic",
        /// A co-operative's production.
        Cooperative = "cooperative",
        /// The movement's press and radio.
        Media = "media",
        /// Schooling.
        Education = "education",
        /// Organising.
        Organising = "organising",
    }
}

named! {
    /// Where a consultation about a purchase order stands.
    ConsultationState, "state of a consultation" {
        /// The other side has yet to answer.
        Open = "open",
        /// It has said where the work stands.
        Answered = "answered",
        /// It has not, and its time is over.
        Unanswered = "unanswered",
        /// The purchase order was cancelled; work done is paid.
        Cancelled = "cancelled",
        /// Both went on with the purchase order.
        Settled = "settled",
    }
}

named! {
    /// What happens to a consultation.
    ConsultationAct, "act on a consultation" {
        /// The co-operative says what work is done.
        Answer = "answer",
        /// Its time to answer is over.
        Lapse = "lapse",
        /// The buyer cancels what has not been delivered.
        Cancel = "cancel",
        /// The matter is settled without cancelling.
        Settle = "settle",
    }
}

/// Consultations: nobody cancels accepted work without hearing the co-operative.
pub static CONSULTATION: Machine<ConsultationState, ConsultationAct> = {
    use {ConsultationAct as Act, ConsultationState as State};
    Machine {
        noun: "consultation",
        initial: State::Open,
        table: &[
            (Act::Answer, State::Open, State::Answered),
            (Act::Lapse, State::Open, State::Unanswered),
            (Act::Answer, State::Unanswered, State::Answered),
            (Act::Cancel, State::Answered, State::Cancelled),
            (Act::Cancel, State::Unanswered, State::Cancelled),
            (Act::Settle, State::Open, State::Settled),
            (Act::Settle, State::Answered, State::Settled),
            (Act::Settle, State::Unanswered, State::Settled),
        ],
    }
};
