//! What orders take of budget lines: promised at submission, free again when the order comes to nothing,
//! gone out when it is fulfilled.
use super::{BudgetLine, get, held, save, seen_by};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result, corrupt, if_found};
use crate::ids::{BudgetLineId, OrderId};
use crate::schema::{budget_commitments, orders};
use crate::sql::Time;
use diesel::prelude::*;
use money::Money;
use ordering::{BUDGET_LINE, Budget, BudgetLineAct, BudgetLineState};

const POINTER: &str = "/budget_line_id";

/// What becomes of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The order waits or is confirmed.
    Committed,
    /// The order came to nothing.
    Released,
    /// The order is over, and something of it was owed.
    Spent,
}

impl Status {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::Released => "released",
            Self::Spent => "spent",
        }
    }
    /// Reads the word.
    fn parse(word: &str) -> Result<Self> {
        [Self::Committed, Self::Released, Self::Spent]
            .into_iter()
            .find(|known| known.as_str() == word)
            .ok_or_else(|| corrupt("budget_commitments.status"))
    }
}

/// What an order takes of a line, as its organisation sees it.
#[derive(Clone, Debug)]
pub struct Commitment {
    /// The order.
    pub order: OrderId,
    /// Its reference.
    pub reference: String,
    /// What it takes, or took at the end.
    pub amount: Money,
    /// What became of it.
    pub status: Status,
    /// When it changed last.
    pub changed_at: Time,
}

/// What an order has promised now.
struct Promise {
    line: BudgetLineId,
    minor: i64,
}

fn promised(conn: &mut Conn, order: OrderId) -> Result<Option<Promise>> {
    let row: Option<(BudgetLineId, i64)> = budget_commitments::table
        .find(order)
        .filter(budget_commitments::status.eq(Status::Committed.as_str()))
        .select((
            budget_commitments::line_id,
            budget_commitments::amount_minor,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(line, minor)| Promise { line, minor }))
}

/// The line that the order has promised from.
///
/// # Errors
/// Those of the database.
pub(crate) fn line_of(conn: &mut Conn, order: OrderId) -> Result<Option<BudgetLineId>> {
    Ok(promised(conn, order)?.map(|promise| promise.line))
}

/// Promises `amount` to the order from `line`, in the place of whatever it had promised before.
///
/// # Errors
/// [`Code::NotFound`] for a line of another organisation, [`Code::BudgetLineNotOpen`] where it is closed,
/// in another currency or not of this day, [`Code::OverBudget`] with what is left.
pub(crate) fn settle(
    conn: &mut Conn,
    by: &Actor,
    order: OrderId,
    line: Option<BudgetLineId>,
    amount: Money,
) -> Result<()> {
    release(conn, order, by.now)?;
    let Some(id) = line else {
        return Ok(());
    };
    let mut line = own(conn, by, id)?;
    usable(&line, by, amount)?;
    let promised = line.budget.commit(amount);
    line.budget = promised.map_err(|error| Error::from(error).at(POINTER))?;
    save(conn, line)?;
    write(conn, order, id, amount, Status::Committed, by.now)
}

/// The actor's own line, held.
fn own(conn: &mut Conn, by: &Actor, id: BudgetLineId) -> Result<BudgetLine> {
    let own = if_found(held(conn, id))?.filter(|line| line.organisation == by.organisation);
    own.ok_or_else(|| {
        let detail = "Your organisation has no such budget line.";
        Refusal::new(Code::NotFound, detail).at(POINTER).into()
    })
}

fn usable(line: &BudgetLine, by: &Actor, amount: Money) -> Result<()> {
    let today = by.now.date();
    let detail = if BUDGET_LINE.next(line.state, BudgetLineAct::Commit).is_err() {
        "The budget line is closed.".to_owned()
    } else if line.currency != amount.currency() {
        format!("The budget line is in {}.", line.currency.code())
    } else if !(line.starts_on..=line.ends_on).contains(&today) {
        format!(
            "The budget line is for {} to {}.",
            line.starts_on, line.ends_on
        )
    } else {
        return Ok(());
    };
    Err(Refusal::new(Code::BudgetLineNotOpen, detail)
        .at(POINTER)
        .into())
}

/// The order's price changed: what it had promised is now `amount`, of the same line. Nothing where it had
/// promised nothing.
///
/// # Errors
/// [`Code::OverBudget`].
pub(crate) fn resize(conn: &mut Conn, order: OrderId, amount: Money, now: Time) -> Result<()> {
    let Some(promise) = promised(conn, order)? else {
        return Ok(());
    };
    if promise.minor == amount.minor() {
        return Ok(());
    }
    let before = Money::new(promise.minor, amount.currency());
    change(conn, promise.line, |budget| {
        budget.release(before)?.commit(amount)
    })?;
    write(conn, order, promise.line, amount, Status::Committed, now)
}

/// The order came to nothing, or is written anew: what it had promised is free again.
///
/// # Errors
/// Those of the database.
pub(crate) fn release(conn: &mut Conn, order: OrderId, now: Time) -> Result<()> {
    let Some(promise) = promised(conn, order)? else {
        return Ok(());
    };
    let currency = get(conn, promise.line)?.currency;
    let amount = Money::new(promise.minor, currency);
    change(conn, promise.line, |budget| budget.release(amount))?;
    write(conn, order, promise.line, amount, Status::Released, now)
}

/// The order is over: `amount` of what it had promised has gone out, the rest is free again. Nothing where it
/// had promised nothing.
///
/// # Errors
/// Those of the database.
pub(crate) fn spend(conn: &mut Conn, order: OrderId, amount: Money, now: Time) -> Result<()> {
    let Some(promise) = promised(conn, order)? else {
        return Ok(());
    };
    let promised = Money::new(promise.minor, amount.currency());
    let out = Money::new(amount.minor().min(promise.minor), amount.currency());
    let rest = promised.checked_sub(out)?;
    change(conn, promise.line, |budget| {
        budget.spend(out)?.release(rest)
    })?;
    let status = if out.minor() > 0 {
        Status::Spent
    } else {
        Status::Released
    };
    write(conn, order, promise.line, out, status, now)
}

/// Changes the figures of a line; what comes free of a closed one goes up to the line that it is a part of.
fn change(
    conn: &mut Conn,
    id: BudgetLineId,
    act: impl FnOnce(Budget) -> std::result::Result<Budget, ordering::OrderingError>,
) -> Result<()> {
    let mut line = held(conn, id)?;
    line.budget = act(line.budget)?;
    let mut at = line;
    loop {
        let closed = at.state == BudgetLineState::Closed;
        let (budget, free) = if closed {
            at.budget.cut()?
        } else {
            (at.budget, Money::zero(at.currency))
        };
        at.budget = budget;
        let at_saved = save(conn, at)?;
        let Some(above) = at_saved.parent.filter(|_| free.minor() > 0) else {
            return Ok(());
        };
        at = held(conn, above)?;
        at.budget = at.budget.take_back(free)?;
    }
}

fn write(
    conn: &mut Conn,
    order: OrderId,
    line: BudgetLineId,
    amount: Money,
    status: Status,
    now: Time,
) -> Result<()> {
    let values = (
        budget_commitments::line_id.eq(line),
        budget_commitments::amount_minor.eq(amount.minor()),
        budget_commitments::status.eq(status.as_str()),
        budget_commitments::changed_at.eq(now),
    );
    let changed = diesel::update(budget_commitments::table.find(order))
        .set(values)
        .execute(conn)?;
    if changed == 0 {
        diesel::insert_into(budget_commitments::table)
            .values((budget_commitments::order_id.eq(order), values))
            .execute(conn)?;
    }
    Ok(())
}

/// What orders take of a line of the actor's own organisation, in the order in which they were placed.
///
/// # Errors
/// [`Code::NotFound`], also for who gave the line: figures are theirs to see, orders are not.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    line: BudgetLineId,
    after: Option<OrderId>,
    limit: i64,
) -> Result<Vec<Commitment>> {
    let line = seen_by(conn, by, line)?;
    if line.organisation != by.organisation {
        return Err(Refusal::not_found().into());
    }
    let mut query = budget_commitments::table
        .inner_join(orders::table)
        .filter(budget_commitments::line_id.eq(line.id))
        .order(budget_commitments::order_id)
        .limit(limit)
        .select((
            budget_commitments::order_id,
            orders::reference,
            budget_commitments::amount_minor,
            budget_commitments::status,
            budget_commitments::changed_at,
        ))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(budget_commitments::order_id.gt(after));
    }
    let rows: Vec<(OrderId, String, i64, String, Time)> = query.load(conn)?;
    rows.into_iter()
        .map(|(order, reference, minor, status, changed_at)| {
            Ok(Commitment {
                order,
                reference,
                amount: Money::new(minor, line.currency),
                status: Status::parse(&status)?,
                changed_at,
            })
        })
        .collect()
}
