//! Where a purchase order stands: what of each line was sent, accepted, claimed, credited and billed.
use super::trade::Trade;
use super::{billing, claims, schedule};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::{OrganisationId, PoolId, PurchaseOrderId};
use crate::orders::Order;
use crate::orders::payers::Payer;
use crate::schema::{pool_members, pools};
use crate::sql::Time;
use diesel::prelude::*;
use money::Micro;
use ordering::ShortageRule;
use std::collections::BTreeMap;

/// The figures of one line, in units.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineProgress {
    /// What was ordered.
    pub ordered: Micro,
    /// What of the schedule was sent; what was made again is not counted twice.
    pub despatched: Micro,
    /// What was accepted.
    pub accepted: Micro,
    /// What is claimed and neither made again nor credited yet.
    pub claimed: Micro,
    /// What was credited.
    pub credited: Micro,
    /// What was billed and not credited.
    pub billed: Micro,
}

/// The figures by line, for both sides of the purchase order; a pool's member or a branch reads its own
/// receipts and invoices instead.
///
/// # Errors
/// [`crate::Code::NotFound`] for anybody else.
pub fn see(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
) -> Result<BTreeMap<i32, LineProgress>> {
    let trade = Trade::seen(conn, by, id)?;
    if ![trade.issued.cooperative, trade.issued.buyer].contains(&by.organisation) {
        return Err(crate::Refusal::not_found().into());
    }
    let mut lines: BTreeMap<i32, LineProgress> = BTreeMap::new();
    for billed in billing::of(conn, &trade.issued)? {
        if billed.account != Payer::Buyer {
            continue;
        }
        let line = lines.entry(billed.position).or_default();
        line.ordered = line.ordered.checked_add(billed.quantity)?;
        line.accepted = line.accepted.checked_add(billed.accepted)?;
        line.credited = line.credited.checked_add(billed.credited)?;
        line.billed = line.billed.checked_add(billed.billed)?;
    }
    for (part, sent) in schedule::stages(conn, id)?
        .into_iter()
        .flat_map(|stage| stage.parts)
    {
        let line = lines.entry(part.line).or_default();
        line.despatched = line.despatched.checked_add(sent)?;
    }
    for (position, open) in claims::open_units(conn, id)? {
        let line = lines.entry(position).or_default();
        line.claimed = line.claimed.checked_add(open)?;
    }
    Ok(lines)
}

/// The rule by which what is short of the order is shared: its pool's, or in proportion.
///
/// # Errors
/// Those of the database.
pub(super) fn shortage_rule(conn: &mut Conn, order: &Order) -> Result<ShortageRule> {
    let Some(pool) = order.pool else {
        return Ok(ShortageRule::Proportional);
    };
    let word: String = pools::table
        .find(pool)
        .select(pools::shortage_rule)
        .first(conn)?;
    ShortageRule::parse(&word).map_err(|_| corrupt("pools.shortage_rule"))
}

/// Each member's weight of need, in millionths, and when it entered its quantity.
///
/// # Errors
/// Those of the database.
pub(super) fn pool_weights(
    conn: &mut Conn,
    pool: PoolId,
) -> Result<BTreeMap<OrganisationId, (i64, i64)>> {
    let rows: Vec<(OrganisationId, i64, Time)> = pool_members::table
        .filter(pool_members::pool_id.eq(pool))
        .select((
            pool_members::organisation_id,
            pool_members::need_weight_micro,
            pool_members::entered_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(member, weight, entered)| (member, (weight, entered.utc().timestamp_micros())))
        .collect())
}
