//! Who pays an order: one buyer, or a pool whose members and fund share it by ability.
use crate::error::{Code, Refusal, Result, corrupt};
use crate::ids::{FundId, OrganisationId, PoolId};
use money::{Currency, Micro, Money, round_half_away};
use ordering::pool::settle;
use ordering::{PayerGoods, Totals, payer_shares};
use pricing::{PoolBuyer, ShareAnswer, ShareRequest, share};
use rust_decimal::Decimal;

/// Who pays.
#[derive(Clone, Debug)]
pub enum Payers {
    /// The organisation that places the order.
    Single,
    /// A pool's members, and its fund.
    Pool(PoolPayers),
}

/// A pool's members, and its fund. The shares are calculated anew with every price, by
/// [`pricing::share`].
#[derive(Clone, Debug)]
pub struct PoolPayers {
    /// The pool.
    pub pool: PoolId,
    /// At least one; their quantities add up to the order's.
    pub buyers: Vec<PoolPayer>,
    /// The fund that the pool counts on.
    pub fund: Option<PoolFund>,
}

/// A member of a pool.
#[derive(Clone, Debug)]
pub struct PoolPayer {
    /// Who.
    pub organisation: OrganisationId,
    /// Units.
    pub quantity: Micro,
    /// Ability to pay; only the proportions count.
    pub ability: Micro,
    /// The most that it pays over the market, as a share of its market part; `None` is no cap.
    pub max_premium_rate: Option<Micro>,
    /// What it bid for its goods, where the pool's buyers bid.
    pub bid: Option<Money>,
}

/// A pool's fund. Holding the amount is the pool's to do.
#[derive(Clone, Debug)]
pub struct PoolFund {
    /// Which.
    pub fund: FundId,
    /// The network that keeps it, and whose stewards approve its share.
    pub keeper: OrganisationId,
    /// What it can pay for this order.
    pub available: Money,
}

/// On whose account a share is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payer {
    /// An organisation that buys.
    Buyer,
    /// A network's fund.
    Fund,
}

impl Payer {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Fund => "fund",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Buyer, Self::Fund]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// What one payer pays of an order. The shares' totals add up to the order's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Who pays; for a fund, the network that keeps it.
    pub organisation: OrganisationId,
    /// On whose account.
    pub payer: Payer,
    /// Units of a pool's member; none for a fund, nor where one buyer pays a whole order.
    pub quantity: Micro,
    /// The goods at the market reference.
    pub market: Money,
    /// What the solidarity price adds.
    pub extra: Money,
    /// Carriage.
    pub freight: Money,
    /// Value-added tax.
    pub tax: Money,
    /// The sum of the four.
    pub total: Money,
    /// Goods divided by those units.
    pub unit_price_paid: Micro,
    /// Whether the payer's cap limits its extra.
    pub capped: bool,
}

/// The one price that a pool shares.
#[derive(Clone, Copy, Debug)]
pub(super) struct PooledGoods {
    /// The market reference of a unit, to 10 decimals.
    pub market_unit_price: Decimal,
    /// The solidarity price of a unit.
    pub unit_price: Micro,
    /// The whole order.
    pub totals: Totals,
}

/// The shares of an order whose lines all have one price, where a pool pays it.
///
/// # Errors
/// [`Code::Shortfall`] where caps and fund leave something that nobody pays, [`Code::InvalidInput`]
/// where the members' quantities are not the order's, [`Code::AmountOutOfRange`].
pub(super) fn pool_shares(goods: PooledGoods, payers: &PoolPayers) -> Result<Vec<Share>> {
    let currency = goods.totals.currency();
    let prices = (goods.market_unit_price, goods.unit_price);
    let bids: Option<Vec<Money>> = payers.buyers.iter().map(|buyer| buyer.bid).collect();
    let answer = match bids {
        Some(bids) => by_bids(currency, prices, payers, &bids)?,
        None => shared(currency, prices, payers)?,
    };
    if answer.shortfall.minor() > 0 {
        let detail = format!(
            "The members' limits and the fund leave {} that nobody pays.",
            answer.shortfall
        );
        return Err(Refusal::new(Code::Shortfall, detail).into());
    }
    let members = payers.buyers.iter().zip(&answer.buyers);
    let goods_paid: Vec<PayerGoods> = members
        .clone()
        .map(|(member, paid)| PayerGoods {
            quantity: member.quantity,
            goods: paid.total,
        })
        .collect();
    let parts = payer_shares(goods.totals, &goods_paid, answer.fund_amount)?;
    let mut shares = Vec::with_capacity(payers.buyers.len() + 1);
    for ((member, paid), totals) in members.zip(parts.buyers) {
        shares.push(Share {
            organisation: member.organisation,
            payer: Payer::Buyer,
            quantity: member.quantity,
            market: paid.market_amount,
            extra: paid.extra_amount,
            freight: totals.freight(),
            tax: totals.vat(),
            total: totals.total(),
            unit_price_paid: micro(paid.unit_price_paid)?,
            capped: paid.capped,
        });
    }
    if let Some(fund) = &payers.fund
        && answer.fund_amount.minor() > 0
    {
        shares.push(fund_share(fund.keeper, answer.fund_amount, currency));
    }
    Ok(shares)
}

/// What each member and the fund pay for goods at the market reference (to 10 decimals) and the unit
/// price: closing a pool and looking at it beforehand are the same calculation.
///
/// # Errors
/// [`Code::InvalidInput`], [`Code::AmountOutOfRange`].
pub(crate) fn shared(
    currency: Currency,
    (market_unit_price, unit_price): (Decimal, Micro),
    payers: &PoolPayers,
) -> Result<ShareAnswer> {
    let available = payers.fund.as_ref().map(|fund| fund.available);
    Ok(share(&ShareRequest {
        currency,
        market_unit_price,
        unit_price: unit_price.to_decimal(),
        fund_available: available.unwrap_or(Money::zero(currency)).to_decimal(),
        unit_price_decimals: None,
        buyers: payers.buyers.iter().map(pool_buyer).collect(),
    })?)
}

/// The same where the buyers bid: each pays its bid, less what all of them bring above the price. What a
/// buyer pays up to its goods at the market is its market part, and what it pays above is its extra; a bid
/// under the market is carried by the others' extras.
///
/// # Errors
/// [`Code::Shortfall`] where the price has risen above what the bids bring, [`Code::AmountOutOfRange`].
fn by_bids(
    currency: Currency,
    prices: (Decimal, Micro),
    payers: &PoolPayers,
    bids: &[Money],
) -> Result<ShareAnswer> {
    let mut answer = shared(currency, prices, payers)?;
    let Some(paid) = settle(answer.cooperative_receives, bids)? else {
        // How much is missing would tell a buyer what the others bid.
        let detail =
            "The price has risen above what the bids bring: extend the pool, and bid anew.";
        return Err(Refusal::new(Code::Shortfall, detail).into());
    };
    let buyers = answer.buyers.iter_mut().zip(paid).zip(&payers.buyers);
    for ((share, paid), buyer) in buyers {
        let market = share.market_amount.minor().min(paid.minor());
        share.market_amount = Money::new(market, currency);
        share.extra_amount = paid.checked_sub(share.market_amount)?;
        share.total = paid;
        share.unit_price_paid = unit_price(paid, buyer.quantity)?;
        share.capped = false;
    }
    answer.fund_amount = Money::zero(currency);
    answer.shortfall = Money::zero(currency);
    Ok(answer)
}

/// What a unit costs, to the minor unit's hundredth, half away from zero.
fn unit_price(paid: Money, quantity: Micro) -> Result<Decimal> {
    let hundredths = i128::from(paid.minor()) * 100 * 1_000_000;
    let rounded = round_half_away(hundredths, i128::from(quantity.get()));
    let rounded = rounded.ok_or_else(|| corrupt("a pool's quantity"))?;
    let places = paid.currency().minor_digits().saturating_add(2);
    Decimal::try_from_i128_with_scale(rounded, places).map_err(|_| corrupt("a unit price"))
}

/// The only share of an order that its buyer pays alone; `market` is its goods at the market reference.
pub(super) fn single_share(buyer: OrganisationId, totals: Totals, market: Money) -> Result<Share> {
    Ok(Share {
        organisation: buyer,
        payer: Payer::Buyer,
        quantity: Micro::ZERO,
        market,
        extra: totals.goods().checked_sub(market)?,
        freight: totals.freight(),
        tax: totals.vat(),
        total: totals.total(),
        unit_price_paid: Micro::ZERO,
        capped: false,
    })
}

fn fund_share(keeper: OrganisationId, amount: Money, currency: Currency) -> Share {
    let nothing = Money::zero(currency);
    Share {
        organisation: keeper,
        payer: Payer::Fund,
        quantity: Micro::ZERO,
        market: nothing,
        extra: amount,
        freight: nothing,
        tax: nothing,
        total: amount,
        unit_price_paid: Micro::ZERO,
        capped: false,
    }
}

fn pool_buyer(payer: &PoolPayer) -> PoolBuyer {
    PoolBuyer {
        id: payer.organisation.to_string(),
        quantity: payer.quantity.to_decimal(),
        ability: payer.ability.to_decimal(),
        max_premium_rate: payer.max_premium_rate.map(Micro::to_decimal),
    }
}

/// A unit price has at most six decimals.
pub(super) fn micro(value: Decimal) -> Result<Micro> {
    Micro::from_decimal(value).map_err(|_| corrupt("a unit price"))
}

#[cfg(test)]
mod tests;
