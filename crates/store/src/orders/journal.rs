//! What is written down of each act on an order, and who is told.
use super::rows::Order;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::OrganisationId;
use crate::operations::audit::{self, Act};
use crate::schema::organisations;
use crate::sql::Time;
use diesel::prelude::*;
use money::Money;
use serde_json::{Value, json};

/// The part of an order that acts change.
pub(crate) fn entry(order: &Order) -> Value {
    json!({
        "reference": order.reference,
        "status": order.state.as_str(),
        "revision": order.revision,
        "total": order.totals.total().to_string(),
        "advance": order.advance.to_string(),
        "cancelled_reason": order.cancelled_reason,
    })
}

/// Writes an act into the audit log of the actor's organisation.
///
/// # Errors
/// Those of the database.
pub(super) fn record(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    before: Option<&Value>,
    order: &Order,
) -> Result<()> {
    let after = entry(order);
    audit::record(conn, by, &act_of(act, before, order, &after))
}

/// Writes what the server did by itself into the audit log of the buyer.
///
/// # Errors
/// Those of the database.
pub(crate) fn record_by_server(
    conn: &mut Conn,
    now: Time,
    act: &'static str,
    before: &Value,
    order: &Order,
) -> Result<()> {
    let after = entry(order);
    audit::record_by_server(
        conn,
        now,
        order.buyer,
        &act_of(act, Some(before), order, &after),
    )
}

fn act_of<'a>(
    act: &'static str,
    before: Option<&'a Value>,
    order: &Order,
    after: &'a Value,
) -> Act<'a> {
    Act {
        act,
        kind: "order",
        id: order.id.uuid(),
        before,
        after: Some(after),
    }
}

/// The organisation's name.
///
/// # Errors
/// Those of the database.
pub(crate) fn name_of(conn: &mut Conn, organisation: OrganisationId) -> Result<String> {
    Ok(organisations::table
        .find(organisation)
        .select(organisations::name)
        .first(conn)?)
}

/// An amount as notices carry it.
pub(crate) fn amount(amount: Money) -> Value {
    json!({"amount": amount.to_decimal().to_string(), "currency": amount.currency().code()})
}
