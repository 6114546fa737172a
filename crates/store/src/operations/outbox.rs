//! The outbox: effects outside the database, written with the act that causes them and carried out
//! after its commit. At most one worker holds an entry; a crashed worker's lease runs out.
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{OrganisationId, OutboxId};
use crate::schema::outbox;
use crate::sql::{Json, Time};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::Value;

/// How long a worker has before another may take its entry.
pub const LEASE: TimeDelta = TimeDelta::minutes(5);
/// After this many tries an entry is given up, visibly.
pub const ATTEMPTS_MAX: i32 = 12;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Send a message: the payload is its recipient, language and notice.
    Mail,
    /// New capacity of a product: tell those whose unmet needs it may meet.
    MatchUnmet,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::MatchUnmet => "match_unmet",
        }
    }
    /// Reads a kind.
    pub fn parse(kind: &str) -> Option<Self> {
        [Self::Mail, Self::MatchUnmet]
            .into_iter()
            .find(|known| known.as_str() == kind)
    }
}

/// An entry that a worker holds.
#[derive(Clone, Debug, Queryable)]
pub struct Entry {
    /// Also the stable part of a message's id, so that a second try is the same message.
    pub id: OutboxId,
    kind: String,
    /// The organisation told, where there is one.
    pub organisation: Option<OrganisationId>,
    payload: Json,
    /// `due`, `done` or `failed`.
    pub status: String,
    /// How often it was tried, this time included.
    pub attempts: i32,
    /// When it is due.
    pub due_at: Time,
    _leased_until: Option<Time>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When the act happened.
    pub created_at: Time,
}

impl Entry {
    /// What is to be done; `None` for a kind that a newer version wrote.
    pub fn kind(&self) -> Option<Kind> {
        Kind::parse(&self.kind)
    }
    /// The data it needs.
    pub fn payload(&self) -> &Value {
        &self.payload.0
    }
}

/// Adds an entry in the caller's transaction.
///
/// # Errors
/// Those of the database.
pub fn add(
    conn: &mut Conn,
    kind: Kind,
    organisation: Option<OrganisationId>,
    payload: Value,
    now: Time,
) -> Result<()> {
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(OutboxId::fresh()),
            outbox::kind.eq(kind.as_str()),
            outbox::organisation_id.eq(organisation),
            outbox::payload.eq(Json(payload)),
            outbox::status.eq("due"),
            outbox::attempts.eq(0),
            outbox::due_at.eq(now),
            outbox::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Leases up to `limit` due entries. Call it in a write transaction.
///
/// # Errors
/// Those of the database.
pub fn claim(conn: &mut Conn, now: Time, limit: i64) -> Result<Vec<Entry>> {
    let due = outbox::table
        .filter(outbox::status.eq("due"))
        .filter(outbox::due_at.le(now))
        .filter(
            outbox::leased_until
                .is_null()
                .or(outbox::leased_until.lt(Some(now))),
        )
        .order(outbox::due_at)
        .limit(limit)
        .select(outbox::id);
    // PostgreSQL has several writers, so each skips the rows another is claiming. SQLite has one writer.
    let ids: Vec<OutboxId> = match conn {
        Conn::Postgres(conn) => due.for_update().skip_locked().load(conn)?,
        Conn::Sqlite(conn) => due.load(conn)?,
    };
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(diesel::update(outbox::table.filter(outbox::id.eq_any(ids)))
        .set((
            outbox::leased_until.eq(Some(now.plus(LEASE))),
            outbox::attempts.eq(outbox::attempts + 1),
        ))
        .returning(outbox::all_columns)
        .get_results(conn)?)
}

/// How many entries are due and how many were given up, by status; both stand even at zero.
///
/// # Errors
/// Those of the database.
pub fn count(conn: &mut Conn) -> Result<Vec<(String, i64)>> {
    ["due", "failed"]
        .into_iter()
        .map(|status| {
            let entries = outbox::table.filter(outbox::status.eq(status));
            Ok((status.to_owned(), entries.count().get_result(conn)?))
        })
        .collect()
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It may work later.
    Retry(String),
    /// It will never work.
    Failed(String),
}

/// Writes down how a try ended, unless its lease was lost to another worker meanwhile (`false`).
/// Tries are spaced 1, 2, 4, … minutes apart, at most a day.
///
/// # Errors
/// Those of the database.
pub fn finish(conn: &mut Conn, entry: &Entry, outcome: &Outcome, now: Time) -> Result<bool> {
    let (status, error) = match outcome {
        Outcome::Done => ("done", None),
        Outcome::Retry(error) if entry.attempts < ATTEMPTS_MAX => ("due", Some(error)),
        Outcome::Retry(error) | Outcome::Failed(error) => ("failed", Some(error)),
    };
    // What was delivered is of no use any more, and an invitation's payload holds its token.
    let payload = match outcome {
        Outcome::Done => Json(Value::Object(serde_json::Map::new())),
        _ => entry.payload.clone(),
    };
    let minutes = 1_i64 << entry.attempts.clamp(1, 11).saturating_sub(1);
    let changed = diesel::update(outbox::table.find(entry.id))
        .filter(outbox::attempts.eq(entry.attempts))
        .set((
            outbox::status.eq(status),
            outbox::payload.eq(payload),
            outbox::last_error.eq(error),
            outbox::leased_until.eq(None::<Time>),
            outbox::due_at.eq(now.plus(TimeDelta::minutes(minutes.min(1_440)))),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// The organisation's messages that could not be delivered, newest first.
///
/// # Errors
/// Those of the database.
pub fn failed(conn: &mut Conn, organisation: OrganisationId, limit: i64) -> Result<Vec<Entry>> {
    Ok(outbox::table
        .filter(outbox::organisation_id.eq(organisation))
        .filter(outbox::status.eq("failed"))
        .order(outbox::id.desc())
        .limit(limit)
        .load(conn)?)
}
