//! What time does to framework agreements: terms end, clauses come up for measuring.
use super::rows::{self, Agreement};
use super::{lock, record_by_server};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::identity::organisations::networks_of;
use crate::ids::{AgreementId, OrganisationId};
use crate::operations::notices;
use crate::schema::{agreement_clauses, framework_agreements};
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::Role;
use ordering::{AGREEMENT, AgreementAct, AgreementState};
use serde_json::json;

/// At most this many of each kind in one transaction: others write in between.
const AT_ONCE: i64 = 20;

/// Ends the agreements whose term is over and reminds of the clauses that are to be measured. Returns how much
/// was due; call it until that is nothing.
///
/// # Errors
/// Those of the database.
pub fn pass_due(conn: &mut Conn, now: Time) -> Result<usize> {
    let mut done = 0;
    for agreement in rows::over(conn, now.date(), AT_ONCE)? {
        let id = agreement.id;
        match conn.transaction(|conn| expire(conn, id, now)) {
            Ok(()) => done += 1,
            Err(Error::Refused(refusal)) => {
                tracing::warn!(%id, detail = refusal.detail, "a term could not end");
            }
            Err(error) => return Err(error),
        }
    }
    for due in due_clauses(conn, now.date())? {
        remind(conn, due, now)?;
        done += 1;
    }
    Ok(done)
}

fn expire(conn: &mut Conn, id: AgreementId, now: Time) -> Result<()> {
    lock(conn, id)?;
    let before = rows::find(conn, id)?;
    let state = AGREEMENT.next(before.state, AgreementAct::Expire)?;
    let expired = Agreement {
        state,
        ..before.clone()
    };
    let expired = rows::save(conn, expired)?;
    record_by_server(conn, now, "framework_agreement.expire", &before, &expired)
}

type Due = (
    AgreementId,
    i32,
    String,
    NaiveDate,
    String,
    OrganisationId,
    OrganisationId,
);

/// Clauses of agreements that were signed whose day has come and of which nobody was reminded yet.
fn due_clauses(conn: &mut Conn, today: NaiveDate) -> Result<Vec<Due>> {
    let signed = [AgreementState::InForce, AgreementState::Expired].map(AgreementState::as_str);
    Ok(agreement_clauses::table
        .inner_join(framework_agreements::table)
        .filter(agreement_clauses::review_on.le(today))
        .filter(agreement_clauses::reminded_at.is_null())
        .filter(framework_agreements::status.eq_any(signed))
        .filter(framework_agreements::in_force_at.is_not_null())
        .order((
            agreement_clauses::review_on,
            agreement_clauses::agreement_id,
        ))
        .limit(AT_ONCE)
        .select((
            agreement_clauses::agreement_id,
            agreement_clauses::position,
            agreement_clauses::wording,
            agreement_clauses::review_on,
            framework_agreements::reference,
            framework_agreements::buyer_id,
            framework_agreements::cooperative_id,
        ))
        .load(conn)?)
}

/// Tells both sides and the verifiers of the co-operative's networks, once.
fn remind(conn: &mut Conn, due: Due, now: Time) -> Result<()> {
    let (id, position, wording, review_on, reference, buyer, cooperative) = due;
    let notice = json!({
        "kind": "clause_due",
        "agreement": reference,
        "clause": wording,
        "review_on": review_on,
        "url": format!("/framework-agreements/{id}"),
    });
    notices::tell(conn, buyer, Role::Buyer, &notice, now)?;
    notices::tell(conn, cooperative, Role::Seller, &notice, now)?;
    for network in networks_of(conn, cooperative)? {
        notices::tell(conn, network, Role::Verifier, &notice, now)?;
    }
    diesel::update(agreement_clauses::table.find((id, position)))
        .filter(agreement_clauses::reminded_at.is_null())
        .set(agreement_clauses::reminded_at.eq(Some(now)))
        .execute(conn)?;
    Ok(())
}
