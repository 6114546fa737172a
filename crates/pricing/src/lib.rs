//! The solidarity price: market reference, cost floor, premium, pool shares, reviews.
//!
//! The price of an order starts from the highest of three bounds: what the market pays (the median
//! of dated quotes), what dignified work costs (the living wage, the agreed week, assembly time and
//! a reserve for jobs, by the minute worked) and a minimum that the co-operatives' network sets. A
//! community premium comes on top, so that the price is always above the market. Ten components
//! say what the price consists of, seven purposes what the premium protects, and both add up to the
//! cent.
//!
//! * [`price`] calculates the price of an order from a [`PriceRequest`].
//! * [`share`] divides what a pool pays above the market by its buyers' ability to pay.
//! * [`review`] moves a price in force by published indices; wages never fall. [`revised`] explains the
//!   price after it as completely as the one before.
//!
//! `price_json`, `share_json` and `review_json` do the same from JSON text: this is the one path
//! of the API and of the command line. In JSON, decimals are strings of the form
//! `-?[0-9]+(\.[0-9]+)?`, `null` means absent, and unknown fields are refused.
//!
//! # Invariants
//!
//! * Results are those of exact rational arithmetic, rounded once at the end, half away from zero.
//!   Every figure is a ratio of natural numbers: 256 bits wide where they fit, of any width where
//!   they do not. There is no float, and no intermediate rounding.
//! * Parts sum to their whole, always. Nothing wraps, nothing panics: what cannot be written in 28
//!   digits or 64 bits of minor units is `amount_out_of_range`.
//! * No clock, no randomness, no I/O: days are arguments.
//!
//! # Example
//!
//! Three buyers of a pool of 3,000 units share a price of 4.90 where the market pays 4.30. Each
//! pays the market price for its units; the extra of 1,800.00 is shared by quantity and ability.
//! The co-operative receives 14,700.00 whatever the shares are.
//!
//! ```
//! let answer = pricing::share_json(
//!     r#"{
//!         "currency": "USD", "market_unit_price": "4.30", "unit_price": "4.90",
//!         "fund_available": "0",
//!         "buyers": [
//!             { "id": "federation", "quantity": "2000", "ability": "1.2" },
//!             { "id": "union", "quantity": "800", "ability": "0.75" },
//!             { "id": "unemployed-movement", "quantity": "200", "ability": "0" }
//!         ]
//!     }"#,
//! )?;
//! let extra: Vec<String> = answer.buyers.iter().map(|b| b.extra_amount.to_string()).collect();
//! assert_eq!(extra, ["1440.00 USD", "360.00 USD", "0.00 USD"]);
//! assert_eq!(answer.cooperative_receives.to_string(), "14700.00 USD");
//! # Ok::<(), pricing::PricingError>(())
//! ```

// The tests' random requests are written for a user of the crate.
#[cfg(test)]
extern crate self as pricing;

mod check;
mod components;
mod error;
mod natural;
mod price;
mod review;
mod revised;
mod share;
mod wire;

pub use components::{COMPONENT_COUNT, Components, PURPOSE_COUNT, Purposes};
pub use error::{ErrorCode, PricingError};
pub use price::{
    Basis, Benchmark, CommunityDestination, CostSheet, ExchangeRate, HourlyCost, MarketQuote,
    PriceAnswer, PriceRequest, QuoteRefused, QuoteUsed, RefusalReason, RuleSet, Trace, Workplace,
    price,
};
pub use review::{Guard, PriceIndex, ReviewAnswer, ReviewRequest, review};
pub use revised::revised;
pub use share::{BuyerShare, PoolBuyer, ShareAnswer, ShareRequest, share};
pub use wire::{DecimalText, read_request};

/// [`price`] of a [`PriceRequest`] in JSON.
///
/// # Errors
///
/// Those of [`read_request`], then those of [`price`].
///
/// ```
/// let answer = pricing::price_json(
///     r#"{
///         "currency": "USD", "quantity": "100", "as_of": "2026-06-01",
///         "market_quotes": [
///             { "source": "chain store", "unit_price": "4.10", "observed_on": "2026-05-02" },
///             { "source": "importer", "unit_price": "4.30", "observed_on": "2026-05-20" },
///             { "source": "mill", "unit_price": "4.60", "observed_on": "2026-03-03" }
///         ],
///         "cost_sheet": {
///             "materials_per_unit": "1.90", "overhead_per_unit": "0.40",
///             "standard_minutes_per_unit": "13"
///         },
///         "workplace": { "monthly_pay": "1040", "weekly_hours": "40" },
///         "benchmark": { "living_wage_monthly": "1560", "standard_weekly_hours": "48" },
///         "rule_set": { "version": "2026.1", "job_reserve_rate": "0" }
///     }"#,
/// )?;
/// // 13 minutes at 1560 a month on 40 hours: 13/60 × 1560 × 12 / (52 × 40) = 1.95 of pay.
/// assert_eq!(answer.floor.to_string(), "4.2500000000");
/// // The median is 4.30, the community premium 3 % of it.
/// assert_eq!(answer.unit_price.to_string(), "4.4290");
/// assert_eq!(answer.line_amount.to_string(), "442.90 USD");
/// assert_eq!(answer.components.wage_gap.to_string(), "54.17 USD");
/// assert_eq!(answer.premium_by_purpose.community.to_string(), "12.90 USD");
/// # Ok::<(), pricing::PricingError>(())
/// ```
pub fn price_json(json: &str) -> Result<PriceAnswer, PricingError> {
    price(&read_request(json)?)
}

/// [`share`] of a [`ShareRequest`] in JSON.
///
/// # Errors
///
/// Those of [`read_request`], then those of [`share`].
pub fn share_json(json: &str) -> Result<ShareAnswer, PricingError> {
    share(&read_request(json)?)
}

/// [`review`] of a [`ReviewRequest`] in JSON.
///
/// # Errors
///
/// Those of [`read_request`], then those of [`review`].
///
/// ```
/// let answer = pricing::review_json(
///     r#"{
///         "currency": "USD", "initial_unit_price": "10", "current_since": "2026-01-01",
///         "as_of": "2026-06-01", "fixed": "0.15",
///         "indices": [
///             { "name": "labour", "weight": "0.15", "base": "495.97", "now": "514.53" },
///             { "name": "materials", "weight": "0.40", "base": "103.45", "now": "108.21" },
///             { "name": "equipment", "weight": "0.30", "base": "107.74", "now": "113.51" }
///         ],
///         "current": {
///             "materials": "6", "overhead": "0", "finance": "0", "labour": "4",
///             "wage_gap": "0", "shorter_week": "0", "democracy": "0", "job_reserve": "0",
///             "surplus": "0", "community": "0"
///         }
///     }"#,
/// )?;
/// assert_eq!(answer.factor.to_string(), "1.040084725602991933");
/// assert_eq!(answer.unit_price.to_string(), "10.4008");
/// # Ok::<(), pricing::PricingError>(())
/// ```
pub fn review_json(json: &str) -> Result<ReviewAnswer, PricingError> {
    review(&read_request(json)?)
}
