//! Closing a pool: one order to the co-operative at the price of the pooled quantity, one share for each
//! buyer, and the fund's part held, all in one transaction.
use super::members::{self, Member};
use super::parts::{self, Parts};
use super::pool::{self, Hand, Pool, Sharing};
use super::{movements, phases, seen, terms};
use crate::actor::Actor;
use crate::catalogue::listings;
use crate::catalogue::pricer::Pricer;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::ids::{ListingId, OrganisationId, PoolId, ProposalId};
use crate::needs::matching::{Asked, seed_of};
use crate::needs::need::NeedLine;
use crate::needs::proposals::{self, Origin};
use crate::needs::propose;
use crate::orders::{self, Submission, payers::Payers};
use crate::schema::{order_lines, organisations};
use chrono::TimeDelta;
use diesel::prelude::*;
use money::Micro;
use ordering::pool::{BIDDERS_MIN, Shortcoming};
use ordering::{POOL, PoolAct, PoolState};

/// The opener ends the time to join: parts are fixed. Where buyers bid, the first round opens; else what is
/// pooled is ordered at once, and everybody who pays is asked to approve its own share. A pool whose time is
/// over, or whose bids are enough, is ordered by the same act. The order holds its capacity and the fund's
/// part for `hold_for`, unless it is confirmed.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`] (nobody has joined, or fewer than three bid,
/// too), [`Code::Stale`], [`Code::AbilityNotAccepted`], [`Code::NoCommonRuleSet`],
/// [`Code::QuantityNotOffered`], [`Code::NothingMatched`] where the co-operative cannot make it in time,
/// [`Code::Shortfall`], [`Code::FundTooLow`] where another pool was faster, those of [`orders::place`].
pub fn close(
    conn: &mut Conn,
    by: &Actor,
    id: PoolId,
    version: i64,
    hold_for: TimeDelta,
) -> Result<Pool> {
    pool::lock(conn, id)?;
    let mut pool = seen::of_opener(conn, by, id)?;
    let bids = matches!(pool.offer.sharing, Sharing::Bidding { .. });
    if pool.state != PoolState::Closing {
        let act = if bids {
            PoolAct::StartBidding
        } else {
            PoolAct::Close
        };
        POOL.next(pool.state, act)?;
    }
    if pool.version != version {
        return Err(Refusal::stale().into());
    }
    let members = members::all(conn, id)?;
    require_accepted(conn, &members)?;
    let parts = parts::taken(conn, &pool, &members)?;
    require_enough(conn, &pool, &parts)?;
    if pool.state != PoolState::Closing {
        let fixed = (members.as_slice(), &parts);
        pool = phases::fix(conn, Hand::Person(by), version, &pool, fixed)?;
        if bids {
            return Ok(pool);
        }
    }
    order(conn, by, &pool, hold_for)
}

/// Orders what is fixed.
fn order(conn: &mut Conn, by: &Actor, before: &Pool, hold_for: TimeDelta) -> Result<Pool> {
    let members = members::all(conn, before.id)?;
    let parts = parts::taken(conn, before, &members)?;
    let pricer = terms::pricer(conn, before, by.now.date())?;
    let payers = terms::payers(conn, before)?;
    let proposal = propose(conn, by, (before, &members, parts.sum), &pricer)?;
    let placed = orders::place(conn, by, proposal, &Payers::Pool(payers), hold_for)?;
    let order = &placed.order;
    if let Some(fund) = order.fund
        && order.fund_amount.minor() > 0
    {
        movements::hold(conn, by, fund, order.id, order.fund_amount)?;
    }
    orders::submit(conn, by, order.id, order.version, &Submission::default())?;
    let mut after = before.clone();
    after.state = POOL.next(before.state, PoolAct::Order)?;
    after.order = Some(order.id);
    let (hand, version) = (Hand::Person(by), before.version);
    pool::save(conn, hand, "pool.order", version, before, after)
}

/// A co-operative declined the pool's order: the opener asks who else can make all of it.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`] unless the pool is ordered,
/// [`Code::NothingMatched`].
pub fn propose_again(conn: &mut Conn, by: &Actor, id: PoolId) -> Result<ProposalId> {
    pool::lock(conn, id)?;
    let pool = seen::of_opener(conn, by, id)?;
    if pool.state != PoolState::Ordered {
        let detail = format!("The pool is {}; close it to order.", pool.state);
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let members = members::all(conn, id)?;
    let parts = parts::taken(conn, &pool, &members)?;
    let pricer = terms::pricer(conn, &pool, by.now.date())?;
    propose(conn, by, (&pool, &members, parts.sum), &pricer)
}

/// Matches all of what is pooled with one listing: the pool's own, or after that was declined any other
/// of the product. A pool's order has one price for all buyers, so it is not divided among listings.
fn propose(
    conn: &mut Conn,
    by: &Actor,
    (pool, members, pooled): (&Pool, &[Member], Micro),
    pricer: &Pricer,
) -> Result<ProposalId> {
    let line = NeedLine {
        position: 1,
        product: pricer.product(),
        specification: String::new(),
        quantity: pooled,
        priority: 1,
        region: pool.offer.region.clone(),
        due_on: pool.offer.due_on,
        max_unit_price: None,
        budget: None,
        max_suppliers: Some(1),
    };
    let asked = Asked {
        buyer: pool.opener,
        rule_set: None,
        currency: pricer.currency(),
        max_premium_rate: None,
        networks: &[],
        lines: std::slice::from_ref(&line),
        as_of: by.now.date(),
        seed: seed_of(pool.id.uuid()),
        search: ::matching::Search::Prompt,
        only: pool.order.is_none().then_some(pool.offer.listing),
        declined: declined(conn, pool)?,
    };
    let mut found = propose::match_lines(conn, Origin::Pool(pool.id), &asked)?;
    if let Some(missing) = found.missing.first() {
        let detail = format!(
            "{} of the pool's {pooled} units cannot be made by {}: {}.",
            missing.quantity,
            pool.offer.due_on,
            missing.codes.join(", ")
        );
        return Err(Refusal::new(Code::NothingMatched, detail).into());
    }
    for line in &mut found.proposal.lines {
        line.need_position = None;
        let pricer = Pricer::load(conn, line.listing, pool.opener, by.now.date())?;
        require_rules(conn, &pricer, members)?;
    }
    proposals::insert(conn, &found.proposal, by.now)
}

/// The listings whose co-operatives declined the pool's order, or let the time to answer pass.
fn declined(conn: &mut Conn, pool: &Pool) -> Result<Vec<ListingId>> {
    let Some(order) = pool.order else {
        return Ok(Vec::new());
    };
    Ok(order_lines::table
        .filter(order_lines::order_id.eq(order))
        .filter(order_lines::status.ne("active"))
        .select(order_lines::listing_id)
        .distinct()
        .load(conn)?)
}

fn require_accepted(conn: &mut Conn, members: &[Member]) -> Result<()> {
    if members.is_empty() {
        return Err(Refusal::new(Code::WrongState, "Nobody has joined the pool.").into());
    }
    let open: Vec<OrganisationId> = members
        .iter()
        .filter(|member| member.accepted.is_none())
        .map(|member| member.organisation)
        .collect();
    if open.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = organisations::table
        .filter(organisations::id.eq_any(open))
        .order(organisations::name)
        .select(organisations::name)
        .load(conn)?;
    let detail = format!(
        "These have not accepted their ability: {}.",
        names.join(", ")
    );
    Err(Refusal::new(Code::AbilityNotAccepted, detail).into())
}

fn require_rules(conn: &mut Conn, pricer: &Pricer, members: &[Member]) -> Result<()> {
    let buyers: Vec<OrganisationId> = members.iter().map(|m| m.organisation).collect();
    let names = terms::not_adopted_by(conn, pricer.rule_set(), &buyers)?;
    if names.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "These have not adopted the rule set that makes the pool's price: {}.",
        names.join(", ")
    );
    Err(Refusal::new(Code::NoCommonRuleSet, detail).into())
}

/// Refuses what fell short, with the figure that is missing: until its date more may join.
fn require_enough(conn: &mut Conn, pool: &Pool, parts: &Parts) -> Result<()> {
    let refusal = match phases::shortcoming(pool, parts) {
        None => return Ok(()),
        Some(Shortcoming::BelowMinimum) => {
            let terms = listings::get(conn, pool.offer.listing)?.terms;
            let detail = format!(
                "{} units would be bought; the listing is sold from {} on, in lots of {}.",
                parts.sum, parts.least, terms.lot
            );
            Refusal::new(Code::QuantityNotOffered, detail)
        }
        Some(_) => {
            let detail = format!(
                "{} would bid; bids are secret among {BIDDERS_MIN} and more only.",
                parts.buyers()
            );
            Refusal::new(Code::WrongState, detail)
        }
    };
    Err(refusal.into())
}
