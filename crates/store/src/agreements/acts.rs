//! Offering a framework agreement, taking it back, ending it.
use super::rows::{self, Agreement};
use super::{Side, current, other_side, record, side_of};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::identity::organisations;
use crate::ids::AgreementId;
use crate::operations::notices;
use ordering::{AGREEMENT, AgreementAct};
use serde_json::json;

/// The buyer shows its draft to the co-operative: both sides can change and sign it from now on.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for the co-operative, [`Code::WrongState`], [`Code::Stale`].
pub fn offer(conn: &mut Conn, by: &Actor, id: AgreementId, version: i64) -> Result<Agreement> {
    let before = of_buyer(conn, by, id, version)?;
    let state = AGREEMENT.next(before.state, AgreementAct::Offer)?;
    let offered = Agreement {
        state,
        offered_at: Some(by.now),
        ..before.clone()
    };
    let offered = rows::save(conn, offered)?;
    record(
        conn,
        by,
        "framework_agreement.offer",
        Some(&before),
        &offered,
    )?;
    tell_offered(conn, by, &offered, Side::Buyer)?;
    Ok(offered)
}

/// The buyer takes an offer back to its own desk.
///
/// # Errors
/// As [`offer`].
pub fn withdraw(conn: &mut Conn, by: &Actor, id: AgreementId, version: i64) -> Result<Agreement> {
    let before = of_buyer(conn, by, id, version)?;
    let state = AGREEMENT.next(before.state, AgreementAct::Withdraw)?;
    let withdrawn = Agreement {
        state,
        offered_at: None,
        ..before.clone()
    };
    let withdrawn = rows::save(conn, withdrawn)?;
    record(
        conn,
        by,
        "framework_agreement.withdraw",
        Some(&before),
        &withdrawn,
    )?;
    Ok(withdrawn)
}

/// A side ends the agreement. What was called off before stays ordered.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`], [`Code::Stale`].
pub fn end(
    conn: &mut Conn,
    by: &Actor,
    id: AgreementId,
    version: i64,
    reason: &str,
) -> Result<Agreement> {
    let before = current(conn, by, id, version)?;
    let side = side_of(by, &before)?;
    let state = AGREEMENT.next(before.state, AgreementAct::End)?;
    let ended = Agreement {
        state,
        ended_reason: Some(reason.to_owned()),
        ..before.clone()
    };
    let ended = rows::save(conn, ended)?;
    record(conn, by, "framework_agreement.end", Some(&before), &ended)?;
    if ended.offered_at.is_some() {
        let (other, role) = other_side(&ended, side);
        let notice = json!({
            "kind": "agreement_ended",
            "organisation": organisations::get(conn, by.organisation)?.name,
            "agreement": ended.reference,
            "url": format!("/framework-agreements/{id}"),
        });
        notices::tell(conn, other, role, &notice, by.now)?;
    }
    Ok(ended)
}

fn of_buyer(conn: &mut Conn, by: &Actor, id: AgreementId, version: i64) -> Result<Agreement> {
    let agreement = current(conn, by, id, version)?;
    match side_of(by, &agreement)? {
        Side::Buyer => Ok(agreement),
        Side::Cooperative => {
            let detail = "Only the buyer offers the agreement and takes it back.";
            Err(Refusal::new(Code::Forbidden, detail).into())
        }
    }
}

/// Tells the other side that there are terms to read.
pub(super) fn tell_offered(
    conn: &mut Conn,
    by: &Actor,
    agreement: &Agreement,
    side: Side,
) -> Result<()> {
    let (other, role) = other_side(agreement, side);
    let notice = json!({
        "kind": "agreement_offered",
        "organisation": organisations::get(conn, by.organisation)?.name,
        "agreement": agreement.reference,
        "url": format!("/framework-agreements/{}", agreement.id),
    });
    notices::tell(conn, other, role, &notice, by.now)
}
