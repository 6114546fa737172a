//! Capacity: what an order's lines take of their listings' periods, and give back.
//!
//! What the reservations of a period add up to is its `reserved`, in every transaction.
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::ids::{ListingId, OrderId, PeriodId};
use crate::on_each;
use crate::schema::{capacity_periods, reservations};
use chrono::NaiveDate;
use diesel::prelude::*;
use money::Micro;
use ordering::{FreePeriod, ListingState, WorkLine};
use std::collections::BTreeMap;

/// Work that a line of an order asks of a listing.
#[derive(Clone, Debug)]
pub(super) struct Work {
    /// The line.
    pub position: i32,
    /// Whose periods.
    pub listing: ListingId,
    /// What people call it.
    pub title: String,
    /// Whether it is offered.
    pub state: ListingState,
    /// The smallest total of the listing; zero for any.
    pub minimum: Micro,
    /// Quantities are multiples of it.
    pub lot: Micro,
    /// How much, from when, until when.
    pub line: WorkLine,
}

type PeriodRow = (PeriodId, ListingId, NaiveDate, i64, i64);

/// Takes the capacity that the lines ask for, as late as they can be made.
///
/// # Errors
/// [`Code::SoldOut`], saying of what, how much is left, and until when.
pub(super) fn take<'a>(
    conn: &mut Conn,
    order: OrderId,
    work: impl Iterator<Item = &'a Work>,
) -> Result<()> {
    let work: Vec<&Work> = work.collect();
    let periods = lock_periods(conn, &work)?;
    let mut taken: Vec<(i32, PeriodId, i64)> = Vec::new();
    for (listing, lines) in by_listing(&work) {
        let free: Vec<FreePeriod<PeriodId>> = periods
            .iter()
            .filter(|period| period.1 == listing)
            .map(|&(id, _, ends_on, capacity, reserved)| FreePeriod {
                id,
                ends_on,
                free: Micro::new(capacity.saturating_sub(reserved)),
            })
            .collect();
        let asked: Vec<WorkLine> = lines.iter().map(|work| work.line).collect();
        let plan = ordering::reserve(&asked, &free).map_err(|short| sold_out(&lines, short))?;
        taken.extend(plan.iter().filter_map(|part| {
            let line = lines.get(part.line)?;
            Some((line.position, part.period, part.quantity.get()))
        }));
    }
    move_reserved(
        conn,
        taken.iter().map(|&(_, period, taken)| (period, taken)),
    )?;
    let rows: Vec<_> = taken
        .into_iter()
        .map(|(position, period, quantity)| {
            (
                reservations::order_id.eq(order),
                reservations::position.eq(position),
                reservations::period_id.eq(period),
                reservations::quantity_micro.eq(quantity),
            )
        })
        .collect();
    on_each!(conn => diesel::insert_into(reservations::table)
        .values(&rows)
        .execute(conn))?;
    Ok(())
}

/// Gives back what the lines at `positions` hold, or all lines of the order.
///
/// # Errors
/// Those of the database.
pub(super) fn release(conn: &mut Conn, order: OrderId, positions: Option<&[i32]>) -> Result<()> {
    let mut held = reservations::table
        .filter(reservations::order_id.eq(order))
        .select((reservations::period_id, reservations::quantity_micro))
        .into_boxed();
    if let Some(positions) = positions {
        held = held.filter(reservations::position.eq_any(positions.to_vec()));
    }
    let held: Vec<(PeriodId, i64)> = held.load(conn)?;
    move_reserved(conn, held.into_iter().map(|(period, held)| (period, -held)))?;
    let lines = reservations::table.filter(reservations::order_id.eq(order));
    match positions {
        None => diesel::delete(lines).execute(conn)?,
        Some(positions) => {
            diesel::delete(lines.filter(reservations::position.eq_any(positions.to_vec())))
                .execute(conn)?
        }
    };
    Ok(())
}

/// Cuts what each line holds down to its new quantity. The latest periods are kept, as when it was taken.
///
/// # Errors
/// Those of the database.
pub(crate) fn shrink(conn: &mut Conn, order: OrderId, kept: &BTreeMap<i32, Micro>) -> Result<()> {
    let held: Vec<(i32, PeriodId, i64)> = reservations::table
        .inner_join(capacity_periods::table.on(capacity_periods::id.eq(reservations::period_id)))
        .filter(reservations::order_id.eq(order))
        .order((reservations::position, capacity_periods::ends_on.desc()))
        .select((
            reservations::position,
            reservations::period_id,
            reservations::quantity_micro,
        ))
        .load(conn)?;
    let mut left: BTreeMap<i32, i64> = kept.iter().map(|(at, kept)| (*at, kept.get())).collect();
    let mut given_back = Vec::new();
    for (position, period, held) in held {
        let wanted = left.entry(position).or_insert(0);
        let keeps = held.min(*wanted);
        *wanted -= keeps;
        if keeps == held {
            continue;
        }
        given_back.push((period, keeps - held));
        let row = reservations::table.find((order, position, period));
        if keeps == 0 {
            diesel::delete(row).execute(conn)?;
        } else {
            diesel::update(row)
                .set(reservations::quantity_micro.eq(keeps))
                .execute(conn)?;
        }
    }
    move_reserved(conn, given_back.into_iter())
}

/// The periods that the work could use, by id, locked until the commit: whoever comes second sees what
/// the first has taken. SQLite has one writer.
fn lock_periods(conn: &mut Conn, work: &[&Work]) -> Result<Vec<PeriodRow>> {
    let listings: Vec<ListingId> = work.iter().map(|work| work.listing).collect();
    let (Some(from), Some(to)) = (
        work.iter().map(|work| work.line.earliest_on).min(),
        work.iter().map(|work| work.line.due_on).max(),
    ) else {
        return Ok(Vec::new());
    };
    let periods = capacity_periods::table
        .filter(capacity_periods::listing_id.eq_any(listings))
        .filter(capacity_periods::ends_on.between(from, to))
        .order(capacity_periods::id)
        .select((
            capacity_periods::id,
            capacity_periods::listing_id,
            capacity_periods::ends_on,
            capacity_periods::capacity_micro,
            capacity_periods::reserved_micro,
        ));
    Ok(match conn {
        Conn::Postgres(conn) => periods.for_update().load(conn)?,
        Conn::Sqlite(conn) => periods.load(conn)?,
    })
}

fn by_listing<'a>(work: &[&'a Work]) -> BTreeMap<ListingId, Vec<&'a Work>> {
    let mut lines: BTreeMap<ListingId, Vec<&'a Work>> = BTreeMap::new();
    for line in work {
        lines.entry(line.listing).or_default().push(line);
    }
    lines
}

/// Adds to (or takes from) each period's `reserved`, in the order of the periods' ids, which no two
/// transactions can do in a circle. A period is never filled past its capacity.
fn move_reserved(conn: &mut Conn, moves: impl Iterator<Item = (PeriodId, i64)>) -> Result<()> {
    let mut sums: BTreeMap<PeriodId, i64> = BTreeMap::new();
    for (period, moved) in moves {
        let sum = sums.entry(period).or_default();
        *sum = sum.saturating_add(moved);
    }
    for (period, moved) in sums {
        let changed = diesel::update(capacity_periods::table.find(period))
            .filter((capacity_periods::reserved_micro + moved).le(capacity_periods::capacity_micro))
            .set((
                capacity_periods::reserved_micro.eq(capacity_periods::reserved_micro + moved),
                capacity_periods::version.eq(capacity_periods::version + 1),
            ))
            .execute(conn)?;
        if changed == 0 {
            return Err(Refusal::new(
                Code::SoldOut,
                "The capacity was taken a moment ago: ask for a new match.",
            )
            .into());
        }
    }
    Ok(())
}

fn sold_out(lines: &[&Work], short: ordering::ShortLine) -> Refusal {
    let Some(work) = lines.get(short.line) else {
        return Refusal::new(Code::SoldOut, "The capacity is taken.");
    };
    let asked = work.line.quantity.get();
    let left = Micro::new(asked.saturating_sub(short.missing.get()));
    Refusal::new(
        Code::SoldOut,
        format!(
            "Of “{}”, {} were asked for until {}, and capacity is left for {left}.",
            work.title, work.line.quantity, work.line.due_on
        ),
    )
}
