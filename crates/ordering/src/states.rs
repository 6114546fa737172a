//! The state machines of a trade.

mod affiliation;
pub mod agreements;
mod artwork;
mod budget_line;
mod complaint;
pub mod fulfilment;
mod pool;
pub mod quotations;

use crate::machine::{Machine, named};

pub use affiliation::{AFFILIATION, AffiliationAct, AffiliationState};
pub use artwork::{ARTWORK, ArtworkAct, ArtworkState};
pub use budget_line::{BUDGET_LINE, BudgetLineAct, BudgetLineState};
pub use complaint::{COMPLAINT, ComplaintAct, ComplaintFinding, ComplaintState};
pub use pool::{POOL, PoolAct, PoolState};

named! {
    /// Where a listing stands.
    ListingState, "state of a listing" {
        /// Being written; only its co-operative sees it.
        Draft = "draft",
        /// Offered, and matched.
        Open = "open",
        /// Shown, but not matched for now.
        Paused = "paused",
        /// Over.
        Closed = "closed",
    }
}

named! {
    /// What a co-operative does with a listing.
    ListingAct, "act on a listing" {
        /// Offers it, for the first time or again.
        Open = "open",
        /// Takes it out of matching for a while.
        Pause = "pause",
        /// Ends it.
        Close = "close",
    }
}

/// Listings.
pub static LISTING: Machine<ListingState, ListingAct> = {
    use {ListingAct as Act, ListingState as State};
    Machine {
        noun: "listing",
        initial: State::Draft,
        table: &[
            (Act::Open, State::Draft, State::Open),
            (Act::Pause, State::Open, State::Paused),
            (Act::Open, State::Paused, State::Open),
            (Act::Close, State::Draft, State::Closed),
            (Act::Close, State::Open, State::Closed),
            (Act::Close, State::Paused, State::Closed),
        ],
    }
};

named! {
    /// Where a need stands.
    NeedState, "state of a need" {
        /// Being written; only its buyer sees it.
        Draft = "draft",
        /// Looked at by the next matching round.
        Published = "published",
        /// A plan has been proposed for it.
        Proposed = "proposed",
        /// Its plan became an order.
        Ordered = "ordered",
        /// Nobody can make it yet; listed for co-operatives to see.
        Unmet = "unmet",
        /// Over.
        Closed = "closed",
    }
}

named! {
    /// What happens to a need.
    NeedAct, "act on a need" {
        /// The buyer publishes it.
        Publish = "publish",
        /// A matching round finds a plan.
        Propose = "propose",
        /// The buyer orders by the plan, or by a quotation.
        Order = "order",
        /// A matching round finds nobody.
        MarkUnmet = "mark_unmet",
        /// The buyer takes it back to change it.
        Withdraw = "withdraw",
        /// The buyer ends it.
        Close = "close",
    }
}

/// Needs. A proposal that has gone stale is proposed anew; when a co-operative declines the order, the
/// need is proposed to others, or listed as unmet.
pub static NEED: Machine<NeedState, NeedAct> = {
    use {NeedAct as Act, NeedState as State};
    Machine {
        noun: "need",
        initial: State::Draft,
        table: &[
            (Act::Publish, State::Draft, State::Published),
            (Act::Propose, State::Published, State::Proposed),
            (Act::Propose, State::Proposed, State::Proposed),
            (Act::Propose, State::Unmet, State::Proposed),
            (Act::Propose, State::Ordered, State::Proposed),
            (Act::Order, State::Published, State::Ordered),
            (Act::Order, State::Proposed, State::Ordered),
            (Act::Order, State::Unmet, State::Ordered),
            (Act::MarkUnmet, State::Published, State::Unmet),
            (Act::MarkUnmet, State::Proposed, State::Unmet),
            (Act::MarkUnmet, State::Ordered, State::Unmet),
            (Act::Withdraw, State::Published, State::Draft),
            (Act::Withdraw, State::Proposed, State::Draft),
            (Act::Withdraw, State::Unmet, State::Draft),
            (Act::Close, State::Draft, State::Closed),
            (Act::Close, State::Published, State::Closed),
            (Act::Close, State::Proposed, State::Closed),
            (Act::Close, State::Ordered, State::Closed),
            (Act::Close, State::Unmet, State::Closed),
        ],
    }
};

named! {
    /// Where a procurement round stands.
    RoundState, "state of a round" {
        /// Buyers enter their needs.
        Open = "open",
        /// It is being matched.
        Planning = "planning",
        /// Every need in it has its proposal, or its place in the unmet list.
        Planned = "planned",
        /// It came to nothing.
        Cancelled = "cancelled",
    }
}

named! {
    /// What happens to a round.
    RoundAct, "act on a round" {
        /// The network asks for the plan.
        Plan = "plan",
        /// The plan stands.
        Finish = "finish",
        /// It could not be planned.
        Fail = "fail",
        /// The network calls it off.
        Cancel = "cancel",
    }
}

/// Rounds.
pub static ROUND: Machine<RoundState, RoundAct> = {
    use {RoundAct as Act, RoundState as State};
    Machine {
        noun: "round",
        initial: State::Open,
        table: &[
            (Act::Plan, State::Open, State::Planning),
            (Act::Finish, State::Planning, State::Planned),
            (Act::Fail, State::Planning, State::Open),
            (Act::Cancel, State::Open, State::Cancelled),
        ],
    }
};

named! {
    /// Where a buyer's order stands.
    OrderState, "state of an order" {
        /// Being written; the only state in which it changes.
        Draft = "draft",
        /// Waits for approvals.
        Submitted = "submitted",
        /// Has the approvals that its amount asks for.
        Approved = "approved",
        /// Price locked; purchase orders are out.
        Confirmed = "confirmed",
        /// All that will be delivered has been.
        Fulfilled = "fulfilled",
        /// Settled.
        Closed = "closed",
        /// Called off; work done is paid.
        Cancelled = "cancelled",
    }
}

named! {
    /// What happens to an order.
    OrderAct, "act on an order" {
        /// The buyer asks for approvals.
        Submit = "submit",
        /// The last approval that was outstanding.
        Approve = "approve",
        /// The buyer locks the price and sends the purchase orders.
        Confirm = "confirm",
        /// Any change: back to draft, approvals void.
        Withdraw = "withdraw",
        /// The last delivery.
        Fulfil = "fulfil",
        /// The books are settled.
        Close = "close",
        /// The buyer calls it off.
        Cancel = "cancel",
        /// A purchase order was declined and the new match has another price: approvals start again.
        Rematch = "rematch",
        /// That new match is not taken up: what was confirmed before stands.
        Lapse = "lapse",
        /// A payment of it is taken back.
        Reopen = "reopen",
    }
}

/// Orders.
pub static ORDER: Machine<OrderState, OrderAct> = {
    use {OrderAct as Act, OrderState as State};
    Machine {
        noun: "order",
        initial: State::Draft,
        table: &[
            (Act::Submit, State::Draft, State::Submitted),
            (Act::Approve, State::Submitted, State::Approved),
            (Act::Confirm, State::Approved, State::Confirmed),
            (Act::Withdraw, State::Submitted, State::Draft),
            (Act::Withdraw, State::Approved, State::Draft),
            (Act::Rematch, State::Confirmed, State::Submitted),
            (Act::Lapse, State::Submitted, State::Confirmed),
            (Act::Lapse, State::Approved, State::Confirmed),
            (Act::Fulfil, State::Confirmed, State::Fulfilled),
            (Act::Close, State::Fulfilled, State::Closed),
            (Act::Reopen, State::Closed, State::Fulfilled),
            (Act::Cancel, State::Draft, State::Cancelled),
            (Act::Cancel, State::Submitted, State::Cancelled),
            (Act::Cancel, State::Approved, State::Cancelled),
            (Act::Cancel, State::Confirmed, State::Cancelled),
        ],
    }
};

named! {
    /// Where a purchase order to one co-operative stands.
    PurchaseOrderState, "state of a purchase order" {
        /// Waits for the co-operative's answer; capacity is held.
        Issued = "issued",
        /// In production.
        Accepted = "accepted",
        /// Refused; capacity is free again.
        Declined = "declined",
        /// Not answered in time; capacity is free again.
        Expired = "expired",
        /// All of it has arrived.
        Delivered = "delivered",
        /// Settled.
        Closed = "closed",
        /// Called off; work done is paid.
        Cancelled = "cancelled",
    }
}

named! {
    /// What happens to a purchase order.
    PurchaseOrderAct, "act on a purchase order" {
        /// The co-operative takes it.
        Accept = "accept",
        /// The co-operative refuses it.
        Decline = "decline",
        /// Its deadline passes without an answer.
        Expire = "expire",
        /// The last delivery is received.
        Deliver = "deliver",
        /// The books are settled.
        Close = "close",
        /// The buyer calls it off.
        Cancel = "cancel",
        /// A payment of it is taken back.
        Reopen = "reopen",
    }
}

/// Purchase orders.
pub static PURCHASE_ORDER: Machine<PurchaseOrderState, PurchaseOrderAct> = {
    use {PurchaseOrderAct as Act, PurchaseOrderState as State};
    Machine {
        noun: "purchase order",
        initial: State::Issued,
        table: &[
            (Act::Accept, State::Issued, State::Accepted),
            (Act::Decline, State::Issued, State::Declined),
            (Act::Expire, State::Issued, State::Expired),
            (Act::Deliver, State::Accepted, State::Delivered),
            (Act::Close, State::Delivered, State::Closed),
            (Act::Reopen, State::Closed, State::Delivered),
            (Act::Cancel, State::Issued, State::Cancelled),
            (Act::Cancel, State::Accepted, State::Cancelled),
        ],
    }
};

#[cfg(test)]
mod tests;
