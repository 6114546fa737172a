//! Pricing again what is not yet contracted: at submission, and once more at confirmation.
use super::lines::{self, Line, LineStatus};
use super::payers::{Payers, PoolFund, PoolPayers, Share};
use super::priced::{self, Limit, Priced, Sums, Wanted};
use super::rows::Order;
use super::{locked, purchase_orders, shares};
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::ids::FundId;
use crate::pools::funds;
use crate::pools::terms::buyers_of;
use crate::sql::Time;
use money::Micro;

/// Whether the new price may be above the old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rise {
    /// It is put to approval next.
    Allowed,
    /// It was approved: nobody may pay more than that.
    Refused,
}

/// An order priced again.
pub(super) struct Repriced {
    /// The lines that no purchase order has yet.
    pub open: Vec<Priced>,
    /// Who pays what of it.
    pub shares: Vec<Share>,
    /// Whether an amount differs from before.
    pub changed: bool,
}

/// The lines that stand and that no purchase order has yet.
pub(super) fn open_lines(lines: &[Line]) -> impl Iterator<Item = &Line> {
    lines
        .iter()
        .filter(|line| line.status == LineStatus::Active && line.purchase_order.is_none())
}

/// The line as it stands, to be priced again. What a buyer takes less is missing in its round's total
/// too.
pub(super) fn wanted(line: &Line, quantity: Micro, rise: Rise) -> Wanted {
    let less = line.quantity.get().saturating_sub(quantity.get());
    let pooled = line.pooled.map(|total| total.get().saturating_sub(less));
    Wanted {
        position: line.position,
        need_position: line.need_position,
        listing: line.listing,
        region: line.region.clone(),
        due_on: line.due_on,
        quantity,
        pooled: pooled.filter(|total| *total > 0).map(Micro::new),
        locked: None,
        limit: (rise == Rise::Refused).then_some(Limit {
            unit_price: line.unit_price,
            unit_freight: line.unit_freight,
            total: Some(line.totals.total()),
        }),
    }
}

/// Prices the open lines by what holds now and writes lines, shares and the order's amounts; the
/// order's row is the caller's to save.
///
/// # Errors
/// [`Code::ProposalStale`] where somebody would pay more than was approved, those of
/// [`priced::price`] and [`lines::shares`].
pub(super) fn reprice(
    conn: &mut Conn,
    order: &mut Order,
    now: Time,
    rise: Rise,
) -> Result<Repriced> {
    let before = lines::of_order(conn, order)?;
    let mut locked = locked::of_order(conn, order, &before)?;
    let open = open_lines(&before)
        .map(|line| Wanted {
            locked: locked.remove(&line.position),
            ..wanted(line, line.quantity, rise)
        })
        .collect();
    let open = priced::price(conn, order.buyer, now.date(), open)?;
    let repriced = settle(conn, order, &before, open, rise)?;
    lines::rewrite(conn, order.id, &repriced.open)?;
    Ok(repriced)
}

/// Adds the newly priced lines to what is contracted already and writes the shares and the order's
/// amounts, but neither the lines nor the order's row.
///
/// # Errors
/// As [`reprice`].
pub(super) fn settle(
    conn: &mut Conn,
    order: &mut Order,
    before: &[Line],
    open: Vec<Priced>,
    rise: Rise,
) -> Result<Repriced> {
    let sums = with_contracted(conn, order, before, priced::sums(order.currency(), &open)?)?;
    let payers = payers(conn, order, rise)?;
    let shares = shares::calculate(order.buyer, &payers, &open, &sums)?;
    let old = shares::of_order(conn, order)?;
    if rise == Rise::Refused {
        nobody_pays_more(&old, &shares)?;
    }
    let changed = old != shares || order.totals != sums.totals || differ(before, &open);
    shares::set_amounts(order, &sums, &shares);
    if old != shares {
        shares::replace(conn, order.id, &shares)?;
    }
    Ok(Repriced {
        open,
        shares,
        changed,
    })
}

/// The amounts of an order of which the lines in `sums` are the open ones.
fn with_contracted(conn: &mut Conn, order: &Order, lines: &[Line], mut sums: Sums) -> Result<Sums> {
    let contracted: Vec<&Line> = lines
        .iter()
        .filter(|line| line.status == LineStatus::Active && line.purchase_order.is_some())
        .collect();
    if contracted.is_empty() {
        return Ok(sums);
    }
    for line in &contracted {
        sums.totals = sums.totals.checked_add(line.totals)?;
        sums.market = sums.market.checked_add(line.market)?;
    }
    let advances = purchase_orders::live_advances(conn, order)?;
    sums.advance = sums.advance.checked_add(advances)?;
    sums.advance_rate = sums.advance_rate.max(order.advance_rate);
    sums.payment_days = sums.payment_days.min(order.payment_days);
    Ok(sums)
}

fn differ(before: &[Line], after: &[Priced]) -> bool {
    after.iter().any(|new| {
        let old = before.iter().find(|l| l.position == new.wanted.position);
        old.is_none_or(|old| {
            old.quantity != new.wanted.quantity
                || old.unit_price != new.quote.unit_price
                || old.totals != new.totals
        })
    })
}

fn nobody_pays_more(approved: &[Share], now: &[Share]) -> Result<()> {
    let approved_of = |share: &Share| {
        approved
            .iter()
            .find(|old| old.organisation == share.organisation && old.payer == share.payer)
            .map_or(0, |old| old.total.minor())
    };
    if now
        .iter()
        .all(|share| share.total.minor() <= approved_of(share))
    {
        return Ok(());
    }
    // Whoever asks may not be whose share it is: the figure is for its payer, at the next approval.
    let detail = "A share rose since it was approved: withdraw the order and submit it again.";
    Err(Refusal::new(Code::ProposalStale, detail).into())
}

/// Who pays the order.
fn payers(conn: &mut Conn, order: &Order, rise: Rise) -> Result<Payers> {
    let Some(pool) = order.pool else {
        return Ok(Payers::Single);
    };
    let fund = match order.fund {
        None => None,
        Some(fund) => Some(pool_fund(conn, fund, order, rise)?),
    };
    Ok(Payers::Pool(PoolPayers {
        pool,
        buyers: buyers_of(conn, pool)?,
        fund,
    }))
}

/// For a price made anew the fund has what it holds for this order already, and its balance where its
/// share may rise.
fn pool_fund(conn: &mut Conn, fund: FundId, order: &Order, rise: Rise) -> Result<PoolFund> {
    let kept = funds::get(conn, fund)?;
    let available = match rise {
        Rise::Allowed => order.fund_amount.checked_add(kept.balance)?,
        Rise::Refused => order.fund_amount,
    };
    Ok(PoolFund {
        fund,
        keeper: kept.organisation,
        available,
    })
}
