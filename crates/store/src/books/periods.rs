//! Months of an organisation's book. A locked month takes no posting: what comes later is booked in an open one.
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::ids::{OrganisationId, PersonId};
use crate::on_each;
use crate::operations::audit::{self, Act};
use crate::schema::{book_periods as table, journal_entries};
use crate::sql::Time;
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use governance::Role;
use serde_json::json;

/// Who keeps an organisation's books.
pub const KEEPERS: [Role; 3] = [Role::Accountant, Role::Treasurer, Role::FundSteward];
/// Who may look into them besides.
pub const READERS: [Role; 5] = [
    Role::Accountant,
    Role::Treasurer,
    Role::FundSteward,
    Role::Approver,
    Role::Admin,
];

/// A month of a book.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Period {
    _organisation: OrganisationId,
    /// `2026-11`.
    pub period: String,
    /// How many entries it has.
    pub entries: i64,
    /// When it was locked.
    pub locked_at: Option<Time>,
    /// By whom.
    pub locked_by: Option<PersonId>,
}

/// Where an entry goes.
pub(super) struct Place {
    /// The month.
    pub period: String,
    /// The entry's number in it.
    pub number: i64,
    /// The day in the book.
    pub booked_on: NaiveDate,
}

/// The name of the month of `date`.
pub fn name_of(date: NaiveDate) -> String {
    format!("{:04}-{:02}", date.year(), date.month())
}

/// The month before one that [`is_month`].
pub(super) fn before(period: &str) -> String {
    let first = NaiveDate::parse_from_str(&format!("{period}-01"), "%Y-%m-%d");
    first
        .ok()
        .and_then(|first| first.pred_opt())
        .map_or_else(|| period.to_owned(), name_of)
}

/// Whether the word is a month: `2026-11`.
pub fn is_month(word: &str) -> bool {
    word.len() == 7 && NaiveDate::parse_from_str(&format!("{word}-01"), "%Y-%m-%d").is_ok()
}

/// Counts the next entry of the month of `date`, or of the month of `now` where that is locked. The row stays
/// locked until the commit, so that numbers have no gaps and a lock waits for who is posting.
///
/// # Errors
/// [`Code::PeriodLocked`] where both are locked.
pub(super) fn next_place(
    conn: &mut Conn,
    organisation: OrganisationId,
    date: NaiveDate,
    now: Time,
) -> Result<Place> {
    for booked_on in [date, now.date()] {
        let period = name_of(booked_on);
        if let Some(number) = count_in(conn, organisation, &period)? {
            return Ok(Place {
                period,
                number,
                booked_on,
            });
        }
    }
    Err(locked(&name_of(now.date())))
}

fn count_in(conn: &mut Conn, organisation: OrganisationId, period: &str) -> Result<Option<i64>> {
    let row = (
        table::organisation_id.eq(organisation),
        table::period.eq(period),
        table::entries.eq(0_i64),
    );
    on_each!(conn => diesel::insert_into(table::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    let open = table::table
        .find((organisation, period))
        .filter(table::locked_at.is_null());
    Ok(diesel::update(open)
        .set(table::entries.eq(table::entries + 1))
        .returning(table::entries)
        .get_result(conn)
        .optional()?)
}

fn locked(period: &str) -> crate::Error {
    let detail = format!("The books of {period} are locked.");
    Refusal::new(Code::PeriodLocked, detail).into()
}

/// Locks a month that is over: nothing is booked in it any more. Earlier months with entries are locked first.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but who keeps the books, [`Code::PeriodNotOver`], [`Code::PeriodLocked`] where
/// it is locked already.
pub fn lock(conn: &mut Conn, by: &Actor, period: &str) -> Result<Period> {
    by.require(&KEEPERS)?;
    if period >= name_of(by.now.date()).as_str() {
        let detail = format!("{period} is not over yet.");
        return Err(Refusal::new(Code::PeriodNotOver, detail).into());
    }
    let earlier: Option<String> = table::table
        .filter(table::organisation_id.eq(by.organisation))
        .filter(table::period.lt(period))
        .filter(table::locked_at.is_null())
        .order(table::period)
        .select(table::period)
        .first(conn)
        .optional()?;
    if let Some(earlier) = earlier {
        let detail = format!("{earlier} comes before {period} and is still open.");
        return Err(Refusal::new(Code::PeriodNotOver, detail).into());
    }
    let row = (
        table::organisation_id.eq(by.organisation),
        table::period.eq(period),
        table::entries.eq(0_i64),
    );
    on_each!(conn => diesel::insert_into(table::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    let open = table::table
        .find((by.organisation, period))
        .filter(table::locked_at.is_null());
    // Who was posting when the lock was asked for comes before it.
    let last: Option<Time> = journal_entries::table
        .filter(journal_entries::organisation_id.eq(by.organisation))
        .filter(journal_entries::period.eq(period))
        .order(journal_entries::created_at.desc())
        .select(journal_entries::created_at)
        .first(conn)
        .optional()?;
    let locked_at = last.map_or(by.now, |last| last.max(by.now));
    let changed = diesel::update(open)
        .set((
            table::locked_at.eq(Some(locked_at)),
            table::locked_by.eq(Some(by.person)),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(locked(period));
    }
    let after = json!({"period": period});
    let act = Act {
        act: "book_period.lock",
        kind: "book_period",
        id: by.organisation.uuid(),
        before: None,
        after: Some(&after),
    };
    audit::record(conn, by, &act)?;
    get(conn, by.organisation, period)
}

fn get(conn: &mut Conn, organisation: OrganisationId, period: &str) -> Result<Period> {
    Ok(table::table.find((organisation, period)).first(conn)?)
}

/// The months of the actor's organisation that have entries or are locked, in order.
///
/// # Errors
/// [`Code::Forbidden`].
pub fn list(conn: &mut Conn, by: &Actor) -> Result<Vec<Period>> {
    by.require(&READERS)?;
    Ok(table::table
        .filter(table::organisation_id.eq(by.organisation))
        .order(table::period)
        .load(conn)?)
}
