//! Asking for new prices by the indices of today.
use super::super::rows::{self, Agreement, Line};
use super::super::terms::Indexation;
use super::super::{current, record};
use super::{NewReview, Review, find, require_floor, require_side};
use crate::actor::Actor;
use crate::catalogue::pricer::{Pricer, Quote, Revision};
use crate::db::Conn;
use crate::error::{Code, FieldError, OrNotFound, Refusal, Result, corrupt, taken};
use crate::identity::organisations;
use crate::ids::{AgreementId, ReviewId};
use crate::operations::notices;
use crate::schema::{price_review_lines, price_reviews};
use crate::sql::Json;
use diesel::prelude::*;
use governance::Role;
use money::Micro;
use ordering::{AGREEMENT, AgreementAct, REVIEW};
use pricing::{PriceIndex, ReviewRequest};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A side asks for new prices by the indices of today.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`] unless the agreement is in force and names what
/// moves its price, [`Code::TooSoon`], [`Code::InvalidInput`] unless each index is named once,
/// [`Code::NotAboveMarket`], [`Code::BelowFloor`], [`Code::Duplicate`] while another waits, [`Code::Stale`].
pub fn propose(
    conn: &mut Conn,
    by: &Actor,
    id: AgreementId,
    version: i64,
    new: &NewReview,
) -> Result<Review> {
    let agreement = current(conn, by, id, version)?;
    require_side(by, &agreement)?;
    AGREEMENT.next(agreement.state, AgreementAct::Review)?;
    let indexation = agreement.indexation.as_ref().ok_or_else(|| {
        let detail = "The agreement names no indices: its price stays for its term.";
        Refusal::new(Code::WrongState, detail)
    })?;
    let indices = present(indexation, &new.now)?;
    let review = ReviewId::fresh();
    diesel::insert_into(price_reviews::table)
        .values((
            price_reviews::id.eq(review),
            price_reviews::agreement_id.eq(id),
            price_reviews::status.eq(REVIEW.initial.as_str()),
            price_reviews::reason.eq(new.reason.as_str()),
            price_reviews::note.eq(&new.note),
            price_reviews::as_of.eq(by.now.date()),
            price_reviews::proposed_for.eq(by.organisation),
            price_reviews::proposed_by.eq(by.person),
            price_reviews::proposed_at.eq(by.now),
            price_reviews::version.eq(1),
        ))
        .execute(conn)
        .map_err(|error| {
            let detail = "Another review waits for an answer.";
            taken(error, Refusal::new(Code::Duplicate, detail))
        })?;
    for line in rows::lines(conn, &agreement)? {
        let revision = revise(conn, by, &agreement, indexation, &indices, &line)?;
        write_line(conn, review, &line, &revision)?;
    }
    let made = find(conn, review)?;
    record(
        conn,
        by,
        "framework_agreement.review",
        Some(&agreement),
        &agreement,
    )?;
    tell(conn, by, &agreement)?;
    Ok(made)
}

/// The review takes each index once, by its name.
fn present(indexation: &Indexation, now: &[(String, Micro)]) -> Result<Vec<PriceIndex>> {
    let named: BTreeMap<&str, Micro> = now
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    let mut faults = Vec::new();
    let mut indices = Vec::new();
    for index in &indexation.indices {
        match named.get(index.name.as_str()) {
            Some(value) => indices.push(PriceIndex {
                name: index.name.clone(),
                weight: index.weight.to_decimal(),
                base: index.base.to_decimal(),
                now: value.to_decimal(),
            }),
            None => faults.push(format!("The index “{}” is missing.", index.name)),
        }
    }
    if now.len() != indexation.indices.len() {
        faults.push("Name each index of the agreement once, and no other.".to_owned());
    }
    if faults.is_empty() {
        return Ok(indices);
    }
    let detail = "A review takes the present value of each index of the agreement.";
    let mut refusal = Refusal::new(Code::InvalidInput, detail);
    refusal.fields = faults
        .into_iter()
        .map(|detail| FieldError {
            pointer: "/indices".to_owned(),
            detail,
        })
        .collect();
    Err(refusal.into())
}

/// The line's new price, which is above the market reference and not under the floor of the day.
fn revise(
    conn: &mut Conn,
    by: &Actor,
    agreement: &Agreement,
    indexation: &Indexation,
    indices: &[PriceIndex],
    line: &Line,
) -> Result<Quote> {
    let mut quote = line.quote(agreement.payment())?;
    let pricer = Pricer::by_rule_set(conn, line.listing, line.rule_set, by.now.date())?;
    let review = ReviewRequest {
        currency: agreement.currency,
        unit_price_decimals: quote.request.rule_set.unit_price_decimals,
        initial_unit_price: line.initial_unit_price.to_decimal(),
        current: quote.answer.trace.components_per_unit,
        current_since: agreement.priced_on,
        as_of: by.now.date(),
        fixed: indexation.fixed.to_decimal(),
        indices: indices.to_vec(),
        min_days_between: indexation.min_days_between,
        max_step_rate: indexation.max_step_rate.to_decimal(),
        max_total_rate: indexation.max_total_rate.to_decimal(),
    };
    let mut revisions = std::mem::take(&mut quote.revisions);
    revisions.push(Revision {
        review,
        community_destination: pricer.community_destination()?,
    });
    let revised = Quote::of(quote.request, revisions, line.rule_set, agreement.payment())
        .map_err(crate::Error::without_fields)?;
    require_floor(&pricer, line, &revised)?;
    Ok(revised)
}

fn write_line(conn: &mut Conn, review: ReviewId, line: &Line, revised: &Quote) -> Result<()> {
    let spoilt = |_| corrupt("price_review_lines");
    let last = revised.revisions.last().or_not_found()?;
    let answer = pricing::review(&last.review)?;
    let word = |value: Value| value.as_str().map(str::to_owned);
    let destination = serde_json::to_value(last.community_destination).map_err(spoilt)?;
    let clipped = serde_json::to_value(answer.clipped_by).map_err(spoilt)?;
    diesel::insert_into(price_review_lines::table)
        .values((
            price_review_lines::review_id.eq(review),
            price_review_lines::position.eq(line.position),
            price_review_lines::before_micro.eq(line.unit_price.get()),
            price_review_lines::after_micro.eq(revised.unit_price.get()),
            price_review_lines::clipped_by.eq(word(clipped)),
            price_review_lines::community_destination
                .eq(word(destination).ok_or_else(|| corrupt("price_review_lines"))?),
            price_review_lines::request
                .eq(Json(serde_json::to_value(&last.review).map_err(spoilt)?)),
            price_review_lines::answer.eq(Json(serde_json::to_value(&answer).map_err(spoilt)?)),
        ))
        .execute(conn)?;
    Ok(())
}

fn tell(conn: &mut Conn, by: &Actor, agreement: &Agreement) -> Result<()> {
    let (other, role) = if by.organisation == agreement.buyer {
        (agreement.cooperative, Role::Seller)
    } else {
        (agreement.buyer, Role::Approver)
    };
    let notice = json!({
        "kind": "price_review_asked",
        "organisation": organisations::get(conn, by.organisation)?.name,
        "agreement": agreement.reference,
        "url": format!("/framework-agreements/{}", agreement.id),
    });
    notices::tell(conn, other, role, &notice, by.now)
}
