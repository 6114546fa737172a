//! Orders: from a proposal to purchase orders that co-operatives accept.
pub mod payers;
