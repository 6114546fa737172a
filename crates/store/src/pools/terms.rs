//! What a pool would pay now, and who what of it: looked at while it is open, and by the same code when
//! it is closed.
use super::funds;
use super::members::{self, Member};
use super::pool::{self, Pool};
use crate::actor::Actor;
use crate::catalogue::pricer::{Pricer, Quote};
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result};
use crate::ids::{OrganisationId, PoolId, RuleSetId};
use crate::orders::payers::{self, PoolFund, PoolPayer, PoolPayers};
use crate::schema::{organisations, rule_set_adoptions};
use diesel::prelude::*;
use money::{Micro, Money};
use pricing::ShareAnswer;

/// A pool as it stands: quantities, and what it would pay now.
#[derive(Clone, Debug)]
pub struct Standing {
    /// All its buyers' units.
    pub pooled: Micro,
    /// The smallest order of the listing.
    pub minimum: Micro,
    /// Orders are multiples of this.
    pub lot: Micro,
    /// The next quantity from which the price table states another price.
    pub next_step: Option<Micro>,
    /// What its fund can pay.
    pub fund_available: Option<Money>,
    /// What it would pay; nothing while nobody is in it.
    pub priced: Option<Priced>,
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

/// What the pool would pay if it were closed now, for those who opened it or are in it.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], those of [`Pricer`] and of [`pricing::share`].
pub fn standing(conn: &mut Conn, by: &Actor, id: PoolId) -> Result<Standing> {
    let pool = pool::of_insider(conn, by, id)?;
    let members = members::all(conn, id)?;
    let pricer = pricer(conn, &pool, by)?;
    let pooled = pooled(&members)?;
    let payers = payers(conn, &pool, &members)?;
    let priced = match pooled {
        Micro::ZERO => None,
        pooled => {
            let quote = pricer.quote(pooled).map_err(Error::without_fields)?;
            let prices = (quote.answer.market_reference, quote.unit_price);
            let shares = payers::shared(pricer.currency(), prices, &payers)?;
            Some(Priced {
                quote,
                shares,
                buyers: members.iter().map(|member| member.organisation).collect(),
            })
        }
    };
    Ok(Standing {
        pooled,
        minimum: pricer.minimum(),
        lot: pricer.lot(),
        next_step: pricer.steps().into_iter().find(|step| *step > pooled),
        fund_available: payers.fund.map(|fund| fund.available),
        priced,
    })
}

/// What decides the pool's price: the rules are those of its opener.
pub(super) fn pricer(conn: &mut Conn, pool: &Pool, by: &Actor) -> Result<Pricer> {
    Pricer::load(conn, pool.offer.listing, pool.opener, by.now.date())
}

/// All the buyers' units.
pub(super) fn pooled(members: &[Member]) -> Result<Micro> {
    let mut sum = Micro::ZERO;
    for member in members {
        sum = sum.checked_add(member.quantity)?;
    }
    Ok(sum)
}

/// Who would pay: the members, and the fund with its balance of now.
pub(super) fn payers(conn: &mut Conn, pool: &Pool, members: &[Member]) -> Result<PoolPayers> {
    let fund = match pool.offer.fund {
        None => None,
        Some(id) => {
            let fund = funds::get(conn, id)?;
            Some(PoolFund {
                fund: id,
                keeper: fund.organisation,
                available: fund.balance,
            })
        }
    };
    Ok(PoolPayers {
        pool: pool.id,
        buyers: buyers(members),
        fund,
    })
}

/// The members of a pool that was ordered, as its payers: in the order in which they were shared with.
///
/// # Errors
/// Those of the database.
pub(crate) fn buyers_of(conn: &mut Conn, pool: PoolId) -> Result<Vec<PoolPayer>> {
    Ok(buyers(&members::all(conn, pool)?))
}

fn buyers(members: &[Member]) -> Vec<PoolPayer> {
    let buyers = members.iter().map(|member| PoolPayer {
        organisation: member.organisation,
        quantity: member.quantity,
        ability: member.ability,
        max_premium_rate: member.max_premium_rate,
    });
    buyers.collect()
}

/// A trade needs rules that both sides adopted: whoever joins has adopted those of the pool's price.
///
/// # Errors
/// [`Code::NoCommonRuleSet`], those of [`Pricer`].
pub(super) fn require_rules(conn: &mut Conn, pool: &Pool, by: &Actor) -> Result<()> {
    let rules = pricer(conn, pool, by)?.rule_set();
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
