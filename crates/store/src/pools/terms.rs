//! What a pool would pay now, and who what of it: looked at while it is open, and by the same code when
//! it is closed.
use super::members::{self, Member};
use super::parts::{self, Parts};
use super::pool::{self, Pool, Sharing};
use super::{bidding, funds, seen};
use crate::actor::Actor;
use crate::catalogue::pricer::{Pricer, Quote};
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result};
use crate::ids::{OrganisationId, PoolId, RuleSetId};
use crate::orders::payers::{self, PoolFund, PoolPayer, PoolPayers};
use crate::schema::{organisations, rule_set_adoptions};
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Micro, Money};
use pricing::ShareAnswer;

/// A pool as it stands: quantities, and what it would pay now.
#[derive(Clone, Debug)]
pub struct Standing {
    /// All that its buyers ask for.
    pub asked: Micro,
    /// All that they would take beyond it.
    pub tolerance: Micro,
    /// What it would buy now: whole cases.
    pub taken: Micro,
    /// What each buyer would take now.
    pub parts: Vec<Part>,
    /// The smallest order of the listing.
    pub minimum: Micro,
    /// Units that are missing to it.
    pub missing_to_minimum: Micro,
    /// Orders are multiples of this: the case.
    pub lot: Micro,
    /// The next quantity from which the price table states another price, with that price.
    pub next_step: Option<Step>,
    /// What its fund can pay.
    pub fund_available: Option<Money>,
    /// What it would pay; nothing while it would buy nothing.
    pub priced: Option<Priced>,
    /// Whether its buyers bid: the shares are guide values then.
    pub bids: bool,
}

/// What one buyer asks for, and would take now.
#[derive(Clone, Debug)]
pub struct Part {
    /// Who.
    pub organisation: OrganisationId,
    /// Units asked for.
    pub quantity: Micro,
    /// Units beyond those.
    pub tolerance: Micro,
    /// Units that it would buy.
    pub taken: Micro,
}

/// A step of the price table.
#[derive(Clone, Debug)]
pub struct Step {
    /// The pooled quantity from which it holds.
    pub quantity: Micro,
    /// Units that are missing to it.
    pub missing: Micro,
    /// The price of a unit there, with what protects its premium.
    pub quote: Quote,
}

/// The price of what is pooled, and its shares.
#[derive(Clone, Debug)]
pub struct Priced {
    /// The price, with all that led to it.
    pub quote: Quote,
    /// Who pays what of the goods. Freight and VAT are added when the pool is closed.
    pub shares: ShareAnswer,
    /// The buyers, in the shares' order.
    pub buyers: Vec<OrganisationId>,
}

/// What the pool would pay if it were closed now, for those who opened it or are in it. Where its buyers bid,
/// the shares are guide values, also once the bids are known: what the others pay is theirs.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], those of [`Pricer`] and of [`pricing::share`].
pub fn standing(conn: &mut Conn, by: &Actor, id: PoolId) -> Result<Standing> {
    let pool = seen::of_insider(conn, by, id)?;
    let members = members::all(conn, id)?;
    let parts = parts::taken(conn, &pool, &members)?;
    let (asked, tolerance) = parts::asked(&members)?;
    let pricer = pricer(conn, &pool, by.now.date())?;
    let fund = fund(conn, &pool)?;
    let bids = matches!(pool.offer.sharing, Sharing::Bidding { .. });
    let priced = match (parts.sum, bids) {
        (Micro::ZERO, _) => None,
        (_, true) => Some(at_equal_ability(
            conn,
            &pool,
            by.now.date(),
            &members,
            &parts,
        )?),
        (_, false) => Some(priced(
            &pricer,
            parts.sum,
            PoolPayers {
                pool: id,
                buyers: buyers(&members, &parts),
                fund: fund.clone(),
            },
        )?),
    };
    Ok(Standing {
        asked,
        tolerance,
        taken: parts.sum,
        parts: members
            .iter()
            .zip(&parts.bought)
            .map(|(member, taken)| Part {
                organisation: member.organisation,
                quantity: member.quantity,
                tolerance: member.tolerance,
                taken: *taken,
            })
            .collect(),
        minimum: pricer.minimum(),
        missing_to_minimum: less(parts.least, parts.sum),
        lot: pricer.lot(),
        next_step: next_step(&pricer, parts.sum)?,
        fund_available: fund.map(|fund| fund.available),
        priced,
        bids,
    })
}

fn less(whole: Micro, part: Micro) -> Micro {
    Micro::new(whole.get().saturating_sub(part.get()).max(0))
}

fn next_step(pricer: &Pricer, taken: Micro) -> Result<Option<Step>> {
    // The first row of a price table is the smallest order, no step.
    let mut steps = pricer.steps().into_iter().skip(1);
    let step = steps.find(|step| *step > taken);
    step.map(|quantity| {
        Ok(Step {
            quantity,
            missing: less(quantity, taken),
            quote: pricer.quote(quantity).map_err(Error::without_fields)?,
        })
    })
    .transpose()
}

fn priced(pricer: &Pricer, pooled: Micro, payers: PoolPayers) -> Result<Priced> {
    let quote = pricer.quote(pooled).map_err(Error::without_fields)?;
    let prices = (quote.answer.market_reference, quote.unit_price);
    let shares = payers::shared(pricer.currency(), prices, &payers)?;
    Ok(Priced {
        quote,
        shares,
        buyers: payers
            .buyers
            .iter()
            .map(|buyer| buyer.organisation)
            .collect(),
    })
}

/// What each buyer would pay if all were equally able, without caps and fund: the guide values of their bids.
///
/// # Errors
/// Those of [`Pricer`] and of [`pricing::share`].
pub(super) fn at_equal_ability(
    conn: &mut Conn,
    pool: &Pool,
    as_of: NaiveDate,
    members: &[Member],
    parts: &Parts,
) -> Result<Priced> {
    let mut buyers = buyers(members, parts);
    for buyer in &mut buyers {
        buyer.ability = Micro::ONE;
        buyer.max_premium_rate = None;
    }
    let payers = PoolPayers {
        pool: pool.id,
        buyers,
        fund: None,
    };
    priced(&pricer(conn, pool, as_of)?, parts.sum, payers)
}

/// What decides the pool's price: the rules are those of its opener.
pub(super) fn pricer(conn: &mut Conn, pool: &Pool, as_of: NaiveDate) -> Result<Pricer> {
    Pricer::load(conn, pool.offer.listing, pool.opener, as_of)
}

fn fund(conn: &mut Conn, pool: &Pool) -> Result<Option<PoolFund>> {
    let Some(id) = pool.offer.fund else {
        return Ok(None);
    };
    let fund = funds::get(conn, id)?;
    Ok(Some(PoolFund {
        fund: id,
        keeper: fund.organisation,
        available: fund.balance,
    }))
}

/// Who pays: the members whose parts are fixed, with their bids where they bid, and the fund with its
/// balance of now.
pub(super) fn payers(conn: &mut Conn, pool: &Pool) -> Result<PoolPayers> {
    Ok(PoolPayers {
        pool: pool.id,
        buyers: buyers_of(conn, pool.id)?,
        fund: fund(conn, pool)?,
    })
}

/// The members of a pool whose parts are fixed, as its payers: in the order in which they are shared with.
///
/// # Errors
/// Those of the database.
pub(crate) fn buyers_of(conn: &mut Conn, id: PoolId) -> Result<Vec<PoolPayer>> {
    let pool = pool::get(conn, id)?;
    let members = members::all(conn, id)?;
    let parts = parts::taken(conn, &pool, &members)?;
    let bids = bidding::counted(conn, &pool)?;
    let mut buyers = buyers(&members, &parts);
    for buyer in &mut buyers {
        buyer.bid = bids.get(&buyer.organisation).copied();
    }
    Ok(buyers)
}

/// Those who take anything.
fn buyers(members: &[Member], parts: &Parts) -> Vec<PoolPayer> {
    let buyers = members.iter().zip(&parts.bought);
    buyers
        .filter(|(_, taken)| taken.get() > 0)
        .map(|(member, taken)| PoolPayer {
            organisation: member.organisation,
            quantity: *taken,
            ability: member.ability,
            max_premium_rate: member.max_premium_rate,
            bid: None,
        })
        .collect()
}

/// A trade needs rules that both sides adopted: whoever joins has adopted those of the pool's price.
///
/// # Errors
/// [`Code::NoCommonRuleSet`], those of [`Pricer`].
pub(super) fn require_rules(conn: &mut Conn, pool: &Pool, by: &Actor) -> Result<()> {
    let rules = pricer(conn, pool, by.now.date())?.rule_set();
    if not_adopted_by(conn, rules, &[by.organisation])?.is_empty() {
        return Ok(());
    }
    let detail = "Your assembly has not adopted the rule set that makes this pool's price.";
    Err(Refusal::new(Code::NoCommonRuleSet, detail).into())
}

/// The names of those who have not adopted the rule set.
pub(super) fn not_adopted_by(
    conn: &mut Conn,
    rules: RuleSetId,
    buyers: &[OrganisationId],
) -> Result<Vec<String>> {
    let adopted = rule_set_adoptions::table
        .filter(rule_set_adoptions::rule_set_id.eq(rules))
        .select(rule_set_adoptions::organisation_id);
    Ok(organisations::table
        .filter(organisations::id.eq_any(buyers.to_vec()))
        .filter(organisations::id.ne_all(adopted))
        .order(organisations::name)
        .select(organisations::name)
        .load(conn)?)
}
