//! Document numbers: one counter row per organisation, series and year, no gaps, no sequence.
use crate::db::Conn;
use crate::error::Result;
use crate::ids::OrganisationId;
use crate::on_each;
use crate::schema::counters;
use diesel::prelude::*;

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
