//! What is for sale: products, what the market pays for them, co-operatives' workplaces and listings,
//! and the price that follows from all of it.
pub mod capacity;
pub(crate) mod fold;
pub mod listings;
pub mod market_quotes;
pub mod network_minimums;
pub mod pricer;
pub mod products;
mod quote;
pub mod units;
pub mod variants;
pub mod workplaces;

use crate::actor::Actor;
use crate::error::{Code, Refusal, Result, corrupt};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use governance::{OrganisationKind, Role};
use money::Currency;

/// A currency as the database keeps it.
fn read_currency(code: &str, column: &str) -> Result<Currency> {
    Currency::parse(code).map_err(|_| corrupt(column))
}

/// Those who describe products and put market prices on file: both sides of the trade and the networks,
/// by whoever buys, sells or verifies for them. The operator holds no pricing power.
pub(crate) fn require_trade(by: &Actor) -> Result<()> {
    use OrganisationKind::{Community, Cooperative, Network, Union};
    by.require_kind(&[Union, Community, Cooperative, Network])?;
    by.require(&[Role::Buyer, Role::Seller, Role::Verifier, Role::Admin])?;
    by.require_admitted()
}

/// An insert that met another's: somebody was faster.
fn lost_to_another(error: DieselError) -> Result<usize> {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            Err(Refusal::stale().into())
        }
        other => Err(other.into()),
    }
}

/// A refusal of one field of the body.
fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> crate::Error {
    Refusal::new(Code::InvalidInput, detail).at(pointer).into()
}
