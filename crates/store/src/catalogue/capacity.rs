//! A listing's capacity calendar: periods, what can be made in each, and what is reserved of it.
//!
//! Orders reserve and free; this module changes what there is. It never cuts what is reserved: each
//! change of a row names that as its condition, so that an order at the same moment cannot slip through.
use super::listings::{self, Listing};
use super::{invalid, products};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::ids::{ListingId, OrganisationId, PeriodId};
use crate::on_each;
use crate::operations::audit::{self, Act};
use crate::operations::outbox::{self, Kind};
use crate::schema::{capacity_periods, reservations};
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use money::Micro;
use ordering::ListingState;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Periods that a calendar has at most: three years of weeks.
pub const PERIODS_MAX: usize = 160;
/// Rows that one statement writes: SQLite takes 32,766 values at most.
const WRITTEN_AT_ONCE: usize = 500;
/// How far ahead a calendar reaches.
const AHEAD: Days = Days::new(3 * 366);
/// How long ago a period that still runs may have started.
const BEHIND: Days = Days::new(366);

/// What can be made in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewPeriod {
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day; what is made in the period is ready then.
    pub ends_on: NaiveDate,
    /// Units.
    pub capacity: Micro,
}

/// A period on file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The id.
    pub id: PeriodId,
    /// The days and the units.
    pub dates: NewPeriod,
    /// Units that orders have reserved.
    pub reserved: Micro,
}

impl Period {
    /// Units that can still be reserved.
    pub fn free(&self) -> Micro {
        Micro::new(
            self.dates
                .capacity
                .get()
                .saturating_sub(self.reserved.get()),
        )
    }
}

/// The listing's periods that have not ended by `today`, in time's order.
///
/// # Errors
/// Those of the database.
pub fn calendar(conn: &mut Conn, listing: ListingId, today: NaiveDate) -> Result<Vec<Period>> {
    type Row = (PeriodId, ListingId, NaiveDate, NaiveDate, i64, i64, i64);
    let rows: Vec<Row> = capacity_periods::table
        .filter(capacity_periods::listing_id.eq(listing))
        .filter(capacity_periods::ends_on.ge(today))
        .order(capacity_periods::starts_on)
        .load(conn)?;
    let period = |(id, _, starts_on, ends_on, capacity, reserved, _): Row| Period {
        id,
        dates: NewPeriod {
            starts_on,
            ends_on,
            capacity: Micro::new(capacity),
        },
        reserved: Micro::new(reserved),
    };
    Ok(rows.into_iter().map(period).collect())
}

/// Replaces what is still to come of a listing's calendar; periods that have ended stay as they were.
/// `version` is the listing's. Capacity that an open listing did not have before is matched with unmet
/// needs.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::Stale`], [`Code::InvalidInput`] for periods that
/// overlap, are out of order in themselves, have ended or are too far ahead,
/// [`Code::CapacityReserved`].
pub fn replace(
    conn: &mut Conn,
    by: &Actor,
    id: ListingId,
    version: i64,
    periods: &[NewPeriod],
) -> Result<Listing> {
    let listing = listings::own(conn, by, id)?;
    listings::require_changeable(&listing)?;
    check(conn, &listing, by.now.date(), periods)?;
    listings::touch(conn, id, version)?;
    let before = calendar(conn, id, by.now.date())?;
    for period in &before {
        let kept = periods
            .iter()
            .find(|new| new.starts_on == period.dates.starts_on);
        match kept {
            Some(new) if *new == period.dates => {}
            Some(new) => change(conn, period, new)?,
            None => remove(conn, period)?,
        }
    }
    let added: Vec<&NewPeriod> = periods
        .iter()
        .filter(|new| {
            !before
                .iter()
                .any(|period| period.dates.starts_on == new.starts_on)
        })
        .collect();
    insert(conn, id, &added)?;
    let after = calendar(conn, id, by.now.date())?;
    if listing.status == ListingState::Open && gained(&before, &after) {
        tell_the_unmet(conn, &listing, by)?;
    }
    audit::record(
        conn,
        by,
        &Act {
            act: "listing.set_capacity",
            kind: "listing",
            id: id.uuid(),
            before: Some(&calendar_json(&before)),
            after: Some(&calendar_json(&after)),
        },
    )?;
    listings::get(conn, id)
}

/// Puts the listing's product before those whose needs found nobody.
pub(super) fn tell_the_unmet(conn: &mut Conn, listing: &Listing, by: &Actor) -> Result<()> {
    let payload = json!({
        "product_id": listing.product.to_string(),
        "listing_id": listing.id.to_string(),
    });
    outbox::add(
        conn,
        Kind::MatchUnmet,
        None::<OrganisationId>,
        payload,
        by.now,
    )
}

/// Whether some day has more free capacity than before.
fn gained(before: &[Period], after: &[Period]) -> bool {
    after.iter().any(|new| {
        let old = before
            .iter()
            .find(|old| old.dates.starts_on == new.dates.starts_on);
        old.map_or(Micro::ZERO, |old| old.dates.capacity) < new.dates.capacity
    })
}

fn check(
    conn: &mut Conn,
    listing: &Listing,
    today: NaiveDate,
    periods: &[NewPeriod],
) -> Result<()> {
    let product = products::get(conn, listing.product)?;
    // What ended stays, so nothing new may start before its end.
    let ended: Option<NaiveDate> = capacity_periods::table
        .filter(capacity_periods::listing_id.eq(listing.id))
        .filter(capacity_periods::ends_on.lt(today))
        .select(diesel::dsl::max(capacity_periods::ends_on))
        .first(conn)?;
    check_periods(&product, today, ended, periods)
}

/// Whether the periods can follow those of which the last ended on `ended`.
pub(crate) fn check_periods(
    product: &products::Product,
    today: NaiveDate,
    ended: Option<NaiveDate>,
    periods: &[NewPeriod],
) -> Result<()> {
    let last_day = today.checked_add_days(AHEAD).unwrap_or(today);
    let after_ended = ended.and_then(|ended| ended.succ_opt());
    let first_day = today
        .checked_sub_days(BEHIND)
        .max(after_ended)
        .unwrap_or(today);
    for (at, period) in periods.iter().enumerate() {
        let pointer = |field: &str| format!("/periods/{at}/{field}");
        if !(first_day..=period.ends_on).contains(&period.starts_on) {
            let detail = format!("A period starts on {first_day} or later, and not after its end.");
            return Err(invalid(pointer("starts_on"), detail));
        }
        if !(today..=last_day).contains(&period.ends_on) {
            let detail = format!("A period ends from {today} to {last_day}.");
            return Err(invalid(pointer("ends_on"), detail));
        }
        if !product.counts(period.capacity) {
            return Err(invalid(pointer("capacity"), decimals(product)));
        }
    }
    let mut in_time: Vec<(usize, &NewPeriod)> = periods.iter().enumerate().collect();
    in_time.sort_by_key(|(_, period)| period.starts_on);
    for pair in in_time.windows(2) {
        if let [(_, earlier), (at, later)] = pair
            && later.starts_on <= earlier.ends_on
        {
            let detail = format!(
                "It overlaps the period from {} to {}.",
                earlier.starts_on, earlier.ends_on
            );
            return Err(invalid(format!("/periods/{at}/starts_on"), detail));
        }
    }
    Ok(())
}

/// Why a quantity is refused that is finer than its product is counted.
pub(crate) fn decimals(product: &products::Product) -> String {
    let places = product.quantity_decimals;
    format!("This product is counted to {places} decimal places.")
}

fn change(conn: &mut Conn, period: &Period, new: &NewPeriod) -> Result<()> {
    let row = capacity_periods::table.find(period.id);
    let changed = if new.ends_on == period.dates.ends_on {
        diesel::update(row)
            .filter(capacity_periods::reserved_micro.le(new.capacity.get()))
            .set((
                capacity_periods::capacity_micro.eq(new.capacity.get()),
                capacity_periods::version.eq(capacity_periods::version + 1),
            ))
            .execute(conn)?
    } else {
        // Another end is another day of delivery: nothing may be promised for it.
        diesel::update(row)
            .filter(capacity_periods::reserved_micro.eq(0))
            .set((
                capacity_periods::ends_on.eq(new.ends_on),
                capacity_periods::capacity_micro.eq(new.capacity.get()),
                capacity_periods::version.eq(capacity_periods::version + 1),
            ))
            .execute(conn)?
    };
    held(changed, period)
}

/// A period that orders have looked at stays on file, with no capacity.
fn remove(conn: &mut Conn, period: &Period) -> Result<()> {
    let of_orders = reservations::table.filter(reservations::period_id.eq(period.id));
    let referenced: bool = diesel::select(diesel::dsl::exists(of_orders)).get_result(conn)?;
    let row = capacity_periods::table.find(period.id);
    let removed = if referenced {
        diesel::update(row)
            .filter(capacity_periods::reserved_micro.eq(0))
            .set((
                capacity_periods::capacity_micro.eq(0),
                capacity_periods::version.eq(capacity_periods::version + 1),
            ))
            .execute(conn)?
    } else {
        diesel::delete(row)
            .filter(capacity_periods::reserved_micro.eq(0))
            .execute(conn)?
    };
    held(removed, period)
}

/// Refuses where no row met the condition.
fn held(changed: usize, period: &Period) -> Result<()> {
    if changed == 1 {
        return Ok(());
    }
    let detail = format!(
        "Orders have reserved {} units from {} to {}: the period keeps its days and at least those units.",
        period.reserved, period.dates.starts_on, period.dates.ends_on
    );
    Err(Refusal::new(Code::CapacityReserved, detail).into())
}

/// Writes the calendars of new listings, many periods in a statement.
pub(crate) fn insert_all(
    conn: &mut Conn,
    by: &Actor,
    calendars: &[(ListingId, &[NewPeriod])],
) -> Result<()> {
    let mut rows = Vec::new();
    for (listing, periods) in calendars {
        for period in *periods {
            rows.push((*listing, *period));
        }
    }
    for some in rows.chunks(WRITTEN_AT_ONCE) {
        let values: Vec<_> = some
            .iter()
            .map(|(listing, period)| {
                (
                    capacity_periods::id.eq(PeriodId::fresh()),
                    capacity_periods::listing_id.eq(*listing),
                    capacity_periods::starts_on.eq(period.starts_on),
                    capacity_periods::ends_on.eq(period.ends_on),
                    capacity_periods::capacity_micro.eq(period.capacity.get()),
                    capacity_periods::reserved_micro.eq(0_i64),
                    capacity_periods::version.eq(1_i64),
                )
            })
            .collect();
        on_each!(conn => diesel::insert_into(capacity_periods::table).values(values).execute(conn))?;
    }
    for some in calendars.chunks(WRITTEN_AT_ONCE) {
        let set: Vec<(uuid::Uuid, Value)> = some
            .iter()
            .map(|(listing, periods)| (listing.uuid(), periods.iter().map(period_json).collect()))
            .collect();
        audit::record_new(conn, by, "listing.set_capacity", &set)?;
    }
    Ok(())
}

/// What is still to come of several listings' calendars: at most some hundred.
///
/// # Errors
/// Those of the database.
pub fn calendars(
    conn: &mut Conn,
    listings: &[ListingId],
    today: NaiveDate,
) -> Result<BTreeMap<ListingId, Vec<NewPeriod>>> {
    let rows: Vec<(ListingId, NaiveDate, NaiveDate, i64)> = capacity_periods::table
        .filter(capacity_periods::listing_id.eq_any(listings))
        .filter(capacity_periods::ends_on.ge(today))
        .order((capacity_periods::listing_id, capacity_periods::starts_on))
        .select((
            capacity_periods::listing_id,
            capacity_periods::starts_on,
            capacity_periods::ends_on,
            capacity_periods::capacity_micro,
        ))
        .load(conn)?;
    let mut calendars: BTreeMap<ListingId, Vec<NewPeriod>> = BTreeMap::new();
    for (listing, starts_on, ends_on, capacity) in rows {
        calendars.entry(listing).or_default().push(NewPeriod {
            starts_on,
            ends_on,
            capacity: Micro::new(capacity),
        });
    }
    Ok(calendars)
}

fn insert(conn: &mut Conn, listing: ListingId, periods: &[&NewPeriod]) -> Result<()> {
    // One by one: a batch of hundreds would be a statement of its own each time.
    for period in periods {
        diesel::insert_into(capacity_periods::table)
            .values((
                capacity_periods::id.eq(PeriodId::fresh()),
                capacity_periods::listing_id.eq(listing),
                capacity_periods::starts_on.eq(period.starts_on),
                capacity_periods::ends_on.eq(period.ends_on),
                capacity_periods::capacity_micro.eq(period.capacity.get()),
                capacity_periods::reserved_micro.eq(0),
                capacity_periods::version.eq(1),
            ))
            .execute(conn)?;
    }
    Ok(())
}

fn calendar_json(periods: &[Period]) -> Value {
    periods
        .iter()
        .map(|period| period_json(&period.dates))
        .collect()
}

fn period_json(dates: &NewPeriod) -> Value {
    json!({
        "starts_on": dates.starts_on,
        "ends_on": dates.ends_on,
        "capacity": dates.capacity.to_string(),
    })
}
