//! What became of the premium: received, planned, spent and left for each purpose, and what came of each line.
use crate::actor::Actor;
use crate::books::balance;
use crate::books::entries::Wanted;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, corrupt};
use crate::ids::OrganisationId;
use crate::premium::plans::{self, Plan};
use crate::schema::{purchase_order_payers, purchase_orders};
use crate::sql::Id;
use accounting::premium::Premium;
use accounting::{Account, Purpose};
use chrono::{Days, Months, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text};
use governance::OrganisationKind;
use money::{Currency, Money};
use ordering::PurchaseOrderState;
use std::collections::BTreeMap;

/// The premium for one purpose in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// For what.
    pub purpose: Purpose,
    /// What was received in the months and what is left at their end; for the co-operative itself.
    pub own: Option<Own>,
    /// What the plans of those days come to.
    pub planned: Money,
    /// What was spent in the months.
    pub spent: Money,
}

/// What buyers do not see: it would say what the others paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    /// What came in, less what credit notes took back.
    pub received: Money,
    /// All that was received until the end of the months less all that was spent.
    pub balance: Money,
}

/// The report of a co-operative.
#[derive(Clone, Debug)]
pub struct Report {
    /// Whose.
    pub cooperative: OrganisationId,
    /// By currency and purpose.
    pub rows: Vec<Row>,
    /// The plans that have a day in the months.
    pub plans: Vec<Plan>,
}

/// Received and planned and spent, in the months and until their end.
#[derive(Clone, Copy, Default)]
struct Sums {
    received: i64,
    received_to_end: i64,
    planned: i64,
    spent: i64,
    spent_to_end: i64,
}

type Key = (Currency, Purpose);

/// The premium report of a co-operative, for its own members, and without what it received for those who bought of it.
///
/// # Errors
/// [`Code::InvalidInput`] for who has no premium of their own and names no co-operative, [`Code::NotFound`] for a
/// co-operative of which the actor's organisation has bought nothing.
pub fn report(
    conn: &mut Conn,
    by: &Actor,
    cooperative: Option<OrganisationId>,
    wanted: &Wanted,
) -> Result<Report> {
    let cooperative = match cooperative {
        Some(cooperative) => cooperative,
        None if by.kind == OrganisationKind::Cooperative => by.organisation,
        None => {
            let detail = "Name the co-operative whose report you want.";
            let refusal = Refusal::new(Code::InvalidInput, detail);
            return Err(refusal.at("?cooperative_id").into());
        }
    };
    let own = cooperative == by.organisation;
    if !own && !bought(conn, by.organisation, cooperative)? {
        return Err(Refusal::not_found().at("?cooperative_id").into());
    }
    let days = days(wanted)?;
    let mut sums: BTreeMap<Key, Sums> = BTreeMap::new();
    if own {
        receive(conn, cooperative, wanted, &mut sums)?;
    }
    let plans = plans::within(conn, cooperative, days)?;
    for plan in &plans {
        for line in &plan.lines {
            let sum = sums.entry((plan.currency, line.purpose)).or_default();
            sum.planned = add(sum.planned, line.account.planned.minor())?;
        }
    }
    spend(conn, cooperative, days, &mut sums)?;
    let rows = sums.into_iter().map(|(key, sum)| row(key, sum, own));
    Ok(Report {
        cooperative,
        rows: rows.collect::<Result<_>>()?,
        plans,
    })
}

fn row((currency, purpose): Key, sum: Sums, own: bool) -> Result<Row> {
    let money = |minor| Money::new(minor, currency);
    let at_end = Premium {
        received: money(sum.received_to_end),
        spent: money(sum.spent_to_end),
    };
    let own = match own {
        true => Some(Own {
            received: money(sum.received),
            balance: at_end.balance()?,
        }),
        false => None,
    };
    Ok(Row {
        purpose,
        own,
        planned: money(sum.planned),
        spent: money(sum.spent),
    })
}

fn add(some: i64, more: i64) -> Result<i64> {
    let sum = some.checked_add(more);
    Ok(sum.ok_or(money::MoneyError::OutOfRange)?)
}

/// Whether the organisation buys or pays of an order that the co-operative accepted.
fn bought(
    conn: &mut Conn,
    organisation: OrganisationId,
    cooperative: OrganisationId,
) -> Result<bool> {
    use PurchaseOrderState::{Accepted, Closed, Delivered};
    let accepted = [Accepted, Delivered, Closed].map(PurchaseOrderState::as_str);
    let as_buyer = purchase_orders::table
        .filter(purchase_orders::buyer_id.eq(organisation))
        .filter(purchase_orders::cooperative_id.eq(cooperative))
        .filter(purchase_orders::status.eq_any(accepted));
    let as_payer = purchase_order_payers::table
        .inner_join(purchase_orders::table)
        .filter(purchase_order_payers::organisation_id.eq(organisation))
        .filter(purchase_orders::cooperative_id.eq(cooperative))
        .filter(purchase_orders::status.eq_any(accepted));
    Ok(
        diesel::select(diesel::dsl::exists(as_buyer)).get_result(conn)?
            || diesel::select(diesel::dsl::exists(as_payer)).get_result(conn)?,
    )
}

/// The first and the last day of the months.
fn days(wanted: &Wanted) -> Result<(NaiveDate, NaiveDate)> {
    let first_of = |month: &str| {
        let first: Option<NaiveDate> = format!("{month}-01").parse().ok();
        first.ok_or_else(|| Refusal::new(Code::InvalidInput, "There is no such month."))
    };
    let first = match &wanted.from {
        None => first_of("1900-01")?,
        Some(month) => first_of(month)?,
    };
    let last = match &wanted.to {
        None => "2200-01",
        Some(month) => month,
    };
    let last = first_of(last)? + Months::new(1) - Days::new(1);
    Ok((first, last))
}

/// What the book says was received.
fn receive(
    conn: &mut Conn,
    organisation: OrganisationId,
    wanted: &Wanted,
    sums: &mut BTreeMap<Key, Sums>,
) -> Result<()> {
    for found in balance::of(conn, organisation, wanted)? {
        let Account::PremiumReceived(purpose) = found.named.account else {
            continue;
        };
        let currency = found.closing.currency();
        let sum = sums.entry((currency, purpose)).or_default();
        sum.received = found.credit.checked_sub(found.debit)?.minor();
        let nothing = Money::zero(currency);
        sum.received_to_end = nothing.checked_sub(found.closing)?.minor();
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Spent {
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = Text)]
    purpose: String,
    #[diesel(sql_type = BigInt)]
    within: i64,
    #[diesel(sql_type = BigInt)]
    to_end: i64,
}

const SPENT: &str = "SELECT p.currency AS currency, l.purpose AS purpose, \
    CAST(SUM(CASE WHEN s.spent_on >= $1 THEN s.amount_minor ELSE 0 END) AS BIGINT) AS within, \
    CAST(SUM(s.amount_minor) AS BIGINT) AS to_end \
    FROM premium_spendings s JOIN premium_plans p ON p.id = s.plan_id \
    JOIN premium_plan_lines l ON l.plan_id = s.plan_id AND l.position = s.position \
    WHERE s.organisation_id = $2 AND s.spent_on <= $3 AND s.reversed_at IS NULL \
    GROUP BY p.currency, l.purpose";

/// What the spendings say.
fn spend(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): (NaiveDate, NaiveDate),
    sums: &mut BTreeMap<Key, Sums>,
) -> Result<()> {
    let query = diesel::sql_query(SPENT)
        .bind::<Date, _>(first)
        .bind::<Id, _>(organisation)
        .bind::<Date, _>(last);
    let rows: Vec<Spent> = query.load(conn)?;
    for found in rows {
        let currency =
            Currency::parse(&found.currency).map_err(|_| corrupt("premium_plans.currency"))?;
        let purpose =
            Purpose::parse(&found.purpose).map_err(|_| corrupt("premium_plan_lines.purpose"))?;
        let sum = sums.entry((currency, purpose)).or_default();
        (sum.spent, sum.spent_to_end) = (found.within, found.to_end);
    }
    Ok(())
}
