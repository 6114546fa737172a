//! What buying from co-operatives cost a union's members and what it moved: the extra over the market, by purpose, who
//! paid it, and the share of today's spend that went to co-operatives.
use crate::actor::Actor;
use crate::books::balance;
use crate::books::entries::Wanted;
use crate::books::periods::name_of;
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::OrganisationId;
use crate::schema::{baseline_purchases, order_shares, orders, organisations};
use accounting::{Account, Purpose};
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::Role;
use money::{Currency, Micro, Money, round_half_away};
use std::collections::BTreeMap;

/// The report of a year in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What the goods would have cost at market prices, by the months of the book.
    pub market: Money,
    /// What they cost above that, by purpose.
    pub extra: Vec<(Purpose, Money)>,
    /// All of it.
    pub extra_total: Money,
    /// The same for each member, rounded; none where their number was not given.
    pub extra_per_member: Option<Money>,
    /// What others paid of our orders' extra, and who: the members of pools and funds.
    pub paid_by: Vec<(OrganisationId, String, Money)>,
    /// What was spent in the year before, by the baseline; none without one.
    pub baseline: Option<Money>,
    /// What of the baseline went to co-operatives already.
    pub baseline_cooperatives: Option<Money>,
    /// Goods bought here over the baseline, as a fraction of one with six decimals.
    pub share_moved: Option<Micro>,
}

/// The report of a year; `members` is how many the union has.
///
/// # Errors
/// [`crate::Code::Forbidden`] for who has no part in the organisation, [`crate::Code::AmountOutOfRange`].
pub fn report(conn: &mut Conn, by: &Actor, year: i32, members: Option<i64>) -> Result<Vec<Row>> {
    by.require(&[Role::Member])?;
    let days = (
        NaiveDate::from_ymd_opt(year, 1, 1).ok_or_else(|| corrupt("year"))?,
        NaiveDate::from_ymd_opt(year, 12, 31).ok_or_else(|| corrupt("year"))?,
    );
    let months = Wanted {
        from: Some(name_of(days.0)),
        to: Some(name_of(days.1)),
        purchase_order: None,
    };
    let mut currencies: BTreeMap<Currency, Row> = BTreeMap::new();
    for balance in balance::of(conn, by.organisation, &months)? {
        let account = balance.named.account;
        if !matches!(account, Account::GoodsBought | Account::PremiumPaid(_)) {
            continue;
        }
        let amount = balance.debit.checked_sub(balance.credit)?;
        let currency = amount.currency();
        let row = currencies
            .entry(currency)
            .or_insert_with(|| empty(currency));
        match account {
            Account::PremiumPaid(purpose) => {
                row.extra.push((purpose, amount));
                row.extra_total = row.extra_total.checked_add(amount)?;
            }
            _ => row.market = row.market.checked_add(amount)?,
        }
    }
    for (currency, (all, cooperatives)) in baseline(conn, by.organisation, days)? {
        let row = currencies
            .entry(currency)
            .or_insert_with(|| empty(currency));
        row.baseline = Some(Money::new(all, currency));
        row.baseline_cooperatives = Some(Money::new(cooperatives, currency));
    }
    for row in currencies.values_mut() {
        let spent = row.market.checked_add(row.extra_total)?;
        row.extra_per_member = divided(row.extra_total, members)?;
        row.share_moved = row.baseline.and_then(|whole| share(spent, whole));
        row.paid_by = paid_by(conn, by.organisation, days, row.market.currency())?;
    }
    Ok(currencies.into_values().collect())
}

fn empty(currency: Currency) -> Row {
    let zero = Money::zero(currency);
    Row {
        market: zero,
        extra: Vec::new(),
        extra_total: zero,
        extra_per_member: None,
        paid_by: Vec::new(),
        baseline: None,
        baseline_cooperatives: None,
        share_moved: None,
    }
}

fn divided(amount: Money, members: Option<i64>) -> Result<Option<Money>> {
    let Some(members) = members.filter(|members| *members > 0) else {
        return Ok(None);
    };
    let each = round_half_away(i128::from(amount.minor()), i128::from(members))
        .and_then(|minor| i64::try_from(minor).ok())
        .ok_or(money::MoneyError::OutOfRange)?;
    Ok(Some(Money::new(each, amount.currency())))
}

fn share(part: Money, whole: Money) -> Option<Micro> {
    let millionths = i128::from(part.minor()).checked_mul(1_000_000)?;
    round_half_away(millionths, i128::from(whole.minor()))
        .and_then(|share| i64::try_from(share).ok())
        .map(Micro::new)
}

/// The baseline whose periods end in the year before or later and begin before this one ends: its whole spend, and
/// that with co-operatives.
fn baseline(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<BTreeMap<Currency, (i64, i64)>> {
    let year_before = first - chrono::Days::new(365);
    let rows: Vec<(String, i64, bool)> = baseline_purchases::table
        .filter(baseline_purchases::organisation_id.eq(organisation))
        .filter(baseline_purchases::ends_on.ge(year_before))
        .filter(baseline_purchases::starts_on.le(last))
        .select((
            baseline_purchases::currency,
            baseline_purchases::spend_minor,
            baseline_purchases::cooperative,
        ))
        .load(conn)?;
    let mut sums: BTreeMap<Currency, (i64, i64)> = BTreeMap::new();
    for (currency, spend, cooperative) in rows {
        let currency =
            Currency::parse(&currency).map_err(|_| corrupt("baseline_purchases.currency"))?;
        let sum = sums.entry(currency).or_default();
        sum.0 = sum
            .0
            .checked_add(spend)
            .ok_or(money::MoneyError::OutOfRange)?;
        if cooperative {
            sum.1 += spend;
        }
    }
    Ok(sums)
}

/// Who else pays of the extra of orders that the organisation placed in the year, and how much.
fn paid_by(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): (NaiveDate, NaiveDate),
    currency: Currency,
) -> Result<Vec<(OrganisationId, String, Money)>> {
    let rows: Vec<(OrganisationId, String, i64, crate::sql::Time)> = order_shares::table
        .inner_join(orders::table)
        .inner_join(organisations::table.on(organisations::id.eq(order_shares::organisation_id)))
        .filter(orders::buyer_id.eq(organisation))
        .filter(orders::currency.eq(currency.code()))
        .filter(orders::status.ne("cancelled"))
        .filter(orders::confirmed_at.is_not_null())
        .filter(order_shares::organisation_id.ne(organisation))
        .select((
            organisations::id,
            organisations::name,
            order_shares::extra_minor,
            orders::placed_at,
        ))
        .order(organisations::id)
        .load(conn)?;
    let mut sums: BTreeMap<OrganisationId, (String, i64)> = BTreeMap::new();
    for (payer, name, extra, placed_at) in rows {
        if (first..=last).contains(&placed_at.date()) {
            let sum = sums.entry(payer).or_insert((name, 0));
            sum.1 += extra;
        }
    }
    let sums = sums.into_iter();
    Ok(sums
        .map(|(payer, (name, extra))| (payer, name, Money::new(extra, currency)))
        .collect())
}
