//! The members of a pool: what each takes, the ability to pay that the opener proposes for it, and
//! whether it has accepted that.
use super::{pool, terms};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result};
use crate::ids::{ListingId, OrganisationId, PersonId, PoolId};
use crate::needs::need::{in_decimals, require_buyer};
use crate::operations::audit::{self, Act};
use crate::schema::{listings, pool_members, products};
use crate::sql::Time;
use diesel::prelude::*;
use money::Micro;
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
            ability: Micro::new(row.ability_micro),
            need_weight: Micro::new(row.need_weight_micro),
            max_premium_rate: row.max_premium_rate_micro.map(Micro::new),
            accepted: row.accepted_at.zip(row.accepted_by),
            version: row.version,
        }
    }
}

/// What a buyer decides for itself.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Units, above zero, in the product's decimals.
    pub quantity: Micro,
    /// Units beyond those, zero or above, in the product's decimals.
    pub tolerance: Micro,
    /// The most that it pays over the market; `None` is no cap.
    pub max_premium_rate: Option<Micro>,
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

/// The pools that the organisation is in.
///
/// # Errors
/// Those of the database.
pub(super) fn pools_of(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<PoolId>> {
    Ok(pool_members::table
        .filter(pool_members::organisation_id.eq(organisation))
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
/// [`Code::NotFound`], [`Code::Forbidden`].
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    id: PoolId,
    after: Option<OrganisationId>,
    limit: i64,
) -> Result<Vec<Member>> {
    pool::of_insider(conn, by, id)?;
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
/// [`Code::NotFound`], [`Code::Forbidden`].
pub fn get(
    conn: &mut Conn,
    by: &Actor,
    id: PoolId,
    organisation: OrganisationId,
) -> Result<Member> {
    pool::of_insider(conn, by, id)?;
    find(conn, id, organisation)
}

fn find(conn: &mut Conn, id: PoolId, organisation: OrganisationId) -> Result<Member> {
    let row: Option<Row> = pool_members::table
        .find((id, organisation))
        .first(conn)
        .optional()?;
    Ok(row.or_not_found()?.into())
}

/// An admitted union or community organisation joins.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`], [`Code::NotFound`], [`Code::WrongState`] where the pool is over
/// or full, [`Code::Duplicate`] where it is in the pool, [`Code::InvalidInput`] for a quantity finer than the
/// product's, [`Code::NoCommonRuleSet`] where its assembly did not adopt the rules of the pool's price.
pub fn join(conn: &mut Conn, by: &Actor, id: PoolId, part: Part) -> Result<Member> {
    pool::lock(conn, id)?;
    let pool = pool::seen_by(conn, by, id)?.pool;
    require_buyer(by)?;
    pool::require_changeable(&pool, by.now)?;
    if is_member(conn, id, by.organisation)? {
        let detail = "Your organisation is in this pool already: change its part instead.";
        return Err(Refusal::new(Code::Duplicate, detail).into());
    }
    if count(conn, id)? >= MEMBERS_MAX {
        let detail = format!("The pool is full: it has {MEMBERS_MAX} members.");
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    require_decimals(conn, pool.offer.listing, part)?;
    terms::require_rules(conn, &pool, by)?;
    diesel::insert_into(pool_members::table)
        .values((
            pool_members::pool_id.eq(id),
            pool_members::organisation_id.eq(by.organisation),
            pool_members::quantity_micro.eq(part.quantity.get()),
            pool_members::tolerance_micro.eq(part.tolerance.get()),
            pool_members::entered_at.eq(by.now),
            pool_members::ability_micro.eq(ABILITY_DEFAULT.get()),
            pool_members::need_weight_micro.eq(NEED_WEIGHT_DEFAULT.get()),
            pool_members::max_premium_rate_micro.eq(part.max_premium_rate.map(Micro::get)),
            pool_members::version.eq(1),
        ))
        .execute(conn)?;
    let member = find(conn, id, by.organisation)?;
    record(conn, by, "pool.join", None, Some(&member))?;
    Ok(member)
}

fn require_decimals(conn: &mut Conn, listing: ListingId, part: Part) -> Result<()> {
    let places: i32 = listings::table
        .inner_join(products::table)
        .filter(listings::id.eq(listing))
        .select(products::quantity_decimals)
        .first(conn)?;
    for (units, pointer) in [(part.quantity, "/quantity"), (part.tolerance, "/tolerance")] {
        if !in_decimals(units, places) {
            let detail = format!("This product is counted to {places} decimal places.");
            return Err(Refusal::new(Code::InvalidInput, detail).at(pointer).into());
        }
    }
    Ok(())
}

/// A member changes its part. Another quantity is another share, so it has to accept its ability anew.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`], [`Code::InvalidInput`].
pub fn change(conn: &mut Conn, by: &Actor, id: PoolId, version: i64, part: Part) -> Result<Member> {
    let before = own(conn, by, id)?;
    let pool = pool::get(conn, id)?;
    require_decimals(conn, pool.offer.listing, part)?;
    let mut after = before.clone();
    after.quantity = part.quantity;
    after.tolerance = part.tolerance;
    after.max_premium_rate = part.max_premium_rate;
    if (after.quantity, after.tolerance) != (before.quantity, before.tolerance) {
        after.entered_at = by.now;
        after.accepted = None;
    }
    save(conn, by, "pool.change_part", version, &before, after)
}

/// What the opener proposes for a member, and the member accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// Ability to pay, zero or above.
    pub ability: Micro,
    /// Need where a delivery falls short, above zero.
    pub need: Micro,
}

/// The opener proposes a member's ability and need. Others have to be accepted anew.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`].
pub fn propose_ability(
    conn: &mut Conn,
    by: &Actor,
    (id, organisation): (PoolId, OrganisationId),
    version: i64,
    weights: Weights,
) -> Result<Member> {
    pool::lock(conn, id)?;
    let pool = pool::of_opener(conn, by, id)?;
    let before = find(conn, id, organisation)?;
    pool::require_changeable(&pool, by.now)?;
    let mut after = before.clone();
    after.ability = weights.ability;
    after.need_weight = weights.need;
    if (after.ability, after.need_weight) != (before.ability, before.need_weight) {
        after.accepted = None;
    }
    save(conn, by, "pool.propose_ability", version, &before, after)
}

/// A member accepts the ability that is proposed for it, as of the version that it read.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`].
pub fn accept(conn: &mut Conn, by: &Actor, id: PoolId, version: i64) -> Result<Member> {
    let before = own(conn, by, id)?;
    let mut after = before.clone();
    after.accepted = Some((by.now, by.person));
    save(conn, by, "pool.accept_ability", version, &before, after)
}

/// A member leaves, while the pool is open.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`].
pub fn leave(conn: &mut Conn, by: &Actor, id: PoolId, version: i64) -> Result<()> {
    let before = own(conn, by, id)?;
    let gone = diesel::delete(
        pool_members::table
            .find((id, by.organisation))
            .filter(pool_members::version.eq(version)),
    )
    .execute(conn)?;
    if gone == 0 {
        return Err(Refusal::stale().into());
    }
    record(conn, by, "pool.leave", Some(&before), None)
}

/// The actor's own membership of a pool that can still be changed, for one of its buyers.
fn own(conn: &mut Conn, by: &Actor, id: PoolId) -> Result<Member> {
    pool::lock(conn, id)?;
    let pool = pool::seen_by(conn, by, id)?.pool;
    let member = find(conn, id, by.organisation)?;
    require_buyer(by)?;
    pool::require_changeable(&pool, by.now)?;
    Ok(member)
}

fn save(
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

fn record(
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
