//! Document numbers: one counter row per organisation, series and year, no gaps, no sequence.
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::OrganisationId;
use crate::on_each;
use crate::schema::counters;
use crate::sql::Time;
use chrono::Datelike;
use diesel::prelude::*;
use ordering::Reference;

/// The next number of the organisation's series in that year, from 1. Two transactions never get the
/// same: the row is locked until the caller's commit, and a rolled back number is given again.
///
/// # Errors
/// Those of the database.
pub fn next(conn: &mut Conn, owner: OrganisationId, series: &str, year: i32) -> Result<i64> {
    let row = (
        counters::organisation_id.eq(owner),
        counters::name.eq(series),
        counters::year.eq(year),
        counters::last.eq(1),
    );
    let key = (counters::organisation_id, counters::name, counters::year);
    let number = on_each!(conn => diesel::insert_into(counters::table)
        .values(row)
        .on_conflict(key)
        .do_update()
        .set(counters::last.eq(counters::last + 1))
        .returning(counters::last)
        .get_result(conn))?;
    Ok(number)
}

/// The last number that was given, 0 where there is none yet.
///
/// # Errors
/// Those of the database.
pub fn last(conn: &mut Conn, owner: OrganisationId, series: &str, year: i32) -> Result<i64> {
    let last: Option<i64> = counters::table
        .find((owner, series, year))
        .select(counters::last)
        .first(conn)
        .optional()?;
    Ok(last.unwrap_or(0))
}

/// The next reference of the organisation's series in the year of `now`: `N-2026-000001`.
///
/// # Errors
/// Those of the database and of [`Reference::format`].
pub fn reference(
    conn: &mut Conn,
    owner: OrganisationId,
    (prefix, series): (&str, &str),
    now: Time,
) -> Result<String> {
    let year = now.date().year();
    let number = next(conn, owner, series, year)?;
    let year = u16::try_from(year).map_err(|_| corrupt("counters.year"))?;
    let number = u64::try_from(number).map_err(|_| corrupt("counters.last"))?;
    Ok(Reference::format(prefix, year, number)?.to_string())
}
