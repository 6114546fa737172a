//! What a pool's members do: joining, changing their parts, accepting what its opener proposes for them,
//! leaving.
use super::members::{
    self, ABILITY_DEFAULT, MEMBERS_MAX, Member, NEED_WEIGHT_DEFAULT, find, record, save,
};
use super::pool::{self, Pool};
use super::{seen, terms};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::ids::{ListingId, OrganisationId, PoolId};
use crate::needs::need::{in_decimals, require_buyer};
use crate::schema::{listings, pool_members, products};
use diesel::prelude::*;
use money::Micro;
use ordering::PoolState;

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

/// An admitted union or community organisation joins.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`], [`Code::NotFound`], [`Code::WrongState`] where the pool is over
/// or full, [`Code::Duplicate`] where it is in the pool, [`Code::InvalidInput`] for a quantity finer than the
/// product's, [`Code::NoCommonRuleSet`] where its assembly did not adopt the rules of the pool's price.
pub fn join(conn: &mut Conn, by: &Actor, id: PoolId, part: Part) -> Result<Member> {
    pool::lock(conn, id)?;
    let pool = seen::seen_by(conn, by, id)?.pool;
    require_buyer(by)?;
    seen::require_open(&pool, by.now)?;
    if members::is_member(conn, id, by.organisation)? {
        let detail = "Your organisation is in this pool already: change its part instead.";
        return Err(Refusal::new(Code::Duplicate, detail).into());
    }
    if members::count(conn, id)? >= MEMBERS_MAX {
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
    pool::touch(conn, id)?;
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

/// A member changes its part. Another part is another share, so it has to accept its ability anew. In a
/// top-up round parts only rise.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`], [`Code::InvalidInput`].
pub fn change(conn: &mut Conn, by: &Actor, id: PoolId, version: i64, part: Part) -> Result<Member> {
    let (pool, before) = own(conn, by, id)?;
    seen::require_changeable(&pool, by.now)?;
    require_decimals(conn, pool.offer.listing, part)?;
    require_rise(&pool, &before, part)?;
    let mut after = before.clone();
    after.quantity = part.quantity;
    after.tolerance = part.tolerance;
    after.max_premium_rate = part.max_premium_rate;
    if (after.quantity, after.tolerance) != (before.quantity, before.tolerance) {
        after.entered_at = by.now;
        after.accepted = None;
        pool::touch(conn, id)?;
    }
    save(conn, by, "pool.change_part", version, &before, after)
}

/// Members of a pool that is topped up raise their parts: the others' votes counted on what was there.
fn require_rise(pool: &Pool, before: &Member, part: Part) -> Result<()> {
    let falls = part.quantity < before.quantity || part.tolerance < before.tolerance;
    if pool.state != PoolState::ToppingUp || !falls {
        return Ok(());
    }
    let detail = format!(
        "The pool is being topped up: you ask for {} with a tolerance of {} at least.",
        before.quantity, before.tolerance
    );
    Err(Refusal::new(Code::WrongState, detail).into())
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
    let pool = seen::of_opener(conn, by, id)?;
    let before = find(conn, id, organisation)?;
    if pool.state != PoolState::Closing {
        seen::require_changeable(&pool, by.now)?;
    }
    let mut after = before.clone();
    after.ability = weights.ability;
    after.need_weight = weights.need;
    if (after.ability, after.need_weight) != (before.ability, before.need_weight) {
        after.accepted = None;
    }
    save(conn, by, "pool.propose_ability", version, &before, after)
}

/// A member accepts the ability and need that are proposed for it, as of the version that it read, at any
/// time before the pool is ordered.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`].
pub fn accept(conn: &mut Conn, by: &Actor, id: PoolId, version: i64) -> Result<Member> {
    let (pool, before) = own(conn, by, id)?;
    if matches!(pool.state, PoolState::Ordered | PoolState::Cancelled) {
        let detail = format!("The pool is {}: there is nothing to accept.", pool.state);
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let mut after = before.clone();
    after.accepted = Some((by.now, by.person));
    save(conn, by, "pool.accept_ability", version, &before, after)
}

/// A member leaves, while the pool is open.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`].
pub fn leave(conn: &mut Conn, by: &Actor, id: PoolId, version: i64) -> Result<()> {
    let (pool, before) = own(conn, by, id)?;
    seen::require_open(&pool, by.now)?;
    let gone = diesel::delete(
        pool_members::table
            .find((id, by.organisation))
            .filter(pool_members::version.eq(version)),
    )
    .execute(conn)?;
    if gone == 0 {
        return Err(Refusal::stale().into());
    }
    pool::touch(conn, id)?;
    record(conn, by, "pool.leave", Some(&before), None)
}

/// The actor's own membership, for one of its buyers; the pool's row is held.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`].
pub(super) fn own(conn: &mut Conn, by: &Actor, id: PoolId) -> Result<(Pool, Member)> {
    pool::lock(conn, id)?;
    let pool = seen::seen_by(conn, by, id)?.pool;
    let member = find(conn, id, by.organisation)?;
    require_buyer(by)?;
    Ok((pool, member))
}
