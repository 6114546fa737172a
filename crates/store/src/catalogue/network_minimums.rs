//! Minimum prices that networks set for what their co-operatives sell.
use super::products;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{OrNotFound, Refusal, Result};
use crate::ids::{OrganisationId, ProductId};
use crate::operations::audit::{self, Act};
use crate::schema::network_minimums;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use money::{Currency, Micro};
use serde_json::json;

/// A network's minimum price of a product in a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minimum {
    /// The network.
    pub network: OrganisationId,
    /// The product.
    pub product: ProductId,
    /// The currency.
    pub currency: Currency,
    /// The least that a unit costs; zero for no minimum.
    pub unit_price: Micro,
    /// Counts changes.
    pub version: i64,
}

/// Sets the minimum of the actor's network. `version` is 0 where there is none yet.
///
/// # Errors
/// [`Code::Forbidden`](crate::Code::Forbidden), [`Code::NotFound`](crate::Code::NotFound) for the
/// product, [`Code::Stale`](crate::Code::Stale).
pub fn set(
    conn: &mut Conn,
    by: &Actor,
    product: ProductId,
    (currency, unit_price): (Currency, Micro),
    version: i64,
) -> Result<Minimum> {
    by.require_kind(&[OrganisationKind::Network])?;
    by.require(&[Role::Verifier, Role::Admin])?;
    by.require_admitted()?;
    products::get(conn, product)?;
    let before = find(conn, by.organisation, product, currency)?;
    if before.map_or(0, |minimum| minimum.version) != version {
        return Err(Refusal::stale().into());
    }
    let key = (by.organisation, product, currency.code());
    let changed = match before {
        Some(_) => diesel::update(network_minimums::table.find(key))
            .filter(network_minimums::version.eq(version))
            .set((
                network_minimums::unit_price_micro.eq(unit_price.get()),
                network_minimums::version.eq(version.saturating_add(1)),
            ))
            .execute(conn)?,
        None => diesel::insert_into(network_minimums::table)
            .values((
                network_minimums::network_id.eq(by.organisation),
                network_minimums::product_id.eq(product),
                network_minimums::currency.eq(currency.code()),
                network_minimums::unit_price_micro.eq(unit_price.get()),
                network_minimums::version.eq(1),
            ))
            .execute(conn)
            .or_else(super::lost_to_another)?,
    };
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    let text = |price: Micro| json!({"currency": currency.code(), "unit_price": price.to_string()});
    audit::record(
        conn,
        by,
        &Act {
            act: "network_minimum.set",
            kind: "product",
            id: product.uuid(),
            before: before.map(|minimum| text(minimum.unit_price)).as_ref(),
            after: Some(&text(unit_price)),
        },
    )?;
    find(conn, by.organisation, product, currency)?.or_not_found()
}

/// The network's minimum, where it set one.
///
/// # Errors
/// Those of the database.
pub fn find(
    conn: &mut Conn,
    network: OrganisationId,
    product: ProductId,
    currency: Currency,
) -> Result<Option<Minimum>> {
    let row: Option<(i64, i64)> = network_minimums::table
        .find((network, product, currency.code()))
        .select((
            network_minimums::unit_price_micro,
            network_minimums::version,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(unit_price, version)| Minimum {
        network,
        product,
        currency,
        unit_price: Micro::new(unit_price),
        version,
    }))
}
