//! Who enters the figures that prices start from: anybody who trades or verifies, by name and with a
//! source; never the operator, who holds no power over prices.
use crate::actor::Actor;
use crate::error::{Code, Refusal, Result};
use chrono::NaiveDate;
use governance::{OrganisationKind, Role};

/// The actor must speak for an admitted organisation of the movement, and the figure must be of a day
/// that has come.
pub(super) fn require_enterer(by: &Actor, observed_on: NaiveDate) -> Result<()> {
    by.require_kind(&[
        OrganisationKind::Union,
        OrganisationKind::Community,
        OrganisationKind::Cooperative,
        OrganisationKind::Network,
    ])?;
    by.require(&[
        Role::Buyer,
        Role::Seller,
        Role::Accountant,
        Role::Treasurer,
        Role::Verifier,
        Role::Admin,
    ])?;
    by.require_admitted()?;
    if observed_on > by.now.date() {
        return Err(Refusal::new(
            Code::InvalidInput,
            "A figure is entered on its day or later.",
        )
        .at("/observed_on")
        .into());
    }
    Ok(())
}
