//! The full explanation of each line's price, as it was kept.
//!
//! Buyers see a price's components and what the premium protects. The cost sheet and the pay behind
//! them are the co-operative's, unless its assembly opened them.
use super::purchase_orders;
use super::seen;
use crate::actor::Actor;
use crate::catalogue::workplaces;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{ListingId, OrderId, OrganisationId, PurchaseOrderId, RuleSetId};
use crate::schema::{order_lines, workplaces as workplace_rows};
use crate::sql::Json;
use diesel::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// Parts of a request that are the co-operative's own.
const OF_REQUEST: [&str; 2] = ["cost_sheet", "workplace"];
/// Parts of an answer's trace from which they could be read.
const OF_TRACE: [&str; 2] = ["hours_per_unit", "hourly_cost"];

/// How a line's price came about.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The line.
    pub position: i32,
    /// Of which listing.
    pub listing: ListingId,
    /// By which rules.
    pub rule_set: RuleSetId,
    /// What pricing was asked: the same request gives the same answer for ever.
    pub request: Value,
    /// What it answered, with its trace.
    pub answer: Value,
}

#[derive(Queryable)]
struct Row {
    position: i32,
    cooperative_id: OrganisationId,
    listing_id: ListingId,
    rule_set_id: RuleSetId,
    price_request: Json,
    price_answer: Json,
}

/// How the prices of an order's lines came about, for its payers.
///
/// # Errors
/// [`crate::Code::NotFound`] for anybody else.
pub fn of_order(conn: &mut Conn, by: &Actor, id: OrderId) -> Result<Vec<Explained>> {
    seen::payer(conn, by, id)?;
    explained(conn, by, id, None)
}

/// The same for the lines of one purchase order, for its co-operative and its payers.
///
/// # Errors
/// [`crate::Code::NotFound`] for anybody else.
pub fn of_purchase_order(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
) -> Result<Vec<Explained>> {
    let issued = purchase_orders::get(conn, by, id)?;
    explained(conn, by, issued.order, Some(id))
}

fn explained(
    conn: &mut Conn,
    by: &Actor,
    order: OrderId,
    only: Option<PurchaseOrderId>,
) -> Result<Vec<Explained>> {
    let mut query = order_lines::table
        .filter(order_lines::order_id.eq(order))
        .order(order_lines::position)
        .select((
            order_lines::position,
            order_lines::cooperative_id,
            order_lines::listing_id,
            order_lines::rule_set_id,
            order_lines::price_request,
            order_lines::price_answer,
        ))
        .into_boxed();
    if let Some(only) = only {
        query = query.filter(order_lines::purchase_order_id.eq(Some(only)));
    }
    let rows: Vec<Row> = query.load(conn)?;
    let open = open_to_buyers(conn, &rows)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let whole = row.cooperative_id == by.organisation
                || open.get(&row.cooperative_id).copied().unwrap_or(false);
            let (mut request, mut answer) = (row.price_request.0, row.price_answer.0);
            if !whole {
                hide(&mut request, &mut answer);
            }
            Explained {
                position: row.position,
                listing: row.listing_id,
                rule_set: row.rule_set_id,
                request,
                answer,
            }
        })
        .collect())
}

/// Takes out of a kept price what is the co-operative's own.
pub(crate) fn hide(request: &mut Value, answer: &mut Value) {
    blank(request, &OF_REQUEST);
    if let Some(trace) = answer.get_mut("trace") {
        blank(trace, &OF_TRACE);
    }
}

/// Whether the actor sees all that is behind the co-operative's prices: its own people, its verifiers, and
/// everybody where its assembly opened it.
///
/// # Errors
/// Those of the database.
pub(crate) fn sees_all(conn: &mut Conn, by: &Actor, cooperative: OrganisationId) -> Result<bool> {
    let workplace = workplaces::find(conn, cooperative)?;
    let open = workplace.is_some_and(|workplace| workplace.conditions.open_to_buyers);
    Ok(open || workplaces::is_insider(conn, by, cooperative)?)
}

/// Which of the co-operatives opened their pay and hours to buyers.
fn open_to_buyers(conn: &mut Conn, rows: &[Row]) -> Result<BTreeMap<OrganisationId, bool>> {
    let ids: Vec<OrganisationId> = rows.iter().map(|row| row.cooperative_id).collect();
    let rows: Vec<(OrganisationId, bool)> = workplace_rows::table
        .filter(workplace_rows::cooperative_id.eq_any(ids))
        .select((
            workplace_rows::cooperative_id,
            workplace_rows::open_to_buyers,
        ))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Sets the fields to null: a reader sees that there is something.
fn blank(value: &mut Value, fields: &[&str]) {
    for field in fields {
        if let Some(present) = value.get_mut(*field) {
            *present = Value::Null;
        }
    }
}
