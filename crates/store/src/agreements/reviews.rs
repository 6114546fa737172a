//! Price reviews: published indices move the agreed price within its guards. One side asks, the other takes it
//! or not; what was called off before keeps its price, and wages never fall.
use super::rows::{self, Agreement, Line};
use super::terms::{Index, Indexation};
use super::{current, get, lock, record as record_agreement};
use crate::actor::Actor;
use crate::catalogue::pricer::{Pricer, Quote, Revision};
use crate::db::Conn;
use crate::error::{Code, FieldError, OrNotFound, Refusal, Result, corrupt, taken};
use crate::identity::organisations;
use crate::ids::{AgreementId, OrganisationId, PersonId, ReviewId};
use crate::operations::notices;
use crate::schema::{agreement_lines, framework_agreements, price_review_lines, price_reviews};
use crate::sql::{Json, Time};
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::Role;
use money::Micro;
use ordering::{AGREEMENT, AgreementAct, REVIEW, ReviewAct, ReviewReason, ReviewState};
use pricing::{PriceIndex, ReviewRequest};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A review as it is asked for.
#[derive(Clone, Debug)]
pub struct NewReview {
    /// Why.
    pub reason: ReviewReason,
    /// For people.
    pub note: String,
    /// Each index of the agreement by name, with its value now.
    pub now: Vec<(String, Micro)>,
}

/// A review of all the prices of an agreement.
#[derive(Clone, Debug)]
pub struct Review {
    /// The id.
    pub id: ReviewId,
    /// Of which agreement.
    pub agreement: AgreementId,
    /// Where it stands.
    pub state: ReviewState,
    /// Why it was asked for.
    pub reason: ReviewReason,
    /// For people.
    pub note: String,
    /// The day from which the new prices count.
    pub as_of: NaiveDate,
    /// Which side asked.
    pub proposed_for: OrganisationId,
    /// When.
    pub proposed_at: Time,
    /// Which side decided.
    pub decided_for: Option<OrganisationId>,
    /// When.
    pub decided_at: Option<Time>,
    /// Counts changes.
    pub version: i64,
}

/// What a review does to one line.
#[derive(Clone, Debug)]
pub struct ReviewLine {
    /// The agreement's line.
    pub position: i32,
    /// What a unit costs before it.
    pub before: Micro,
    /// What a unit costs after it.
    pub after: Micro,
    /// The guard that held the price back.
    pub clipped_by: Option<String>,
    /// Where the community premium goes after it.
    pub community_destination: String,
    /// What was asked of `pricing::review`.
    pub request: Value,
    /// What it answered.
    pub answer: Value,
}

#[derive(Queryable)]
struct Row {
    id: ReviewId,
    agreement_id: AgreementId,
    status: String,
    reason: String,
    note: String,
    as_of: NaiveDate,
    proposed_for: OrganisationId,
    _proposed_by: PersonId,
    proposed_at: Time,
    decided_for: Option<OrganisationId>,
    _decided_by: Option<PersonId>,
    decided_at: Option<Time>,
    version: i64,
}

impl TryFrom<Row> for Review {
    type Error = crate::Error;
    fn try_from(row: Row) -> Result<Self> {
        let state = ReviewState::parse(&row.status);
        let reason = ReviewReason::parse(&row.reason);
        Ok(Self {
            id: row.id,
            agreement: row.agreement_id,
            state: state.map_err(|_| corrupt("price_reviews.status"))?,
            reason: reason.map_err(|_| corrupt("price_reviews.reason"))?,
            note: row.note,
            as_of: row.as_of,
            proposed_for: row.proposed_for,
            proposed_at: row.proposed_at,
            decided_for: row.decided_for,
            decided_at: row.decided_at,
            version: row.version,
        })
    }
}

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
    record_agreement(
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

fn require_floor(pricer: &Pricer, line: &Line, revised: &Quote) -> Result<()> {
    let (base, floor) = (revised.base(), pricer.floor(line.committed)?);
    if base >= floor.round_dp(6) {
        return Ok(());
    }
    let detail = format!(
        "“{}” would cost {base} before the community premium, and its work costs {floor} today: agree anew.",
        pricer.listing().terms.title
    );
    Err(Refusal::new(Code::BelowFloor, detail).into())
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
    record_agreement(
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
    record_agreement(
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
    record_agreement(
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

/// A price binds its payer: for the buyer an approver, for the co-operative whoever sells for it.
fn require_side(by: &Actor, agreement: &Agreement) -> Result<()> {
    if by.organisation == agreement.buyer {
        by.require(&[Role::Approver])?;
    } else if by.organisation == agreement.cooperative {
        by.require(&[Role::Seller, Role::Treasurer])?;
    } else {
        let detail = "Only the two sides of the agreement review its prices.";
        return Err(Refusal::new(Code::Forbidden, detail).into());
    }
    by.require_admitted()
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

fn find(conn: &mut Conn, id: ReviewId) -> Result<Review> {
    let row: Option<Row> = price_reviews::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// A review with its lines, for whoever sees the agreement.
///
/// # Errors
/// [`Code::NotFound`].
pub fn see(
    conn: &mut Conn,
    by: &Actor,
    (id, review): (AgreementId, ReviewId),
) -> Result<(Review, Vec<ReviewLine>)> {
    get(conn, by, id)?;
    let review = find(conn, review)?;
    if review.agreement != id {
        return Err(Refusal::not_found().into());
    }
    let lines = lines(conn, review.id)?;
    Ok((review, lines))
}

/// The agreement's reviews after `after`, in the order in which they were asked for: the history of its price.
///
/// # Errors
/// [`Code::NotFound`].
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    id: AgreementId,
    after: Option<ReviewId>,
    limit: i64,
) -> Result<Vec<Review>> {
    get(conn, by, id)?;
    let mut query = price_reviews::table
        .filter(price_reviews::agreement_id.eq(id))
        .order(price_reviews::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(price_reviews::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Review::try_from).collect()
}

fn lines(conn: &mut Conn, review: ReviewId) -> Result<Vec<ReviewLine>> {
    type LineRow = (ReviewId, i32, i64, i64, Option<String>, String, Json, Json);
    let rows: Vec<LineRow> = price_review_lines::table
        .filter(price_review_lines::review_id.eq(review))
        .order(price_review_lines::position)
        .load(conn)?;
    let line =
        |(_, position, before, after, clipped_by, to, request, answer): LineRow| ReviewLine {
            position,
            before: Micro::new(before),
            after: Micro::new(after),
            clipped_by,
            community_destination: to,
            request: request.0,
            answer: answer.0,
        };
    Ok(rows.into_iter().map(line).collect())
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
