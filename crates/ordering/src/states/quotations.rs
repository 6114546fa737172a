//! Requests for quotation, and the talk with each co-operative that was asked.

use crate::machine::{Machine, named};

named! {
    /// Where a request for quotation stands.
    QuotationRequestState, "state of a request for quotation" {
        /// Co-operatives answer, and the buyer compares.
        Open = "open",
        /// One of the quotations became an order.
        Ordered = "ordered",
        /// Nobody answered in time, or every talk has ended.
        Expired = "expired",
        /// The buyer took it back.
        Withdrawn = "withdrawn",
    }
}

named! {
    /// What happens to a request for quotation.
    QuotationRequestAct, "act on a request for quotation" {
        /// The buyer accepts a quotation.
        Order = "order",
        /// The last talk has ended without an order.
        Expire = "expire",
        /// The buyer takes it back.
        Withdraw = "withdraw",
    }
}

/// Requests for quotation.
pub static QUOTATION_REQUEST: Machine<QuotationRequestState, QuotationRequestAct> = {
    use {QuotationRequestAct as Act, QuotationRequestState as State};
    Machine {
        noun: "request for quotation",
        initial: State::Open,
        table: &[
            (Act::Order, State::Open, State::Ordered),
            (Act::Expire, State::Open, State::Expired),
            (Act::Withdraw, State::Open, State::Withdrawn),
        ],
    }
};

named! {
    /// Where the talk with one co-operative stands.
    QuotationState, "state of a quotation" {
        /// The co-operative is asked.
        Asked = "asked",
        /// It has quoted.
        Quoted = "quoted",
        /// The buyer has asked for something else.
        Countered = "countered",
        /// The buyer took it: there is an order.
        Accepted = "accepted",
        /// One side ended the talk.
        Declined = "declined",
        /// Its time is over.
        Expired = "expired",
        /// Taken back: by the co-operative, or with the request.
        Withdrawn = "withdrawn",
    }
}

named! {
    /// What happens in the talk with one co-operative.
    QuotationAct, "act on a quotation" {
        /// The co-operative quotes, or quotes anew.
        Quote = "quote",
        /// The buyer asks for something else.
        Counter = "counter",
        /// The buyer takes the quote.
        Accept = "accept",
        /// One side ends the talk.
        Decline = "decline",
        /// The time to answer, or the quote's validity, is over.
        Expire = "expire",
        /// The co-operative takes its quote back, or the buyer the request.
        Withdraw = "withdraw",
    }
}

/// Quotations.
pub static QUOTATION: Machine<QuotationState, QuotationAct> = {
    use {QuotationAct as Act, QuotationState as State};
    Machine {
        noun: "quotation",
        initial: State::Asked,
        table: &[
            (Act::Quote, State::Asked, State::Quoted),
            (Act::Decline, State::Asked, State::Declined),
            (Act::Expire, State::Asked, State::Expired),
            (Act::Withdraw, State::Asked, State::Withdrawn),
            (Act::Quote, State::Quoted, State::Quoted),
            (Act::Counter, State::Quoted, State::Countered),
            (Act::Accept, State::Quoted, State::Accepted),
            (Act::Decline, State::Quoted, State::Declined),
            (Act::Expire, State::Quoted, State::Expired),
            (Act::Withdraw, State::Quoted, State::Withdrawn),
            (Act::Quote, State::Countered, State::Quoted),
            (Act::Decline, State::Countered, State::Declined),
            (Act::Expire, State::Countered, State::Expired),
            (Act::Withdraw, State::Countered, State::Withdrawn),
        ],
    }
};
