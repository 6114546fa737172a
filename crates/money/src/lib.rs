//! Exact amounts, quantities, currencies, rounding and apportioning.
//!
//! Nothing here rounds unless its name says so, nothing wraps and nothing panics: what cannot be
//! said exactly is a [`MoneyError`]. There is no float anywhere.
//!
//! * [`Money`] is an amount in whole minor units (cents) of a [`Currency`].
//! * [`Micro`] is a unit price, a quantity, a rate or a time in millionths.
//! * [`amount_of`] and [`rate_of`] are the two products that end in an amount; both round once,
//!   half away from zero.
//! * [`apportion`] divides a total into whole parts that add up to it again.
//!
//! ```
//! use money::{Currency, Micro, amount_of};
//!
//! let ars = Currency::parse("ARS")?;
//! let price: Micro = "4.90".parse()?;
//! let quantity: Micro = "3000".parse()?;
//! assert_eq!(amount_of(quantity, price, ars)?.to_string(), "14700.00 ARS");
//! # Ok::<(), money::MoneyError>(())
//! ```

mod amount;
mod currency;
mod decimal;
mod error;
mod micro;
mod rounding;

pub use amount::{Money, amount_of, rate_of};
pub use currency::Currency;
pub use decimal::{MAX_DIGITS, grouped, parse_decimal};
pub use error::MoneyError;
pub use micro::Micro;
pub use rounding::{apportion, hand_out_remainders, round_half_away};
