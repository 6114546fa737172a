//! The network's side of a dossier: the visit, the signature, the refusal.
use super::{Changes, Dossier, Status, for_network, seen_by};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, corrupt};
use crate::governance::{assembly, findings};
use crate::identity::organisations;
use crate::ids::DossierId;
use crate::operations::audit;
use chrono::NaiveDate;
use governance::{Application, Role, Verification};
use serde_json::json;

/// The dossier for an act of a verifier's.
fn submitted(conn: &mut Conn, by: &Actor, id: DossierId) -> Result<Dossier> {
    for_network(
        conn,
        by,
        id,
        &[Role::Verifier],
        &[Status::Submitted],
        "a submitted one is visited, signed or refused",
    )
}

/// Notes the day on which a verifier was there; a later visit replaces an earlier one.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::ConflictOfInterest`], [`Code::WrongState`] unless it
/// is submitted, [`Code::InvalidInput`] for a day in the future, [`Code::Stale`].
pub fn visit(
    conn: &mut Conn,
    by: &Actor,
    id: DossierId,
    version: i64,
    visited_on: NaiveDate,
) -> Result<Dossier> {
    let dossier = submitted(conn, by, id)?;
    if visited_on > by.now.date() {
        let detail = "A visit is noted on its day or later.";
        return Err(Refusal::new(Code::InvalidInput, detail)
            .at("/visited_on")
            .into());
    }
    Changes {
        visited_on: Some(visited_on),
        ..Changes::default()
    }
    .save(conn, id, version)?;
    let before = json!({"visited_on": dossier.visited_on});
    let after = json!({"visited_on": visited_on});
    audit::change(conn, by, "dossier.visit", id.uuid(), Some(&before), &after)?;
    seen_by(conn, by, id)
}

/// Signs: the co-operative is verified, or provisionally so while it is young, until `expires_on` (as
/// long as its standing allows where none is named).
///
/// # Errors
/// As [`visit`]; [`Code::WrongState`] too where nobody has visited, [`Code::NotVerifiable`] naming every
/// condition that is not met, [`Code::InvalidInput`] for an expiry that the standing does not allow.
pub fn sign(
    conn: &mut Conn,
    by: &Actor,
    id: DossierId,
    version: i64,
    expires_on: Option<NaiveDate>,
) -> Result<Dossier> {
    let dossier = submitted(conn, by, id)?;
    if dossier.visited_on.is_none() {
        let detail = "A verifier visits before signing, and nobody has: note the visit first.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let today = by.now.date();
    let facts =
        governance::Dossier::parse(dossier.facts, today).map_err(|_| corrupt("dossiers dates"))?;
    let decision = match dossier.assembly_record {
        Some(record) => Some(assembly::get(conn, record)?.decision()),
        None => None,
    };
    let findings = findings::weighed(conn, &dossier)?;
    let belongs_to = organisations::of_person(conn, by.person)?;
    let verification = Verification::sign(
        &Application {
            cooperative: &dossier.cooperative,
            dossier: &facts,
            decision: decision.as_ref(),
            findings: &findings,
        },
        dossier.network,
        &belongs_to,
        today,
        expires_on,
    )?;
    Changes {
        signed_by: Some(by.person),
        signed_at: Some(by.now),
        standing: Some(verification.standing().as_str()),
        expires_on: Some(verification.expires_on()),
        ..Changes::to(Status::Signed)
    }
    .save(conn, id, version)?;
    let before = json!({"status": dossier.status.as_str()});
    let after = json!({
        "status": Status::Signed.as_str(),
        "standing": verification.standing().as_str(),
        "expires_on": verification.expires_on(),
    });
    audit::change(conn, by, "dossier.sign", id.uuid(), Some(&before), &after)?;
    seen_by(conn, by, id)
}

/// Refuses, and says why.
///
/// # Errors
/// As [`visit`].
pub fn refuse(
    conn: &mut Conn,
    by: &Actor,
    id: DossierId,
    version: i64,
    reason: &str,
) -> Result<Dossier> {
    let dossier = submitted(conn, by, id)?;
    Changes {
        refusal_reason: Some(reason),
        ..Changes::to(Status::Refused)
    }
    .save(conn, id, version)?;
    let before = json!({"status": dossier.status.as_str()});
    let after = json!({"status": Status::Refused.as_str(), "reason": reason});
    audit::change(conn, by, "dossier.refuse", id.uuid(), Some(&before), &after)?;
    seen_by(conn, by, id)
}
