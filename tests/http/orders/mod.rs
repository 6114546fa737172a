//! Approval and contract (W5): a proposal becomes an order, the order a contract, and what co-operatives
//! decline is matched again (OR8, OR9, PR13, PR14, GO10, AP5, S10).
mod approvals;
mod contract;
mod deadlines;
mod declined;
mod documents;
mod ladders;
mod placing;
mod privacy;
mod w5;
