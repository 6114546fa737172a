//! Idempotency keys: the first answer is kept in the transaction of the act it answers, so that
//! the two exist together or not at all, on any replica and across restarts.
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::on_each;
use crate::schema::idempotency_keys;
use crate::sql::{Key, Time};
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use uuid::Uuid;

/// How long an answer is kept at least: longer than any client's retries.
pub const KEPT_FOR: TimeDelta = TimeDelta::days(14);
/// How long a twin waits for the first before it is told that the first is still in flight.
const TWIN_WAIT: &str = "SET LOCAL lock_timeout = '2s'";
const NORMAL_WAIT: &str = "SET LOCAL lock_timeout = '5s'";

/// An answer, as it is kept and given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// HTTP status.
    pub status: i32,
    /// `Location` header.
    pub location: Option<String>,
    /// `ETag` header.
    pub etag: Option<String>,
    /// The body, as text.
    pub body: String,
}

/// A key and what it was used for.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Whose key: the person (a key of one says nothing to another).
    pub scope: Uuid,
    /// The client's key.
    pub key: String,
    /// A digest of method, path and body.
    pub request_hash: String,
}

/// Claims the key for the caller's transaction. `Some` is the first answer, to be given again.
/// The key is written first: a twin waits at the unique index for the first to commit.
///
/// # Errors
/// [`Code::IdempotencyKeyReused`] for another request; [`Code::IdempotencyKeyInFlight`] where the
/// first takes longer than a twin waits.
pub fn claim(conn: &mut Conn, claim: &Claim, now: Time) -> Result<Option<Kept>> {
    if write(conn, claim, now)? {
        return Ok(None);
    }
    // An outdated key makes room for a new use.
    let outdated = idempotency_keys::table
        .find((Key(claim.scope), &claim.key))
        .filter(idempotency_keys::created_at.lt(now.plus(-KEPT_FOR)));
    if diesel::delete(outdated).execute(conn)? == 1 && write(conn, claim, now)? {
        return Ok(None);
    }
    find(conn, claim)
}

/// Writes the key without an answer; false where it is there already.
fn write(conn: &mut Conn, claim: &Claim, now: Time) -> Result<bool> {
    let row = (
        idempotency_keys::scope.eq(Key(claim.scope)),
        idempotency_keys::key.eq(&claim.key),
        idempotency_keys::request_hash.eq(&claim.request_hash),
        idempotency_keys::status.eq(0),
        idempotency_keys::body.eq(""),
        idempotency_keys::created_at.eq(now),
    );
    twin_wait(conn, TWIN_WAIT)?;
    let inserted = on_each!(conn => diesel::insert_into(idempotency_keys::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn));
    let inserted = match inserted {
        Err(DieselError::DatabaseError(DatabaseErrorKind::Unknown, info))
            if info.message().contains("lock timeout") =>
        {
            return Err(Refusal::new(
                Code::IdempotencyKeyInFlight,
                "The first request with this key is still being answered: ask again in a moment.",
            )
            .into());
        }
        other => other?,
    };
    twin_wait(conn, NORMAL_WAIT)?;
    Ok(inserted == 1)
}

/// Keeps the answer of the act that this transaction carries out.
///
/// # Errors
/// Those of the database.
pub fn keep(conn: &mut Conn, claim: &Claim, answer: &Kept) -> Result<()> {
    diesel::update(idempotency_keys::table.find((Key(claim.scope), &claim.key)))
        .set((
            idempotency_keys::status.eq(answer.status),
            idempotency_keys::location.eq(&answer.location),
            idempotency_keys::etag.eq(&answer.etag),
            idempotency_keys::body.eq(&answer.body),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets answers older than [`KEPT_FOR`]; returns how many.
///
/// # Errors
/// Those of the database.
pub fn forget_old(conn: &mut Conn, now: Time) -> Result<usize> {
    let old = idempotency_keys::table.filter(idempotency_keys::created_at.lt(now.plus(-KEPT_FOR)));
    Ok(diesel::delete(old).execute(conn)?)
}

fn find(conn: &mut Conn, claim: &Claim) -> Result<Option<Kept>> {
    type Row = (String, i32, Option<String>, Option<String>, String);
    let row: Option<Row> = idempotency_keys::table
        .find((Key(claim.scope), &claim.key))
        .select((
            idempotency_keys::request_hash,
            idempotency_keys::status,
            idempotency_keys::location,
            idempotency_keys::etag,
            idempotency_keys::body,
        ))
        .first(conn)
        .optional()?;
    let Some((hash, status, location, etag, body)) = row else {
        return Ok(None);
    };
    if hash != claim.request_hash {
        return Err(Refusal::new(
            Code::IdempotencyKeyReused,
            "This Idempotency-Key was used with another request: use a new one.",
        )
        .into());
    }
    Ok(Some(Kept {
        status,
        location,
        etag,
        body,
    }))
}

/// Only PostgreSQL has twins at the same time: SQLite has one writer.
fn twin_wait(conn: &mut Conn, setting: &str) -> Result<()> {
    if let Conn::Postgres(conn) = conn {
        diesel::sql_query(setting).execute(conn)?;
    }
    Ok(())
}
