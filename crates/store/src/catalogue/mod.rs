//! What is for sale: products, what the market pays for them, co-operatives' workplaces and listings,
//! and the price that follows from all of it.
pub mod listings;
pub mod pricer;
pub mod workplaces;

use crate::error::{Result, corrupt};
use money::Currency;

/// A currency as the database keeps it.
fn read_currency(code: &str, column: &str) -> Result<Currency> {
    Currency::parse(code).map_err(|_| corrupt(column))
}
