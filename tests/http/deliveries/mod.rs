//! What follows an accepted purchase order (FI1, FI2, FU1 to FU3, OR4, OR12, S18; W6 and W7). They have failed
//! when an advance appears twice, milestones are split again over the remainder, a shortage goes by who ordered
//! first where need is the rule, or accepted work is cancelled unheard.
mod advances;
mod artworks;
mod cancelling;
mod claims;
mod invoices;
mod materials;
mod receipts;
mod reversals;
mod schedule;
mod shortage;
mod uniforms;

use rust_decimal::Decimal;
use serde_json::Value;

fn decimal(value: &Value) -> Decimal {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no decimal"))
        .parse()
        .unwrap()
}
