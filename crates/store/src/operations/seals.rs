//! Seals of the audit log: each is a digest of the entries since the one before, and of that one. Whoever changes,
//! removes or adds an old entry breaks the chain, and `minga check` says so.
//!
//! Writing an entry costs nothing more: the worker seals afterwards, once no transaction can add an older entry.
use crate::db::Conn;
use crate::digest::hexadecimal;
use crate::error::{Code, Refusal};
use crate::error::{Result, taken};
use crate::ids::AuditId;
use crate::operations::audit::Entry;
use crate::schema::{audit_log, audit_seals};
use crate::sql::Time;
use chrono::TimeDelta;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// No transaction lives so long: entries older than this have all been written.
const SETTLED_AFTER: TimeDelta = TimeDelta::minutes(15);
/// Entries of one seal at most: bounds one transaction.
const ENTRIES_MAX: i64 = 5_000;

#[derive(Queryable)]
struct Seal {
    number: i64,
    upto_id: AuditId,
    entries: i64,
    digest: String,
    _sealed_at: Time,
}

/// Seals what has settled since the last seal. Returns how many entries that were.
///
/// # Errors
/// Those of the database; [`Code::Busy`] where another worker was faster.
pub fn seal(conn: &mut Conn, now: Time) -> Result<usize> {
    let last: Option<Seal> = audit_seals::table
        .order(audit_seals::number.desc())
        .first(conn)
        .optional()?;
    let horizon = before(now.plus(-SETTLED_AFTER));
    let entries = between(conn, last.as_ref().map(|seal| seal.upto_id), horizon)?;
    let Some(newest) = entries.last() else {
        return Ok(0);
    };
    let previous = last.as_ref().map_or("", |seal| seal.digest.as_str());
    let faster = Refusal::new(Code::Busy, "Another worker sealed meanwhile.");
    diesel::insert_into(audit_seals::table)
        .values((
            audit_seals::number.eq(last.as_ref().map_or(1, |seal| seal.number + 1)),
            audit_seals::upto_id.eq(newest.id),
            audit_seals::entries.eq(i64::try_from(entries.len()).unwrap_or(i64::MAX)),
            audit_seals::digest.eq(digest(previous, &entries)),
            audit_seals::sealed_at.eq(now),
        ))
        .execute(conn)
        .map_err(|error| taken(error, faster))?;
    Ok(entries.len())
}

/// How many seals are not what the log says now.
///
/// # Errors
/// Those of the database.
pub fn broken(conn: &mut Conn) -> Result<i64> {
    let mut broken = 0;
    let (mut after, mut number, mut previous) = (None, 0, String::new());
    loop {
        let next: Option<Seal> = audit_seals::table
            .filter(audit_seals::number.gt(number))
            .order(audit_seals::number)
            .first(conn)
            .optional()?;
        let Some(seal) = next else {
            return Ok(broken);
        };
        let entries = upto(conn, after, seal.upto_id)?;
        let whole = seal.number == number + 1
            && i64::try_from(entries.len()) == Ok(seal.entries)
            && digest(&previous, &entries) == seal.digest;
        broken += i64::from(!whole);
        after = Some(seal.upto_id);
        number = seal.number;
        previous = seal.digest;
    }
}

fn between(conn: &mut Conn, after: Option<AuditId>, horizon: AuditId) -> Result<Vec<Entry>> {
    let mut query = audit_log::table
        .filter(audit_log::id.lt(horizon))
        .order(audit_log::id)
        .limit(ENTRIES_MAX)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(audit_log::id.gt(after));
    }
    Ok(query.load(conn)?)
}

fn upto(conn: &mut Conn, after: Option<AuditId>, last: AuditId) -> Result<Vec<Entry>> {
    let mut query = audit_log::table
        .filter(audit_log::id.le(last))
        .order(audit_log::id)
        .limit(ENTRIES_MAX + 1)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(audit_log::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// The least id of that moment: ids begin with the milliseconds at which they were made (RFC 9562).
fn before(moment: Time) -> AuditId {
    let millis = u128::try_from(moment.utc().timestamp_millis()).unwrap_or_default();
    AuditId::from(Uuid::from_u128(millis << 80))
}

fn digest(previous: &str, entries: &[Entry]) -> String {
    let mut hash = Sha256::new();
    hash.update(previous.as_bytes());
    for entry in entries {
        let json =
            |value: Option<&serde_json::Value>| value.map(ToString::to_string).unwrap_or_default();
        let fields = [
            entry.id.to_string(),
            entry.at.utc().timestamp_micros().to_string(),
            entry.organisation.to_string(),
            entry.person.map(|id| id.to_string()).unwrap_or_default(),
            entry.mandate.map(|id| id.to_string()).unwrap_or_default(),
            entry.act.clone(),
            entry.object_kind.clone(),
            entry.object().to_string(),
            json(entry.before()),
            json(entry.after()),
            entry.trace_id.clone(),
        ];
        for field in fields {
            // Lengths before texts: what is moved from one field to the next is another digest.
            hash.update(field.len().to_be_bytes());
            hash.update(field.as_bytes());
        }
    }
    hexadecimal(&hash.finalize())
}
