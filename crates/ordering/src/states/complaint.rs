//! Complaints: both sides are heard before anybody decides.

use crate::machine::{Machine, named};

named! {
    /// Where a complaint stands.
    ComplaintState, "state of a complaint" {
        /// The other side may answer.
        Filed = "filed",
        /// The time to answer has passed without an answer.
        Unanswered = "unanswered",
        /// The other side has answered.
        Answered = "answered",
        /// The outcome is published to those concerned.
        Decided = "decided",
        /// Whoever filed it took it back.
        Withdrawn = "withdrawn",
    }
}

named! {
    /// What happens to a complaint.
    ComplaintAct, "act on a complaint" {
        /// The other side answers; late is better than never.
        Answer = "answer",
        /// The time to answer passes.
        Lapse = "lapse",
        /// An inspector decides, once both sides were heard.
        Decide = "decide",
        /// Whoever filed it takes it back.
        Withdraw = "withdraw",
    }
}

/// Complaints.
pub static COMPLAINT: Machine<ComplaintState, ComplaintAct> = {
    use {ComplaintAct as Act, ComplaintState as State};
    Machine {
        noun: "complaint",
        initial: State::Filed,
        table: &[
            (Act::Answer, State::Filed, State::Answered),
            (Act::Answer, State::Unanswered, State::Answered),
            (Act::Lapse, State::Filed, State::Unanswered),
            (Act::Decide, State::Answered, State::Decided),
            (Act::Decide, State::Unanswered, State::Decided),
            (Act::Withdraw, State::Filed, State::Withdrawn),
            (Act::Withdraw, State::Unanswered, State::Withdrawn),
            (Act::Withdraw, State::Answered, State::Withdrawn),
        ],
    }
};

named! {
    /// What an inspector finds.
    ComplaintFinding, "finding on a complaint" {
        /// It was right.
        Upheld = "upheld",
        /// It was right in part.
        PartlyUpheld = "partly_upheld",
        /// It was not.
        Rejected = "rejected",
    }
}
