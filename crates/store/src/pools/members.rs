//! The members of a pool: what each asks for, the ability to pay that the opener proposes for it, whether
//! it has accepted that, and what it takes once parts are fixed. [`super::joining`] has what they do.
use super::seen;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{OrNotFound, Refusal, Result};
use crate::ids::{OrganisationId, PersonId, PoolId};
use crate::operations::audit::{self, Act};
use crate::schema::pool_members;
use crate::sql::Time;
use diesel::prelude::*;
use money::{Micro, Money};
use serde_json::{Value, json};

/// Buyers a pool has at most: bounds the work of one closing.
pub const MEMBERS_MAX: i64 = 200;
/// The ability of a buyer for whom nothing was proposed: the extra is shared by quantity alone.
pub const ABILITY_DEFAULT: Micro = Micro::ONE;
/// The need weight of a buyer for whom nothing was proposed: a shortage is shared by quantity alone.
pub const NEED_WEIGHT_DEFAULT: Micro = Micro::ONE;

/// A buyer in a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Which pool.
    pub pool: PoolId,
    /// Who.
    pub organisation: OrganisationId,
    /// Units that it asks for, above zero.
    pub quantity: Micro,
    /// Units that it would take beyond those to fill a case or the pool's minimum.
    pub tolerance: Micro,
    /// When it entered the present quantity and tolerance.
    pub entered_at: Time,
    /// Units that it takes, in whole cases; nothing while parts change.
    pub bought: Option<Micro>,
    /// What it pays at equal ability, in minor units: its bid where it is silent. Nothing unless buyers bid.
    pub guide_minor: Option<i64>,
    /// Ability to pay, zero or above; only the proportions count.
    pub ability: Micro,
    /// What counts where a delivery falls short and need decides, above zero.
    pub need_weight: Micro,
    /// The most that it pays over the market, as a share of its market part; `None` is no cap.
    pub max_premium_rate: Option<Micro>,
    /// When it accepted its ability, and who did for it.
    pub accepted: Option<(Time, PersonId)>,
    /// Counts changes of this membership.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    pool_id: PoolId,
    organisation_id: OrganisationId,
    quantity_micro: i64,
    tolerance_micro: i64,
    entered_at: Time,
    bought_micro: Option<i64>,
    guide_minor: Option<i64>,
    ability_micro: i64,
    need_weight_micro: i64,
    max_premium_rate_micro: Option<i64>,
    accepted_at: Option<Time>,
    accepted_by: Option<PersonId>,
    version: i64,
}

impl From<Row> for Member {
    fn from(row: Row) -> Self {
        Self {
            pool: row.pool_id,
            organisation: row.organisation_id,
            quantity: Micro::new(row.quantity_micro),
            tolerance: Micro::new(row.tolerance_micro),
            entered_at: row.entered_at,
            bought: row.bought_micro.map(Micro::new),
            guide_minor: row.guide_minor,
            ability: Micro::new(row.ability_micro),
            need_weight: Micro::new(row.need_weight_micro),
            max_premium_rate: row.max_premium_rate_micro.map(Micro::new),
            accepted: row.accepted_at.zip(row.accepted_by),
            version: row.version,
        }
    }
}

/// Whether the organisation is in the pool.
///
/// # Errors
/// Those of the database.
pub(super) fn is_member(
    conn: &mut Conn,
    pool: PoolId,
    organisation: OrganisationId,
) -> Result<bool> {
    let row = pool_members::table.find((pool, organisation));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn)?)
}

/// How many are in the pool.
///
/// # Errors
/// Those of the database.
pub(super) fn count(conn: &mut Conn, pool: PoolId) -> Result<i64> {
    Ok(pool_members::table
        .filter(pool_members::pool_id.eq(pool))
        .count()
        .get_result(conn)?)
}

/// Those of the pools that the organisation is in.
///
/// # Errors
/// Those of the database.
pub(super) fn joined(
    conn: &mut Conn,
    organisation: OrganisationId,
    pools: &[PoolId],
) -> Result<Vec<PoolId>> {
    Ok(pool_members::table
        .filter(pool_members::organisation_id.eq(organisation))
        .filter(pool_members::pool_id.eq_any(pools))
        .select(pool_members::pool_id)
        .load(conn)?)
}

/// All members, in the order in which amounts are apportioned.
///
/// # Errors
/// Those of the database.
pub(super) fn all(conn: &mut Conn, pool: PoolId) -> Result<Vec<Member>> {
    let rows: Vec<Row> = pool_members::table
        .filter(pool_members::pool_id.eq(pool))
        .order(pool_members::organisation_id)
        .load(conn)?;
    Ok(rows.into_iter().map(Member::from).collect())
}

/// The members of a pool that the actor is in or opened, by organisation, after `after`.
///
/// # Errors
/// [`crate::Code::NotFound`], [`crate::Code::Forbidden`].
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    id: PoolId,
    after: Option<OrganisationId>,
    limit: i64,
) -> Result<Vec<Member>> {
    seen::of_insider(conn, by, id)?;
    let mut query = pool_members::table
        .filter(pool_members::pool_id.eq(id))
        .order(pool_members::organisation_id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(pool_members::organisation_id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(Member::from).collect())
}

/// One member of a pool that the actor is in or opened.
///
/// # Errors
/// [`crate::Code::NotFound`], [`crate::Code::Forbidden`].
pub fn get(
    conn: &mut Conn,
    by: &Actor,
    id: PoolId,
    organisation: OrganisationId,
) -> Result<Member> {
    seen::of_insider(conn, by, id)?;
    find(conn, id, organisation)
}

/// One member.
///
/// # Errors
/// [`crate::Code::NotFound`].
pub(super) fn find(conn: &mut Conn, id: PoolId, organisation: OrganisationId) -> Result<Member> {
    let row: Option<Row> = pool_members::table
        .find((id, organisation))
        .first(conn)
        .optional()?;
    Ok(row.or_not_found()?.into())
}

/// Writes what a member takes, and what it would pay at equal ability where buyers bid; both in the members'
/// order.
///
/// # Errors
/// Those of the database.
pub(super) fn fix(
    conn: &mut Conn,
    members: &[Member],
    bought: &[Micro],
    guides: Option<&[Money]>,
) -> Result<()> {
    for (position, (member, bought)) in members.iter().zip(bought).enumerate() {
        let guide = guides.and_then(|guides| guides.get(position));
        diesel::update(pool_members::table.find((member.pool, member.organisation)))
            .set((
                pool_members::bought_micro.eq(bought.get()),
                pool_members::guide_minor.eq(guide.map(|guide| guide.minor())),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Parts change again.
///
/// # Errors
/// Those of the database.
pub(super) fn release(conn: &mut Conn, pool: PoolId) -> Result<()> {
    diesel::update(pool_members::table.filter(pool_members::pool_id.eq(pool)))
        .set((
            pool_members::bought_micro.eq(None::<i64>),
            pool_members::guide_minor.eq(None::<i64>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes what changes of a member, where `version` is the present one.
///
/// # Errors
/// [`crate::Code::Stale`].
pub(super) fn save(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    version: i64,
    before: &Member,
    after: Member,
) -> Result<Member> {
    let row = pool_members::table.find((after.pool, after.organisation));
    let changed = diesel::update(row)
        .filter(pool_members::version.eq(version))
        .set((
            pool_members::quantity_micro.eq(after.quantity.get()),
            pool_members::tolerance_micro.eq(after.tolerance.get()),
            pool_members::entered_at.eq(after.entered_at),
            pool_members::ability_micro.eq(after.ability.get()),
            pool_members::need_weight_micro.eq(after.need_weight.get()),
            pool_members::max_premium_rate_micro.eq(after.max_premium_rate.map(Micro::get)),
            pool_members::accepted_at.eq(after.accepted.map(|(at, _)| at)),
            pool_members::accepted_by.eq(after.accepted.map(|(_, person)| person)),
            pool_members::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    record(conn, by, act, Some(before), Some(&after))?;
    Ok(Member {
        version: version + 1,
        ..after
    })
}

/// Writes an act on a membership into the audit log of the actor's organisation.
///
/// # Errors
/// Those of the database.
pub(super) fn record(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    before: Option<&Member>,
    after: Option<&Member>,
) -> Result<()> {
    let Some(member) = after.or(before) else {
        return Ok(());
    };
    let (before, after) = (before.map(entry), after.map(entry));
    audit::record(
        conn,
        by,
        &Act {
            act,
            kind: "pool",
            id: member.pool.uuid(),
            before: before.as_ref(),
            after: after.as_ref(),
        },
    )
}

fn entry(member: &Member) -> Value {
    json!({
        "organisation": member.organisation.to_string(),
        "quantity": member.quantity.to_string(),
        "tolerance": member.tolerance.to_string(),
        "ability": member.ability.to_string(),
        "need_weight": member.need_weight.to_string(),
        "max_premium_rate": member.max_premium_rate.map(|rate| rate.to_string()),
        "accepted_at": member.accepted.map(|(at, _)| at.utc()),
    })
}
