//! Orders: from a proposal to purchase orders that co-operatives accept.
//!
//! An act is one function: it loads, lets `ordering`, `pricing` and the payers' rules decide, and saves;
//! the caller's closure is the transaction. What holds in every transaction:
//!
//! * an order's amounts are those of its active lines (a pool's order that was declined keeps its own
//!   until it is matched again), and its shares add up to them;
//! * what the reservations of a capacity period add up to is its `reserved`, never above its capacity;
//! * nobody pays more than their organisation approved: a rise is a new revision;
//! * a line's price is kept with its whole explanation, and is never under the cost floor.
mod answers;
mod approvals;
mod call_offs;
pub(crate) mod capacity;
mod change;
mod confirm;
mod deadlines;
mod decisions;
mod demands;
mod described;
pub mod document;
pub(crate) mod explanation;
mod floor;
mod fund;
pub(crate) mod journal;
mod lapse;
pub(crate) mod lines;
mod locked;
mod offices;
pub mod payers;
mod place;
mod priced;
pub mod purchase_orders;
pub(crate) mod quoted;
mod rematch;
mod reprice;
pub(crate) mod rows;
pub(crate) mod seen;
pub(crate) mod shares;
mod views;

pub use answers::{accept, decline};
pub use approvals::{Approval, Missing, approve, submit, withdraw};
pub use call_offs::{call_off, list as called_off};
pub use change::{LINES_MAX, change};
pub use confirm::confirm;
pub(crate) use deadlines::alone;
pub use deadlines::expire_due;
pub use decisions::decide;
pub use demands::{Asked, Submission};
pub use described::{
    Described, DescribedLine, of_order as describe, of_purchase_order as describe_purchase_order,
};
pub use explanation::{
    Explained, of_order as explain, of_purchase_order as explain_purchase_order,
};
pub(crate) use explanation::{hide, sees_all};
pub(crate) use journal::amount as notice_amount;
pub use lapse::cancel;
pub use lines::{Line, LineStatus};
pub(crate) use offices::{demand_of, lacking, roles};
pub use place::place;
pub use rematch::{Deadlines, rematch};
pub use rows::{Order, Origin};
pub use views::{SeenOrder, SeenPurchaseOrder, list, see, see_purchase_order, see_purchase_orders};
