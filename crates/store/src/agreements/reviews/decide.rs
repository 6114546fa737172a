//! Deciding on a review: the other side takes the new prices or not, the side that asked takes it back.
use super::super::rows::{self, Agreement, Line};
use super::super::terms::{Index, Indexation};
use super::super::{get, lock, record};
use super::{Review, ReviewLine, find, lines, require_floor, require_side};
use crate::actor::Actor;
use crate::catalogue::pricer::{Pricer, Quote, Revision};
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, corrupt};
use crate::ids::{AgreementId, ReviewId};
use crate::schema::{agreement_lines, framework_agreements, price_reviews};
use crate::sql::Json;
use diesel::prelude::*;
use money::Micro;
use ordering::{AGREEMENT, AgreementAct, REVIEW, ReviewAct, ReviewState};
use pricing::ReviewRequest;
use serde_json::Value;

/// The other side takes the new prices: later call-offs have them.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for the side that asked, [`Code::WrongState`], [`Code::BelowFloor`],
/// [`Code::Stale`].
pub fn accept(
    conn: &mut Conn,
    by: &Actor,
    (id, review): (AgreementId, ReviewId),
    version: i64,
) -> Result<Review> {
    let (agreement, before) = to_decide(conn, by, (id, review), version)?;
    require_other(by, &before)?;
    AGREEMENT.next(agreement.state, AgreementAct::Review)?;
    let state = REVIEW.next(before.state, ReviewAct::Accept)?;
    let moved = lines(conn, review)?;
    let mut indexation = agreement.indexation.clone();
    for line in rows::lines(conn, &agreement)? {
        let Some(change) = moved.iter().find(|one| one.position == line.position) else {
            continue;
        };
        apply(conn, by, &agreement, &line, change, &mut indexation)?;
    }
    diesel::update(framework_agreements::table.find(id))
        .set((
            framework_agreements::indexation.eq(indexation.map(|by| Json(by.write()))),
            framework_agreements::priced_on.eq(before.as_of),
            framework_agreements::version.eq(framework_agreements::version + 1),
        ))
        .execute(conn)?;
    let accepted = decide(conn, by, &before, state)?;
    let after = rows::find(conn, id)?;
    record(
        conn,
        by,
        "framework_agreement.review_accept",
        Some(&agreement),
        &after,
    )?;
    Ok(accepted)
}

/// Puts the line's new price in force; the indices' values of the review are the bases of the next.
fn apply(
    conn: &mut Conn,
    by: &Actor,
    agreement: &Agreement,
    line: &Line,
    change: &ReviewLine,
    indexation: &mut Option<Indexation>,
) -> Result<()> {
    let spoilt = |_| corrupt("price_review_lines.request");
    let review: ReviewRequest = serde_json::from_value(change.request.clone()).map_err(spoilt)?;
    let destination = Value::String(change.community_destination.clone());
    if let Some(indexation) = indexation {
        for index in &mut indexation.indices {
            rebase(index, &review)?;
        }
    }
    let mut quote = line.quote(agreement.payment())?;
    let mut revisions = std::mem::take(&mut quote.revisions);
    revisions.push(Revision {
        review,
        community_destination: serde_json::from_value(destination).map_err(spoilt)?,
    });
    let revised = Quote::of(quote.request, revisions, line.rule_set, agreement.payment())?;
    let pricer = Pricer::by_rule_set(conn, line.listing, line.rule_set, by.now.date())?;
    require_floor(&pricer, line, &revised)?;
    diesel::update(agreement_lines::table.find((agreement.id, line.position)))
        .set((
            agreement_lines::unit_price_micro.eq(revised.unit_price.get()),
            agreement_lines::market_unit_price_micro.eq(revised.market_unit_price.get()),
            agreement_lines::price_request.eq(Json(revised.kept_request()?)),
            agreement_lines::price_answer.eq(Json(revised.kept_answer()?)),
        ))
        .execute(conn)?;
    Ok(())
}

fn rebase(index: &mut Index, review: &ReviewRequest) -> Result<()> {
    let reviewed = review.indices.iter().find(|one| one.name == index.name);
    if let Some(reviewed) = reviewed {
        index.base = Micro::from_decimal(reviewed.now)?;
    }
    Ok(())
}

/// The other side does not take the new prices.
///
/// # Errors
/// As [`accept`].
pub fn refuse(
    conn: &mut Conn,
    by: &Actor,
    of: (AgreementId, ReviewId),
    version: i64,
) -> Result<Review> {
    let (agreement, before) = to_decide(conn, by, of, version)?;
    require_other(by, &before)?;
    let state = REVIEW.next(before.state, ReviewAct::Refuse)?;
    let refused = decide(conn, by, &before, state)?;
    record(
        conn,
        by,
        "framework_agreement.review_refuse",
        Some(&agreement),
        &agreement,
    )?;
    Ok(refused)
}

/// The side that asked takes the review back.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for the other side, [`Code::WrongState`], [`Code::Stale`].
pub fn withdraw(
    conn: &mut Conn,
    by: &Actor,
    of: (AgreementId, ReviewId),
    version: i64,
) -> Result<Review> {
    let (agreement, before) = to_decide(conn, by, of, version)?;
    if before.proposed_for != by.organisation {
        let detail = "Only the side that asked for the review takes it back.";
        return Err(Refusal::new(Code::Forbidden, detail).into());
    }
    let state = REVIEW.next(before.state, ReviewAct::Withdraw)?;
    let withdrawn = decide(conn, by, &before, state)?;
    record(
        conn,
        by,
        "framework_agreement.review_withdraw",
        Some(&agreement),
        &agreement,
    )?;
    Ok(withdrawn)
}

/// The review at the version that the caller read, its agreement held, for somebody who binds a side.
fn to_decide(
    conn: &mut Conn,
    by: &Actor,
    (id, review): (AgreementId, ReviewId),
    version: i64,
) -> Result<(Agreement, Review)> {
    lock(conn, id)?;
    let agreement = get(conn, by, id)?;
    require_side(by, &agreement)?;
    let review = find(conn, review)?;
    if review.agreement != id {
        return Err(Refusal::not_found().into());
    }
    if review.version != version {
        return Err(Refusal::stale().into());
    }
    Ok((agreement, review))
}

fn require_other(by: &Actor, review: &Review) -> Result<()> {
    if review.proposed_for != by.organisation {
        return Ok(());
    }
    let detail = "The other side decides on the review.";
    Err(Refusal::new(Code::Forbidden, detail).into())
}

fn decide(conn: &mut Conn, by: &Actor, before: &Review, state: ReviewState) -> Result<Review> {
    let changed = diesel::update(price_reviews::table.find(before.id))
        .filter(price_reviews::version.eq(before.version))
        .set((
            price_reviews::status.eq(state.as_str()),
            price_reviews::decided_for.eq(by.organisation),
            price_reviews::decided_by.eq(by.person),
            price_reviews::decided_at.eq(by.now),
            price_reviews::version.eq(before.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    find(conn, before.id)
}
